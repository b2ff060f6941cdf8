# SPDX-License-Identifier: Apache-2.0
"""Pages, warnings and forms with older versions of the APIs, which refuse whatever is newer.

The fixture ``wire`` fails a test that asks for a version which its cloud does not have.
"""

from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from snapshot_dashboard.panels.common.recommended_step import STEPS
from snapshot_dashboard.rules.attention import NextStep
from tests.api_versions import OLDER, Version, Versions
from tests.unit.cloud.wire import SILENT, Json, Wire, snapshot_json, volume_json
from tests.unit.panels import support
from tests.unit.panels.common.test_matrix import DIALOG, STATES
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.create_backup import backup_dialog
from tests.unit.panels.features.create_snapshot.test_create_snapshot_sent import accepting
from tests.unit.panels.features.investigate import analysis
from tests.unit.panels.features.revert import reverting
from tests.unit.panels.features.set_launch import set_launching
from tests.unit.panels.features.snapshot_set import snapshot_sets
from tests.unit.panels.features.support_attention import attention_page
from tests.unit.panels.person import (
    CREATE_SNAPSHOT,
    CREATE_VOLUME,
    SNAPSHOTS,
    VOLUMES,
    Person,
    user,
)
from tests.unit.panels.support import busy, support_user
from tests.unit.panels.test_causes import ADDRESSES

QUOTA_USE: Version = (3, 65)
LEFT = "[revert] volume v1 backup snapshot"
PROVED = {"REIMAGE_FROM_SNAPSHOT": "proved"}


@pytest.fixture(params=OLDER, ids=str)
def older(request: pytest.FixtureRequest, wire: Wire) -> Versions:
    """Each pair of older versions in turn."""
    found: Versions = request.param
    wire.offers(found)
    return found


def told(older: Versions, snapshot_id: str = "s1", *, temporary: bool = False, **more: Any) -> Json:
    """Return a snapshot as a Cinder of this version tells it."""
    found = snapshot_json(snapshot_id, **more, consumes_quota=not temporary)
    if older.cinder < QUOTA_USE:
        del found["consumes_quota"]
    return found


def left_by_revert(older: Versions) -> Json:
    """Return what Cinder has kept of the volume when a revert failed."""
    return told(older, "s9", temporary=True, name=LEFT)


def test_every_page_answers_and_asks_for_nothing_newer(
    older: Versions, wire: Wire, log_in: LogIn, settings: Any
) -> None:
    settings.SNAPSHOT_DASHBOARD = PROVED
    busy(wire)
    # Horizon's own dialog to extend a volume fails where these cannot be read.
    most = {f"maxTotal{each}": 100 for each in ("Volumes", "Snapshots", "VolumeGigabytes")}
    used = {f"total{each}Used": 20 for each in ("Volumes", "Snapshots", "Gigabytes")}
    wire.says("GET", "/limits", {"limits": {"absolute": most | used}})
    person = log_in(support_user())
    answers = {each: person.client.get(each) for each in ADDRESSES}
    # Read, too: some are sent while they are made.
    said = {each: b"".join(found) for each, found in answers.items()}
    assert {
        each: found.status_code for each, found in answers.items() if found.status_code >= 500
    } == {}
    assert [each for each, text in said.items() if b"not supported by the API" in text] == []


def test_the_warning_of_every_state_is_the_same(
    older: Versions, wire: Wire, person: Person
) -> None:
    accepting(wire)
    wrong = []
    for state in STATES:
        form = DIALOG.opened(wire, person, state)
        found = DIALOG.sent(wire, person, form, state, state)
        wrong += [f"{state.name}: {each}" for each in found]
    assert wrong == []


@pytest.mark.parametrize("how", [406, 500, SILENT])
def test_records_that_are_refused_are_unknown_and_not_safe(
    older: Versions, wire: Wire, person: Person, how: int | type[Exception]
) -> None:
    wire.volume()
    if isinstance(how, int):
        wire.fails("GET", "/attachments", how)
    else:
        wire.breaks("GET", "/attachments", how)
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    assert "It cannot be checked which instance uses this volume" in dialog.explanation
    assert dialog.tick == "I understand that this snapshot may be corrupted."


def test_a_volume_is_made_from_a_snapshot(older: Versions, wire: Wire, person: Person) -> None:
    wire.says("GET", "/snapshots/s1", {"snapshot": told(older)})
    wire.volume()
    wire.says("GET", "/types", {"volume_types": []})
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": []})
    wire.says("POST", "/volumes", {"volume": volume_json("v9", name="copy")}, 202)
    form = {"name": "copy", "description": "", "size": "20"}
    answer = person.post(CREATE_VOLUME, form, dialog=True)
    assert "X-Horizon-Location" in answer.headers
    assert wire.sent("POST", "/volumes")


def test_a_volume_is_reverted(older: Versions, wire: Wire, person: Person) -> None:
    reverting.prepare(wire)
    reverting.press(person, "revert")
    assert reverting.asked(wire) == [{"revert": {"snapshot_id": "s1"}}]


def test_re_imaging_is_not_offered_where_there_is_none(
    older: Versions, wire: Wire, person: Person, settings: Any
) -> None:
    settings.SNAPSHOT_DASHBOARD = PROVED
    reverting.prepare(wire)
    wire.holds("snapshots", told(older, "s2", name="newer"), told(older))
    dialog = reverting.opened(person)
    only = "With Revert Volume only the newest snapshot can be reverted to"
    assert (reverting.titles(dialog) == [only]) is (older.cinder < (3, 68))


def test_what_a_failed_revert_has_kept_is_never_told_to_be_deleted(
    older: Versions, wire: Wire, person: Person
) -> None:
    reverting.prepare(wire)
    wire.holds("snapshots", left_by_revert(older), told(older))
    dialog = reverting.opened(person)
    assert reverting.titles(dialog)[0].endswith("and a temporary one is newer")
    assert "delete the newer snapshots first" not in dialog.text
    assert dialog.one("//a[.='Create Volume']").get("href").endswith("?snapshot_id=s9")
    row = person.get(SNAPSHOTS).one("//tr[@data-object-id='s9']")
    assert "Temporary, made by the storage service." in row.text_content()
    assert row.xpath(".//*[contains(@id, 'action')]") == []


def test_a_volume_says_that_its_revert_has_failed(
    older: Versions, wire: Wire, person: Person
) -> None:
    reverting.prepare(wire)
    wire.volume(status="error")
    wire.holds("snapshots", left_by_revert(older), told(older))
    looks = "This volume is in an error state, and it looks like a revert has failed"
    assert reverting.titles(reverting.opened(person)) == [looks]
    assert "looks like a revert of this volume has failed" in person.get(f"{VOLUMES}v1/").text


def test_support_is_told_of_what_a_revert_has_kept(
    older: Versions, wire: Wire, log_in: LogIn
) -> None:
    busy(wire)
    wire.says("GET", "/snapshots/s1", {"snapshot": told(older)})
    by_name = older.cinder < QUOTA_USE
    asked = "name~=v1" if by_name else "consumes_quota=false"
    kept = {"snapshots": [left_by_revert(older), told(older, name="about v1")]}
    wire.says("GET", f"/snapshots/detail?{asked}", kept)
    page = log_in(support_user()).get(support.SNAPSHOT)
    assert support.line(page, "Temporary snapshots of the volume") == LEFT


def test_needs_attention_knows_a_failed_revert(
    older: Versions, wire: Wire, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: attention_page.NOW)
    attention_page.be_quiet(wire)
    attention_page.holds_volumes(wire, attention_page.aged_volume("v1", "error", 300))
    named = quote("[revert] volume % backup snapshot")
    asked = f"name~={named}" if older.cinder < QUOTA_USE else "consumes_quota=false"
    kept = {"snapshots": [left_by_revert(older)]}
    wire.says("GET", f"/snapshots/detail?{asked}", kept)
    page = log_in(user("admin", "member", "reader")).get(attention_page.PAGE)
    _reason, step = attention_page.told(page, "v1")
    assert step.startswith(str(STEPS[NextStep.REVERT_FAILED])) and LEFT in step


def test_clean_up_lists_all_but_temporary_snapshots(
    older: Versions, wire: Wire, person: Person
) -> None:
    old: Json = {"volume_id": "v1", "created_at": "2020-01-01T00:00:00"}
    found = [told(older, f"s{number}", **old) for number in (1, 2)]
    wire.holds("snapshots", left_by_revert(older) | old, *found)
    look = f"{SNAPSHOTS}clean_up/?read=1&newest=0&days=90"
    page = b"".join(person.client.get(look)).decode()
    assert [f"{SNAPSHOTS}{each}" in page for each in ("s1", "s2", "s9")] == [True, True, False]


def test_a_set_is_made_of_an_instance(older: Versions, wire: Wire, person: Person) -> None:
    snapshot_sets.running(wire, "v1", "v2")
    snapshot_sets.accepting(wire)
    dialog = person.get(snapshot_sets.OF_INSTANCE, dialog=True)
    form = snapshot_sets.fill(dialog, tick=True, name="before")
    person.post(snapshot_sets.OF_INSTANCE, form, dialog=True)
    made = snapshot_sets.asked(wire)
    assert {each: body["force"] for each, body in made.items()} == {"v1": True, "v2": True}


def test_an_instance_is_launched_from_a_set(older: Versions, wire: Wire, person: Person) -> None:
    set_launching.there_is(wire)
    storage = set_launching.Storage(wire)
    set_launching.accepting(wire)
    place = set_launching.sent(person)
    storage.become("available")
    storage.made[0]["multiattach"] = True
    set_launching.press(person, place)
    assert len(wire.sent("POST", "http://compute.test/v2.1/servers")) == 1


def test_a_backup_is_made_with_its_note(older: Versions, wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    backup_dialog.accepting(wire)
    backup_dialog.send(person, acknowledged="corrupted")
    (body,) = backup_dialog.asked(wire)
    assert body["force"] and backup_dialog.note(body)["taken_while"] == "running"


@pytest.mark.parametrize("multiattach", [False, True])
def test_a_volume_is_attached(
    older: Versions, wire: Wire, person: Person, multiattach: bool
) -> None:
    wire.snapshot()
    analysis.there_are(wire, analysis.server_json("i2"))
    analysis.copy(wire, "available", multiattach=multiattach)
    wire.says("POST", analysis.ATTACH, {"volumeAttachment": {"device": "/dev/vdb"}})
    person.post(analysis.PROGRESS, {})
    assert len(wire.sent("POST", analysis.ATTACH)) == 1
