# SPDX-License-Identifier: Apache-2.0
"""Support staff see the same texts as the owner of a volume."""

from collections.abc import Callable

import pytest

from tests.unit.cloud.wire import NOVA, Json, Wire, snapshot_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import CREATE_SNAPSHOT, Answer, Person, user
from tests.unit.panels.support import (
    SNAPSHOT,
    VOLUME,
    attached,
    be_quiet,
    support_user,
    there_is,
)

HOLDERS = "//*[@id='sd-explanation']/ul[contains(@class, 'sd-holders')]/li"

PAGES = pytest.mark.parametrize("address", [SNAPSHOT, VOLUME])


@pytest.fixture
def support(wire: Wire, log_in: LogIn) -> Person:
    """A member of support staff, of a cloud in which nothing is wrong."""
    be_quiet(wire)
    wire.snapshot()
    wire.says(
        "GET", "/snapshots/detail?volume_id=v1&with_count=true", {"snapshots": [], "count": 0}
    )
    there_is(wire)
    return log_in(support_user())


VERDICTS: dict[str, Callable[[Wire], None]] = {
    "running": lambda wire: attached(wire, ("i1", "ACTIVE")),
    "paused": lambda wire: attached(wire, ("i1", "PAUSED")),
    "suspended": lambda wire: attached(wire, ("i1", "SUSPENDED")),
    "shut off": lambda wire: attached(wire, ("i1", "SHUTOFF")),
    "shelved": lambda wire: attached(wire, ("i1", "SHELVED")),
    "rescued": lambda wire: attached(wire, ("i1", "RESCUE")),
    "several": lambda wire: attached(wire, ("i1", "ACTIVE"), ("i2", "SHUTOFF"), multiattach=True),
    "held": lambda wire: _held(wire, "SHELVED_OFFLOADED"),
    "held by another": lambda wire: _held(wire, "ACTIVE"),
    "attaching": lambda wire: there_is(wire, status="attaching"),
    "failed": lambda wire: there_is(wire, status="error"),
    "maintained": lambda wire: there_is(wire, status="maintenance"),
    "disagreeing": lambda wire: _recorded(wire),
    "unknown": lambda wire: wire.fails("GET", "/attachments", 500),
}


def _held(wire: Wire, status: str) -> None:
    there_is(wire, status="reserved")
    wire.instance("i1", status)
    wire.records("v1", "i1")
    wire.says("GET", f"{NOVA}/servers/i1/os-volume_attachments/v1", {"volumeAttachment": {}})
    wire.says("GET", f"{NOVA}/servers/i1/os-volume_attachments", {"volumeAttachments": []})


def _recorded(wire: Wire) -> None:
    wire.records("v1", "i1")
    wire.instance("i1")


def holders(page: Answer) -> list[str]:
    """Return the list under the owner's warning."""
    return [" ".join(each.text_content().split()) for each in page.all(HOLDERS)]


@PAGES
@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_owners_warning_is_told_in_the_owners_words(
    wire: Wire, support: Person, log_in: LogIn, address: str, verdict: str
) -> None:
    VERDICTS[verdict](wire)
    said = support.get(address)
    owners = log_in(user("member", "reader")).get(CREATE_SNAPSHOT, dialog=True)
    for part in ("//*[@id='sd-explanation-title']", "//*[@id='sd-explanation']/p[2]"):
        assert said.said(part) == owners.said(part)
    assert holders(said) == holders(owners)
    assert not said.all("//*[@id='sd-explanation']//a[contains(@class, 'ajax-modal')]")
    assert "belongs to another project" not in said.explanation


@PAGES
@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_owners_warning_leads_nowhere_but_to_this_dashboard(
    wire: Wire, support: Person, address: str, verdict: str
) -> None:
    VERDICTS[verdict](wire)
    page = support.get(address)
    links = [each.get("href") for each in page.all("//*[@id='sd-explanation']//a")]
    assert all(each.startswith("/admin/") for each in links)


FAILED = {
    "id": "m1",
    "resource_uuid": "s1",
    "event_id": "VOLUME_VOLUME_SNAPSHOT_009_013",
    "user_message": "create snapshot:Snapshot failed to create.",
    "created_at": "2026-11-22T15:00:00.000000",
}
NOT_DELETED = {**FAILED, "event_id": "VOLUME_VOLUME_SNAPSHOT_010_015"}
LONG_AGO = "2020-11-22T06:10:00.000000"
SET = {
    "snapshot_dashboard:set": "00000000-0000-4000-8000-000000000001",
    "snapshot_dashboard:set_size": "3",
}


@pytest.mark.parametrize(
    ("snapshot", "messages"),
    [
        ({"status": "available", "description": "before the upgrade"}, []),
        ({"status": "error"}, [FAILED]),
        ({"status": "error"}, []),
        ({"status": "error_deleting"}, [NOT_DELETED]),
        ({"status": "creating", "created_at": LONG_AGO}, []),
        ({"status": "deleting", "updated_at": LONG_AGO}, []),
        ({"status": "available", "consumes_quota": False}, []),
        ({"status": "available", "metadata": SET}, []),
    ],
)
def test_support_sees_what_the_owner_sees_in_the_list_and_on_the_page(
    wire: Wire, support: Person, log_in: LogIn, snapshot: Json, messages: list[Json]
) -> None:
    wire.messages(*messages)
    wire.snapshot(**snapshot)
    wire.holds("snapshots", snapshot_json(**snapshot))
    owner = log_in(user("member", "reader"))
    row = owner.get("/project/snapshots/").all("//tr[@data-object-id='s1']/td")
    # Neither the tick nor the menu, nor what a link or a button is called.
    for each in (link for cell in row for link in cell.xpath(".//a | .//button | .//input")):
        if not each.xpath("./bdi") and each.text_content().strip() != "name of s1":
            each.drop_tree()
    for each in (age for cell in row for age in cell.xpath(".//*[@class='sd-age']")):
        each.drop_tree()
    told = {_bare(cell.text_content()) for cell in row[1:-1]}
    details = owner.get("/project/snapshots/s1")
    for term in ("Set", "Created by"):
        found = details.all(f"//dt[.='{term}']/following-sibling::dd[1]/text()")
        told |= {_bare(text) for text in found}
    opened = log_in(support_user()).get(SNAPSHOT)
    seen = _bare(opened.one("//div[@class='sd-case']").text_content())
    assert not [each for each in told if each not in seen], seen


def _bare(text: str) -> str:
    """Return a text without its spaces, and without the mark where a list cuts it off."""
    return "".join(text.split()).rstrip("\u2026")
