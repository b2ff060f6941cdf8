# SPDX-License-Identifier: Apache-2.0
"""Tags in the dialogs: typed, copied, refused by line, and sent."""

from typing import Any

import pytest

from snapshot_dashboard.rules.consistency import PREFIX
from tests.unit.cloud.wire import Wire, snapshot_json
from tests.unit.panels.features.snapshot_set.snapshot_sets import (
    SEVERAL,
    accepting,
    asked,
    fill,
)
from tests.unit.panels.person import CREATE_SNAPSHOT, Answer, Person

HOSTILE = "<script>alert('x')</script>{$ 1 $}\"'& ü \U0001f600 a=b"
METADATA = {"env": "prod", "note": HOSTILE, "readonly": "False", f"{PREFIX}request": "r1"}


def send(person: Person, tags: str = "", **more: str) -> Answer:
    """Send Create Snapshot of a detached volume, which was seen as such."""
    seen = person.get(CREATE_SNAPSHOT, dialog=True).value("id_seen")
    return person.post(CREATE_SNAPSHOT, {"seen": seen, "tags": tags, **more}, dialog=True)


def sent(wire: Wire) -> dict[str, str]:
    """Return the metadata of the only snapshot that was asked for, without the notes of ours."""
    (request,) = wire.sent("POST", "/snapshots")
    return others(request.json()["snapshot"]["metadata"])


def others(metadata: dict[str, str]) -> dict[str, str]:
    """Return what is not ours."""
    return {name: each for name, each in metadata.items() if not name.startswith(PREFIX)}


@pytest.fixture
def cinder(wire: Wire) -> Wire:
    """A detached volume with metadata, of which snapshots can be made."""
    wire.volume(metadata=METADATA)
    wire.says("POST", "/snapshots", {"snapshot": snapshot_json(status="creating")}, 202)
    return wire


def test_tags_are_metadata_of_the_snapshot(cinder: Wire, person: Person) -> None:
    send(person, f"env=test\r\n\r\n note = {HOSTILE}")
    assert sent(cinder) == {"env": "test", "note": HOSTILE}


def test_none_are_written_unasked(cinder: Wire, person: Person) -> None:
    send(person)
    assert sent(cinder) == {}


def test_those_of_the_volume_are_copied_by_a_tick_and_what_is_typed_counts_more(
    cinder: Wire, person: Person
) -> None:
    send(person, "env=test\nmore=1", copy_tags="on")
    assert sent(cinder) == {"env": "test", "note": HOSTILE, "more": "1"}


def test_the_dialog_says_what_would_be_copied(cinder: Wire, person: Person) -> None:
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    said = dialog.said("//*[@id='id_copy_tags_help']")
    assert "There is: env=prod, note=<script>alert('x')</script>" in said
    assert "<script>alert" not in dialog.html and "readonly" not in said and PREFIX not in said
    assert not dialog.one("//input[@name='copy_tags']").checked


def test_without_anything_to_copy_there_is_no_box(wire: Wire, person: Person) -> None:
    wire.volume(metadata={"readonly": "False"})
    assert not person.get(CREATE_SNAPSHOT, dialog=True).all("//input[@name='copy_tags']")


def errors(dialog: Answer) -> list[str]:
    """Return what is said of the field."""
    return [each.text_content().strip() for each in dialog.all("//*[@id='id_tags_error']/div")]


def test_each_line_that_is_wrong_is_told_and_what_was_typed_stays(
    cinder: Wire, person: Person
) -> None:
    typed = f"prod\n=x\n<b>ö=1\n{PREFIX}hold=x\na=1\na=2\nlong={'v' * 256}\n{'n' * 256}=1\nok=1"
    dialog = send(person, typed, copy_tags="on")
    assert errors(dialog) == [
        'Line 1: "prod" has no "=". Write name=value.',
        'Line 2: there is no name before the "=".',
        "Line 3: the storage service does not accept these characters in a name: < > ö. "
        "It takes A-Z, a-z, digits, spaces and - _ : . /",
        f'Line 4: names that begin with "{PREFIX}" are written by this dashboard.',
        'Line 6: "a" is there twice.',
        'Line 7: the value of "long" is longer than 255 characters.',
        f'Line 8: the name "{"n" * 60}…" is longer than 255 characters.',
    ]
    assert not cinder.sent("POST", "/snapshots")
    assert dialog.value("id_tags") == typed
    assert dialog.one("//input[@name='copy_tags']").checked
    assert dialog.one("//details[.//*[@id='id_tags']]").get("open") is not None


def test_too_many_are_told(cinder: Wire, person: Person) -> None:
    dialog = send(person, "\n".join(f"n{number}=x" for number in range(31)))
    assert errors(dialog) == ["These are 31 tags. At most 30 can be given at once."]


def test_no_tag_can_take_the_place_of_a_note(cinder: Wire, person: Person) -> None:
    send(person, "taken_while=running", copy_tags="on")
    (request,) = cinder.sent("POST", "/snapshots")
    metadata = request.json()["snapshot"]["metadata"]
    assert metadata[f"{PREFIX}taken_while"] == "detached"
    assert metadata[f"{PREFIX}request"] != "r1"


# Several volumes.


def test_each_snapshot_of_several_volumes_gets_the_tags_and_its_own_copies(
    wire: Wire, person: Person
) -> None:
    for volume_id in ("v1", "v2"):
        wire.volume(volume_id, metadata={"of": volume_id})
        wire.records(volume_id)
    accepting(wire)
    dialog = person.get(SEVERAL, dialog=True)
    assert "There is: of=v1, of=v2" in dialog.text
    assert "Copy the metadata of each volume to its snapshot" in dialog.text
    person.post(SEVERAL, fill(dialog, tags="env=test", copy_tags="on"), dialog=True)
    found = {volume_id: others(each["metadata"]) for volume_id, each in asked(wire).items()}
    assert found == {
        "v1": {"of": "v1", "env": "test"},
        "v2": {"of": "v2", "env": "test"},
    }


def test_what_is_tried_again_keeps_tags_and_day(wire: Wire, person: Person) -> None:
    for volume_id in ("v1", "v2"):
        wire.volume(volume_id, metadata={"of": volume_id})
        wire.records(volume_id)
    wire.holds("snapshots")
    accepting(wire, "v2")
    dialog = person.get(SEVERAL, dialog=True)
    more: dict[str, Any] = {"tags": "env=test", "copy_tags": "on", "keep": "week"}
    answer = person.post(SEVERAL, fill(dialog, **more), dialog=True)
    page = person.get(answer.headers["X-Horizon-Location"])
    (form,) = page.all("//form[.//input[@name='seen']]")
    again = {each.name: each.value for each in form.xpath(".//input[@type='hidden']")}
    assert {name: again.get(name) for name in more} == more
    assert "keep_date" not in again
