# SPDX-License-Identifier: Apache-2.0
"""Pages of both dashboards under each type that a catalog gives to block storage."""

from types import SimpleNamespace

import pytest
from openstack_dashboard.api import cinder

from tests.unit.cloud.wire import Wire, snapshot_json, volume_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import CATALOG, CREATE_SNAPSHOT, SNAPSHOTS, VOLUMES, service, user
from tests.unit.panels.support import busy

OLD = service("volumev2", "http://cinder.test/v2/p")
V1 = service("volume", "http://cinder.test/v1/p")


def renamed(kind: str) -> list[dict[str, object]]:
    """Return the catalog with this type of block storage."""
    return [each | {"type": kind} if each["type"] == "volumev3" else each for each in CATALOG]


@pytest.mark.parametrize("kind", ["block-storage", "volumev3", "block-store", "volume"])
@pytest.mark.parametrize("old", [[OLD], [OLD, V1]], ids=["volumev2", "volumev2 and volume"])
def test_every_list_and_dialog_is_there(
    wire: Wire, log_in: LogIn, kind: str, old: list[dict[str, object]]
) -> None:
    if kind == "volume":
        old = [OLD]
    reader = user("admin", "member", "reader", catalog=[*old, *renamed(kind)])
    if not cinder.is_volume_service_enabled(SimpleNamespace(user=reader)):
        # Horizon 24.0 itself has no volumes where none of its types is in the catalog.
        assert kind in ("block-storage", "block-store")
        pytest.skip("This Horizon finds no block storage under this type.")
    busy(wire)
    wire.holds("volumes", volume_json())
    wire.holds("snapshots", snapshot_json())
    wire.volume()
    person = log_in(reader)
    for address in (VOLUMES, SNAPSHOTS, "/admin/volumes/", "/admin/snapshots/"):
        assert person.get(address).all("//tr[@data-object-id]"), address
    assert person.get(CREATE_SNAPSHOT, dialog=True).submits
    hosts = {each.hostname for each in wire.mocker.request_history}
    assert "storage.test" in hosts and "cinder.test" not in hosts
