# SPDX-License-Identifier: Apache-2.0
"""Quiesced snapshots: when they are offered, their notes, and the progress of a form."""

from dataclasses import replace
from typing import Any

import pytest

from snapshot_dashboard.rules import consistency, quiesced
from snapshot_dashboard.rules.attachment import Exposure, Instance, assess
from snapshot_dashboard.rules.consistency import ConsistencyNote, Taken
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.quiesced import Made, NameMark, QuiesceBlocker, Stage, blocker
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Attachment, Volume

FORM = "8b0c1f6e-37a7-4e4c-9d68-5a9e5d3c1b2a"
OTHER_FORM = FORM.replace("8b", "9b")
BOTH = {"hw_qemu_guest_agent": "yes", "os_require_quiesce": "yes"}


def disk(*holders: str, properties: dict[str, str] | None = None, **more: Any) -> Volume:
    attachments = tuple(Attachment(f"a-{each}", each, "/dev/sda") for each in holders)
    said: dict[str, Any] = {"status": "in-use", "project_id": "p", "bootable": True}
    said |= {"image_metadata": BOTH if properties is None else properties}
    return Volume(id="v1", name="disk", size=1, attachments=attachments, **(said | more))


def exposure(volume: Volume, **instance: Any) -> Exposure:
    said: dict[str, Any] = {"id": "i1", "name": "web", "status": "ACTIVE"} | instance
    readings = {each.instance_id or "": Instance(**said) for each in volume.attachments}
    return assess(volume, (), readings, "p")


def snapshot(snapshot_id: str = "s1", **more: Any) -> Snapshot:
    said: dict[str, Any] = {"name": "x", "size": 1, "status": "available", "volume_id": "v1"}
    return Snapshot(id=snapshot_id, **(said | more))


def noted(snapshot_id: str = "s1", taken: str = "frozen", **more: Any) -> Snapshot:
    entries = {consistency.REQUEST: FORM, consistency.TAKEN: taken}
    return snapshot(snapshot_id, metadata=entries, **more)


def image(*snapshot_ids: str, **more: Any) -> Image:
    said: dict[str, Any] = {"name": NameMark("x", FORM).text, "size": 0, "demanded": True}
    return Image(id="g1", snapshot_ids=frozenset(snapshot_ids), **(said | more))


def test_a_running_system_disk_whose_image_demands_it_is_offered() -> None:
    assert blocker(exposure(disk("i1"))) is None


@pytest.mark.parametrize("word", ["yes", "True", "1", "on", "T", " y "])
def test_nova_takes_many_words_for_true(word: str) -> None:
    assert quiesced.demands({"hw_qemu_guest_agent": word, "os_require_quiesce": word})


@pytest.mark.parametrize("word", ["no", "", "false", "0", "2", "yes please"])
def test_anything_else_is_false(word: str) -> None:
    assert not quiesced.demands(BOTH | {"hw_qemu_guest_agent": word})
    assert not quiesced.demands(BOTH | {"os_require_quiesce": word})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (exposure(disk("i1"), status="SHUTOFF"), QuiesceBlocker.NOT_RUNNING),
        (exposure(disk("i1"), status="REBOOT"), QuiesceBlocker.NOT_RUNNING),
        (exposure(disk("i1"), status="PAUSED"), QuiesceBlocker.NOT_RUNNING),
        (exposure(disk("i1"), task="suspending"), QuiesceBlocker.NOT_RUNNING),
        (exposure(disk(status="available")), QuiesceBlocker.NOT_RUNNING),
        (exposure(disk("i1", project_id="other")), QuiesceBlocker.NOT_RUNNING),
        (exposure(disk("i1", "i2")), QuiesceBlocker.NOT_ALONE),
        (exposure(disk("i1"), has_image=True), QuiesceBlocker.NOT_SYSTEM_DISK),
        (exposure(disk("i1", bootable=False)), QuiesceBlocker.NOT_SYSTEM_DISK),
        (exposure(disk("i1", properties={})), QuiesceBlocker.NO_AGENT),
        (exposure(disk("i1", properties={"os_require_quiesce": "yes"})), QuiesceBlocker.NO_AGENT),
        (
            exposure(disk("i1", properties={"hw_qemu_guest_agent": "1"})),
            QuiesceBlocker.NOT_REQUIRED,
        ),
    ],
)
def test_anything_less_is_not_offered(found: Exposure, expected: QuiesceBlocker) -> None:
    assert blocker(found) is expected


def test_a_note_says_frozen_where_nothing_else_is_possible() -> None:
    web = Instance("i1", "web", "ACTIVE")
    label = quiesced.note(image("s1"), web, exposure(disk("i1")))
    assert label == ConsistencyNote(Taken.QUIESCED, (("i1", "ACTIVE"),))


@pytest.mark.parametrize(
    ("left", "instance", "used"),
    [
        (image("s1", demanded=False), Instance("i1", "", "ACTIVE"), exposure(disk("i1"))),
        (image("s1"), None, exposure(disk("i1"))),
        (image("s1"), Instance("i1", "", "PAUSED"), exposure(disk("i1"))),
        (image("s1"), Instance("i1", "", "ACTIVE", "rebooting"), exposure(disk("i1"))),
        (image("s1"), Instance("i1", "", "ACTIVE"), None),
        (image("s1"), Instance("i1", "", "ACTIVE"), exposure(disk("i1", "i2"))),
        (image("s1"), Instance("i2", "", "ACTIVE"), exposure(disk("i1"))),
    ],
)
def test_whatever_is_not_proven_is_unknown(
    left: Image, instance: Instance | None, used: Exposure | None
) -> None:
    assert quiesced.note(left, instance, used).taken is Taken.UNKNOWN


def test_a_name_survives_in_what_nova_makes_of_it() -> None:
    mark = NameMark("before upgrade", FORM)
    novas = [mark.text, f"Schnappschuss von {mark.text}", "before upgrade", f"x [{OTHER_FORM}]"]
    assert quiesced.named(FORM, novas) == "before upgrade"
    assert quiesced.named(FORM, ["something else"]) == ""
    long = NameMark("n" * 255, FORM)
    # "snapshot for " and the name have to fit into Cinder's 255 characters.
    assert len(long.text) <= 255 - len("snapshot for ") and long.text.endswith(f"[{FORM}]")


@pytest.mark.parametrize(
    ("made", "asking", "expected"),
    [
        (Made(FORM), True, Stage.ASKED),
        (Made(FORM), False, Stage.NOTHING),
        (Made(FORM, None, (snapshot(),)), True, Stage.ASKED),
        (Made(FORM, None, (snapshot(),)), False, Stage.LEFTOVERS),
        (Made(FORM, None, (noted(), snapshot("s2"))), False, Stage.LEFTOVERS),
        (Made(FORM, image("s1"), (snapshot(),)), False, Stage.UNFINISHED),
        (Made(FORM, image("s1"), (noted(),)), False, Stage.UNFINISHED),
        (Made(FORM, None, (noted(status="creating"), noted("s2"))), False, Stage.CREATING),
        (Made(FORM, None, (noted(status="error"), noted("s2"))), False, Stage.FAILED),
        (Made(FORM, None, (noted(), noted("s2"))), True, Stage.DONE),
    ],
)
def test_how_far_a_form_has_come(made: Made, asking: bool, expected: Stage) -> None:
    assert quiesced.stage(made, asking=asking) is expected
    assert expected.is_final is (expected not in (Stage.ASKED, Stage.CREATING))


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (Made(FORM, image("s1"), (noted(),)), True),
        (Made(FORM, image("s1", size=None), (noted(),)), True),
        (Made(FORM, image("s1", size=1), (noted(),)), False),
        (Made(FORM, image("s1", "s2"), (noted(),)), False),
        (Made(FORM, image("s1"), (noted(), noted("s2"))), True),
        (Made(FORM, image("s1"), (noted(), snapshot("s2"))), True),
        (Made(FORM, image("s1", "s2"), (noted(), snapshot("s2"))), False),
        (Made(FORM, image("s1"), (snapshot(),)), False),
        (Made(FORM, image(), ()), False),
        (Made(FORM, None, (noted(),)), False),
    ],
)
def test_only_an_empty_image_of_snapshots_with_a_note_goes(made: Made, expected: bool) -> None:
    assert made.removable is expected


@pytest.mark.parametrize(("system", "expected"), [(0, False), (1, True), (2, False)])
def test_an_instance_has_exactly_one_system_disk(system: int, expected: bool) -> None:
    disks = [exposure(disk("i1"))] * system
    data = exposure(replace(disk("i1"), bootable=False))
    assert quiesced.is_certain([*disks, data], "i1") is expected


def test_all_of_them_have_to_be_frozen_to_be_called_so() -> None:
    assert Made(FORM, None, (noted(), noted("s2"))).quiesced
    assert not Made(FORM, None, (noted(), noted("s2", "unknown"))).quiesced
    assert not Made(FORM, None, (noted(), snapshot("s2"))).quiesced
    assert not Made(FORM).quiesced


def test_what_another_form_has_noted_is_not_ours_to_take_away() -> None:
    other = replace(noted("s2"), metadata={consistency.REQUEST: OTHER_FORM})
    made = Made(FORM, None, (noted(), snapshot("s3"), other))
    assert [each.id for each in quiesced.leftovers(made)] == ["s3"]
    assert quiesced.leftovers(Made(FORM, image("s3"), (snapshot("s3"),))) == ()


def test_that_the_frozen_instance_runs_on_does_not_lower_its_note() -> None:
    label = ConsistencyNote(Taken.QUIESCED, (("i1", "ACTIVE"),))
    assert consistency.lowered(label, exposure(disk("i1"))) is None
    lowered = consistency.lowered(label, exposure(disk("i1", "i2")))
    assert lowered is not None and (lowered.taken, lowered.before) == (
        Taken.SEVERAL,
        Taken.QUIESCED,
    )


def test_a_frozen_snapshot_that_somebody_declares_available_is_uncertain() -> None:
    label = consistency.unproven(ConsistencyNote(Taken.QUIESCED))
    assert label is not None and (label.taken, label.before) == (Taken.UNKNOWN, Taken.QUIESCED)
