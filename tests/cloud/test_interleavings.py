# SPDX-License-Identifier: Apache-2.0
"""Changes and failures between opening a dialog and submitting it."""

import time

import lxml.html
import pytest

from demo.layout import Home
from demo.visitor import Visitor
from tests.cloud import promises
from tests.cloud.dialogs import SNAPSHOTS, VOLUMES, Dialog, accepted, opened, snapshot_path, words
from tests.cloud.promises import FORCE_BUTTON, PLAIN_BUTTON
from tests.cloud.stopping import hanging
from tests.cloud.workshop import Workshop, unique

# Seconds in which every page has to answer, whatever the services do.
PATIENT = 8
CHANGED = "Nothing was created: the situation changed while this form was open"


@pytest.fixture(scope="module")
def instance_id(shared_workshop: Workshop) -> str:
    """An instance for all tests."""
    return str(shared_workshop.running("web").id)


def test_a_volume_attached_after_opening_is_warned_about(
    workshop: Workshop, instance_id: str, anna: Visitor
) -> None:
    volume = workshop.volume().id
    dialog = opened(anna, snapshot_path(volume))
    workshop.attach(instance_id, volume)
    again = Dialog(dialog.submit(anna, name="kept", description="kept too"))
    assert CHANGED in again.problem
    assert "Then: detached. Now: attached" in again.problem
    assert again.telling[1] == promises.RUNNING.risk
    assert again.button == FORCE_BUTTON
    assert again.tick.get("checked") is None
    assert (again.fields()["name"], again.fields()["description"]) == ("kept", "kept too")
    assert workshop.snapshots_of(volume) == []


def test_the_returned_dialog_works_once_it_is_ticked(
    workshop: Workshop, instance_id: str, anna: Visitor
) -> None:
    volume = workshop.volume().id
    dialog = opened(anna, snapshot_path(volume))
    workshop.attach(instance_id, volume)
    again = Dialog(dialog.submit(anna))
    assert accepted(again.submit(anna, tick=True, name=unique("second")))
    assert len(workshop.snapshots_of(volume)) == 1


def test_a_tick_given_for_shut_off_does_not_count_when_the_instance_was_started(
    workshop: Workshop, instance_id: str, anna: Visitor
) -> None:
    volume = workshop.volume().id
    workshop.attach(instance_id, volume)
    workshop.later(workshop.arrived, instance_id, "ACTIVE")
    workshop.owner.compute.stop_server(instance_id)
    workshop.arrived(instance_id, "SHUTOFF")
    dialog = opened(anna, snapshot_path(volume))
    assert dialog.acknowledgement == promises.ONLY_IF_SHUT_DOWN
    workshop.owner.compute.start_server(instance_id)
    workshop.arrived(instance_id, "ACTIVE")
    again = Dialog(dialog.submit(anna, tick=True))
    assert CHANGED in again.problem
    assert again.acknowledgement == promises.MAY_BE_CORRUPTED
    assert again.tick.get("checked") is None
    assert workshop.snapshots_of(volume) == []


def test_a_second_instance_after_opening_is_warned_about(
    workshop: Workshop, instance_id: str, anna: Visitor
) -> None:
    volume = workshop.volume("cluster", volume_type="shared").id
    workshop.attach(instance_id, volume)
    dialog = opened(anna, snapshot_path(volume))
    workshop.attach(workshop.running("second").id, volume)
    again = Dialog(dialog.submit(anna, tick=True))
    assert CHANGED in again.problem
    assert again.telling == promises.SEVERAL.lines()
    assert workshop.snapshots_of(volume) == []


def test_a_volume_that_became_held_is_explained(
    workshop: Workshop, instance_id: str, anna: Visitor
) -> None:
    volume = workshop.volume().id
    dialog = opened(anna, snapshot_path(volume))
    workshop.record(volume, instance_id, complete=False)
    again = Dialog(dialog.submit(anna, name="kept"))
    assert again.tick is None
    assert again.button not in (PLAIN_BUTTON, FORCE_BUTTON)
    assert again.fields()["name"] == "kept"
    assert again.telling[1:] == promises.HELD_OTHER.lines(instance="")[1:]
    assert workshop.snapshots_of(volume) == []


def test_a_volume_detached_after_opening_asks_for_nothing_more(
    workshop: Workshop, instance_id: str, anna: Visitor
) -> None:
    volume = workshop.volume().id
    workshop.attach(instance_id, volume)
    dialog = opened(anna, snapshot_path(volume))
    workshop.detach(instance_id, volume)
    assert accepted(dialog.submit(anna, name=unique("better")))
    assert len(workshop.snapshots_of(volume)) == 1


def test_a_form_that_carries_nothing_seen_gets_the_warning_first(
    workshop: Workshop, instance_id: str, anna: Visitor
) -> None:
    volume = workshop.volume().id
    workshop.attach(instance_id, volume)
    form = {"name": "stock", "description": "", "acknowledged": "corrupted"}
    again = Dialog(anna.post(snapshot_path(volume), form, dialog=True))
    assert again.acknowledgement == promises.MAY_BE_CORRUPTED
    assert workshop.snapshots_of(volume) == []


def test_a_volume_deleted_after_opening_is_said_to_be_gone(
    workshop: Workshop, anna: Visitor
) -> None:
    volume = workshop.volume().id
    dialog = opened(anna, snapshot_path(volume))
    workshop.owner.block_storage.delete_volume(volume)
    workshop.gone(volume)
    again = Dialog(dialog.submit(anna))
    assert "This volume no longer exists" in again.problem
    assert again.button is None


def test_a_compute_service_that_hangs_removes_no_warning(
    workshop: Workshop, instance_id: str, anna: Visitor, home: Home
) -> None:
    volume = workshop.volume().id
    workshop.attach(instance_id, volume)
    with hanging(home, "nova"):
        started = time.monotonic()
        dialog = opened(anna, snapshot_path(volume))
        took = time.monotonic() - started
    assert took < PATIENT
    assert dialog.telling == promises.STATE_UNKNOWN.lines()
    assert (dialog.acknowledgement, dialog.button) == (promises.MAY_BE_CORRUPTED, FORCE_BUTTON)


def test_the_volumes_page_does_not_wait_for_a_compute_service_that_hangs(
    workshop: Workshop, instance_id: str, anna: Visitor, home: Home
) -> None:
    volume = workshop.volume()
    device = workshop.attach(instance_id, volume.id)
    with hanging(home, "nova"):
        started = time.monotonic()
        answer = anna.get(f"{VOLUMES}?field=name&value={volume.name}")
        took = time.monotonic() - started
    assert took < PATIENT
    assert volume.name in answer.text
    assert device in answer.text


@pytest.mark.parametrize("page", [VOLUMES, SNAPSHOTS])
def test_a_list_does_not_wait_for_an_identity_service_that_hangs(
    anna: Visitor, home: Home, page: str
) -> None:
    # The services remember for a while that the token is good.
    assert "datatable" in anna.get(page).text
    with hanging(home, "keystone"):
        started = time.monotonic()
        answer = anna.get(page)
        took = time.monotonic() - started
    assert took < PATIENT
    found = lxml.html.fromstring(answer.text)
    assert (answer.status_code, found.find_class("sd-problem")) == (200, [])
    assert found.find_class("datatable")


@pytest.mark.parametrize("page", [VOLUMES, SNAPSHOTS])
def test_a_list_answers_with_an_explanation_when_the_storage_service_hangs(
    anna: Visitor, home: Home, page: str
) -> None:
    kind = "Volumes" if page == VOLUMES else "Snapshots"
    with hanging(home, "cinder"):
        started = time.monotonic()
        answer = anna.get(page)
        took = time.monotonic() - started
    assert took < PATIENT
    assert answer.status_code == 200
    said = words(lxml.html.fromstring(answer.text).find_class("sd-problem")[0])
    assert said.startswith(f"{kind} cannot be shown right now The storage service did not answer.")
    assert lxml.html.fromstring(answer.text).find_class("datatable")


def test_the_dialog_answers_with_an_explanation_when_the_storage_service_hangs(
    workshop: Workshop, anna: Visitor, home: Home
) -> None:
    volume = workshop.volume().id
    with hanging(home, "cinder"):
        started = time.monotonic()
        dialog = opened(anna, snapshot_path(volume))
        took = time.monotonic() - started
    assert took < PATIENT
    assert "The storage service did not answer." in dialog.problem
    assert dialog.button is None


def test_what_was_typed_survives_a_storage_service_that_hangs(
    workshop: Workshop, anna: Visitor, home: Home
) -> None:
    volume = workshop.volume().id
    dialog = opened(anna, snapshot_path(volume))
    with hanging(home, "cinder"):
        again = Dialog(dialog.submit(anna, name="kept", description="kept too"))
    assert (again.fields()["name"], again.fields()["description"]) == ("kept", "kept too")
    assert workshop.snapshots_of(volume) == []
