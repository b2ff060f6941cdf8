# SPDX-License-Identifier: Apache-2.0
"""Deletions that were refused or whose outcome is unknown."""

from datetime import datetime, timezone
from typing import Any

import pytest

from tests.unit.cloud.wire import (
    OTHER_PROJECT,
    REFUSED,
    REQUEST_ID,
    SILENT,
    Json,
    Wire,
    snapshot_json,
)
from tests.unit.panels.features.delete.deletion import (
    BOTH,
    OF_SNAPSHOT,
    asks,
    blockers,
    deleted,
    send,
    there_is,
)
from tests.unit.panels.person import Person
from tests.unit.panels.support_dialogs import buttons, fill, hear


@pytest.fixture(autouse=True)
def can_be_deleted(wire: Wire, person: Person) -> None:
    """A volume and a snapshot that can be deleted."""
    there_is(wire)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages for the page that follows."""
    return hear(monkeypatch)


# Refusals and what else may happen.


@BOTH
def test_a_refusal_for_a_cause_that_cannot_be_seen_is_said_as_such(
    wire: Wire, person: Person, address: str, path: str
) -> None:
    wire.fails("DELETE", path, 400, "generic")
    answer = send(person, address)
    assert answer.problem == "Not deleted: the storage service refused the request"
    assert "Nothing that you can see stands in the way" in answer.problem_text
    assert path.rpartition("/")[2] in answer.problem_text
    assert "generic" in answer.problem_text and REQUEST_ID in answer.problem_text
    assert ("a snapshot of another project" in answer.problem_text) == ("volumes" in path)
    assert buttons(answer)


def test_a_refusal_is_explained_by_what_is_in_the_way_by_now(wire: Wire, person: Person) -> None:
    form = fill(person.get(OF_SNAPSHOT, dialog=True))
    states = iter(["available", "backing-up"])

    def snapshot(request: Any, context: Any) -> Json:
        return {"snapshot": snapshot_json(status=next(states))}

    wire.mocker.register_uri("GET", "http://storage.test/v3/snapshots/s1", json=snapshot)
    wire.fails("DELETE", "/snapshots/s1", 400, "generic")
    answer = person.post(OF_SNAPSHOT, form, dialog=True)
    assert answer.problem.startswith("Nothing was deleted: the situation changed")
    assert blockers(answer)[0].startswith("It is busy: Backing Up")
    assert "generic" in answer.problem_text


@BOTH
@pytest.mark.parametrize(
    ("status", "title"),
    [
        (403, "Your role does not allow this"),
        (404, "no longer exists"),
        (500, "It is not known whether the deletion was accepted"),
    ],
)
def test_each_error_says_what_became_of_it(
    wire: Wire, person: Person, address: str, path: str, status: int, title: str
) -> None:
    wire.fails("DELETE", path, status)
    assert title in send(person, address).problem


@BOTH
@pytest.mark.parametrize(
    ("how", "title"),
    [(REFUSED, "cannot be reached"), (SILENT, "It is not known whether the deletion")],
)
def test_no_answer_says_whether_anything_was_sent(
    wire: Wire, person: Person, address: str, path: str, how: type[Exception], title: str
) -> None:
    wire.breaks("DELETE", path, how)
    assert title in send(person, address).problem


@BOTH
def test_what_has_gone_is_said(wire: Wire, person: Person, address: str, path: str) -> None:
    form = fill(person.get(address, dialog=True))
    wire.fails("GET", path, 404)
    assert "no longer exists" in person.get(address, dialog=True).problem
    assert "no longer exists" in person.post(address, form, dialog=True).problem
    assert deleted(wire) == []


@BOTH
def test_a_form_of_another_project_deletes_nothing(
    wire: Wire, person: Person, address: str, path: str
) -> None:
    form = {"opened_in": f"{OTHER_PROJECT} Research"}
    answer = person.post(address, form, dialog=True)
    assert answer.problem.startswith("You have switched to project")
    assert "Nothing was deleted." in answer.problem_text
    assert deleted(wire) == []


@BOTH
def test_only_own_pages_are_gone_to(wire: Wire, person: Person, address: str, path: str) -> None:
    answer = send(person, address, next="https://evil.test/")
    assert answer.headers["X-Horizon-Location"].startswith("/project/")


@BOTH
def test_a_snapshot_list_that_cannot_be_read_deletes_nothing(
    wire: Wire, person: Person, address: str, path: str
) -> None:
    form = fill(person.get(address, dialog=True))
    for each in ("/snapshots/detail", "/snapshots/s1"):
        wire.fails("GET", each, 500)
    answer = person.post(address, form, dialog=True)
    assert answer.problem == "Not deleted"
    assert deleted(wire) == []


def test_why_it_came_back_is_told_whoever_asked_for_it(wire: Wire, person: Person) -> None:
    when = datetime.now(timezone.utc)
    wire.snapshot(updated_at=f"{when:%Y-%m-%dT%H:%M:%S.%f}")
    busy = {"id": "m1", "event_id": "VOLUME_VOLUME_SNAPSHOT_010_015", "resource_uuid": "s1"}
    wire.messages(busy | {"created_at": f"{when:%Y-%m-%dT%H:%M:%S.%f}"})
    said = person.get(OF_SNAPSHOT, dialog=True).said("//p[@class='sd-remark']")
    assert said == "Not deleted: it is in use, probably by a volume made from it."
    assert not asks(person, OF_SNAPSHOT)
