# SPDX-License-Identifier: Apache-2.0
"""The lists of Needs Attention: content, counts and unreadable lists."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from snapshot_dashboard.cloud import session
from snapshot_dashboard.panels.features.support_attention.views import ORDER
from snapshot_dashboard.rules.attention import FAILED, LASTING
from tests.unit.cloud.wire import (
    REFUSED,
    REQUEST_ID,
    SILENT,
    Wire,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.support_attention.attention_page import (
    NOW,
    PAGE,
    THREE_HOURS,
    aged,
    be_quiet,
    cells,
    holds,
    titles,
    told,
)
from tests.unit.panels.person import Person, user


@pytest.fixture
def support(wire: Wire, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> Person:
    """A member of support staff, of a cloud in which nothing needs attention yet."""
    monkeypatch.setattr(session, "ours", lambda: NOW)
    be_quiet(wire)
    return log_in(user("admin", "member", "reader"))


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
    expected = "Listed are those that have been in this state for at least 1 hour."
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
    said = [each.text_content() for each in page.all("//p[@class='sd-nothing']")]
    assert said == [
        "No snapshot has failed, and none has been creating, deleting, restoring, backing up, "
        "updating or unmanaging for more than 90 minutes.",
        "No volume has failed, and none has been busy for more than 90 minutes.",
    ]
    assert page.all("//section") == []


@pytest.mark.parametrize("how", [REFUSED, SILENT])
def test_a_list_that_cannot_be_read_says_so_and_leaves_the_others(
    wire: Wire, support: Person, how: type[Exception]
) -> None:
    holds(wire, "error", aged("s1", "error", 5))
    wire.breaks("GET", "/snapshots/detail?status=creating", how)
    page = support.get(PAGE)
    assert titles(page) == ["Creating", "Error: 1 snapshot"]
    why = "cannot be reached" if how is REFUSED else "did not answer"
    assert page.problem_text == (
        f"This list cannot be shown right now The storage service {why}. Try again in a moment."
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
        "Only the oldest were checked, and none of them has been in this state for at least 1 hour."
    )
    assert page.said("//p[@class='sd-more']/a").startswith("Show all 2")
    holds(wire, "creating", aged("s1", "creating", 9999), aged("s2", "creating", 9998), count=2)
    assert support.get(PAGE).said("//section/p[1]") == (
        "Listed are the oldest of those that have been in this state for at least 1 hour."
    )


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
    assert page.one("//span[@data-sd-name='volume:v1']").text_content() == "v1"


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


def test_the_page_costs_the_same_at_any_size(wire: Wire, support: Person) -> None:
    for status in ORDER:
        holds(wire, status, *[aged(f"{status}{n}", status, 9999) for n in range(20)], count=9000)
    support.get(PAGE)
    paths = [urlsplit(each.url).path for each in wire.mocker.request_history]
    assert {path: paths.count(path) for path in paths} == {
        "/": 1,
        "/v3/snapshots/detail": len(ORDER),
        "/v3/volumes/detail": 3,
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
