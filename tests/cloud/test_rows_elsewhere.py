# SPDX-License-Identifier: Apache-2.0
"""Actions on rows that have left the page, and pages that no longer exist."""

from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest
from requests import Response

from demo.visitor import Visitor
from tests.cloud.conftest import Visit
from tests.cloud.dialogs import VOLUMES
from tests.cloud.workshop import Workshop

_SIZE = "API_RESULT_PAGE_SIZE"
DESKS = pytest.mark.parametrize(
    ("who", "root"), [("anna", "/project"), ("admin", "/admin")], ids=["project", "admin"]
)


@pytest.fixture
def narrow(visit: Visit) -> Iterator[Any]:
    """Function: somebody whose lists show three rows at a time."""
    changed: list[Visitor] = []

    def narrowed(who: str) -> Visitor:
        visitor = visit(who)
        visitor.session.cookies.set(_SIZE, "3", path="/")
        changed.append(visitor)
        return visitor

    yield narrowed
    for each in changed:
        each.session.cookies.clear(domain="", path="/", name=_SIZE)


def shown(answer: Response) -> list[str]:
    """Return the ids of the rows of a page."""
    return [str(each) for each in lxml.html.fromstring(answer.text).xpath("//@data-object-id")]


def told(answer: Response) -> list[str]:
    """Return the messages of a page, each with its level."""
    found = lxml.html.fromstring(answer.text).xpath("//div[@class='messages']//div[@class]//p")
    return [" ".join(each.text_content().split()) for each in found]


@DESKS
def test_ticked_snapshots_that_slid_away_or_are_gone_each_have_a_stated_result(
    narrow: Any, workshop: Workshop, who: str, root: str
) -> None:
    visitor = narrow(who)
    volume = workshop.volume()
    old = [workshop.snapshot(volume.id, name) for name in ("first", "second", "third")]
    address = f"{root}/snapshots/?field=volume_id&value={volume.id}"
    ids = [each.id for each in old]
    assert set(shown(visitor.get(address))) == set(ids)
    workshop.owner.block_storage.delete_snapshot(ids[1])
    workshop.owner.block_storage.wait_for_delete(old[1], interval=0.2, wait=60)
    for name in ("fourth", "fifth", "sixth"):
        workshop.snapshot(volume.id, name)
    assert not set(shown(visitor.get(address))) & set(ids)
    data = {"action": "volume_snapshots__delete", "object_ids": ids}
    answer = visitor.post(address, data)
    assert answer.url.endswith(address)
    gone, done = told(answer)
    assert ids[1] in gone and "no longer exists" in gone
    assert "Scheduled deletion of Volume Snapshots: " in done
    assert old[0].name in done and old[2].name in done
    for each in (old[0], old[2]):
        workshop.owner.block_storage.wait_for_delete(each, interval=0.2, wait=60)


@DESKS
def test_a_volumes_own_button_works_after_its_row_slid_away(
    narrow: Any, workshop: Workshop, who: str, root: str
) -> None:
    visitor = narrow(who)
    old = workshop.volume("old")
    address = f"{root}/volumes/"
    for _each in range(3):
        workshop.volume("newer")
    assert old.id not in shown(visitor.get(address))
    answer = visitor.post(address, {"action": f"volumes__delete__{old.id}"})
    assert told(answer) == [f"Info: Scheduled deletion of Volume: {old.name}"]
    workshop.gone(old.id)


@DESKS
@pytest.mark.parametrize("kind", ["volumes", "snapshots"])
def test_a_link_to_a_page_after_a_row_that_is_gone_leads_back(
    narrow: Any, workshop: Workshop, who: str, root: str, kind: str
) -> None:
    visitor = narrow(who)
    marker = "snapshot_marker" if kind == "snapshots" else "marker"
    last = workshop.volume()
    if kind == "snapshots":
        last = workshop.snapshot(last.id)
    page = visitor.get(f"{root}/{kind}/?sort=name&{marker}=00000000-0000-4000-8000-000000000000")
    assert "This page of the list cannot be shown any more" in page.text
    assert 'href="?sort=name"' in page.text
    alone = f"field=name&value={last.name}"
    page = visitor.get(f"{root}/{kind}/?{alone}&{marker}={last.id}")
    assert "There are no rows on this page of the list." in page.text
    assert "No snapshots yet" not in page.text and "matches this filter" not in page.text


def test_an_attachment_that_is_gone_is_said_to_be(narrow: Any, workshop: Workshop) -> None:
    visitor = narrow("anna")
    _instance, volume = workshop.attached()
    gone = "00000000-0000-4000-8000-000000000000"
    data = {"action": f"attachments__detach__{gone}"}
    answer = visitor.post(f"{VOLUMES}{volume.id}/attach/", data)
    assert answer.status_code == 200
    assert told(answer) == [
        "Error: Nothing was detached: the volume is not attached there any more."
    ]


def test_stocks_extend_volume_says_that_its_volume_is_gone(narrow: Any) -> None:
    visitor = narrow("anna")
    answer = visitor.get(f"{VOLUMES}00000000-0000-4000-8000-000000000000/extend/")
    assert answer.status_code == 200
    assert told(answer)[0].startswith("Error: Unable to retrieve volume information.")
