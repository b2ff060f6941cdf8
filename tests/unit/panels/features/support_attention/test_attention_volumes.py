# SPDX-License-Identifier: Apache-2.0
"""Volumes on Needs Attention and on their details page."""

from typing import Any

import pytest
from django.utils import timezone
from openstack_dashboard.dashboards.project.volumes.tables import VolumesTableBase

from snapshot_dashboard.cloud import session
from snapshot_dashboard.panels.common.recommended_step import STEPS
from snapshot_dashboard.rules.attention import VOLUMES_FAILED, VOLUMES_LASTING, NextStep
from tests.unit.cloud.wire import PROJECT, Wire, snapshot_json
from tests.unit.panels import support as support_pages
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.support_attention.attention_page import (
    HOST,
    NOW,
    PAGE,
    THREE_HOURS,
    aged,
    aged_volume,
    be_quiet,
    cells,
    holds,
    holds_volumes,
    message,
    titles,
    told,
)
from tests.unit.panels.person import Answer, Person, user

KEPT = "[revert] volume v1 backup snapshot"
HALF = str(STEPS[NextStep.REVERT_FAILED])


@pytest.fixture
def support(wire: Wire, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> Person:
    """A member of support staff, of a cloud in which nothing needs attention yet."""
    monkeypatch.setattr(session, "ours", lambda: NOW)
    be_quiet(wire)
    wire.says("GET", "/snapshots/detail?consumes_quota=false", {"snapshots": []})
    return log_in(user("admin", "member", "reader"))


def kept(volume_id: str = "v1") -> dict[str, Any]:
    """Return the snapshot that Cinder makes before it reverts a volume."""
    name = f"[revert] volume {volume_id} backup snapshot"
    return snapshot_json("s9", name=name, volume_id=volume_id, consumes_quota=False)


def pre(page: Answer) -> str:
    """Return the ticket of the only row."""
    return str(page.one("//pre").text_content())


def test_a_failed_revert_is_told_with_what_is_left_and_what_to_do(
    wire: Wire, support: Person
) -> None:
    holds_volumes(wire, aged_volume("v1", "error", 300))
    wire.says("GET", "/snapshots/detail?consumes_quota=false", {"snapshots": [kept()]})
    page = support.get(PAGE)
    assert titles(page) == ["Failed: 1 volume"]
    assert cells(page, "v1")[:6] == [
        "name of v1",
        "p-web-shop",
        f"{HOST}#p1",
        "Up",
        "Error for 5 minutes since Nov. 22, 2026, 6:47 p.m.",
        "20GiB",
    ]
    reason, step = told(page, "v1")
    assert reason == "The storage service gave no reason that is still known."
    left = f"What the volume held before it is in the temporary snapshot {KEPT}."
    assert step == f"{HALF} {left}"
    assert page.all("//td//a[@href='/admin/snapshots/s9']")
    assert page.said("//thead/tr/th[1]") == "Volume"
    ticket = pre(page).splitlines()
    assert ticket[0] == f'Volume v1 "name of v1"  project {PROJECT}  region RegionOne'
    assert ticket[1].startswith("Status error for 5 min, requested ")
    assert ticket[-1].startswith(f"Next step: {HALF}") and "s9" in ticket[-1]


def test_the_way_to_update_status_is_stocks(wire: Wire, support: Person) -> None:
    holds_volumes(wire, aged_volume("v1", "error", 300))
    page = support.get(PAGE)
    links = page.all("//tr[@data-object-id='v1']/td[last()]//a[not(@data-toggle)]")
    assert [each.get("href").partition("?")[0] for each in links] == [
        "/admin/volumes/v1/update_status"
    ]


def test_a_restoring_snapshot_whose_volume_has_failed_is_there_at_once(
    wire: Wire, support: Person
) -> None:
    holds(wire, "restoring", aged("s1", "restoring", 60))
    failed = aged_volume("v1", "error", 60)
    wire.says("GET", "/volumes/detail?id=['v1']", {"volumes": [failed]})
    holds_volumes(wire, failed)
    page = support.get(PAGE)
    assert titles(page) == ["Restoring: 1 snapshot", "Failed: 1 volume"]
    assert told(page, "s1") == ("", HALF)
    assert told(page, "v1")[1] == HALF


def test_volumes_come_after_what_is_restoring_and_before_the_rest(
    wire: Wire, support: Person
) -> None:
    holds(wire, "restoring", aged("s1", "restoring", THREE_HOURS))
    holds(wire, "error", aged("s2", "error", 5))
    holds_volumes(wire, aged_volume("v1", "error", 5), aged_volume("v2", "reverting", THREE_HOURS))
    assert titles(support.get(PAGE)) == [
        "Restoring: 1 snapshot",
        "Failed: 1 volume",
        "Busy: 1 volume",
        "Error: 1 snapshot",
    ]


@pytest.mark.parametrize("status", [*VOLUMES_FAILED, *VOLUMES_LASTING])
def test_every_status_is_told_with_its_step(wire: Wire, support: Person, status: str) -> None:
    holds_volumes(wire, aged_volume("v1", status, 10 * THREE_HOURS))
    wire.messages(message("v1", "002", "No weighed backends available"))
    page = support.get(PAGE)
    reason, step = told(page, "v1")
    assert "No weighed backends available" in reason
    assert step in {str(each) for each in STEPS.values()}
    assert "Message: No weighed backends available" in pre(page)
    assert "Request id req-of-the-message" in pre(page)


def test_every_failure_that_horizon_has_a_word_for_is_looked_for() -> None:
    words = {name for name, _label in VolumesTableBase.STATUS_DISPLAY_CHOICES}
    assert {each for each in words if each.startswith("error")} <= set(VOLUMES_FAILED)


def test_a_long_list_leads_to_all_of_them(wire: Wire, support: Person) -> None:
    holds_volumes(wire, aged_volume("v1", "error", 5), count=1340)
    page = support.get(PAGE)
    assert titles(page)[0] == "Failed: 1,340 volumes"
    assert page.said("//section[1]/p[1]") == "Listed are the oldest."
    links = {
        each.get("href") for each in page.all("//section[1]//ul[contains(@class, 'sd-more')]//a")
    }
    assert "/admin/volumes/?field=status&value=error&sort=created_at" in links
    assert len(links) == len(VOLUMES_FAILED)


def test_volumes_that_cannot_be_read_are_not_none(wire: Wire, support: Person) -> None:
    for statuses in (VOLUMES_FAILED, VOLUMES_LASTING):
        wanted = ",".join(f"'{each}'" for each in statuses)
        wire.fails("GET", f"/volumes/detail?status=[{wanted}]", 500, "it broke")
    page = support.get(PAGE)
    assert titles(page) == ["Volumes that failed", "Volumes that are busy"]
    problems = page.all("//section//*[contains(@class, 'sd-problem')]")
    assert len(problems) == 2
    assert all("it broke" in each.text_content() for each in problems)
    assert page.all("//p[@class='sd-nothing']") == []


def test_what_reverts_have_left_may_be_unreadable(wire: Wire, support: Person) -> None:
    holds_volumes(wire, aged_volume("v1", "error", 5))
    wire.fails("GET", "/snapshots/detail?consumes_quota=false", 500)
    page = support.get(PAGE)
    assert page.problem == "The temporary snapshots of the storage service cannot be read"
    assert told(page, "v1")[1] == str(STEPS[NextStep.VOLUME_FAILED])


@pytest.fixture
def case(wire: Wire, log_in: LogIn) -> Person:
    """A member of support staff, in front of one volume."""
    support_pages.be_quiet(wire)
    wire.snapshot()
    return log_in(support_pages.support_user())


def test_the_page_of_a_volume_has_the_next_step_and_what_the_owner_is_told(
    wire: Wire, case: Person
) -> None:
    support_pages.there_is(wire, status="error", updated_at="2026-11-22T06:10:00.000000")
    found = {"snapshots": [kept(), snapshot_json()], "count": 2}
    wire.says("GET", "/snapshots/detail?volume_id=v1&with_count=true", found)
    page = case.get(support_pages.VOLUME)
    step = page.all("//strong[.='Next step']/../../p[2]")[0].text_content()
    assert step.startswith(HALF) and KEPT in step
    assert support_pages.ticket(page)[-1].startswith(f"Next step: {HALF}")
    said = page.said("//*[contains(@class, 'sd-failed-revert')]")
    assert said.startswith("It looks like a revert of this volume has failed")
    assert not page.all("//*[contains(@class, 'sd-failed-revert')]//a[contains(@href, 'project')]")


def test_the_page_of_a_snapshot_knows_that_its_volume_has_failed(wire: Wire, case: Person) -> None:
    support_pages.there_is(wire, status="error")
    wire.snapshot(status="restoring", updated_at=timezone.now().isoformat())
    page = case.get(support_pages.SNAPSHOT)
    assert page.all("//strong[.='Next step']/../../p[2]")[0].text_content() == HALF
