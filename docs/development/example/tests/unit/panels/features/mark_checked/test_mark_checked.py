# SPDX-License-Identifier: Apache-2.0
"""The Mark as Checked dialog: reached from the list, shown, sent, and failing."""

import pytest

from tests.unit.cloud.wire import SILENT, Wire, snapshot_json
from tests.unit.panels.person import SNAPSHOTS, Answer, Person

ADDRESS = f"{SNAPSHOTS}s1/mark_checked/"
ENTRY = {"snapshot_dashboard:checked": "yes"}


def send(person: Person) -> Answer:
    """Press the button of an open dialog."""
    shown = person.get(ADDRESS, dialog=True)
    hidden = {each.name: each.value for each in shown.all("//form//input[@type='hidden']")}
    return person.post(ADDRESS, hidden, dialog=True)


def test_the_list_leads_to_it(wire: Wire, person: Person) -> None:
    wire.holds("snapshots", snapshot_json())
    page = person.get(SNAPSHOTS)
    action = page.one("//a[contains(@id, '_action_mark_checked')]")
    assert action.get("href").startswith(ADDRESS)


def test_it_says_where_the_mark_is_stored(wire: Wire, person: Person) -> None:
    wire.snapshot()
    shown = person.get(ADDRESS, dialog=True)
    assert "stored in the snapshot's metadata" in shown.text
    assert shown.submits == [("btn btn-primary", "Mark as Checked")]


def test_a_marked_snapshot_is_not_marked_again(wire: Wire, person: Person) -> None:
    wire.snapshot(metadata=ENTRY)
    shown = person.get(ADDRESS, dialog=True)
    assert "This snapshot is marked as checked." in shown.text
    assert shown.submits == []


def test_the_button_writes_the_mark(wire: Wire, person: Person) -> None:
    wire.snapshot()
    wire.says("POST", "/snapshots/s1/metadata", {"metadata": ENTRY})
    answer = send(person)
    # How Horizon leaves a modal.
    assert answer.headers["X-Horizon-Location"] == SNAPSHOTS
    (request,) = wire.sent("POST", "/snapshots/s1/metadata")
    assert request.json() == {"metadata": ENTRY}


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (403, "Your role does not allow this"),
        (400, "Not marked: the storage service refused the request"),
    ],
)
def test_a_refusal_is_told_with_its_reason(
    wire: Wire, person: Person, status: int, title: str
) -> None:
    wire.snapshot()
    wire.fails("POST", "/snapshots/s1/metadata", status, "the service's own words")
    answer = send(person)
    assert answer.problem == title
    assert "the service's own words" in answer.problem_text


def test_a_lost_answer_is_not_told_as_a_failure(wire: Wire, person: Person) -> None:
    wire.snapshot()
    wire.breaks("POST", "/snapshots/s1/metadata", SILENT)
    assert send(person).problem == "It is not known whether the snapshot was marked"


def test_a_snapshot_of_another_project_is_left_alone(wire: Wire, person: Person) -> None:
    wire.snapshot(**{"os-extended-snapshot-attributes:project_id": "another"})
    shown = person.get(ADDRESS, dialog=True)
    assert shown.problem == "This snapshot belongs to another project"
    assert shown.submits == []
