# SPDX-License-Identifier: Apache-2.0
"""What is on hold is deleted by no dialog and no action; each says who wrote it, when and why."""

import pytest

from snapshot_dashboard.rules.holds import HOLD as KEY
from tests.unit.cloud.wire import OTHER_PROJECT, Wire, volume_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.delete.deletion import (
    OF_SNAPSHOT,
    OF_VOLUME,
    asks,
    blockers,
    deleted,
    first,
)
from tests.unit.panels.features.delete.test_delete_several import staying
from tests.unit.panels.features.keeping.holding import RELEASE, TOLD, held, there_are
from tests.unit.panels.person import CATALOG, SNAPSHOTS, VOLUMES, Answer, Person, service, user
from tests.unit.panels.support import be_quiet, cell, line
from tests.unit.panels.support_dialogs import DELETE, DELETES, buttons, fill, hear, writes

ADMINS = "/admin/snapshots/"
SEVERAL = "delete/several/?id=s1&id=s2"
UNSET = f"openstack volume snapshot unset --property {KEY} s1"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages for the page that follows."""
    return hear(monkeypatch)


@pytest.fixture
def admin(wire: Wire, log_in: LogIn) -> Person:
    """Somebody of the support staff, who has a project of his own."""
    be_quiet(wire)
    wire.says("GET", f"http://identity.test/v3/projects/{OTHER_PROJECT}", {"project": {"id": "o"}})
    wire.says("GET", "http://identity.test/v3/projects", {"projects": []})
    image = service("image", "http://image.test/v2")
    wire.says("GET", "http://image.test/v2/images", {"images": []})
    return log_in(user("admin", "member", "reader", catalog=[*CATALOG, image]))


def sent(person: Person, address: str, **typed: str) -> Answer:
    """Open a dialog, and send its form whether or not it has a button."""
    form = fill(person.get(address, dialog=True))
    return person.post(address, {**form, **typed}, dialog=True)


def test_the_dialog_of_one_says_why_and_how_it_is_released(wire: Wire, person: Person) -> None:
    there_are(wire, s1=held())
    assert not asks(person, OF_SNAPSHOT)
    dialog = person.get(OF_SNAPSHOT, dialog=True)
    (said,) = blockers(dialog)
    assert said.startswith(f"{TOLD} Release the hold first")
    assert "not the command line" in said
    assert dialog.one("//ol//a[contains(@class, 'ajax-modal')]").get("href") == RELEASE
    assert buttons(dialog) == []
    sent(person, OF_SNAPSHOT)
    assert deleted(wire) == []


def test_the_row_leads_to_that_dialog(wire: Wire, person: Person, told: list[str]) -> None:
    there_are(wire, s1=held())
    page = person.get(SNAPSHOTS)
    assert page.all(f"//tr[@data-object-id='s1']//a[starts-with(@href, '{OF_SNAPSHOT}')]")
    # Whoever sends the form of a button that was there before.
    form = {"action": "volume_snapshots__delete__s1"}
    assert person.post(SNAPSHOTS, form).headers["Location"].startswith(OF_SNAPSHOT)
    assert (deleted(wire), told) == ([], [])


def test_a_hold_that_comes_while_the_dialog_is_open_keeps_it(wire: Wire, person: Person) -> None:
    there_are(wire, s1={})
    form = fill(person.get(OF_SNAPSHOT, dialog=True))
    there_are(wire, s1=held())
    answer = person.post(OF_SNAPSHOT, form, dialog=True)
    assert answer.problem == "Nothing was deleted: the situation changed while this form was open"
    assert blockers(answer)[0].startswith(TOLD)
    assert deleted(wire) == []


def test_of_several_the_others_are_deleted(wire: Wire, person: Person, told: list[str]) -> None:
    there_are(wire, s1=held(), s2={})
    dialog = person.get(SNAPSHOTS + SEVERAL, dialog=True)
    (said,) = staying(dialog)
    assert said.startswith("name of s1 (") and TOLD in said
    sent(person, SNAPSHOTS + SEVERAL)
    assert deleted(wire) == ["/snapshots/s2"]
    assert len(told) == 2
    assert "Unable to delete" in told[0] and "put on hold by <bdi>bert</bdi>" in told[0]


def test_of_several_one_that_was_put_on_hold_meanwhile_stays(
    wire: Wire, person: Person, told: list[str]
) -> None:
    there_are(wire, s1={}, s2={})
    form = fill(person.get(SNAPSHOTS + SEVERAL, dialog=True))
    there_are(wire, s1=held(), s2={})
    person.post(SNAPSHOTS + SEVERAL, form, dialog=True)
    assert deleted(wire) == ["/snapshots/s2"]
    assert "put on hold by <bdi>bert</bdi>" in told[0]


def test_a_volume_is_not_deleted_with_it(wire: Wire, person: Person) -> None:
    there_are(wire, s1=held(), s2={})
    dialog = person.get(OF_VOLUME, dialog=True)
    assert "1 of them cannot be deleted now, so the volume cannot be deleted either." in dialog.text
    assert first(dialog)[0].endswith(f"{TOLD}.")
    assert buttons(dialog) == []
    sent(person, OF_VOLUME, cascade="on")
    assert deleted(wire) == []


def test_a_volume_whose_snapshot_is_put_on_hold_meanwhile_stays(wire: Wire, person: Person) -> None:
    there_are(wire, s1={})
    form = fill(person.get(OF_VOLUME, dialog=True)) | {"cascade": "on"}
    there_are(wire, s1=held())
    answer = person.post(OF_VOLUME, form, dialog=True)
    assert first(answer)[0].endswith(f"{TOLD}.")
    assert deleted(wire) == []


def test_of_several_volumes_it_stays_as_every_volume_with_snapshots(
    wire: Wire, person: Person
) -> None:
    there_are(wire, s1=held())
    wire.holds("volumes", volume_json())
    sent(person, f"{VOLUMES}delete/several/?id=v1")
    assert deleted(wire) == []


# Support staff.


def test_support_sees_the_hold(wire: Wire, admin: Person) -> None:
    there_are(wire, s1=held())
    assert cell(admin.get(ADMINS), "Keep") == "On hold for the audit - bert"
    page = admin.get(f"{ADMINS}s1")
    assert line(page, "Hold") == TOLD
    (said,) = blockers(page)
    assert said.startswith(TOLD) and UNSET in said


def test_an_administrator_does_not_delete_it(wire: Wire, admin: Person, told: list[str]) -> None:
    there_are(wire, s1=held(), s2={})
    dialog = admin.get(ADMINS + SEVERAL, dialog=True)
    (said,) = staying(dialog)
    assert TOLD in said
    sent(admin, ADMINS + SEVERAL)
    assert deleted(wire) == ["/snapshots/s2"]


def test_force_delete_refuses_it_with_the_words_how_it_is_released(
    wire: Wire, admin: Person
) -> None:
    there_are(wire, s1=held())
    dialog = admin.get(DELETE, dialog=True)
    assert dialog.problem == "This snapshot is on hold"
    assert TOLD in dialog.problem_text and UNSET in dialog.problem_text
    assert buttons(dialog) == []
    sent(admin, DELETE, confirm="s1")
    assert writes(wire) == []


def test_force_delete_of_several_leaves_it_alone(
    wire: Wire, admin: Person, told: list[str]
) -> None:
    there_are(wire, s1=held(), s2={})
    address = f"{DELETES}?id=s1&id=s2"
    dialog = admin.get(address, dialog=True)
    assert "Type 1 to confirm" in dialog.text
    sent(admin, address, confirm="1")
    assert writes(wire) == ["/snapshots/s2/action"]
    assert "put on hold by <bdi>bert</bdi>" in told[0] and UNSET in told[0]


def test_one_that_was_put_on_hold_meanwhile_is_not_forced(wire: Wire, admin: Person) -> None:
    there_are(wire, s1={})
    form = {**fill(admin.get(DELETE, dialog=True)), "confirm": "s1"}
    there_are(wire, s1=held())
    assert admin.post(DELETE, form, dialog=True).problem == "This snapshot is on hold"
    assert writes(wire) == []


@pytest.mark.parametrize("status", ["creating", "error_deleting", "available"])
def test_it_is_refused_in_every_status(wire: Wire, person: Person, status: str) -> None:
    there_are(wire, s1=held())
    wire.snapshot(metadata=held(), status=status)
    assert blockers(person.get(OF_SNAPSHOT, dialog=True))[0].startswith(TOLD)
    sent(person, OF_SNAPSHOT)
    assert deleted(wire) == []
