# SPDX-License-Identifier: Apache-2.0
"""The text that support staff copy into a ticket."""

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from snapshot_dashboard.rules import holds, keep_until
from snapshot_dashboard.rules.attachment import Unseen
from snapshot_dashboard.rules.attention import Concern, NextStep, StorageService
from snapshot_dashboard.rules.deletion import DeletionBlocker, Finding, of_volume
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.ticket import (
    BLOCKERS,
    NEXT_STEPS,
    SnapshotFacts,
    Surroundings,
    VolumeFacts,
    duration,
    named_holder,
    next_step,
    utc,
)
from snapshot_dashboard.rules.ticket import of_snapshot as snapshot_ticket
from snapshot_dashboard.rules.ticket import of_volume as volume_ticket
from tests.unit.rules.samples import instance, judge, volume

ASKED = datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)
DOWN = StorageService("cinder@ssd", up=False, reported_at=ASKED - timedelta(minutes=8))
UP = StorageService("cinder@ssd", up=True, reported_at=ASKED)
SNAPSHOT = Snapshot(
    "5b1e", "nightly", 20, "creating", "91aa", "7c2d", user_id="u1", created_at=ASKED
)
AROUND = Surroundings(
    region="R1",
    project_name="acme",
    user_name="anna",
    holders=(("web-1", "ACTIVE"),),
    message="",
    request_id="req-1",
)


def concern(step: NextStep, service: StorageService | None = DOWN) -> Concern:
    """Return that the snapshot has been creating for 3 hours and 12 minutes."""
    return Concern(SNAPSHOT, service, ASKED, 11_520, step)


FACTS = SnapshotFacts(
    SNAPSHOT, AROUND, "logs", "in-use", "cinder@ssd#p1", concern(NextStep.BRING_UP)
)


def test_a_snapshot_is_told_one_fact_a_line() -> None:
    assert snapshot_ticket(FACTS).splitlines() == [
        'Snapshot 5b1e "nightly"  project acme (7c2d)  region R1',
        'Volume 91aa "logs" In-use, attached to "web-1" (Active)',
        "Status creating for 3 h 12 min, requested 2026-11-22T03:00Z by user anna",
        "Host cinder@ssd#p1, storage service down since 2026-11-22T02:52Z",
        "Message: none",
        "Request id req-1",
        "Next step: The storage service on cinder@ssd has been down since 2026-11-22T02:52Z. "
        "Bring it up first, then look again: an unfinished creation turns to Error by itself, "
        "any other status stays.",
    ]


def test_a_hold_and_a_day_are_told_and_add_no_line_and_no_fact() -> None:
    metadata = holds.write('x" \nMessage: none', 'an"na', ASKED) | keep_until.write(ASKED.date())
    lines = snapshot_ticket(replace(FACTS, snapshot=replace(SNAPSHOT, metadata=metadata)))
    told = lines.splitlines()
    assert told[4:6] == [
        """On hold since 2026-11-22T03:00Z by "an'na": "x' Message: none\"""",
        "To be kept until 2026-11-22",
    ]
    assert len(told) == len(snapshot_ticket(FACTS).splitlines()) + 2
    damaged = replace(SNAPSHOT, metadata={holds.HOLD: "\u200b"})
    said = snapshot_ticket(replace(FACTS, snapshot=damaged))
    assert "On hold since unknown by unknown: no reason given" in said


def test_what_could_not_be_read_is_called_unknown() -> None:
    bare = SnapshotFacts(Snapshot("5b1e", "", 20, "available", "91aa"), Surroundings(""))
    assert snapshot_ticket(bare).splitlines() == [
        "Snapshot 5b1e  project unknown  region unknown",
        "Volume 91aa status unknown, attachments unknown",
        "Status available, requested unknown by user unknown",
        "Host unknown, storage service unknown",
        "Message: unknown",
        "Request id unknown",
        "Next step: none",
    ]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("available", "not attached"),
        ("in-use", "attached to unknown"),
        ("reserved", "attached to unknown"),
    ],
)
def test_an_empty_list_proves_nothing_for_a_volume_in_use(status: str, expected: str) -> None:
    facts = replace(FACTS, volume_status=status, around=replace(AROUND, holders=()))
    assert f'Volume 91aa "logs" {status.capitalize()}, {expected}' in snapshot_ticket(facts)


def test_several_instances_are_named_with_their_states() -> None:
    around = replace(AROUND, holders=(("web-1", "SHUTOFF"), ("", "")))
    text = snapshot_ticket(replace(FACTS, around=around))
    assert 'attached to "web-1" (Shutoff), unknown (status unknown)' in text


@pytest.mark.parametrize(
    ("service", "said"),
    [
        (UP, "up, last report 2026-11-22T03:00Z"),
        (replace(UP, enabled=False), "up, last report 2026-11-22T03:00Z, disabled for new volumes"),
        (replace(DOWN, reported_at=None), "down since unknown"),
    ],
)
def test_the_storage_service_is_told(service: StorageService, said: str) -> None:
    alone = replace(FACTS, concern=None, around=replace(AROUND, service=service))
    assert f"Host cinder@ssd#p1, storage service {said}\n" in snapshot_ticket(alone)
    assert "Status creating, requested" in snapshot_ticket(alone)


def test_a_service_that_is_not_known_is_never_called_up() -> None:
    text = snapshot_ticket(replace(FACTS, concern=concern(NextStep.CHECK, None)))
    assert "storage service unknown" in text
    assert "up, last report" not in text


def test_the_user_without_a_name_is_told_by_id() -> None:
    text = snapshot_ticket(replace(FACTS, around=replace(AROUND, user_name=None)))
    assert "by user u1\n" in text


def test_the_message_is_told() -> None:
    text = snapshot_ticket(replace(FACTS, around=replace(AROUND, message="It is\nin use.")))
    assert "Message: It is in use.\n" in text


@pytest.mark.parametrize("step", NextStep)
def test_every_next_step_has_its_sentence(step: NextStep) -> None:
    text = next_step(concern(step), "cinder@ssd#p1")
    assert text.endswith(".")
    assert "%" not in text
    assert set(NEXT_STEPS) == set(NextStep)


def test_a_step_names_what_it_is_about() -> None:
    assert "20 GiB" in next_step(concern(NextStep.WAIT), None)
    assert "on cinder@ssd has been down since 2026" in next_step(concern(NextStep.BRING_UP), "x#p")
    assert next_step(None, None) == "none"


def test_a_snapshot_that_is_being_backed_up_is_never_to_be_deleted() -> None:
    assert "do not delete it" in next_step(concern(NextStep.CHECK_BACKUP), None)


def test_a_volume_is_told_with_what_keeps_it() -> None:
    exposure = judge("in-use", instance(), Unseen.NOT_VISIBLE)
    own = (SNAPSHOT, SNAPSHOT)
    blockers = of_volume(exposure, own, sees_all=True)
    subject = volume("in-use", created_at=ASKED, host="cinder@ssd#p1", user_id="u1")
    text = volume_ticket(VolumeFacts(subject, replace(AROUND, service=UP), 2, blockers))
    assert text.splitlines() == [
        'Volume v1 "web-data"  project acme (web-shop)  region R1',
        "Status in-use, requested 2026-11-22T03:00Z by user anna",
        'Use: attached to "web-1" (Active)',
        "Snapshots: 2",
        "Host cinder@ssd#p1, storage service up, last report 2026-11-22T03:00Z",
        "In the way of deleting it: marked as attached to an instance that no longer exists: i2; "
        "check the hypervisor, then delete the attachment; reset the status only if that does "
        "not help",
        'In the way of deleting it: attached to "name of i1" (i1), detach it first',
        'In the way of deleting it: snapshots of another project: 2: 5b1e "nightly" of project '
        '7c2d, 5b1e "nightly" of project 7c2d',
        "Message: none",
        "Request id req-1",
        "Next step: none",
    ]


def test_a_volume_that_nothing_keeps_says_so() -> None:
    text = volume_ticket(VolumeFacts(volume("available"), Surroundings("R1")))
    assert "In the way of deleting it: none that is known of\n" in text
    assert "Snapshots: unknown\n" in text


@pytest.mark.parametrize("locked", [True, False, None])
def test_a_locked_instance_is_told_with_its_state_and_in_the_way(locked: bool | None) -> None:
    holders = judge("in-use", instance(locked=locked)).holders
    around = replace(AROUND, holders=tuple(map(named_holder, holders)))
    met = Finding(DeletionBlocker.ATTACHED, (), holders)
    text = volume_ticket(VolumeFacts(volume("in-use"), around, 0, (met,)))
    assert ('attached to "name of i1" (Active, locked)' in text) is (locked is True)
    assert ('; locked: "name of i1" (i1), unlock it first' in text) is (locked is True)


@pytest.mark.parametrize("blocker", DeletionBlocker)
def test_every_blocker_has_its_words(blocker: DeletionBlocker) -> None:
    assert set(BLOCKERS) == set(DeletionBlocker)
    facts = VolumeFacts(volume("extending"), AROUND, 0, (Finding(blocker),))
    line = [each for each in volume_ticket(facts).splitlines() if each.startswith("In the way")]
    assert len(line) == 1
    assert "%" not in line[0]


@pytest.mark.parametrize("blocker", DeletionBlocker)
def test_everything_that_is_in_the_way_is_told_by_its_id(blocker: DeletionBlocker) -> None:
    """Whoever reads a ticket has no page to look it up on."""
    snapshots = {DeletionBlocker.SNAPSHOTS, DeletionBlocker.FOREIGN_SNAPSHOTS}
    users = {
        DeletionBlocker.NOT_VISIBLE,
        DeletionBlocker.LEFT_OVER,
        DeletionBlocker.SYSTEM_DISK,
        DeletionBlocker.ATTACHED,
    }
    groups = {DeletionBlocker.GROUP}
    of_a_snapshot = {DeletionBlocker.GROUP_SNAPSHOT, DeletionBlocker.ON_HOLD}
    # The volume's own state, and what only a snapshot can be part of.
    itself = {
        DeletionBlocker.BUSY,
        DeletionBlocker.CREATING,
        DeletionBlocker.TRANSFER,
        DeletionBlocker.STATUS,
    }
    assert snapshots | users | groups | itself | of_a_snapshot == set(DeletionBlocker)
    holders = judge("in-use", instance()).holders if blocker in users else ()
    found = (SNAPSHOT, replace(SNAPSHOT, id="6c2f", project_id="8d3e"))
    met = Finding(blocker, found if blocker in snapshots else (), holders)
    text = volume_ticket(VolumeFacts(volume("error", group_id="g1"), AROUND, 2, (met,)))
    line = next(each for each in text.splitlines() if each.startswith("In the way"))
    told = {"5b1e", "7c2d", "6c2f", "8d3e"} if blocker in snapshots else set()
    told |= {"i1"} if blocker in users else set()
    told |= {"g1"} if blocker in groups else set()
    assert told <= set(re.findall(r"\w+", line))


def test_of_very_many_snapshots_the_first_are_named() -> None:
    many = tuple(replace(SNAPSHOT, id=f"s{number}", name="") for number in range(25))
    text = volume_ticket(
        VolumeFacts(volume("error"), AROUND, 25, (Finding(DeletionBlocker.SNAPSHOTS, many),))
    )
    assert "s19 of project 7c2d, and 5 more\n" in text


def test_a_snapshot_is_told_with_its_group_and_whose_its_volume_is() -> None:
    snapshot = replace(SNAPSHOT, group_snapshot_id="gs1")
    text = snapshot_ticket(replace(FACTS, snapshot=snapshot, volume_project="8d3e"))
    assert '"web-1" (Active), of another project: 8d3e\n' in text
    assert "Group snapshot gs1\n" in text
    assert "another project" not in snapshot_ticket(replace(FACTS, volume_project="7c2d"))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "less than 1 min"),
        (59, "less than 1 min"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h 00 min"),
        (3900, "1 h 05 min"),
        (11_520, "3 h 12 min"),
        (172_799, "47 h 59 min"),
        (172_800, "2 d"),
        (10**6, "11 d"),
    ],
)
def test_durations_are_rounded_down(seconds: int, said: str) -> None:
    assert duration(seconds) == said


def test_times_are_in_utc() -> None:
    assert utc(ASKED.astimezone(timezone(timedelta(hours=5, minutes=30)))) == "2026-11-22T03:00Z"
    assert utc(None) == "unknown"


# Names from anybody: whatever breaks a line somewhere, and quotation marks.
NAMES = st.text(
    alphabet=st.characters(exclude_categories=())
    | st.sampled_from('"\r\n\x0b\x0c\x1c\x85\u2028\u2029\u202e%'),
    max_size=30,
)


def forged(name: str, **more: Any) -> SnapshotFacts:
    """Return facts in which everything that anybody can name has this name."""
    around = Surroundings(
        name, name, name, ((name, name),), replace(UP, host=name), name, name, **more
    )
    named = replace(SNAPSHOT, name=name)
    return SnapshotFacts(
        named, around, name, name, name, concern(NextStep.BRING_UP, around.service)
    )


@given(name=NAMES)
def test_no_name_can_add_a_line(name: str) -> None:
    assert len(snapshot_ticket(forged(name)).splitlines()) == 7
    around = forged(name).around
    subject = volume("in-use", name=name, host=name)
    held = judge("in-use", replace(instance(), name=name))
    facts = VolumeFacts(subject, around, 1, of_volume(held, (), sees_all=True))
    assert len(volume_ticket(facts).splitlines()) == 9


@given(name=NAMES.filter(bool))
@example('x"  project other (1)  region "R2')
def test_no_name_can_end_its_quotation_marks(name: str) -> None:
    facts = replace(FACTS, snapshot=replace(SNAPSHOT, name=name))
    assert snapshot_ticket(facts).split("\n")[0].count('"') == 2
