# SPDX-License-Identifier: Apache-2.0
"""Pages of both dashboards under each type that a catalog gives to block storage."""

import pytest

from tests.unit.cloud.wire import Wire, snapshot_json, volume_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import CATALOG, CREATE_SNAPSHOT, SNAPSHOTS, VOLUMES, service, user
from tests.unit.panels.support import busy

OLD = service("volumev2", "http://cinder.test/v2/p")
V1 = service("volume", "http://cinder.test/v1/p")


@pytest.mark.parametrize("kind", ["block-storage", "volumev3", "block-store", "volume"])
@pytest.mark.parametrize("old", [[OLD], [OLD, V1]], ids=["volumev2", "volumev2 and volume"])
def test_every_list_and_dialog_is_there(
    wire: Wire, log_in: LogIn, kind: str, old: list[dict[str, object]]
) -> None:
    if kind == "volume":
        old = [OLD]
    busy(wire)
    wire.holds("volumes", volume_json())
    wire.holds("snapshots", snapshot_json())
    wire.volume()
    renamed = [each | {"type": kind} if each["type"] == "volumev3" else each for each in CATALOG]
    person = log_in(user("admin", "member", "reader", catalog=[*old, *renamed]))
    for address in (VOLUMES, SNAPSHOTS, "/admin/volumes/", "/admin/snapshots/"):
        assert person.get(address).all("//tr[@data-object-id]"), address
    assert person.get(CREATE_SNAPSHOT, dialog=True).submits
    hosts = {each.hostname for each in wire.mocker.request_history}
    assert "storage.test" in hosts and "cinder.test" not in hosts
