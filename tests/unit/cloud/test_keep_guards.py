# SPDX-License-Identifier: Apache-2.0
"""What ``keep`` never does: force without need, delete what may be needed, or stop in silence."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from snapshot_dashboard.cloud import dependents, images
from snapshot_dashboard.cloud.credentials import LoginFailed
from snapshot_dashboard.cloud.errors import Cause
from snapshot_dashboard.cloud.images import EmptyImages
from snapshot_dashboard.cloud.keep import How, What, keep
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import consistency, revert_record, sets
from snapshot_dashboard.rules.quiesced import NameMark
from snapshot_dashboard.rules.schedules import runs, slots
from snapshot_dashboard.rules.schedules import schedule as schedules
from snapshot_dashboard.rules.schedules.last_run import Outcome
from snapshot_dashboard.rules.schedules.schedule import Retention
from tests.unit.cloud.faults import Hook, Killed
from tests.unit.cloud.scheduled_cloud import (
    INSTANCE,
    ScheduledCloud,
    days,
    kept,
    schedule,
    slots_of,
    told,
)
from tests.unit.cloud.wire import Wire


@pytest.fixture
def cloud(wire: Wire) -> ScheduledCloud:
    found = ScheduledCloud(wire)
    found.volume("v1", metadata=schedules.write(schedule()))
    return found


def failing(cloud: ScheduledCloud, path: str) -> Hook:
    """Return what lets every further request to a path fail."""

    def fail(number: int) -> None:
        if cloud.sent[number][1] == path:
            cloud.fails[number] = 503

    return fail


def test_nothing_is_forced_where_nothing_uses_the_volume(cloud: ScheduledCloud) -> None:
    kept(cloud, days(1)[0])
    assert [each.get("force", False) for each in cloud.asked] == [False]


def test_a_volume_in_use_is_forced_where_that_was_accepted(cloud: ScheduledCloud) -> None:
    cloud.volumes["v1"]["metadata"] = schedules.write(schedule(attached=True))
    cloud.running(INSTANCE, "v1")
    kept(cloud, days(1)[0])
    assert [each["force"] for each in cloud.asked] == [True]


@pytest.mark.parametrize("path", ["/v2/images", "/v3/volumes/detail"])
@pytest.mark.parametrize("dry_run", [False, True])
def test_nothing_goes_where_it_cannot_be_read_what_needs_it(
    cloud: ScheduledCloud, path: str, dry_run: bool
) -> None:
    for now in days(3):
        kept(cloud, now)
    before = dict(cloud.snapshots)
    first = cloud.sent.index(("GET", "/v3/snapshots/detail"), len(cloud.sent) - 20)
    lists = [each for each in cloud.sent[first:] if each[1] == path]
    start = len(cloud.sent)

    def fail(number: int) -> None:
        # The first list of the volumes tells which have a schedule.
        of_path = [each for each in cloud.sent[start:] if each[1] == path]
        if cloud.sent[number][1] == path and (len(of_path) > 1 or path == "/v2/images"):
            cloud.fails[number] = 503

    cloud.before = fail
    events = kept(cloud, days(3)[-1] + timedelta(hours=1), dry_run=dry_run)
    assert [(each.what, each.failed, bool(each.failure)) for each in events] == [
        (What.NOT_KNOWN, True, True)
    ], lists
    assert cloud.snapshots == before


def test_nothing_goes_where_not_every_image_was_looked_at(
    cloud: ScheduledCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for now in days(3):
        kept(cloud, now)

    def some(*_asked: object) -> EmptyImages:
        return EmptyImages((), complete=False)

    monkeypatch.setattr(images, "empty_images_of", some)
    (event,) = kept(cloud, days(4)[-1] - timedelta(hours=1))
    assert (event.what, event.failed) == (What.NOT_KNOWN, True)
    assert "too many images" in event.reason
    assert len(cloud.snapshots) == 3


def test_nothing_goes_where_there_must_be_images_that_are_not_shown(cloud: ScheduledCloud) -> None:
    for now in days(3):
        kept(cloud, now)
    at = days(3)[-1] + timedelta(hours=1)
    (event,) = keep(lambda: replace(cloud.connect(), image_url=None), How(now=at))
    assert (event.what, event.failed, len(cloud.snapshots)) == (What.NOT_KNOWN, True, 3)
    # A cloud without Nova may have no Glance either.
    alone = replace(cloud.connect(), image_url=None, compute_url=None)
    (event,) = keep(lambda: alone, How(now=at))
    assert (event.what, len(cloud.snapshots)) == (What.DELETED, 2)


def changing(cloud: ScheduledCloud, path: str, **entries: str) -> Hook:
    """Return what writes entries into the first volume when a path has been read."""

    def change(number: int) -> None:
        if cloud.sent[number][1] == path:
            cloud.volumes["v1"]["metadata"] |= entries

    return change


@pytest.mark.parametrize("path", ["/v3/snapshots/detail", "/v2/images"])
def test_nothing_goes_where_a_revert_has_begun_meanwhile(cloud: ScheduledCloud, path: str) -> None:
    for now in days(3):
        kept(cloud, now)
    cloud.after = changing(cloud, path, **{revert_record.RECORD: "1 under way"})
    (event,) = kept(cloud, days(3)[-1] + timedelta(hours=1))
    assert (event.what, len(cloud.snapshots)) == (What.NOT_KNOWN, 3)


def test_nothing_goes_while_a_volume_with_a_schedule_of_its_own_is_reverted(
    cloud: ScheduledCloud,
) -> None:
    of = schedule(instance_id=INSTANCE, id="00000000000000ff", attached=True)
    cloud.volumes["v1"]["metadata"] |= {revert_record.RECORD: "1 under way"}
    cloud.volume("v2", metadata=schedules.write(of))
    cloud.instances[INSTANCE] = ["v1", "v2"]
    for now in days(4):
        kept(cloud, now)
    ours = [each["metadata"] for each in cloud.snapshots.values() if each["volume_id"] == "v1"]
    assert [each[schedules.SCHEDULE] for each in ours].count(of.id) == 4


def test_nothing_goes_where_the_volume_cannot_be_read_again(cloud: ScheduledCloud) -> None:
    for now in days(3):
        kept(cloud, now)
    cloud.before = failing(cloud, "/v3/volumes/v1")
    (event,) = kept(cloud, days(3)[-1] + timedelta(hours=1))
    assert (event.what, bool(event.failure), len(cloud.snapshots)) == (What.NOT_KNOWN, True, 3)


@pytest.mark.parametrize("changed", [{"retention": Retention(last=50)}, None])
def test_what_a_schedule_said_before_deletes_nothing(
    cloud: ScheduledCloud, changed: dict[str, Retention] | None
) -> None:
    for now in days(3):
        kept(cloud, now)
    new = schedules.write(schedule(**changed)) if changed else schedules.REMOVED
    cloud.after = changing(cloud, "/v3/snapshots/detail", **new)
    (event,) = kept(cloud, days(3)[-1] + timedelta(hours=1))
    assert (event.what, event.failed, len(cloud.snapshots)) == (What.CHANGED, False, 3)


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("paused", [False, True])
def test_what_was_stopped_meanwhile_takes_nothing_and_does_not_come_back(
    cloud: ScheduledCloud, paused: bool, dry_run: bool
) -> None:
    of = schedule(instance_id=INSTANCE, attached=True)
    cloud.volume("v1", metadata=schedules.write(of))
    cloud.volume("v2")
    cloud.running(INSTANCE, "v1", "v2")
    new = schedules.write(replace(of, paused=True)) if paused else schedules.REMOVED
    cloud.after = changing(cloud, "/v3/snapshots/detail", **new)
    (event,) = kept(cloud, days(1)[0], dry_run=dry_run)
    assert (event.what, event.failed, cloud.snapshots) == (What.CHANGED, False, {})
    assert not schedules.has(cloud.volumes["v2"]["metadata"])


def test_what_something_is_made_of_while_others_are_taken_stays(cloud: ScheduledCloud) -> None:
    for now in days(3):
        kept(cloud, now)
    oldest = next(iter(cloud.snapshots))

    def use(number: int) -> None:
        if cloud.sent[number] == ("POST", "/v3/snapshots"):
            made = "2026-03-05T02:30:00.000000"
            cloud.volume("child", snapshot_id=oldest, created_at=made)

    cloud.before = use
    assert [each.what for each in kept(cloud, days(4)[-1])] == [What.TAKEN]
    assert oldest in cloud.snapshots


def test_where_nothing_is_to_go_nothing_is_told(cloud: ScheduledCloud) -> None:
    cloud.before = failing(cloud, "/v2/images")
    for now in days(2):
        assert [each.what for each in kept(cloud, now)] == [What.TAKEN]


def test_what_is_used_at_the_last_moment_stays(cloud: ScheduledCloud) -> None:
    for now in days(3):
        kept(cloud, now)
    oldest = next(iter(cloud.snapshots))

    def restore(number: int) -> None:
        if cloud.sent[number] == ("GET", f"/v3/snapshots/{oldest}"):
            cloud.snapshots[oldest]["status"] = "restoring"

    cloud.before = restore
    (event,) = kept(cloud, days(3)[-1] + timedelta(hours=1))
    assert (event.what, event.failed) == (What.CHANGED, False)
    assert oldest in cloud.snapshots


def test_what_somebody_has_deleted_is_not_taken_again(cloud: ScheduledCloud) -> None:
    kept(cloud, days(1)[0])
    cloud.snapshots.clear()
    assert kept(cloud, days(1)[0] + timedelta(hours=1)) == []
    assert [each.what for each in kept(cloud, days(2)[-1])] == [What.TAKEN]


def test_another_projects_volume_is_left_alone(cloud: ScheduledCloud) -> None:
    cloud.volumes["v1"]["os-vol-tenant-attr:tenant_id"] = "another"
    (event,) = kept(cloud, days(1)[0])
    assert event.what is What.OTHER_PROJECT
    assert {method for method, _path in cloud.sent} == {"GET"}


def test_more_volumes_than_a_set_can_have_are_told(cloud: ScheduledCloud) -> None:
    of = schedule(instance_id=INSTANCE, attached=True)
    cloud.volumes["v1"]["metadata"] = schedules.write(of)
    more = [f"w{number}" for number in range(sets.MOST)]
    for each in more:
        cloud.volume(each)
    cloud.instances[INSTANCE] = ["v1", *more]
    (event,) = kept(cloud, days(1)[0])
    assert (event.outcome, cloud.snapshots) == (Outcome.BLOCKED, {})
    more.pop()
    cloud.instances[INSTANCE] = ["v1", *more]
    kept(cloud, days(1)[0])
    assert len(cloud.snapshots) == sets.MOST


def test_a_login_that_ends_in_the_middle_is_no_failure_of_one_schedule(
    cloud: ScheduledCloud,
) -> None:
    for number in range(5):
        other = schedule(id=f"00000000000000f{number}")
        cloud.volume(f"w{number}", metadata=schedules.write(other))
    connections = iter(range(8))

    def connect() -> Connection:
        if next(connections, None) is None:
            raise LoginFailed("The password has changed", cause=Cause.LOGGED_OUT)
        return cloud.connect()

    with pytest.raises(LoginFailed):
        list(keep(connect, How(now=days(1)[0])))


def test_a_clock_that_was_ahead_stops_nothing_and_deletes_nothing(cloud: ScheduledCloud) -> None:
    moments = days(8)
    for now in moments[:2]:
        kept(cloud, now)
    kept(cloud, moments[2] + timedelta(days=365))
    # Back again, each day has one, and only those that really are older go.
    for now in moments[2:6]:
        assert What.TAKEN in {each.what for each in kept(cloud, now)}
    kept(cloud, moments[5] + timedelta(hours=1))
    assert slots_of(cloud) == ["2026-03-06", "2026-03-07", "2027-03-04"]
    said = told(cloud)
    assert said and said.slot_id == "2026-03-07"


@pytest.mark.parametrize("hours", [-30, 30, 24 * 365])
def test_nothing_is_done_where_clocks_are_far_apart(
    cloud: ScheduledCloud, wire: Wire, hours: int
) -> None:
    of = schedule(since=datetime.now(timezone.utc) - timedelta(days=3))
    cloud.volumes["v1"]["metadata"] = schedules.write(of)
    wire.tells_time(hours=hours)
    (event,) = keep(cloud.connect, How())
    assert (event.what, event.failed) == (What.FAILED, True)
    assert "more than a day apart" in event.reason
    assert {method for method, _path in cloud.sent} == {"GET"}
    wire.tells_time(hours=0)
    assert [each.what for each in keep(cloud.connect, How())] == [What.TAKEN]


def test_what_another_command_has_deleted_is_no_failure(cloud: ScheduledCloud) -> None:
    for now in days(3):
        kept(cloud, now)
    oldest = next(iter(cloud.snapshots))

    def gone(number: int) -> None:
        if cloud.sent[number] == ("DELETE", f"/v3/snapshots/{oldest}"):
            cloud.snapshots.pop(oldest)

    cloud.before = gone
    (event,) = kept(cloud, days(3)[-1] + timedelta(hours=1))
    assert (event.what, event.failed) == (What.CHANGED, False)


def test_the_note_of_a_clock_that_was_ahead_is_put_right(cloud: ScheduledCloud) -> None:
    now = days(1)[0]
    kept(cloud, now)
    kept(cloud, now + timedelta(days=365))
    kept(cloud, now + timedelta(hours=1))
    said = told(cloud)
    assert said and (said.slot_id, said.outcome) == ("2026-03-02", Outcome.TAKEN)


def test_a_note_that_cannot_be_written_keeps_nothing_from_being_taken(
    cloud: ScheduledCloud,
) -> None:
    of = schedule(instance_id=INSTANCE, attached=True)
    for each in ("v1", "v2"):
        cloud.volume(each, metadata=schedules.write(of))
    cloud.running(INSTANCE, "v1", "v2")
    kept(cloud, days(1)[0])
    cloud.before = failing(cloud, "/v3/volumes/v1/metadata")
    events = kept(cloud, days(2)[-1])
    assert sorted(each.what.value for each in events) == ["failed", "failed", "taken", "taken"]
    said = told(cloud, "v2")
    assert said and (said.slot_id, said.outcome) == ("2026-03-03", Outcome.TAKEN)
    cloud.before = lambda number: None
    assert kept(cloud, days(2)[-1] + timedelta(hours=1)) == []
    said = told(cloud, "v1")
    assert said and (said.slot_id, said.outcome) == ("2026-03-03", Outcome.TAKEN)


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_part_that_a_killed_command_has_left_is_told(
    cloud: ScheduledCloud, dry_run: bool
) -> None:
    of = schedule(instance_id=INSTANCE, attached=True)
    for each in ("v1", "v2"):
        cloud.volume(each, metadata=schedules.write(of))
    cloud.running(INSTANCE, "v1", "v2")

    def kill(number: int) -> None:
        if cloud.snapshots and cloud.sent[number] == ("POST", "/v3/snapshots"):
            raise Killed

    cloud.before = kill
    with suppress(Killed):
        kept(cloud, days(1)[0])
    cloud.before = lambda number: None
    assert len(cloud.snapshots) == 1
    # Too late to take the other one.
    (event,) = kept(cloud, days(1)[0] + timedelta(hours=1), dry_run=dry_run)
    assert (event.failed, event.outcome) == (True, Outcome.INCOMPLETE)
    said = [told(cloud, each) for each in ("v1", "v2")]
    wanted = Outcome.BEGUN if dry_run else Outcome.INCOMPLETE
    assert [each and each.outcome for each in said] == [wanted, wanted]
    assert [each.what for each in kept(cloud, days(2)[-1])] == [What.TAKEN, What.TAKEN]


def test_where_somebody_has_deleted_a_part_nothing_is_told(cloud: ScheduledCloud) -> None:
    of = schedule(instance_id=INSTANCE, attached=True)
    for each in ("v1", "v2"):
        cloud.volume(each, metadata=schedules.write(of))
    cloud.running(INSTANCE, "v1", "v2")
    kept(cloud, days(1)[0])
    cloud.snapshots.popitem()
    assert kept(cloud, days(1)[0] + timedelta(hours=1)) == []


def frozen(cloud: ScheduledCloud) -> schedules.Schedule:
    """Let an instance whose agent freezes its file systems have a schedule for both volumes."""
    of = schedule(instance_id=INSTANCE, attached=True, quiesced=True)
    for each in ("v1", "v2"):
        cloud.volume(each, metadata=schedules.write(of))
    cloud.running(INSTANCE, "v1", "v2", frozen=True)
    return of


def taken_as(cloud: ScheduledCloud) -> set[str]:
    """Return what the snapshots say of the state in which they were taken."""
    return {each["metadata"][consistency.TAKEN] for each in cloud.snapshots.values()}


def test_file_systems_are_frozen_where_that_is_certain(cloud: ScheduledCloud) -> None:
    of = frozen(cloud)
    slot = slots.latest(of, days(1)[0])
    assert slot
    kept(cloud, days(1)[0])
    assert (cloud.asked, cloud.images, taken_as(cloud)) == ([], {}, {"frozen"})
    made = {each["volume_id"]: each for each in cloud.snapshots.values()}
    for volume_id, each in made.items():
        marks = runs.marks(of, slot, volume_id, count=2, failed=0)
        assert marks.items() <= each["metadata"].items()
        assert each["name"] == f"name of {volume_id} 2026-03-02"


@pytest.mark.parametrize("agent", [{}, {"hw_qemu_guest_agent": "yes"}])
def test_where_it_is_not_certain_they_are_taken_one_by_one(
    cloud: ScheduledCloud, agent: dict[str, str]
) -> None:
    frozen(cloud)
    cloud.volumes["v1"]["volume_image_metadata"] = agent
    kept(cloud, days(1)[0])
    assert len(cloud.asked) == 2
    assert "frozen" not in taken_as(cloud)


def test_another_command_that_freezes_at_the_same_moment_leaves_no_image(
    cloud: ScheduledCloud,
) -> None:
    of = frozen(cloud)
    slot = slots.latest(of, days(1)[0])
    assert slot
    name = NameMark("", runs.run_id(of, slot)).text

    def meanwhile(number: int) -> None:
        # The other one has looked before this one asked Nova.
        if cloud.sent[number][1].endswith("/action"):
            cloud.create_image(INSTANCE, f"of another {name}")

    cloud.before = meanwhile
    kept(cloud, days(1)[0])
    assert (cloud.images, len(cloud.snapshots)) == ({}, 4)
    kept(cloud, days(1)[0] + timedelta(minutes=5))
    assert slots_of(cloud) == ["2026-03-02", "2026-03-02"]


def test_snapshots_without_their_image_are_told_and_not_counted(cloud: ScheduledCloud) -> None:
    frozen(cloud)

    def lose_image(number: int) -> None:
        # Nova has given up in the middle: nobody knows whether anything was frozen.
        cloud.images.clear()

    cloud.after = lose_image
    events = kept(cloud, days(1)[0])
    assert [(each.what, each.outcome) for each in events] == [(What.NOT_TAKEN, Outcome.INCOMPLETE)]
    assert slots_of(cloud) == ["by hand", "by hand"]


def test_what_another_request_has_left_is_not_called_frozen(cloud: ScheduledCloud) -> None:
    of = frozen(cloud)
    slot = slots.latest(of, days(1)[0])
    assert slot
    name = NameMark("", runs.run_id(of, slot)).text

    def meanwhile(number: int) -> None:
        # Nova could not freeze anything, and gave up without an image.
        if cloud.sent[number][1].endswith("/action"):
            cloud.create_image(INSTANCE, f"of another {name}")
            cloud.images.clear()

    cloud.before = meanwhile
    events = kept(cloud, days(1)[0])
    assert [each.what for each in events] == [What.TAKEN] * 2
    assert cloud.images == {}
    left = [each["metadata"] for each in cloud.snapshots.values()]
    assert [consistency.TAKEN in each for each in left] == [False, False, True, True]


def test_a_volume_in_a_later_part_of_the_search_keeps_what_it_was_made_of(
    cloud: ScheduledCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dependents, "PART", 2)
    for now in days(3):
        kept(cloud, now)
    (oldest, *_rest) = cloud.snapshots
    for number in range(5):
        cloud.volume(f"other{number}", created_at="2026-03-04T00:00:00.000000")
    cloud.volume("child", snapshot_id=oldest, created_at="2026-03-04T00:00:01.000000")
    assert kept(cloud, days(3)[-1] + timedelta(hours=1)) == []
    assert oldest in cloud.snapshots


def test_two_volumes_with_the_same_entry_have_each_their_own(cloud: ScheduledCloud) -> None:
    """A backup that is restored into another volume brings its metadata."""
    cloud.volume("v2", metadata=schedules.write(schedule()), status="error")
    kept(cloud, days(1)[0])
    cloud.volumes["v2"]["status"] = "available"
    # What the other one has taken at this slot is nothing of its own.
    (event,) = kept(cloud, days(1)[0] + timedelta(minutes=5))
    assert (event.what, event.snapshot and event.snapshot.volume_id) == (What.TAKEN, "v2")


def test_what_was_begun_one_by_one_is_not_made_anew_with_frozen_file_systems(
    cloud: ScheduledCloud,
) -> None:
    frozen(cloud)
    agent, cloud.volumes["v1"]["volume_image_metadata"] = (
        cloud.volumes["v1"]["volume_image_metadata"],
        {},
    )
    cloud.limit = 1
    events = kept(cloud, days(1)[0])
    assert [each.outcome for each in events] == [Outcome.INCOMPLETE] * 2
    said = told(cloud)
    assert said and said.outcome is Outcome.INCOMPLETE
    cloud.volumes["v1"]["volume_image_metadata"] = agent
    cloud.limit = 9
    kept(cloud, days(1)[0] + timedelta(minutes=5))
    assert (len(cloud.snapshots), len(cloud.asked)) == (2, 2)
    assert "frozen" not in taken_as(cloud)


def test_what_cinder_refuses_to_delete_is_told_as_a_failure(cloud: ScheduledCloud) -> None:
    for now in days(3):
        kept(cloud, now)
    oldest = next(iter(cloud.snapshots))

    def refuse(number: int) -> None:
        if cloud.sent[number] == ("DELETE", f"/v3/snapshots/{oldest}"):
            cloud.fails[number] = 400

    cloud.before = refuse
    (event,) = kept(cloud, days(3)[-1] + timedelta(hours=1))
    assert (event.what, event.failed, bool(event.failure)) == (What.NOT_DELETED, True, True)


def test_a_volume_that_another_instance_uses_too_is_not_called_frozen(
    cloud: ScheduledCloud,
) -> None:
    frozen(cloud)
    other = "7d0a7d2e-51b0-4b0c-9d53-1f0c7a0c8f22"
    cloud.instances[other] = ["v2"]
    used = {"server_id": other, "id": "another", "device": "/dev/vdb"}
    cloud.volumes["v2"]["attachments"] += [used]
    kept(cloud, days(1)[0])
    assert (len(cloud.asked), len(cloud.snapshots)) == (2, 2)
    assert "frozen" not in taken_as(cloud)
