# SPDX-License-Identifier: Apache-2.0
"""Needs Attention against a real cloud: statuses, a real refusal, a service that is down."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import lxml.html
import pytest

from demo.counting import HEADER
from demo.dashboard import Dashboard
from demo.layout import Home
from demo.visitor import Visitor
from devcloud.access import Access
from devcloud.waiting import wait_until
from devcloud.whole_cloud import WholeCloud
from snapshot_dashboard.rules.attention import FAILED, LASTING
from tests.cloud.conftest import Visit
from tests.cloud.dialogs import opened, words
from tests.cloud.sites import horizon
from tests.cloud.whole_cloud import whole_cloud
from tests.cloud.workshop import PATIENCE, Workshop
from tests.conftest import Connect

PAGE = "/admin/snapshots/attention/"
# Cinder takes no other by hand (cinder/objects/fields.py has no error_restoring).
SET_BY_HAND = (*LASTING, "error_deleting")
_VERSION = "3.65"
# What Horizon asks for on every page: projects to switch to, and Neutron's extensions and
# Keystone's versions for the menu.
_FRAME = 3


@pytest.fixture(scope="module")
def impatient(home: Home) -> Iterator[Dashboard]:
    """A Horizon to which a second is long, and that shows as much as it ever does."""
    slow = {"SLOW_SECONDS": 0.5, "SLOW_SECONDS_PER_GIB": 0.1, "PAGE_SECONDS": 30.0}
    settings = {"SNAPSHOT_DASHBOARD": slow, "API_RESULT_PAGE_SIZE": 50}
    with horizon(home, "attention", "attention", settings) as running:
        yield running


@pytest.fixture(scope="module")
def support(impatient: Dashboard, cloud: Access) -> Visitor:
    """A member of support staff."""
    found = Visitor(impatient.url)
    found.log_in(cloud.login("admin"))
    return found


@pytest.fixture(scope="module")
def customers(home: Home, cloud: Access) -> WholeCloud:
    """Many customers, some of them on a storage service that is down."""
    return whole_cloud(home)


def read(visitor: Visitor) -> Any:
    """Open the page."""
    answer = visitor.get(PAGE)
    assert answer.status_code == 200, answer.text[:500]
    return lxml.html.fromstring(answer.text)


def row(visitor: Visitor, snapshot_id: str) -> list[Any]:
    """Wait for a snapshot on the page, and return its cells."""
    found: list[Any] = []

    def there() -> bool:
        found[:] = read(visitor).xpath(f"//tr[@data-object-id='{snapshot_id}']")
        return bool(found)

    wait_until(there, seconds=PATIENCE, what=f"snapshot {snapshot_id} on {PAGE}", pause=0.5)
    return list(found[0])


def reset(workshop: Workshop, snapshot_id: str, status: str) -> None:
    """Set a status as an administrator can, until the end."""
    body = {"os-reset_status": {"status": status}}
    workshop.admin.block_storage.post(f"/snapshots/{snapshot_id}/action", json=body)


@pytest.fixture(scope="module")
def made(shared_workshop: Workshop) -> dict[str, str]:
    """A snapshot in each status that can be set, by the status."""
    volume = shared_workshop.volume("attention").id
    found = {status: shared_workshop.snapshot(volume, status).id for status in SET_BY_HAND}
    for status, snapshot_id in found.items():
        shared_workshop.later(reset, shared_workshop, snapshot_id, "available")
        reset(shared_workshop, snapshot_id, status)
    return found


@pytest.mark.extended
@pytest.mark.parametrize(
    ("status", "word", "step"),
    [
        ("creating", "Creating", "Check on the storage whether it is still working."),
        ("deleting", "Deleting", "Already gone there: Force Delete."),
        ("restoring", "Restoring", "The volume may be half reverted."),
        ("backing-up", "Backing Up", "Look at the backup"),
        ("updating", "Updating", "reset to Available if the snapshot is complete there"),
        ("unmanaging", "Unmanaging", "reset to Available if the snapshot is complete there"),
        ("error_deleting", "Error deleting", "Find out why the storage refused"),
    ],
)
def test_each_status_is_told_with_service_and_next_step(
    support: Visitor, made: dict[str, str], status: str, word: str, step: str
) -> None:
    cells = row(support, made[status])
    name, _project, host, service, state, size, advice, _actions = map(words, cells)
    assert name.startswith(f"{status}-")
    assert host.startswith("devcloud@") and "#" in host
    assert (service, size) == ("Up", "1GiB")
    assert state.startswith(f"{word} for ")
    assert step in advice


def test_the_heads_count_the_whole_cloud(
    support: Visitor, made: dict[str, str], connect: Connect
) -> None:
    api = connect("admin").block_storage
    page = read(support)
    for status in made:
        query = f"/snapshots/detail?all_tenants=1&limit=1&with_count=true&status={status}"
        count = api.get(query, microversion=_VERSION).json()["count"]
        (head,) = page.xpath(f"//h2[@id='sd-{status}']")
        assert words(head).rsplit(": ")[-1].split(" ")[0] == f"{count:,}"


def test_the_way_to_update_status_begins_with_error(support: Visitor, made: dict[str, str]) -> None:
    cells = row(support, made["creating"])
    (address,) = cells[-1].xpath(".//a[contains(@href, '/update_status/')]/@href")
    dialog = opened(support, address)
    assert dialog.fields()["status"] == "error"


def test_what_the_storage_refused_is_told_with_its_message_and_request(
    support: Visitor, workshop: Workshop
) -> None:
    kept = workshop.snapshot(workshop.volume("refusing").id, "kept")
    workshop.broken_storage("delete_snapshot")
    workshop.owner.block_storage.delete_snapshot(kept.id)
    workshop.settled_snapshot(kept.id, "error_deleting")
    workshop.later(reset, workshop, kept.id, "available")
    cells = row(support, kept.id)
    assert "The storage could not delete the snapshot." in words(cells[6])
    (raw,) = cells[6].xpath(".//bdi[@lang='en']")
    assert "delete snapshot" in words(raw)
    (ticket,) = cells[6].xpath(".//pre")
    assert f"Message: {words(raw)}" in ticket.text_content()
    assert "Request id req-" in ticket.text_content()
    # The tab of the details has it too, which stock's search by kind does not find.
    tab = support.get(f"/admin/snapshots/{kept.id}?tab=snapshot_details__messages_tab").text
    assert len(lxml.html.fromstring(tab).xpath("//table//tr[@data-object-id]")) == 1
    # And Find leads from the request to the snapshot.
    (request_id,) = set(re.findall("req-[0-9a-f-]{36}", ticket.text_content()))
    for text in (request_id, kept.id[:8], f"https://cloud.example/project/snapshots/{kept.id}"):
        found = support.get(f"/admin/snapshots/find/?{urlencode({'q': text})}")
        assert urlsplit(found.url).path == f"/admin/snapshots/{kept.id}", text


def test_a_failed_revert_is_told_with_what_it_has_left(
    support: Visitor, workshop: Workshop, cloud: Access
) -> None:
    volume = workshop.volume("reverting")
    snapshot = workshop.snapshot(volume.id)
    workshop.broken_storage("revert_to_snapshot")
    workshop.owner.block_storage.post(
        f"/volumes/{volume.id}/action",
        json={"revert": {"snapshot_id": snapshot.id}},
        microversion="3.40",
    )
    workshop.settled(volume.id, "error")
    cells = row(support, volume.id)
    assert words(cells[0]) == volume.name
    assert words(cells[4]).startswith("Error for ")
    advice = words(cells[6])
    assert "A revert of this volume has failed, and it may be half reverted." in advice
    (kept,) = [each for each in workshop.snapshots_of(volume.id) if each.id != snapshot.id]
    assert f"is in the temporary snapshot {kept.name}" in advice
    assert cells[6].xpath(f".//a[@href='/admin/snapshots/{kept.id}']")
    (ticket,) = cells[6].xpath(".//pre")
    assert kept.id in ticket.text_content() and volume.id in ticket.text_content()
    # The page of the volume says the same, and the button sets the status that it advises.
    page = support.get(f"/admin/volumes/{volume.id}/").text
    assert "A revert of this volume has failed" in page and kept.id in page
    (address,) = cells[-1].xpath(".//a[contains(@href, '/update_status')]/@href")
    assert support.get(address).status_code == 200


def test_a_service_that_is_down_is_to_be_brought_up_first(
    support: Visitor, customers: WholeCloud
) -> None:
    assert customers.hosts["devcloud@old#old"].snapshots
    found = read(support).xpath("//tr[td[contains(., 'devcloud@old#old')]]")
    lasting = [each for each in found if "Creating for" in words(each[4])]
    assert lasting
    for each in lasting:
        assert words(each[3]).startswith("Down since ")
        assert "the storage service on devcloud@old has been down. Bring it up" in words(each[6])


@pytest.mark.extended
def test_the_page_costs_a_call_for_each_status_and_a_few_more(
    visit: Visit, customers: WholeCloud
) -> None:
    # Versions, and what the menu needs, are asked for once by each process that answers.
    answers = [visit("admin").get(PAGE) for _ in range(4)]
    answer = min(answers, key=lambda each: int(each.headers[HEADER]))
    rows = lxml.html.fromstring(answer.text).xpath("//tr[@data-object-id]")
    assert rows
    volumes = -(-len(rows) // 50)
    # Two lists of volumes; where one is on the page, its messages and what reverts have left.
    around = 2 + 2
    calls = len((*LASTING, *FAILED)) + 2 + volumes + around + _FRAME
    assert int(answer.headers[HEADER]) <= calls, (len(rows), answer.headers)
