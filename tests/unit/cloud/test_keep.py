# SPDX-License-Identifier: Apache-2.0
"""The command ``keep`` at the wire: whatever fails, the next one goes on, and nothing is lost."""

import fnmatch
import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from django.core.cache import cache

from snapshot_dashboard.cloud.errors import RequestFailed
from snapshot_dashboard.cloud.keep import How, What, keep
from snapshot_dashboard.rules import consistency, holds, revert_record
from snapshot_dashboard.rules.failure import Service
from snapshot_dashboard.rules.schedules import access_rules, runs, slots
from snapshot_dashboard.rules.schedules import schedule as schedules
from snapshot_dashboard.rules.schedules.last_run import Outcome
from snapshot_dashboard.rules.schedules.schedule import mark_of
from tests.unit.cloud.faults import Killed, killed_at, losing_answer
from tests.unit.cloud.scheduled_cloud import (
    INSTANCE,
    ScheduledCloud,
    days,
    kept,
    schedule,
    slots_of,
    told,
)
from tests.unit.cloud.wire import PROJECT, Wire
from tests.unit.rules.schedules.schedules import SINCE


@pytest.fixture
def cloud(wire: Wire) -> ScheduledCloud:
    found = ScheduledCloud(wire)
    found.volume("v1", metadata=schedules.write(schedule()) | {"mine": "stays"})
    return found


def test_it_takes_notes_and_deletes(cloud: ScheduledCloud) -> None:
    for now in days(4):
        kept(cloud, now)
    events = kept(cloud, days(4)[-1] + timedelta(minutes=5))
    assert [each.what for each in events] == [What.DELETED]
    assert slots_of(cloud) == ["2026-03-04", "2026-03-05"]
    made = next(iter(cloud.snapshots.values()))
    assert made["name"] == "name of v1 2026-03-04"
    assert made["metadata"][consistency.TAKEN] == "detached"
    said = told(cloud)
    assert said
    assert (said.outcome, said.slot_id) == (Outcome.TAKEN, "2026-03-05")
    assert cloud.volumes["v1"]["metadata"]["mine"] == "stays"
    # Nothing is written where there is nothing to do.
    before = len(cloud.sent)
    assert kept(cloud, days(4)[-1] + timedelta(hours=1)) == []
    assert {method for method, _path in cloud.sent[before:]} == {"GET"}


def test_a_dry_run_says_the_same_and_changes_nothing(cloud: ScheduledCloud) -> None:
    for now in days(3):
        kept(cloud, now)
    before = dict(cloud.snapshots)
    at = days(4)[-1]
    start = len(cloud.sent)
    would = kept(cloud, at, dry_run=True)
    assert {method for method, _path in cloud.sent[start:]} == {"GET"}
    assert cloud.snapshots == before
    does = kept(cloud, at)
    assert [each.what for each in would] == [What.WOULD_TAKE, What.WOULD_DELETE]
    assert [each.what for each in does] == [What.TAKEN, What.DELETED]
    assert [each.slot_id for each in would] == [each.slot_id for each in does]


def _killed(cloud: ScheduledCloud, number: int) -> None:
    cloud.before = killed_at(number)


def _killed_after(cloud: ScheduledCloud, number: int) -> None:
    cloud.after = killed_at(number)


def _lost(cloud: ScheduledCloud, number: int) -> None:
    cloud.after = losing_answer(number)


def _failed(status: int) -> Callable[[ScheduledCloud, int], None]:
    def fail(cloud: ScheduledCloud, number: int) -> None:
        cloud.fails = {number: status}

    return fail


_FAULTS = {
    "killed": _killed,
    "killed after": _killed_after,
    "lost": _lost,
    "500": _failed(500),
    "400": _failed(400),
    "401": _failed(401),
    "403": _failed(403),
    "404": _failed(404),
    "413": _failed(413),
}


@pytest.mark.parametrize("frozen", [False, True], ids=["", "frozen"])
@pytest.mark.parametrize("fault", list(_FAULTS))
def test_whatever_fails_the_next_one_goes_on(wire: Wire, fault: str, frozen: bool) -> None:
    number = calls = 0
    while number <= calls:
        # Another cloud, of which this process remembers nothing.
        cache.clear()
        cloud = ScheduledCloud(wire)
        of = schedule(instance_id=INSTANCE, attached=True, quiesced=frozen)
        for each in ("v1", "v2"):
            cloud.volume(each, metadata=schedules.write(of))
        cloud.running(INSTANCE, "v1", "v2", frozen=frozen)
        moments = days(4)
        for now in moments[:3]:
            kept(cloud, now)
        assert bool(cloud.asked) is not frozen
        start = len(cloud.sent)
        _FAULTS[fault](cloud, start + number)
        with suppress(Killed, RequestFailed):
            kept(cloud, moments[3])
        # The next command is another process.
        cache.clear()
        calls = max(calls, len(cloud.sent) - start)
        cloud.before = cloud.after = lambda number: None
        cloud.fails = {}
        # Two runs of each volume stay at least, whatever became of the third.
        usable = Counter(each["volume_id"] for each in cloud.snapshots.values())
        assert min(usable.values()) >= 2, number
        for minutes in (1, 2, 3):
            kept(cloud, moments[3] + timedelta(minutes=minutes))
        wanted = ["2026-03-04", "2026-03-04", "2026-03-05", "2026-03-05"]
        assert slots_of(cloud) == wanted, number
        assert cloud.images == {}, number
        said = told(cloud)
        assert said
        assert (said.slot_id, said.outcome) == ("2026-03-05", Outcome.TAKEN), number
        number += 1
    assert calls > 12


def test_nothing_of_others_is_touched(cloud: ScheduledCloud) -> None:
    for now in days(2):
        kept(cloud, now)
    mine = dict(cloud.snapshots)
    (first, second) = mine
    cloud.snapshots["hand"] = {**mine[first], "id": "hand", "metadata": {}}
    copied = {**mine[first]["metadata"], consistency.REQUEST: "another"}
    cloud.snapshots["copied"] = {**mine[first], "id": "copied", "metadata": copied}
    held = {**mine[first]["metadata"], **holds.write("why", "anna", SINCE)}
    cloud.snapshots[first] = {**mine[first], "metadata": held}
    cloud.volume("child", snapshot_id=second, created_at="2026-03-04T00:00:00.000000")
    for now in days(8)[2:]:
        kept(cloud, now)
    assert {"hand", "copied", first, second} <= set(cloud.snapshots)
    kept(cloud, days(8)[-1] + timedelta(hours=1), needed_by_volumes=False)
    assert second not in cloud.snapshots
    assert {"hand", "copied", first} <= set(cloud.snapshots)


def test_what_an_image_is_made_of_stays(cloud: ScheduledCloud) -> None:
    kept(cloud, days(1)[0])
    (first,) = cloud.snapshots
    mapping = [{"snapshot_id": first, "source_type": "snapshot"}]
    image = {"id": "i1", "name": "golden", "size": 0, "owner": PROJECT, "status": "active"}
    cloud.images["i1"] = {**image, "block_device_mapping": json.dumps(mapping)}
    for now in days(6)[1:]:
        kept(cloud, now, needed_by_volumes=False)
    assert first in cloud.snapshots


def test_what_changes_at_the_last_moment_is_left_alone(cloud: ScheduledCloud) -> None:
    for now in days(3):
        kept(cloud, now)
    oldest = next(iter(cloud.snapshots))
    start = len(cloud.sent)

    def hold(number: int) -> None:
        if cloud.sent[number] == ("GET", f"/v3/snapshots/{oldest}"):
            entries = cloud.snapshots[oldest]["metadata"]
            entries |= holds.write("just now", "anna", SINCE)

    cloud.before = hold
    events = kept(cloud, days(3)[-1] + timedelta(hours=1))
    assert [each.what for each in events] == [What.CHANGED]
    assert oldest in cloud.snapshots
    assert "DELETE" not in {method for method, _path in cloud.sent[start:]}


@pytest.mark.parametrize(
    ("volume", "outcome"),
    [
        ({"status": "in-use", "attachments": [{"server_id": INSTANCE, "id": "a"}]}, "in_use"),
        ({"status": "error"}, "blocked"),
        ({"status": "deleting"}, "blocked"),
    ],
)
def test_a_volume_that_allows_none_gets_none(
    cloud: ScheduledCloud, volume: dict[str, Any], outcome: str
) -> None:
    cloud.instances[INSTANCE] = ["v1"]
    cloud.volumes["v1"] |= volume
    (event,) = kept(cloud, days(1)[0])
    assert (event.what, event.failed) == (What.NOT_TAKEN, True)
    assert event.outcome and event.outcome.value == outcome
    assert cloud.snapshots == {}
    said = told(cloud)
    assert said and said.outcome is event.outcome and said.reason


def test_a_quota_stops_no_other_volume(cloud: ScheduledCloud) -> None:
    cloud.volume("v2", metadata=schedules.write(schedule(id="00000000000000ff")))
    cloud.limit = 1
    events = kept(cloud, days(1)[0])
    assert sorted(each.what.value for each in events) == ["not_taken", "taken"]
    cloud.limit = 9
    assert [each.what for each in kept(cloud, days(1)[0])] == [What.TAKEN]


def test_what_the_storage_could_not_make_is_told(cloud: ScheduledCloud) -> None:
    now = days(1)[0]
    for attempt in range(runs.ATTEMPTS):
        kept(cloud, now + timedelta(minutes=attempt))
        for each in cloud.snapshots.values():
            each["status"] = "error"
    for hours in (1, 2):
        (event,) = kept(cloud, now + timedelta(hours=hours))
        assert (event.failed, event.outcome) == (True, Outcome.FAILED)
    said = told(cloud)
    assert said and said.outcome is Outcome.FAILED
    changes = [path for method, path in cloud.sent if method == "POST"]
    kept(cloud, now + timedelta(hours=3))
    assert [path for method, path in cloud.sent if method == "POST"] == changes
    assert len(cloud.snapshots) == runs.ATTEMPTS


def test_an_instance_that_is_gone_is_told(cloud: ScheduledCloud) -> None:
    cloud.volumes["v1"]["metadata"] |= schedules.write(schedule(instance_id=INSTANCE))
    (event,) = kept(cloud, days(1)[0])
    assert event.outcome is Outcome.NO_VOLUMES
    said = told(cloud)
    assert said and said.outcome is Outcome.NO_VOLUMES


def test_a_volume_that_was_detached_is_told_and_says_so(cloud: ScheduledCloud) -> None:
    of = schedule(instance_id=INSTANCE, attached=True)
    for volume_id in ("v1", "v2"):
        cloud.volume(volume_id, metadata=schedules.write(of))
    cloud.instances[INSTANCE] = ["v1", "v2"]
    kept(cloud, days(1)[0])
    cloud.instances[INSTANCE] = ["v1"]
    taken, detached = kept(cloud, days(2)[-1])
    assert (taken.what, taken.snapshot and taken.snapshot.volume_id) == (What.TAKEN, "v1")
    assert (detached.failed, detached.volume and detached.volume.id) == (True, "v2")
    for minutes in (1, 2):
        assert kept(cloud, days(2)[-1] + timedelta(minutes=minutes)) == []
    notes = {each: told(cloud, each) for each in ("v1", "v2")}
    assert {key: each and each.outcome for key, each in notes.items()} == {
        "v1": Outcome.TAKEN,
        "v2": Outcome.DETACHED,
    }


@pytest.mark.parametrize("filters", ["yes", "ignored", "refused"])
def test_schedules_are_found_whether_cinder_filters_or_not(
    cloud: ScheduledCloud, filters: str
) -> None:
    cloud.filters = filters
    for number in range(1200):
        cloud.volume(f"other{number}")
    cloud.volume("v9", metadata=schedules.write(schedule(id="00000000000000ff")))
    assert len(kept(cloud, days(1)[0])) == 2
    lists = [path for _method, path in cloud.sent if path == "/v3/volumes/detail"]
    assert len(lists) == {"yes": 1, "ignored": 6, "refused": 4}[filters]


def test_what_it_costs_depends_on_what_it_does_alone(cloud: ScheduledCloud) -> None:
    kept(cloud, days(1)[0])
    few = len(cloud.sent)
    for number in range(5000):
        cloud.volume(f"other{number}")
    kept(cloud, days(2)[-1])
    assert len(cloud.sent) == 2 * few
    kept(cloud, days(2)[-1] + timedelta(minutes=1))
    # Two lists, where there is nothing to do.
    assert len(cloud.sent) == 2 * few + 2


def test_damaged_and_foreign_entries_mean_nothing(cloud: ScheduledCloud) -> None:
    damaged = {schedules.SCHEDULE: "v9", schedules.SCHEDULED: schedules.YES}
    cloud.volume("v2", metadata=damaged)
    cloud.volume("v3", metadata=schedules.write(schedule(project=mark_of("another"))))
    paused = schedule(id="00000000000000ff", paused=True)
    cloud.volume("v4", metadata=schedules.write(paused))
    events = kept(cloud, days(1)[0])
    assert [(each.what, each.volume and each.volume.id) for each in events] == [
        (What.NOT_UNDERSTOOD, "v2"),
        (What.OTHER_PROJECT, "v3"),
        (What.TAKEN, "v1"),
    ]


def test_the_access_rules_allow_what_it_sends_and_nothing_else(cloud: ScheduledCloud) -> None:
    of = schedule(instance_id=INSTANCE, attached=True, id="00000000000000ff")
    entry = {"server_id": INSTANCE, "id": "a", "device": "/dev/vdb"}
    more = {"status": "in-use", "attachments": [entry]}
    cloud.volume("v2", metadata=schedules.write(of), **more)
    cloud.instances[INSTANCE] = ["v2"]
    for now in days(4):
        kept(cloud, now)
    rules = access_rules.access_rules(
        {
            Service.BLOCK_STORAGE: ("block-storage", "http://storage.test/v3"),
            Service.COMPUTE: ("compute", "http://compute.test/v2.1"),
            Service.IMAGE: ("image", "http://image.test/v2/"),
        },
        quiesced=False,
    )
    asked = {
        next((n for n, each in enumerate(rules) if _allows(each, method, path)), (method, path))
        for method, path in cloud.sent
    }
    assert asked == set(range(len(rules)))


def _allows(rule: dict[str, str], method: str, path: str) -> bool:
    same = rule["path"].count("/") == path.count("/") and rule["method"] == method
    if rule["path"].endswith("/*") and path.endswith("/detail"):
        return False
    return same and fnmatch.fnmatch(path, rule["path"])


def test_the_snapshots_of_an_instance_are_named_in_its_new_volume(cloud: ScheduledCloud) -> None:
    of = schedule(instance_id=INSTANCE, attached=True)
    cloud.volumes["v1"]["metadata"] = schedules.write(of)
    cloud.volume("v2")
    cloud.instances[INSTANCE] = ["v1", "v2"]
    assert len(kept(cloud, days(1)[0])) == 2
    assert schedules.read(cloud.volumes["v2"]["metadata"]) == of


def test_a_newer_entry_of_the_same_schedule_counts_and_a_paused_one_more(
    cloud: ScheduledCloud,
) -> None:
    of = schedule(instance_id=INSTANCE, attached=True)
    cloud.volumes["v1"]["metadata"] = schedules.write(replace(of, attached=False))
    newer = replace(of, since=SINCE + timedelta(days=1))
    cloud.volume("v2", metadata=schedules.write(newer))
    cloud.instances[INSTANCE] = ["v1", "v2"]
    moment = slots.following(newer, newer.since).at
    assert [each.what for each in kept(cloud, moment)] == [What.TAKEN, What.TAKEN]
    cloud.volumes["v1"]["metadata"] |= schedules.write(replace(of, paused=True))
    assert kept(cloud, moment + timedelta(days=1)) == []


def test_a_schedule_that_only_a_detached_volume_carries_takes_nothing(
    cloud: ScheduledCloud,
) -> None:
    of = schedule(instance_id=INSTANCE, attached=True)
    cloud.volumes["v1"]["metadata"] = schedules.write(of)
    cloud.volume("v2")
    cloud.instances[INSTANCE] = ["v2"]
    (event,) = kept(cloud, days(1)[0])
    assert (event.outcome, cloud.snapshots) == (Outcome.DETACHED, {})
    assert not schedules.has(cloud.volumes["v2"]["metadata"])


def test_what_nova_says_is_attached_is_not_detached(cloud: ScheduledCloud) -> None:
    """Cinder's records were reset, and the instance goes on writing."""
    of = schedule(instance_id=INSTANCE)
    cloud.volumes["v1"]["metadata"] = schedules.write(of)
    cloud.instances[INSTANCE] = ["v1"]
    (event,) = kept(cloud, days(1)[0])
    assert (event.outcome, cloud.snapshots) == (Outcome.IN_USE, {})
    cloud.volumes["v1"]["metadata"] |= schedules.write(replace(of, attached=True))
    kept(cloud, days(1)[0])
    (made,) = cloud.snapshots.values()
    assert made["metadata"][consistency.TAKEN] != "detached"


def test_nothing_goes_while_a_volume_is_reverted(cloud: ScheduledCloud) -> None:
    for now in days(4):
        cloud.volumes["v1"]["metadata"] |= {revert_record.RECORD: "1 under way"}
        kept(cloud, now)
    assert len(cloud.snapshots) == 4
    cloud.volumes["v1"]["metadata"] |= {revert_record.RECORD: ""}
    kept(cloud, days(4)[-1] + timedelta(hours=1))
    assert len(cloud.snapshots) == 2


def test_its_clock_is_that_of_the_cloud(cloud: ScheduledCloud, wire: Wire) -> None:
    of = schedule(since=datetime.now(timezone.utc) + timedelta(hours=3), hours=0)
    cloud.volumes["v1"]["metadata"] = schedules.write(of)
    assert list(keep(cloud.connect, How())) == []
    wire.tells_time(hours=20)
    later = replace(of, since=datetime.now(timezone.utc) - timedelta(days=3))
    cloud.volumes["v1"]["metadata"] = schedules.write(later)
    assert len(list(keep(cloud.connect, How()))) == 1
    said = told(cloud)
    assert said and said.at > datetime.now(timezone.utc) + timedelta(hours=19)


def test_a_schedule_of_its_own_is_not_written_over(cloud: ScheduledCloud) -> None:
    of = schedule(instance_id=INSTANCE, id="00000000000000ff", attached=True)
    own = cloud.volumes["v1"]["metadata"]
    cloud.volume("v2", metadata=schedules.write(of))
    cloud.instances[INSTANCE] = ["v1", "v2"]
    events = kept(cloud, days(1)[0])
    # One of its own, and one of each volume of the instance.
    assert Counter(each.schedule_id for each in events) == {schedule().id: 1, of.id: 2}
    assert own.items() <= cloud.volumes["v1"]["metadata"].items()
    for volume_id in ("v1", "v2"):
        said = told(cloud, volume_id)
        assert said and said.outcome is Outcome.TAKEN
    assert kept(cloud, days(1)[0] + timedelta(minutes=1)) == []
