# SPDX-License-Identifier: Apache-2.0
""" "Taken while": the texts of a snapshot's note on every page that shows it."""

import logging
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from snapshot_dashboard.rules.consistency import Taken
from tests.unit.cloud.wire import Wire, snapshot_json
from tests.unit.panels.audit_trail import outcomes
from tests.unit.panels.person import CREATE_VOLUME, SNAPSHOTS, VOLUMES, Answer, Person

NOTE = "snapshot_dashboard:"
HOSTILE = "<script>alert('x')</script>\"'&"
EDITABLE = "This note is stored in the snapshot's metadata, which members of the project can edit."
ELSEWHERE = (
    "This snapshot was made elsewhere (command line, another tool, before this page existed). "
    "Nothing is known about the instance at that time."
)
POWER, BOLT, QUESTION = "fa-power-off", "fa-bolt", "fa-question"
MEMORY = "Data in its memory is missing. The snapshot may be corrupted."
# Note, word in the column, icon, sentence on the details page, line in Create Volume.
TOLD: dict[Taken, tuple[str, str, str, str]] = {
    Taken.DETACHED: (
        "Detached",
        "",
        "The volume was not attached to any instance when the snapshot was requested.",
        "Taken while the volume was detached.",
    ),
    Taken.QUIESCED: (
        "Frozen by the guest agent",
        "",
        "i1 was running, and its guest agent (package qemu-guest-agent) had frozen "
        "(quiesced) the file systems while the snapshot was requested.",
        "Taken while the guest agent of i1 had frozen its file systems.",
    ),
    Taken.SHUT_OFF: (
        "Shut off",
        POWER,
        "i1 was shut off when the snapshot was requested. Sound if it had shut down normally.",
        "Taken while i1 was shut off: sound if it had shut down normally.",
    ),
    Taken.SHELVED: (
        "Shelved",
        POWER,
        "i1 was shelved when the snapshot was requested. "
        "Sound if it had been shut down normally before.",
        "Taken while i1 was shelved: sound if it had been shut down normally before.",
    ),
    Taken.RUNNING: (
        "Running",
        BOLT,
        "i1 was running when the snapshot was requested, and this was accepted after a warning. "
        "The snapshot may be corrupted.",
        "Taken while i1 was running: this snapshot may be corrupted.",
    ),
    Taken.PAUSED: (
        "Paused",
        BOLT,
        f"i1 was paused when the snapshot was requested. {MEMORY}",
        "Taken while i1 was paused: this snapshot may be corrupted.",
    ),
    Taken.SUSPENDED: (
        "Suspended",
        BOLT,
        f"i1 was suspended when the snapshot was requested. {MEMORY}",
        "Taken while i1 was suspended: this snapshot may be corrupted.",
    ),
    Taken.SEVERAL: (
        "4 instances",
        BOLT,
        "Several instances were attached when the snapshot was requested: i1, i2 and 2 more. "
        "The snapshot may be corrupted.",
        "Taken while several instances were attached: this snapshot may be corrupted.",
    ),
    Taken.UNKNOWN: (
        "State unknown",
        QUESTION,
        "It was not certain what used the volume when the snapshot was requested, or in which "
        "state. The snapshot may be corrupted.",
        "Taken while the state of the instance was not known: this snapshot may be corrupted.",
    ),
    Taken.NOT_RECORDED: (
        "Not recorded",
        QUESTION,
        ELSEWHERE,
        "Not recorded: it is not known whether an instance was writing to the volume.",
    ),
}
EACH = pytest.mark.parametrize("taken", list(Taken))


def note(taken: Taken, **more: str) -> dict[str, str]:
    """Return the metadata of a snapshot with such a note."""
    if taken is Taken.NOT_RECORDED:
        return {}
    said = {"taken_while": taken.value, "acknowledged": "yes", **more}
    if taken is Taken.SEVERAL:
        said.setdefault("instances", "i1=ACTIVE i2=SHUTOFF +2")
    elif taken is not Taken.DETACHED:
        said.setdefault("instances", "i1=")
    return {f"{NOTE}{key}": value for key, value in said.items()}


def cell(page: Answer) -> Any:
    """Return the note's cell of the only row."""
    heads = page.all("//tr[@class='table_column_header']/th")
    (place,) = (n for n, each in enumerate(heads) if each.text_content().strip() == "Taken while")
    return page.all("//tr[@data-object-id]/td")[place]


def words(element: Any) -> str:
    """Return the text of an element in single spaces."""
    return " ".join(element.text_content().split())


def in_the_list(taken: Taken) -> str:
    """Return the text of the cell: the word, and the warning where the details page warns."""
    word, _icon, sentence, _line = TOLD[taken]
    return f"{word} may be corrupted" if "may be corrupted" in sentence else word


def details(wire: Wire, person: Person, metadata: dict[str, str], **more: Any) -> str:
    """Return what the details page says under "Taken while"."""
    wire.volume()
    wire.snapshot(metadata=metadata, **more)
    return person.get(f"{SNAPSHOTS}s1").said("//dt[.='Taken while']/following-sibling::dd[1]")


def create_volume(wire: Wire, person: Person, metadata: dict[str, str]) -> Answer:
    """Open Create Volume."""
    wire.volume()
    wire.snapshot(metadata=metadata)
    wire.says("GET", "/types", {"volume_types": []})
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": []})
    return person.get(CREATE_VOLUME, dialog=True)


def test_every_note_is_tried_here() -> None:
    assert set(TOLD) == set(Taken)


@EACH
def test_the_snapshots_page_says_it_in_a_word(wire: Wire, person: Person, taken: Taken) -> None:
    _word, icon, _sentence, line = TOLD[taken]
    wire.holds("snapshots", snapshot_json(metadata=note(taken)))
    shown = cell(person.get(SNAPSHOTS))
    assert words(shown) == in_the_list(taken)
    (told,) = shown.xpath("./span")
    assert told.get("title") == line.replace("i1", "an instance")
    icons = [(each.get("class"), each.get("aria-hidden")) for each in told.xpath("./span")]
    assert icons == ([(f"fa {icon}", "true")] if icon else [])


@EACH
def test_the_tab_of_a_volumes_snapshots_says_the_same(
    wire: Wire, person: Person, taken: Taken
) -> None:
    wire.volume()
    wire.holds("snapshots", snapshot_json(metadata=note(taken)))
    page = person.get(f"{VOLUMES}v1/?tab=volume_details__snapshots_tab")
    assert words(cell(page)) == in_the_list(taken)


@EACH
def test_a_row_that_is_read_again_says_the_same(wire: Wire, person: Person, taken: Taken) -> None:
    wire.snapshot(metadata=note(taken))
    assert TOLD[taken][0] in words(refreshed(person).one("//tr"))


@EACH
def test_no_note_is_called_good(wire: Wire, person: Person, taken: Taken) -> None:
    wire.holds("snapshots", snapshot_json(metadata=note(taken)))
    drawn = cell(person.get(SNAPSHOTS))
    classes = " ".join(each.get("class") or "" for each in drawn.iter())
    assert not any(each in classes for each in ("check", "success", "thumbs", "ok"))
    said = details(wire, person, note(taken)).lower()
    assert not any(each in said for each in ("consistent", "safe", "guarante"))


@EACH
def test_the_details_say_it_in_a_sentence(wire: Wire, person: Person, taken: Taken) -> None:
    assert details(wire, person, note(taken)) == f"{TOLD[taken][2]} {EDITABLE}"


@EACH
def test_create_volume_says_it_above_the_fields(wire: Wire, person: Person, taken: Taken) -> None:
    dialog = create_volume(wire, person, note(taken))
    assert dialog.said("//*[@class='sd-taken']") == TOLD[taken][3]
    assert dialog.all("//*[@class='sd-taken']/following::*[@id='id_name']")


def test_the_instance_of_a_note_is_linked(wire: Wire, person: Person) -> None:
    details(wire, person, note(Taken.RUNNING))
    link = person.get(f"{SNAPSHOTS}s1").one("//dd//a[@data-sd-name='instance:i1']")
    assert link.get("href") == "/project/instances/i1/"


def test_it_is_named_as_soon_as_its_name_is_known(wire: Wire, person: Person) -> None:
    wire.instance("i1", name=HOSTILE)
    person.get(f"{VOLUMES}names/shown/?q=instance:i1")
    assert details(wire, person, note(Taken.RUNNING)).startswith(f"{HOSTILE} was running when")
    assert f"while {HOSTILE} was" in create_volume(wire, person, note(Taken.RUNNING)).text
    for address in (f"{SNAPSHOTS}s1", CREATE_VOLUME):
        assert "<script>alert" not in person.get(address).html


def test_a_note_without_its_instances_speaks_of_an_instance(wire: Wire, person: Person) -> None:
    said = details(wire, person, note(Taken.RUNNING, instances="damaged"))
    assert said.startswith("An instance was running when the snapshot was requested")


def test_a_note_that_cannot_be_read_says_so(wire: Wire, person: Person) -> None:
    said = details(wire, person, {f"{NOTE}taken_while": "perfect"})
    assert said == f"{ELSEWHERE} The note in the metadata cannot be read. {EDITABLE}"
    wire.holds("snapshots", snapshot_json(metadata={f"{NOTE}taken_while": "perfect"}))
    assert words(cell(person.get(SNAPSHOTS))) == "Not recorded"


LOWERED = [
    (
        Taken.DETACHED,
        "The volume was not attached when the snapshot was requested, and may have been attached "
        "before it was finished. The snapshot may be corrupted.",
    ),
    (
        Taken.SHUT_OFF,
        "The instance was shut off when the snapshot was requested, and may have been started "
        "before it was finished. The snapshot may be corrupted.",
    ),
    (
        Taken.SHELVED,
        "The instance was shelved when the snapshot was requested, and may have been started "
        "before it was finished. The snapshot may be corrupted.",
    ),
]


@pytest.mark.parametrize(("before", "sentence"), LOWERED)
def test_a_lowered_note_says_what_it_was(
    wire: Wire, person: Person, before: Taken, sentence: str
) -> None:
    lowered = note(Taken.RUNNING, lowered=before.value)
    assert details(wire, person, lowered) == f"{sentence} {EDITABLE}"
    wire.holds("snapshots", snapshot_json(metadata=lowered))
    shown = cell(person.get(SNAPSHOTS))
    assert words(shown) == "Running may be corrupted"
    assert shown.xpath("./span")[0].get("title") == sentence


@pytest.mark.parametrize("key", ["taken_while", "instances", "lowered", "acknowledged", "request"])
def test_what_anybody_wrote_is_text_and_nothing_else(wire: Wire, person: Person, key: str) -> None:
    metadata = {**note(Taken.SEVERAL), f"{NOTE}{key}": HOSTILE, HOSTILE: HOSTILE}
    wire.volume()
    wire.holds("snapshots", snapshot_json(metadata=metadata))
    dialog = create_volume(wire, person, metadata)
    pages = [person.get(each) for each in (SNAPSHOTS, f"{SNAPSHOTS}s1")]
    for page in (dialog, *pages, person.get(f"{VOLUMES}v1/?tab=volume_details__snapshots_tab")):
        assert page.status == 200
        assert "<script>alert" not in page.html


def test_who_made_it_stands_beside_it(wire: Wire, person: Person) -> None:
    details(wire, person, note(Taken.DETACHED))
    page = person.get(f"{SNAPSHOTS}s1")
    assert page.said("//dt[.='Created by']/following-sibling::dd[1]") == "anna"


def refreshed(person: Person) -> Answer:
    """Ask for the row again, as the page does while its status moves."""
    query = "?action=row_update&table=volume_snapshots&obj_id=s1"
    return person.get(SNAPSHOTS + query, dialog=True)


def now() -> str:
    """Return this moment as Cinder writes it."""
    return datetime.now(timezone.utc).replace(tzinfo=None).isoformat()


def watched(wire: Wire, person: Person) -> None:
    """Look at a snapshot of a detached volume while it is made; a moment later it is finished."""
    wire.volume()
    wire.says("POST", "/snapshots/s1/metadata", {"metadata": {}})
    wire.snapshot(metadata=note(Taken.DETACHED), status="creating")
    refreshed(person)
    wire.snapshot(metadata=note(Taken.DETACHED), updated_at=now())


def test_a_row_that_is_finished_lowers_its_note_and_tells_the_audit_log(
    wire: Wire, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="snapshot_dashboard.audit")
    watched(wire, person)
    wire.attached(("i1", "ACTIVE"))
    assert "Running" in words(refreshed(person).one("//tr"))
    (line,) = outcomes(caplog)
    told = (line["action"], line["id"], line["result"])
    assert told == ("snapshot.lower_note", "s1", "accepted")
    assert (line["taken_while"], line["user_id"]) == ("running", "u-anna")


@pytest.mark.parametrize("address", [SNAPSHOTS, f"{VOLUMES}v1/?tab=volume_details__snapshots_tab"])
def test_a_list_that_shows_it_being_made_is_enough(
    wire: Wire, person: Person, address: str
) -> None:
    wire.attached(("i1", "ACTIVE"))
    wire.says("POST", "/snapshots/s1/metadata", {"metadata": {}})
    wire.holds("snapshots", snapshot_json(metadata=note(Taken.DETACHED), status="creating"))
    person.get(address)
    wire.snapshot(metadata=note(Taken.DETACHED), updated_at=now())
    assert "Running" in words(refreshed(person).one("//tr"))


def test_a_row_whose_note_stays_is_not_in_the_audit_log(
    wire: Wire, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="snapshot_dashboard.audit")
    watched(wire, person)
    assert "Detached" in words(refreshed(person).one("//tr"))
    assert outcomes(caplog) == []


def test_a_note_that_cannot_be_lowered_leaves_the_row(
    wire: Wire, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="snapshot_dashboard.audit")
    watched(wire, person)
    wire.attached(("i1", "ACTIVE"))
    wire.fails("POST", "/snapshots/s1/metadata", 403)
    assert "Detached" in words(refreshed(person).one("//tr"))
    assert len(wire.sent("POST", "/snapshots/s1/metadata")) == 1
    assert [each["result"] for each in outcomes(caplog)] == ["refused"]


def test_a_row_whose_session_ended_meanwhile_leads_to_the_login_page(
    wire: Wire, person: Person
) -> None:
    watched(wire, person)
    wire.attached(("i1", "ACTIVE"))
    wire.fails("POST", "/snapshots/s1/metadata", 401)
    assert refreshed(person).status == 401


@pytest.mark.parametrize("status", ["backing-up", "deleting", "restoring"])
def test_work_on_an_old_snapshot_does_not_lower_its_note(
    wire: Wire, person: Person, status: str
) -> None:
    """Cinder makes it available again when a backup of it, or a deletion that it refused, ends."""
    wire.attached(("i1", "ACTIVE"))
    wire.says("POST", "/snapshots/s1/metadata", {"metadata": {}})
    day_before = (datetime.now(timezone.utc) - timedelta(days=1)).replace(tzinfo=None).isoformat()
    old: dict[str, Any] = {"metadata": note(Taken.SHUT_OFF), "created_at": day_before}
    wire.snapshot(status=status, updated_at=now(), **old)
    refreshed(person)
    wire.snapshot(status="available", updated_at=now(), **old)
    assert "Shut off" in words(refreshed(person).one("//tr"))
    assert wire.sent("POST", "/snapshots/s1/metadata") == []
