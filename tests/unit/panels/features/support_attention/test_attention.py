# SPDX-License-Identifier: Apache-2.0
"""One snapshot on Needs Attention: reason and recommended step."""

from typing import Any

import pytest
from django.http import HttpRequest
from openstack_auth import policy

from snapshot_dashboard.cloud import session
from snapshot_dashboard.panels.common.recommended_step import REASONS, STEPS
from snapshot_dashboard.rules.attention import FAILED, LASTING, NextStep
from snapshot_dashboard.rules.message import Reason
from snapshot_dashboard.rules.ticket import NEXT_STEPS
from tests.unit.cloud.wire import (
    OTHER_PROJECT,
    PROJECT,
    Wire,
    volume_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.support_attention.attention_page import (
    HOST,
    NOW,
    PAGE,
    THREE_HOURS,
    aged,
    be_quiet,
    cells,
    holds,
    let,
    message,
    service,
    told,
)
from tests.unit.panels.person import Person, user

HOSTILE = "<script>alert('x')</script>\"'&\u202e"
UNKNOWN_FIRST = "It is not known whether the storage service is up. Find that out first. If it is: "


@pytest.fixture
def support(wire: Wire, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> Person:
    """A member of support staff, of a cloud in which nothing needs attention yet."""
    monkeypatch.setattr(session, "ours", lambda: NOW)
    be_quiet(wire)
    return log_in(user("admin", "member", "reader"))


def step_of(text: str) -> str:
    """Return a step without placeholders, as far as it can be compared."""
    return text % {"host": HOST, "time": "Nov. 22, 2026, 3:52 p.m.", "size": 20}


def test_support_sees_for_how_long_where_whether_it_is_up_and_what_to_do(
    wire: Wire, support: Person
) -> None:
    holds(wire, "creating", aged("s1", "creating", THREE_HOURS))
    service(wire, "down")
    page = support.get(PAGE)
    assert cells(page)[:6] == [
        "name of s1 Volume: name of v1",
        "p-web-shop",
        f"{HOST}#p1",
        "Down since Nov. 22, 2026, 3:52 p.m.",
        "Creating for 3 hours since Nov. 22, 2026, 3:40 p.m.",
        "20GiB",
    ]
    assert told(page) == (
        "",
        "Since Nov. 22, 2026, 3:52 p.m. the storage service on cinder@ssd has been down. Bring it "
        "up first, then look again: an unfinished creation turns to Error by itself, any other "
        "status stays.",
    )
    links = page.all("//tr[@data-object-id='s1']/td[last()]//a[not(@data-toggle)]")
    assert [each.get("href") for each in links] == [
        f"/admin/snapshots/s1/{each}/?next=%2Fadmin%2Fsnapshots%2Fattention%2F"
        for each in ("update_status", "force_delete")
    ]
    assert "stuck" not in page.text.lower()


LASTING_STEPS = {
    "creating": NextStep.CHECK,
    "deleting": NextStep.CHECK_DELETION,
    "restoring": NextStep.ASK_OWNER,
    "backing-up": NextStep.CHECK_BACKUP,
    "updating": NextStep.CHECK_OTHER,
    "unmanaging": NextStep.CHECK_OTHER,
}
FAILED_STEPS = {
    "error": NextStep.RECREATE,
    "error_deleting": NextStep.FIND_OUT,
    "error_restoring": NextStep.ASK_OWNER,
}


@pytest.mark.parametrize("status", LASTING)
@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("up", "Up"),
        ("down", "Down since Nov. 22, 2026, 3:52 p.m."),
        ("disabled", "Up, disabled for new volumes"),
        ("unknown", "Unknown"),
        ("forbidden", "Unknown"),
    ],
)
def test_each_lasting_status_with_each_service(
    wire: Wire, support: Person, status: str, state: str, words: str
) -> None:
    holds(wire, status, aged("s1", status, THREE_HOURS))
    let(wire, state)
    page = support.get(PAGE)
    expected = NextStep.BRING_UP if state == "down" else LASTING_STEPS[status]
    unknown = UNKNOWN_FIRST if state in ("unknown", "forbidden") else ""
    assert cells(page)[3] == words
    assert told(page) == ("", unknown + step_of(str(STEPS[expected])))


@pytest.mark.parametrize("status", FAILED)
@pytest.mark.parametrize("state", ["up", "down", "unknown"])
def test_each_failure_with_each_service(
    wire: Wire, support: Person, status: str, state: str
) -> None:
    holds(wire, status, aged("s1", status, 5))
    let(wire, state)
    page = support.get(PAGE)
    reason = "The storage service gave no reason that is still known."
    assert told(page) == (reason, str(STEPS[FAILED_STEPS[status]]))


def test_a_large_one_is_still_usual(wire: Wire, support: Person) -> None:
    holds(wire, "creating", aged("s1", "creating", 3900, size=5120))
    assert told(support.get(PAGE)) == ("", "Still within the usual time for 5120 GiB. Wait.")


def test_the_steps_are_those_of_the_ticket() -> None:
    assert set(STEPS) == set(NEXT_STEPS) == set(NextStep)
    for step, said in NEXT_STEPS.items():
        ours = str(STEPS[step])
        if step in (NextStep.BRING_UP, NextStep.BRING_UP_VOLUME):
            # Two orders of the same sentence; the rest is the same.
            ours, said = ours.partition(". ")[2], said.partition(". ")[2]
        assert ours == said


def test_every_reason_that_is_told_apart_has_words() -> None:
    assert set(REASONS) == set(Reason) - {Reason.OTHER}


def test_a_service_down_for_nobody_knows_how_long(wire: Wire, support: Person) -> None:
    holds(wire, "deleting", aged("s1", "deleting", THREE_HOURS))
    service(wire, "down", updated_at=None)
    assert told(support.get(PAGE))[1].startswith(
        "The storage service on cinder@ssd is down, it is not known since when. Bring it up first"
    )


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("013", "The storage could not make the snapshot."),
        ("014", "The details could not be saved."),
        ("015", "It is in use, probably by a volume made from it."),
        ("016", "The storage could not delete the snapshot."),
        ("099", ""),
    ],
)
def test_the_reason_is_told_in_our_words_and_in_cinders(
    wire: Wire, support: Person, detail: str, words: str
) -> None:
    holds(wire, "error_deleting", aged("s1", "error_deleting", 5))
    said = [message("another", "013", "Not this."), message("s1", detail, f"raw {HOSTILE}")]
    wire.says("GET", "/messages", {"messages": said})
    page = support.get(PAGE)
    assert told(page)[0].startswith(words)
    raw = page.one("//tr[@data-object-id='s1']//bdi[@lang='en']")
    assert raw.text_content() == f"raw {HOSTILE}"
    assert "Not this." not in page.text
    ticket = page.one("//tr[@data-object-id='s1']//pre").text_content()
    assert "Request id req-of-the-message" in ticket


def test_names_of_others_stay_text(wire: Wire, support: Person) -> None:
    holds(wire, "error", aged("s1", "error", 5, name=HOSTILE))
    wire.says("GET", "/volumes/detail", {"volumes": [volume_json("v1", name=HOSTILE)]})
    page = support.get(PAGE)
    assert "<script>alert" not in page.html
    assert page.one("//a[@href='/admin/snapshots/s1']/bdi").text_content() == HOSTILE
    assert len(page.one("//pre").text_content().splitlines()) == 7


def test_a_snapshot_of_another_project_than_its_volume_is_marked(
    wire: Wire, support: Person
) -> None:
    foreign = {"os-extended-snapshot-attributes:project_id": OTHER_PROJECT}
    holds(wire, "error", aged("s1", "error", 5, **foreign), aged("s2", "error", 5))
    page = support.get(PAGE)
    assert "Other project" in cells(page, "s1")[1]
    assert "Other project" not in cells(page, "s2")[1]
    owner = page.one(f"//a[@data-sd-name='project:{OTHER_PROJECT}']")
    assert owner.get("href") == f"/admin/snapshots/?field=project_id&value={OTHER_PROJECT}"


def test_the_ticket_is_there_without_scripts(wire: Wire, support: Person) -> None:
    attached = {"attachment_id": "a1", "server_id": "i1", "device": "/dev/vdb"}
    volume = volume_json("v1", status="in-use", attachments=[attached])
    volume["os-vol-host-attr:host"] = f"{HOST}#p1"
    wire.says("GET", "/volumes/detail", {"volumes": [volume]})
    holds(wire, "deleting", aged("s1", "deleting", THREE_HOURS))
    folded = support.get(PAGE).one("//tr[@data-object-id='s1']//details")
    assert folded.xpath("./summary")[0].text_content() == "Copy for Ticket"
    assert folded.xpath("./pre")[0].text_content().splitlines()[:5] == [
        f'Snapshot s1 "name of s1"  project {PROJECT}  region RegionOne',
        'Volume v1 "name of v1" In-use, attached to "i1" (status unknown)',
        "Status deleting for 3 h 12 min, requested 2026-11-22T15:40Z by user u-anna",
        f"Host {HOST}#p1, storage service up, last report 2026-11-22T15:52Z",
        "Message: none",
    ]


def test_an_age_that_is_not_known_is_not_told(wire: Wire, support: Person) -> None:
    holds(wire, "deleting", aged("s1", "deleting", 5, updated_at=None))
    page = support.get(PAGE)
    assert cells(page)[4] == "Deleting, it is not known since when"
    assert told(page)[1] == str(STEPS[NextStep.CHECK_DELETION])


def test_times_are_those_of_the_person(wire: Wire, support: Person) -> None:
    support.client.cookies["django_timezone"] = "Asia/Tokyo"
    holds(wire, "creating", aged("s1", "creating", THREE_HOURS))
    service(wire, "down")
    page = support.get(PAGE)
    assert cells(page)[3] == "Down since Nov. 23, 2026, 12:52 a.m."
    assert cells(page)[4].endswith("since Nov. 23, 2026, 12:40 a.m.")


def test_actions_are_left_out_where_the_role_does_not_allow_them(
    wire: Wire, support: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds(wire, "error", aged("s1", "error", 5))
    check = policy.check

    def without_reset(rules: Any, request: HttpRequest, target: Any = None) -> bool:
        refused = any(rule.endswith(":reset_status") for _service, rule in rules)
        return not refused and bool(check(rules, request, target))

    monkeypatch.setattr(policy, "check", without_reset)
    page = support.get(PAGE)
    assert page.all("//a[contains(@href, '/update_status/')]") == []
    assert len(page.all("//a[contains(@href, '/force_delete/')]")) == 1
