# SPDX-License-Identifier: Apache-2.0
"""A real cloud that hides newer versions of its APIs: warnings, snapshots, reverts, lists."""

from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest
import requests

from devcloud.access import Access
from tests.api_versions import OLDER, Versions, refusal, written
from tests.cloud.conftest import Watch
from tests.cloud.dialogs import accepted, opened, snapshot_path, volume_path, words
from tests.cloud.fault_proxy import FaultProxy
from tests.cloud.reverting import revert_of
from tests.cloud.rows import BLOCKED, WARNED, Machine, Prepare, make_machine
from tests.cloud.test_bytes import BEFORE, read
from tests.cloud.test_revert import NOT_NEWEST, reverted, taken
from tests.cloud.watched import Watched
from tests.cloud.workshop import Workshop, unique

# The second is what many operators have: CI runs everything with it.
FIRST, SECOND, THIRD = OLDER
EXTENDED = [pytest.param(each, marks=pytest.mark.extended) for each in (FIRST, THIRD)]
ALL = pytest.mark.parametrize("older", [SECOND, *EXTENDED], ids=str, indirect=True)
BOTH = pytest.mark.parametrize("older", [FIRST, SECOND], ids=str, indirect=True)
# From here on this Horizon re-images, which newer snapshots are not in the way of.
REIMAGE = (3, 68)
TELLING = {key: (WARNED | BLOCKED)[key] for key in ("ACTIVE", "SHUTOFF", "SHELVED_OFFLOADED")}


@pytest.fixture
def older(request: pytest.FixtureRequest) -> Versions:
    """The versions that are not hidden."""
    found: Versions = request.param
    return found


@pytest.fixture
def anna(watch: Watch, older: Versions) -> Watched:
    """A member of web-shop in such a cloud."""
    return watch("anna", highest=older)


@pytest.fixture(scope="module")
def machine(shared_workshop: Workshop) -> Machine:
    """An instance with a data volume."""
    return make_machine(shared_workshop)


@pytest.fixture
def prepare(shared_workshop: Workshop) -> Iterator[Workshop]:
    """Brings the machine into a state, and back afterwards."""
    made = Workshop(shared_workshop.owner, shared_workshop.admin, shared_workshop.knobs)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def proxy(cloud: Access) -> Iterator[FaultProxy]:
    """A proxy of our own, asked without Horizon."""
    with FaultProxy(cloud.endpoints) as running:
        yield running


WORDS = {"cinder": ("v3", "volume"), "nova": ("v2.1", "compute")}


@pytest.mark.parametrize("service", list(WORDS))
@BOTH
def test_the_proxy_refuses_as_the_service_does(
    proxy: FaultProxy, cloud: Access, workshop: Workshop, older: Versions, service: str
) -> None:
    with proxy.logging_in("asked", older):
        address = proxy.auth_url.replace("/-/keystone/v3", f"/asked/{service}")
    root, word = WORDS[service]
    said = requests.get(f"{address}/", timeout=60).json()["versions"]
    highest = older.of(service)
    assert max(each["version"] for each in said) == written(highest)
    token = {"X-Auth-Token": workshop.owner.session.get_token()}
    kind = "volumes" if service == "cinder" else "servers"
    project = f"{workshop.owner.current_project_id}/" if service == "cinder" else ""

    def ask(base: str, version: str) -> requests.Response:
        asked = token | {"OpenStack-API-Version": f"{word} {version}"}
        return requests.get(f"{base}/{root}/{project}{kind}", headers=asked, timeout=60)

    assert ask(address, written(highest)).status_code == 200
    assert ask(address, "latest").headers["OpenStack-API-Version"] == f"{word} {written(highest)}"
    newer = f"{highest[0]}.{highest[1] + 1}"
    refused = ask(address, newer)
    assert (refused.status_code, refused.json()) == (406, refusal(newer, highest))
    # What the services themselves say of a version that they do not have.
    itself = ask(cloud.endpoints[service], f"{highest[0]}.999")
    maximum = itself.json()["computeFault"]["message"].rpartition(" ")[2].rstrip(".")
    today = tuple(map(int, maximum.split(".")))
    assert itself.json() == refusal(f"{highest[0]}.999", (today[0], today[1]))


@pytest.mark.parametrize("state", list(TELLING))
@BOTH
def test_the_warning_is_the_same(
    anna: Watched, prepare: Workshop, machine: Machine, state: str
) -> None:
    row = TELLING[state](prepare, machine)
    dialog = opened(anna.visitor, snapshot_path(row.volume))
    assert dialog.telling == row.telling
    if row.blocked:
        assert dialog.tick is None
        return
    assert dialog.acknowledgement == row.promise.acknowledgement
    name = unique("older")
    sent = anna.send(dialog, tick=True, name=name)
    assert sent.accepted == 1 and len(sent.forced) == 1
    made = [each for each in prepare.snapshots_of(row.volume) if each.name == name]
    assert len(made) == 1


@pytest.mark.extended
@pytest.mark.parametrize("older", OLDER, ids=str, indirect=True)
@pytest.mark.parametrize("state", [key for key in WARNED | BLOCKED if key not in TELLING])
def test_every_other_warning_is_the_same(
    watch: Watch, prepare: Workshop, machine: Machine, older: Versions, state: str
) -> None:
    known: dict[str, Prepare] = WARNED | BLOCKED
    row = known[state](prepare, machine)
    visitor = watch(*row.user, highest=older).visitor
    assert opened(visitor, snapshot_path(row.volume)).telling == row.telling


@ALL
def test_a_detached_volume_goes_there_and_back(
    anna: Watched, workshop: Workshop, cloud: Access
) -> None:
    volume, snapshot, file = taken(workshop, cloud)
    dialog = opened(anna.visitor, snapshot_path(volume.id))
    assert (dialog.telling, dialog.tick) == ([], None)
    copy = unique("copy")
    answer = opened(anna.visitor, volume_path(snapshot.id)).submit(anna.visitor, name=copy)
    assert accepted(answer), answer.text
    (made,) = list(workshop.owner.block_storage.volumes(name=copy))
    workshop.adopt_volume(made.id)
    assert workshop.settled(made.id).snapshot_id == snapshot.id
    assert accepted(revert_of(anna.visitor, snapshot.id).press(anna.visitor, "revert", tick=True))
    reverted(workshop, volume.id, snapshot.id)
    assert read(file) == BEFORE


@ALL
def test_what_a_failed_revert_has_kept_is_not_to_be_deleted(
    anna: Watched, workshop: Workshop, cloud: Access, older: Versions
) -> None:
    volume, snapshot, _file = taken(workshop, cloud)
    workshop.broken_storage("revert_to_snapshot")
    assert accepted(revert_of(anna.visitor, snapshot.id).press(anna.visitor, "revert", tick=True))
    workshop.settled(volume.id, "error")
    workshop.settled_snapshot(snapshot.id)
    workshop.storage_as_usual()
    (kept,) = [each for each in workshop.snapshots_of(volume.id) if each.id != snapshot.id]
    details = anna.visitor.get(f"/project/volumes/{volume.id}/").text
    assert "It looks like a revert of this volume has failed" in details and kept.id in details
    workshop.set_status(volume.id, "available")
    if older.cinder < REIMAGE:
        dialog = revert_of(anna.visitor, snapshot.id)
        assert dialog.panels == [f"{NOT_NEWEST}, and a temporary one is newer"]
    assert "Temporary, made by the storage service." in row_of(anna, volume.id, kept.id)


def row_of(anna: Watched, volume_id: str, snapshot_id: str) -> str:
    """Return what a list says of a snapshot."""
    tab = f"/project/volumes/{volume_id}/?tab=volume_details__snapshots_tab"
    page: Any = lxml.html.fromstring(anna.visitor.get(tab).text)
    return words(page.xpath(f"//tr[@data-object-id='{snapshot_id}']")[0])


PAGES = [
    "/project/volumes/",
    "/project/snapshots/",
    "/project/instances/",
    "/project/backups/",
    "/admin/volumes/",
    "/admin/snapshots/",
    "/admin/snapshots/attention/",
    "/admin/snapshots/report/?make=1",
    "/admin/snapshots/find/?q=web",
]


@ALL
def test_every_list_is_there(watch: Watch, older: Versions) -> None:
    somebody = watch("admin", "web-shop", highest=older).visitor
    for path in PAGES:
        answer = somebody.get(path)
        assert answer.status_code == 200, path
        page: Any = lxml.html.fromstring(answer.text)
        wrong = page.xpath("//*[contains(@class, 'alert-danger')][not(ancestor::noscript)]")
        assert [words(each) for each in wrong] == [], path
        assert "not supported by the API" not in answer.text, path
