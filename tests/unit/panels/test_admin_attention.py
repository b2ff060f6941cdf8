# SPDX-License-Identifier: Apache-2.0
"""Needs Attention as support staff reads it: what failed, what takes long, and what to do."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import HttpRequest
from django.utils import timezone
from openstack_auth import policy

from snapshot_dashboard.panels.admin.snapshots.attention import ORDER
from snapshot_dashboard.panels.steps import REASONS, STEPS
from snapshot_dashboard.rules.attention import FAILED, LASTING, Step
from snapshot_dashboard.rules.message import Reason
from snapshot_dashboard.rules.ticket import NEXT_STEPS
from tests.unit.cloud.wire import (
    OTHER_PROJECT,
    PROJECT,
    REFUSED,
    REQUEST_ID,
    SILENT,
    Wire,
    snapshot_json,
    volume_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import Answer, Person, user

PAGE = "/admin/snapshots/attention/"
NOW = datetime(2026, 11, 22, 18, 52, tzinfo=UTC)
HOST = "cinder@ssd"
THREE_HOURS = 3 * 3600 + 12 * 60
HOSTILE = "<script>alert('x')</script>\"'&\u202e"
UNKNOWN_FIRST = "It is not known whether the storage service is up. Find that out first. If it is: "


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let time stand still for the page."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def quiet_cloud(wire: Wire, now: None) -> None:
    """A cloud whose service is up, and in which nothing needs attention."""
    wire.says("GET", "/snapshots/detail", {"snapshots": [], "count": 0})
    volume = volume_json("v1", **{"os-vol-host-attr:host": f"{HOST}#p1"})
    wire.says("GET", "/volumes/detail", {"volumes": [volume]})
    wire.says("GET", "/messages", {"messages": []})
    service(wire)


@pytest.fixture
def support(log_in: LogIn) -> Person:
    """Somebody of the support desk."""
    return log_in(user("admin", "member", "reader"))


def service(wire: Wire, state: str = "up", **more: Any) -> None:
    """Let the storage service be in a state."""
    said = {"binary": "cinder-volume", "host": HOST, "state": state, "status": "enabled"}
    said |= {"updated_at": "2026-11-22T15:52:00.000000"} | more
    wire.says("GET", "/os-services", {"services": [said]})


def aged(snapshot_id: str, status: str, seconds: float, **more: Any) -> dict[str, Any]:
    """Return a snapshot that has had a status for so long."""
    begun = (NOW - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%f")
    times = {"created_at": begun, "updated_at": None if status == "creating" else begun}
    return snapshot_json(snapshot_id, status=status, **(times | more))


def holds(wire: Wire, status: str, *found: dict[str, Any], count: int | None = None) -> None:
    """Let the cloud have snapshots of a status."""
    said = {"snapshots": list(found), "count": len(found) if count is None else count}
    wire.says("GET", f"/snapshots/detail?status={status}", said)


def message(snapshot_id: str, detail: str, text: str) -> dict[str, Any]:
    """Return one of Cinder's messages."""
    said = {"id": "m1", "resource_uuid": snapshot_id, "event_id": f"VOLUME_SNAPSHOT_009_{detail}"}
    said |= {"user_message": text, "created_at": "2026-11-22T15:00:00.000000"}
    return said | {"request_id": "req-of-the-message"}


def titles(page: Answer) -> list[str]:
    """Return the titles of the lists."""
    return [" ".join(each.text_content().split()) for each in page.all("//section/h2")]


def cells(page: Answer, snapshot_id: str = "s1") -> list[str]:
    """Return what the cells of a row say, the folded ticket left out."""
    found = []
    for cell in page.one(f"//tr[@data-object-id='{snapshot_id}']"):
        said = cell.xpath(".//text()[not(ancestor::details)]")
        found.append(" ".join("".join(said).split()))
    return found


def told(page: Answer, snapshot_id: str = "s1") -> tuple[str, str]:
    """Return the reason and the next step of a row, the reason empty where there is none."""
    found = page.all(f"//tr[@data-object-id='{snapshot_id}']/td[6]/p")
    said = [" ".join(each.text_content().split()) for each in found]
    return (said[0] if len(said) > 1 else "", said[-1])


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
        "p-web-sh",
        f"{HOST}#p1",
        "Down since Nov. 22, 2026, 3:52 p.m.",
        "Creating for 3 hours, 12 minutes since Nov. 22, 2026, 3:40 p.m.",
        "20GiB",
    ]
    assert told(page) == (
        "",
        "Since Nov. 22, 2026, 3:52 p.m. the storage service on cinder@ssd has been down. Bring it "
        "up first, then look again: an unfinished creation turns to Error by itself, any other "
        "status stays.",
    )
    update = page.one("//tr[@data-object-id='s1']//a[contains(@href, 'update_status')]").get("href")
    assert update.startswith("/admin/snapshots/s1/update_status/")
    assert page.all("//tr[@data-object-id='s1']//a[contains(@href, '/s1/force_delete/')]")
    assert "stuck" not in page.text.lower()


LASTING_STEPS = {
    "creating": Step.CHECK,
    "deleting": Step.CHECK_DELETION,
    "restoring": Step.ASK_OWNER,
    "backing-up": Step.CHECK_BACKUP,
    "updating": Step.CHECK_OTHER,
    "unmanaging": Step.CHECK_OTHER,
}
FAILED_STEPS = {
    "error": Step.RECREATE,
    "error_deleting": Step.FIND_OUT,
    "error_restoring": Step.ASK_OWNER,
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
    _let(wire, state)
    page = support.get(PAGE)
    expected = Step.BRING_UP if state == "down" else LASTING_STEPS[status]
    unknown = UNKNOWN_FIRST if state in ("unknown", "forbidden") else ""
    assert cells(page)[3] == words
    assert told(page) == ("", unknown + step_of(str(STEPS[expected])))


@pytest.mark.parametrize("status", FAILED)
@pytest.mark.parametrize("state", ["up", "down", "unknown"])
def test_each_failure_with_each_service(
    wire: Wire, support: Person, status: str, state: str
) -> None:
    holds(wire, status, aged("s1", status, 5))
    _let(wire, state)
    page = support.get(PAGE)
    reason = "The storage service gave no reason that is still known."
    assert told(page) == (reason, str(STEPS[FAILED_STEPS[status]]))


def _let(wire: Wire, state: str) -> None:
    if state == "forbidden":
        wire.fails("GET", "/os-services", 403)
    elif state == "unknown":
        service(wire, host="another@backend")
    elif state == "disabled":
        service(wire, status="disabled")
    else:
        service(wire, state)


def test_a_large_one_is_still_usual(wire: Wire, support: Person) -> None:
    holds(wire, "creating", aged("s1", "creating", 3900, size=5120))
    assert told(support.get(PAGE)) == ("", "Still within the usual time for 5120 GiB. Wait.")


def test_the_steps_are_those_of_the_ticket() -> None:
    assert set(STEPS) == set(NEXT_STEPS) == set(Step)
    for step, said in NEXT_STEPS.items():
        ours = str(STEPS[step])
        if step is Step.BRING_UP:
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


def test_the_lists_come_in_an_order_that_helps_and_empty_ones_not_at_all(
    wire: Wire, support: Person
) -> None:
    for status in (*LASTING, *FAILED):
        holds(wire, status, aged(status, status, THREE_HOURS))
    assert titles(support.get(PAGE)) == [
        "Error Restoring: 1 snapshot",
        "Restoring: 1 snapshot",
        "Creating: 1 snapshot",
        "Deleting: 1 snapshot",
        "Backing Up: 1 snapshot",
        "Updating: 1 snapshot",
        "Unmanaging: 1 snapshot",
        "Error deleting: 1 snapshot",
        "Error: 1 snapshot",
    ]
    assert sorted(ORDER) == sorted((*LASTING, *FAILED))
    holds(wire, "creating", aged("young", "creating", 10))
    assert "Creating: 1 snapshot" not in titles(support.get(PAGE))


def test_more_than_a_page_leads_to_the_list_oldest_first(
    wire: Wire, support: Person, settings: Any
) -> None:
    settings.API_RESULT_PAGE_SIZE = 2
    found = [aged(f"s{n}", "error", 9999 - n) for n in range(3)]
    holds(wire, "error", *found, count=1340)
    page = support.get(PAGE)
    assert titles(page) == ["Error: 1,340 snapshots"]
    assert [each.get("data-object-id") for each in page.all("//tr[@data-object-id]")] == [
        "s0",
        "s1",
    ]
    assert page.said("//section/p[1]") == "Listed are the oldest."
    more = page.one("//p[@class='sd-more']/a")
    assert more.text_content().startswith("Show all 1,340")
    assert more.get("href") == "/admin/snapshots/?field=status&value=error&sort=created_at"


def test_the_head_counts_young_ones_and_the_list_says_that_it_leaves_them_out(
    wire: Wire, support: Person
) -> None:
    old, young = aged("s1", "creating", 3600), aged("s2", "creating", 3500)
    holds(wire, "creating", old, young)
    page = support.get(PAGE)
    assert titles(page) == ["Creating: 2 snapshots"]
    expected = "Listed are those that have been so for more than 1 hour."
    assert page.said("//section/p[1]") == expected
    assert len(page.all("//tr[@data-object-id]")) == 1
    assert page.all("//p[@class='sd-more']/a")


def test_everything_listed_leads_nowhere_else(wire: Wire, support: Person) -> None:
    holds(wire, "error", aged("s1", "error", 5))
    page = support.get(PAGE)
    assert page.all("//p[@class='sd-more']") == []
    assert page.all("//section/p") == []


def test_no_page_size_makes_the_page_dear(wire: Wire, support: Person, settings: Any) -> None:
    settings.API_RESULT_PAGE_SIZE = 1000
    support.get(PAGE)
    assert wire.query("/snapshots/detail")["limit"] == "51"


def test_nothing_needs_attention_is_said_with_the_time_that_was_set(
    support: Person, settings: Any
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"SLOW_SECONDS": 5400}
    page = support.get(PAGE)
    assert page.said("//p[@class='sd-nothing']") == (
        "No snapshot has failed, and none has been creating, deleting, restoring, backing up, "
        "updating or unmanaging for more than 1 hour, 30 minutes."
    )
    assert page.all("//section") == []


@pytest.mark.parametrize("how", [REFUSED, SILENT])
def test_a_list_that_cannot_be_read_says_so_and_leaves_the_others(
    wire: Wire, support: Person, how: type[Exception]
) -> None:
    holds(wire, "error", aged("s1", "error", 5))
    wire.breaks("GET", "/snapshots/detail?status=creating", how)
    page = support.get(PAGE)
    assert titles(page) == ["Creating", "Error: 1 snapshot"]
    assert page.problem_text == (
        "This list cannot be shown right now The storage service did not answer."
    )
    assert page.all("//p[@class='sd-nothing']") == []


def test_nothing_is_claimed_where_one_list_could_not_be_read(wire: Wire, support: Person) -> None:
    wire.fails("GET", "/snapshots/detail?status=restoring", 500, "it broke")
    page = support.get(PAGE)
    assert page.all("//p[@class='sd-nothing']") == []
    assert titles(page) == ["Restoring"]
    assert "it broke" in page.problem_text and REQUEST_ID in page.problem_text


def test_nothing_is_claimed_where_not_all_were_looked_at(
    wire: Wire, support: Person, settings: Any
) -> None:
    settings.API_RESULT_PAGE_SIZE = 1
    renamed = aged("s1", "creating", 9999, updated_at="2026-11-22T18:51:00.000000")
    holds(wire, "creating", renamed, aged("s2", "creating", 9998), count=2)
    page = support.get(PAGE)
    assert page.all("//p[@class='sd-nothing']") == []
    assert page.said("//section/p[1]") == (
        "Only the oldest were looked at. Listed are those of them that have been so for more than "
        "1 hour."
    )
    assert page.said("//p[@class='sd-more']/a").startswith("Show all 2")


@pytest.mark.parametrize("address", ["/snapshots/detail", "http://storage.test/"])
def test_without_cinder_there_is_one_problem_not_nine(
    wire: Wire, support: Person, address: str
) -> None:
    wire.breaks("GET", address, REFUSED)
    page = support.get(PAGE)
    assert len(page.all("//*[contains(@class, 'sd-problem')]")) == 1
    assert page.problem == "Snapshots cannot be shown right now"
    assert page.all("//section") == page.all("//p[@class='sd-nothing']") == []
    assert page.all(f"//a[@href='{PAGE}'][text()='Try Again']")


def test_an_expired_session_leads_to_the_login(wire: Wire, support: Person) -> None:
    wire.fails("GET", "/os-services", 401)
    answer = support.get(PAGE)
    assert answer.status == 302
    assert "/auth/login/" in answer.headers["Location"]


def test_services_that_may_not_be_read_are_never_up(wire: Wire, support: Person) -> None:
    holds(wire, "creating", aged("s1", "creating", THREE_HOURS))
    wire.fails("GET", "/os-services", 403, "Policy doesn't allow it.")
    page = support.get(PAGE)
    assert page.problem_text.startswith(
        "It is not known which storage services are up Your role does not allow this."
    )
    assert cells(page)[3] == "Unknown"
    assert "storage service unknown" in page.one("//pre").text_content()


def test_volumes_that_cannot_be_read_leave_the_rows(wire: Wire, support: Person) -> None:
    holds(wire, "creating", aged("s1", "creating", THREE_HOURS))
    wire.breaks("GET", "/volumes/detail", REFUSED)
    page = support.get(PAGE)
    assert page.problem == "The volumes of these snapshots cannot be read"
    assert cells(page)[2:4] == ["Unknown", "Unknown"]
    assert page.one("//a[@data-sd-name='volume:v1']").get("href") == "/admin/volumes/v1/"


def test_messages_that_cannot_be_read_are_no_silence_of_cinder(wire: Wire, support: Person) -> None:
    holds(wire, "error", aged("s1", "error", 5))
    wire.fails("GET", "/messages", 500)
    page = support.get(PAGE)
    assert page.problem == "The reasons that the storage service gave cannot be read"
    assert told(page)[0] == "The reason could not be read."
    ticket = page.one("//pre").text_content()
    assert "Message: unknown" in ticket and "Request id unknown" in ticket


def test_what_could_not_be_read_is_not_told_where_it_would_help_nobody(
    wire: Wire, support: Person
) -> None:
    wire.fails("GET", "/os-services", 403)
    page = support.get(PAGE)
    assert page.problem == ""
    assert page.all("//p[@class='sd-nothing']")


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
    assert owner.get("href") == f"/admin/snapshots/?field=project&value={OTHER_PROJECT}"


def test_the_page_costs_the_same_at_any_size(wire: Wire, support: Person) -> None:
    for status in ORDER:
        holds(wire, status, *[aged(f"{status}{n}", status, 9999) for n in range(20)], count=9000)
    support.get(PAGE)
    paths = [urlsplit(each.url).path for each in wire.mocker.request_history]
    assert {path: paths.count(path) for path in paths} == {
        "/": 1,
        "/v3/snapshots/detail": len(ORDER),
        "/v3/volumes/detail": 1,
        "/v3/os-services": 1,
        "/v3/messages": 1,
    }


def test_every_table_has_heads_and_the_page_has_headings_in_order(
    wire: Wire, support: Person
) -> None:
    holds(wire, "error", aged("s1", "error", 5))
    holds(wire, "deleting", aged("s2", "deleting", THREE_HOURS))
    page = support.get(PAGE)
    assert [each.tag for each in page.all("//h1 | //h2 | //h3")] == ["h1", "h2", "h2"]
    heads = [each.get("scope") for each in page.all("//section//th")]
    assert set(heads) == {"col", "row"}
    assert heads.count("row") == 2
    ids = [each.get("id") for each in page.all("//*[@id]")]
    assert len(ids) == len(set(ids))
    links = {each.get("href") for each in page.all("//nav[@aria-label='Statuses']//a")}
    assert links == {"#sd-deleting", "#sd-error"}


def test_the_ticket_is_there_without_scripts(wire: Wire, support: Person) -> None:
    attached = {"attachment_id": "a1", "server_id": "i1", "device": "/dev/vdb"}
    volume = volume_json("v1", status="in-use", attachments=[attached])
    volume["os-vol-host-attr:host"] = f"{HOST}#p1"
    wire.says("GET", "/volumes/detail", {"volumes": [volume]})
    holds(wire, "deleting", aged("s1", "deleting", THREE_HOURS))
    folded = support.get(PAGE).one("//tr[@data-object-id='s1']//details")
    assert folded.xpath("./summary")[0].text_content() == "Copy for Ticket"
    assert folded.xpath("./pre")[0].text_content().splitlines()[:5] == [
        f'Snapshot s1 "name of s1"  project unknown ({PROJECT})  region RegionOne',
        'Volume v1 "name of v1" In-use, attached to "i1" (status unknown)',
        "Status deleting for 3 h 12 min, requested 2026-11-22T15:40Z by user u-anna",
        f"Host {HOST}#p1, storage service up, last report 2026-11-22T15:52Z",
        "Message: none",
    ]


def test_an_age_that_is_not_known_is_not_told(wire: Wire, support: Person) -> None:
    holds(wire, "deleting", aged("s1", "deleting", 5, updated_at=None))
    page = support.get(PAGE)
    assert cells(page)[4] == "Deleting, it is not known since when"
    assert told(page)[1] == str(STEPS[Step.CHECK_DELETION])


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
