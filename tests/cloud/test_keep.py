# SPDX-License-Identifier: Apache-2.0
"""The command ``keep`` against a real cloud: what it makes and deletes, and with which rights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from demo.layout import ROOT, Home
from devcloud.access import Access
from devcloud.accounts import DOMAIN
from devcloud.waiting import wait_until
from snapshot_dashboard.cloud import credentials
from snapshot_dashboard.cloud.keep import How, What, keep
from snapshot_dashboard.rules import consistency, holds, sets
from snapshot_dashboard.rules.failure import Service
from snapshot_dashboard.rules.schedules import access_rules, last_run, preview, runs, slots
from snapshot_dashboard.rules.schedules import schedule as schedules
from snapshot_dashboard.rules.schedules.last_run import Outcome
from snapshot_dashboard.rules.schedules.schedule import Retention, Rhythm, Schedule, mark_of
from tests.cloud.quiesced import images_named, with_agent
from tests.cloud.tenant import Tenant, tenant
from tests.cloud.workshop import PATIENCE, unique
from tests.conftest import Connect

if TYPE_CHECKING:
    from openstack.connection import Connection

SERVICES = (Service.BLOCK_STORAGE, Service.COMPUTE, Service.IMAGE)
START = datetime.now(timezone.utc).replace(second=0, microsecond=0)


@dataclass(frozen=True)
class Place:
    """A project of its own with a clouds.yaml, and a client that knows nothing of ours."""

    tenant: Tenant
    folder: Path
    auth: dict[str, str]
    region: str

    @property
    def owner(self) -> Connection:
        """Return the member's client."""
        return self.tenant.workshop.owner

    @property
    def project_id(self) -> str:
        """Return the project's id."""
        return str(self.owner.current_project_id)

    def clouds(self, **auth: str) -> Path:
        """Write a file with credentials, the member's unless others are given."""
        kind = {"auth_type": "v3applicationcredential"} if auth else {}
        entry = {"auth": auth or self.auth, "region_name": self.region, **kind}
        file = self.folder / unique("clouds.json")
        file.write_text(json.dumps({"clouds": {"one": entry}}))
        return file

    def schedule(self, **other: Any) -> Schedule:
        """Return a daily schedule."""
        usual: dict[str, Any] = {
            "id": "0123456789abcdef",
            "project": mark_of(self.project_id),
            "rhythm": Rhythm.DAILY,
            "at": time(2, 30),
            "zone": "Europe/Berlin",
            "since": START - timedelta(days=3),
            "retention": Retention(last=2),
        }
        return Schedule(**usual | other)

    def scheduled(self, volume_id: str, of: Schedule) -> None:
        """Write a schedule into a volume."""
        self.owner.block_storage.set_volume_metadata(volume_id, **schedules.write(of))

    def snapshots(self, volume_id: str) -> list[Any]:
        """Return the snapshots of a volume, the oldest slot first."""
        found = self.owner.block_storage.snapshots(details=True, volume_id=volume_id)
        return sorted(found, key=lambda each: str(each.metadata.get(runs.SLOT)))

    def slots(self, volume_id: str) -> list[str]:
        """Return the slots of which there is a snapshot."""
        return [str(each.metadata.get(runs.SLOT)) for each in self.snapshots(volume_id)]

    def settled(self, volume_id: str) -> None:
        """Wait until every snapshot of a volume can be used, or was deleted."""
        wait_until(
            lambda: {each.status for each in self.snapshots(volume_id)} <= {"available"},
            seconds=PATIENCE,
            what="the snapshots",
            pause=0.1,
        )

    def told(self, volume_id: str) -> last_run.LastRun:
        """Return what the volume says of the last run."""
        found = last_run.read(self.owner.block_storage.get_volume(volume_id).metadata)
        assert found
        return found


@pytest.fixture
def place(
    cloud: Access, connect: Connect, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    with tenant("keep", cloud, connect, home) as found:
        auth = {
            "auth_url": cloud.auth_url,
            "username": found.login.name,
            "password": found.login.password,
            "project_name": found.login.projects[0],
            "user_domain_name": DOMAIN,
            "project_domain_name": DOMAIN,
        }
        made = Place(found, tmp_path, auth, cloud.region)
        monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(made.clouds()))
        yield made


def begin(file: Path, *words: str) -> subprocess.Popen[str]:
    """Run the command as cron does."""
    command = [sys.executable, "-m", "snapshot_dashboard", "keep", "--os-cloud", "one", *words]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO")}
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**environment, "OS_CLIENT_CONFIG_FILE": str(file)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, list[dict[str, Any]]]:
    """Return its exit status, and what it tells programs."""
    said, errors = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in errors, errors
    return process.returncode, [json.loads(line) for line in said.splitlines()]


def _simulated(place: Place, volume_id: str, of: Schedule, until: datetime) -> int:
    """Run the command at each slot and half an hour later; compare with the preview."""
    login = credentials.log_in("one")
    told = preview.preview(of, {volume_id: 1}, [], of.since, until, project_id=place.project_id)
    for step in told.steps:
        for moment in (step.slot.at, step.slot.at + timedelta(minutes=30)):
            events = list(keep(login.connect, How(now=moment)))
            assert not [each for each in events if each.failed]
            place.settled(volume_id)
        assert place.slots(volume_id) == [each.slot.id for each in step.runs]
    return len(told.steps)


def test_what_there_is_equals_the_preview_and_nothing_else_goes(place: Place) -> None:
    volume = place.tenant.workshop.volume("data").id
    by_hand = place.tenant.workshop.snapshot(volume, "by hand").id
    of = place.schedule(since=START, retention=Retention(last=2, weeks=1))
    place.scheduled(volume, of)
    held: Any = None
    login = credentials.log_in("one")
    moment = slots.following(of, of.since).at
    for _day in range(9):
        events = list(keep(login.connect, How(now=moment)))
        assert not [each for each in events if each.failed]
        place.settled(volume)
        if held is None:
            held = next(each for each in events if each.snapshot).snapshot
            reason = holds.write("the auditors want it", "anna", START)
            place.owner.block_storage.set_snapshot_metadata(held.id, **reason)
        moment = slots.following(of, moment).at
    list(keep(login.connect, How(now=moment - timedelta(hours=1))))
    place.settled(volume)
    left = {each.id: each.metadata for each in place.snapshots(volume)}
    assert by_hand in left
    assert held.id in left
    told = preview.preview(
        of, {volume: 1}, [], of.since, moment - timedelta(hours=1), project_id=place.project_id
    )
    wanted = {each.slot.id for each in told.steps[-1].runs} | {held.metadata[runs.SLOT]}
    assert {each[runs.SLOT] for key, each in left.items() if key != by_hand} == wanted
    assert place.told(volume).outcome is Outcome.TAKEN


@pytest.mark.extended
@pytest.mark.parametrize(
    "other",
    [
        {"rhythm": Rhythm.WEEKLY, "weekday": 6, "retention": Retention(last=4, months=12)},
        {"retention": Retention(last=7, weeks=4, months=6)},
        {"retention": Retention(days=10)},
    ],
    ids=["weekly", "daily", "days"],
)
def test_a_year_goes_as_the_preview_said(place: Place, other: dict[str, Any]) -> None:
    volume = place.tenant.workshop.volume("data").id
    of = place.schedule(since=START, **other)
    place.scheduled(volume, of)
    days = 365 if of.rhythm is Rhythm.WEEKLY else 100
    assert _simulated(place, volume, of, START + timedelta(days=days)) > 50


def test_an_instance_is_taken_together_and_only_as_accepted(place: Place) -> None:
    shop = place.tenant.workshop
    instance, first = shop.attached("db")
    second = shop.volume("logs").id
    shop.attach(instance.id, second)
    of = place.schedule(instance_id=instance.id)
    # Only one of them carries it: the other was attached since.
    place.scheduled(first.id, of)
    status, said = ended(begin(place.clouds(), "--json"))
    assert (status, said[0]["event"], said[0]["outcome"]) == (1, "not_taken", "in_use")
    assert place.snapshots(first.id) == []
    assert place.told(first.id).outcome is Outcome.IN_USE
    place.scheduled(first.id, replace(of, attached=True))
    assert [each["event"] for each in ended(begin(place.clouds(), "--json", "--dry-run"))[1]] == [
        "would_take"
    ]
    status, said = ended(begin(place.clouds(), "--json"))
    assert status == 0
    assert [each["event"] for each in said] == ["taken", "taken"]
    made = [each for volume in (first.id, second) for each in place.snapshots(volume)]
    assert len(made) == 2
    assert {each.metadata[consistency.TAKEN] for each in made} == {"running"}
    members = [sets.membership(each.metadata) for each in made]
    assert members[0] == members[1]
    assert members[0] and members[0].count == 2
    assert schedules.read(place.owner.block_storage.get_volume(second).metadata)
    assert ended(begin(place.clouds(), "--json")) == (0, [])


def test_file_systems_are_frozen_where_that_is_certain(place: Place) -> None:
    shop = place.tenant.workshop
    instance, disk, data = with_agent(shop)
    of = place.schedule(
        instance_id=instance.id, attached=True, quiesced=True, retention=Retention(last=1)
    )
    for each in (disk, data):
        place.scheduled(each, of)
    login = credentials.log_in("one")
    for moment in (START - timedelta(days=1), START):
        events = list(keep(login.connect, How(now=moment)))
        assert [each.what for each in events] == [What.TAKEN, What.TAKEN]
        place.settled(disk)
        place.settled(data)
    made = [each for volume in (disk, data) for each in place.snapshots(volume)]
    assert len(made) == 4
    assert {each.metadata[consistency.TAKEN] for each in made} == {"frozen"}
    assert not [each for each in made if "[" in each.name]
    assert images_named(shop, instance.id) == []
    events = list(keep(login.connect, How(now=START + timedelta(minutes=1))))
    assert [each.what for each in events] == [What.DELETED, What.DELETED]
    place.settled(disk)
    place.settled(data)
    assert len(place.slots(disk)) == len(place.slots(data)) == 1
    assert place.slots(disk) == place.slots(data)


def test_of_two_at_the_same_moment_one_snapshot_is_left(place: Place) -> None:
    volume = place.tenant.workshop.volume("data").id
    place.scheduled(volume, place.schedule())
    both = [begin(place.clouds(), "--json") for _ in range(2)]
    for each in both:
        assert ended(each)[0] == 0
    place.settled(volume)
    assert ended(begin(place.clouds(), "--json"))[0] == 0
    place.settled(volume)
    assert len(place.snapshots(volume)) == 1


def test_a_reached_quota_and_one_damaged_entry_stop_nothing_else(
    place: Place, connect: Connect
) -> None:
    shop = place.tenant.workshop
    volumes = [shop.volume(name).id for name in ("one", "two", "three")]
    for each in volumes[:2]:
        place.scheduled(each, place.schedule())
    damaged = schedules.write(place.schedule()) | {schedules.SCHEDULE: "v9 whatever"}
    place.owner.block_storage.set_volume_metadata(volumes[2], **damaged)
    root: Any = connect("admin")
    limits = {"quota_set": {"snapshots": 1}}
    root.block_storage.put(f"/os-quota-sets/{place.project_id}", json=limits)
    status, said = ended(begin(place.clouds(), "--json"))
    assert status == 1
    assert sorted(each["event"] for each in said) == ["not_taken", "not_understood", "taken"]
    refused = next(each for each in said if each["event"] == "not_taken")
    assert refused["outcome"] == "quota"
    assert "larger quota" in refused["do"]
    assert sum(len(place.snapshots(each)) for each in volumes) == 1
    assert place.told(refused["volume_id"]).outcome is Outcome.QUOTA


def test_credentials_that_allow_nothing_else_are_enough(place: Place) -> None:
    volume = place.tenant.workshop.volume("data").id
    of = place.schedule(since=START - timedelta(days=9), retention=Retention(last=1))
    place.scheduled(volume, of)
    # Two older runs, so that something is deleted, too.
    login = credentials.log_in("one")
    for days in (3, 2):
        assert [e.what for e in keep(login.connect, How(now=START - timedelta(days=days)))][0] is (
            What.TAKEN
        )
        place.settled(volume)
    seen = login.connect()
    addresses = (seen.block_storage_url, seen.compute_url, seen.image_url)
    pairs = zip(SERVICES, addresses, strict=True)
    rules = access_rules.access_rules(
        {each: (each.value, str(address)) for each, address in pairs}, quiesced=False
    )
    restricted = _application(place, rules)
    status, said = ended(begin(restricted, "--json"))
    assert (status, [each["event"] for each in said]) == (0, ["taken", "deleted"])
    place.settled(volume)
    lacking = [each for each in rules if each["method"] != "DELETE"]
    status, said = ended(begin(_application(place, lacking), "--json"))
    assert status == 1
    assert "an access rule" in said[-1]["do"]
    assert len(place.snapshots(volume)) == 2
    assert ended(begin(restricted, "--json"))[0] == 0
    place.settled(volume)
    assert len(place.snapshots(volume)) == 1


def _application(place: Place, rules: list[dict[str, str]]) -> Path:
    """Make an application credential, and write it down."""
    identity: Any = place.owner.identity
    body = {"application_credential": {"name": unique("keep"), "access_rules": rules}}
    user = place.owner.current_user_id
    made = identity.post(f"/users/{user}/application_credentials", json=body).json()
    credential = made["application_credential"]
    return place.clouds(
        auth_url=place.auth["auth_url"],
        application_credential_id=credential["id"],
        application_credential_secret=credential["secret"],
    )


def test_credentials_that_are_gone_are_explained(place: Place) -> None:
    file = place.clouds(
        auth_url=place.auth["auth_url"],
        application_credential_id="0" * 32,
        application_credential_secret="gone",
    )
    status, said = ended(begin(file, "--json"))
    assert status == 3
    assert "Make new ones" in said[0]["do"]


def test_a_project_that_is_deleted_is_explained(place: Place, connect: Connect) -> None:
    file = place.clouds()
    assert ended(begin(file, "--json")) == (0, [])
    root: Any = connect("admin")
    root.identity.delete_project(place.project_id)
    status, said = ended(begin(file, "--json"))
    assert status == 3
    assert "project may be gone" in said[0]["do"]


def test_an_operators_user_looks_after_each_project_by_itself(
    place: Place, connect: Connect, cloud: Access, home: Home
) -> None:
    root: Any = connect("admin")
    with tenant("keep-other", cloud, connect, home) as other:
        person = root.identity.find_user(place.tenant.login.name)
        project = root.identity.find_project(other.login.projects[0])
        role = root.identity.find_role("member")
        root.identity.assign_project_role_to_user(project, person, role)
        mine = place.tenant.workshop.volume("mine").id
        theirs = other.workshop.volume("theirs").id
        place.scheduled(mine, place.schedule())
        of = replace(place.schedule(), project=mark_of(project.id))
        other.workshop.owner.block_storage.set_volume_metadata(theirs, **schedules.write(of))
        # One that came with its volume from elsewhere means nothing.
        strange = other.workshop.volume("strange").id
        foreign = schedules.write(place.schedule())
        other.workshop.owner.block_storage.set_volume_metadata(strange, **foreign)
        status, said = ended(begin(place.clouds(), "--json", "--each-project"))
        assert status == 0
        taken = {each["volume_id"]: each["project_id"] for each in said if each["event"] == "taken"}
        assert taken == {mine: place.project_id, theirs: project.id}
        assert [each["volume_id"] for each in said if each["event"] == "other_project"] == [strange]
        (made,) = other.workshop.snapshots_of(theirs)
        assert made.project_id == project.id
