# SPDX-License-Identifier: Apache-2.0
"""One revert in place after another in the model cloud, each with a fault at some moment.

A run is made from its number alone, so that one that fails can be looked at again.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import requests

from snapshot_dashboard.cloud import block_storage, revert_acts, revert_plan, revert_records
from snapshot_dashboard.cloud.answers import Answer
from snapshot_dashboard.cloud.errors import AnswerLost, CloudError, Service, for_answer
from snapshot_dashboard.cloud.session import Deadline
from snapshot_dashboard.rules.revert_plan import Content, Halt, Plan, Reimaging, Step
from snapshot_dashboard.rules.revert_record import (
    FORMER,
    RECORD,
    Before,
    Progress,
    Record,
    Stage,
    read,
)
from snapshot_dashboard.rules.revert_steps import can_give_up, can_retry, next_step
from tests.unit.cloud.revert_cloud import INSTANCE, START, Cloud, Disk
from tests.unit.cloud.revert_others import AT_REQUEST, FAULTS, meddle
from tests.unit.cloud.revert_process import Cache, Killed, Straight

Json = dict[str, Any]
_FOREVER = Deadline(1e9)
# In looks: none of the runs needs half of it.
_LIMIT = 600
_DAYS = 3 * 24 * 3600.0
_LEFT = 900
_BY_IMAGE = ("helper fails", "upload fails", "hangs while it is uploaded")

_STATUSES = {
    Before.RUNNING: "ACTIVE",
    Before.OFF: "SHUTOFF",
    Before.SHELVED: "SHELVED_OFFLOADED",
}


@contextmanager
def _unwatched(_step: Step) -> Iterator[None]:
    yield


@dataclass
class Run:
    """One revert in place, and what becomes of it."""

    number: int
    rng: random.Random = field(init=False)
    cloud: Cloud = field(init=False)
    cache: Cache = field(init=False)
    ours: Straight = field(init=False)
    fault: str = field(init=False)
    struck: bool = False
    ended: str = ""
    changes: int = 0
    # Whether a person has said that it is to go on, and has been there since.
    trusted: bool = True
    looked_at: float = START
    confirmed_at: float = START
    nested: bool = False
    visits: int = 0
    # What is kept where the second person is, if that is not shared.
    others: dict[str, tuple[Any, float]] = field(default_factory=dict)
    meddled: bool = False
    tries: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(f"revert {self.number}")  # noqa: S311
        self.fault = FAULTS[self.number % len(FAULTS)]
        self.cloud = Cloud(self.rng)
        self.cache = Cache(self.cloud)
        about: Json = dict.fromkeys(("block_storage_url", "compute_url", "image_url"), "http://x")
        self.ours = Straight(
            token="t",
            project_id="p",
            region="r",
            verify=True,
            rights="member",
            deadline=_FOREVER,
            write_seconds=5.0,
            **about,
        )
        object.__setattr__(self.ours, "run", self)
        self.before = self.rng.choice([*Before, Before.RUNNING])
        self.copy = self.rng.random() < 0.4 and self.before is not Before.SHELVED
        if self.rng.random() < 0.4 or self.fault in _BY_IMAGE:
            self.cloud.reimaging = Reimaging.IMAGE
        self.strikes = self.rng.randrange(1, self.rng.choice([12, 24, 60]))
        self._furnish()

    def _furnish(self) -> None:
        alone = self.before is Before.NONE
        status = {Before.NONE: "available", Before.SHELVED: "reserved"}.get(self.before, "in-use")
        for index in range(1 if alone else self.rng.randrange(1, 5)):
            volume_id, snapshot_id = f"v{index}-{self.number}", f"s{index}-{self.number}"
            disk = Disk(volume_id, snapshot_id, status, size=self.rng.choice([1, 2]))
            disk.attached, disk.bootable = not alone, index == 0
            disk.image = {"image_id": "i", "os": "linux"} if index == 0 else {}
            self.cloud.disks[volume_id] = disk
            self.cloud.snapshots[snapshot_id] = volume_id
        self.cloud.status = _STATUSES.get(self.before, "")
        self.described = {
            key: (dict(each.image), each.bootable) for key, each in self.cloud.disks.items()
        }

    # What the code under test sends.

    def send(self, service: Service, method: str, path: str, query: Json, body: Any) -> Answer:
        """Carry out one request, or let the fault strike."""
        self.cloud.pass_time(self.rng.uniform(0.05, 0.6))
        is_change = method != "GET"
        self.changes += is_change
        fault = self.fault if self.fault in AT_REQUEST and not self.nested else ""
        if fault.startswith("two people"):
            self._perhaps_a_second_person()
            return self._answer(service, *self._carry_out(method, path, query, body))
        due = self.changes == self.strikes and (is_change or fault.startswith("killed"))
        if not (due and fault and not self.struck):
            return self._answer(service, *self._carry_out(method, path, query, body))
        self.struck = True
        return self._strike(service, method, path, query, body)

    def _strike(self, service: Service, method: str, path: str, query: Json, body: Any) -> Answer:
        fault = self.fault
        if fault == "lost, done later":
            late = self.rng.uniform(1, 80)
            self.cloud.later(late, lambda: self._quietly(method, path, query, body))
            raise AnswerLost(service=service)
        if fault == "killed before":
            self._kill()
        if fault == "refused":
            # That something is not there is no refusal to remove it.
            gone = method == "DELETE" or "os-unset_image_metadata" in (body or {})
            status = self.rng.choice([400, 403, 409, *([] if gone else [404])])
            return self._answer(service, status, {"fault": {"message": "no"}})
        done = None
        if fault not in ("lost, not done", "5xx, not done"):
            done = self._carry_out(method, path, query, body)
        if fault == "killed after":
            self._kill()
        if fault.startswith("lost"):
            raise AnswerLost(service=service)
        if fault.startswith("5xx"):
            return self._answer(service, self.rng.choice([500, 502, 503, 504]), {})
        assert done
        return self._answer(service, *done)

    def _kill(self) -> None:
        self.cache.dead = True
        raise Killed

    def _quietly(self, method: str, path: str, query: Json, body: Any) -> None:
        self.cloud.ask(method, path, query, body)

    def _carry_out(self, method: str, path: str, query: Json, body: Any) -> tuple[int, Json]:
        known = len(self.cloud.written)
        status, said = self.cloud.ask(method, path, query, body)
        if status < 400 and isinstance(body, dict):
            destructive = {"os-stop", "shelve"} & set(body)
            if destructive or len(self.cloud.written) > known:
                assert self.trusted, f"without a person: {body}"
                # Without a shared cache there is no lock.
                alone = self.fault.endswith("two caches")
                assert alone or not self._has_halted(), f"after a halt: {body}"
            if len(self.cloud.written) > known:
                self._check_writing(self.cloud.written[-1][0])
            if "os-stop" in body:
                ours = self.confirmed_at < self.cloud.started_at < self.looked_at
                assert not ours, "an instance was stopped that somebody else had started"
        return status, said

    def _check_writing(self, volume_id: str) -> None:
        assert self.cloud.reimaging is not Reimaging.NEVER, (
            "the operator does not let volumes be written"
        )
        first = len({each for each, _record in self.cloud.written}) == 1
        if self.copy and first:
            copies = [each for each in self.cloud.copies.values() if each.snapshot_id == volume_id]
            newest = max(each.made for each in copies if each.status == "available")
            assert newest >= self.cloud.ran, "a copy lacks what was written before"

    def _has_halted(self) -> bool:
        found = [read(each.metadata) for each in self.cloud.disks.values()]
        return any(each and each.halted and each.stage is Stage.GOING for each in found)

    @staticmethod
    def _answer(service: Service, status: int, body: Json) -> Answer:
        response = requests.Response()
        response.status_code = status
        if status >= 400:
            raise for_answer(service, response, body)
        return Answer(service, response, body)

    # The people.

    def begin(self) -> None:
        """Write the plan down; where that fails in the middle, as a person would, once more."""
        self.plan_id = str(uuid.UUID(int=self.rng.getrandbits(128)))
        volumes = list(self.cloud.disks.values())
        alone = self.before is Before.NONE
        records = {
            each.id: Record(
                plan_id=self.plan_id,
                snapshot_id=each.snapshot_id,
                instance_id="" if alone else INSTANCE,
                before=self.before,
                copy=self.copy,
                count=len(volumes),
                index=index,
                seen_at=int(self.cloud.now),
                changed_at=int(each.changed) if alone else 0,
            )
            for index, each in enumerate(volumes)
        }
        with suppress(CloudError), self.alive():
            revert_records.begin(self.ours, records)

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Go on in another process after one that was killed."""
        try:
            yield
        except Killed:
            pass
        finally:
            self.cache.dead = False

    def plan(self) -> Plan | None:
        """Read the plan, and compare what it tells with what there is."""
        if self.before is Before.NONE or self.cloud.deleted:
            found = self._plan_of_a_volume()
        else:
            machine = revert_plan.read_machine(self.ours, INSTANCE)
            found = revert_plan.of_instance(self.ours, machine)
            if found is None or found.over:
                # What is left of it is at a volume that the instance does not have any more.
                rest = self._plan_of_a_volume()
                found = rest if rest and not (found and rest.over) else found
        for each in found.targets if found else ():
            self._compare(each.content, each.volume.description, str(each.record))
        return found

    def _plan_of_a_volume(self) -> Plan | None:
        """Read what is left at each volume; that of one that is not over first."""
        volumes = [block_storage.volume(self.ours, each) for each in self.cloud.disks]
        plans = [revert_plan.of_volume(self.ours, each) for each in volumes]
        found = [each for each in plans if each]
        return min(found, key=lambda each: each.over, default=None)

    def _compare(self, told: Content, truth: str, about: str) -> None:
        fits = {
            Content.OLD: truth == "old",
            Content.NEW: truth == "new",
            Content.WRITING: True,
            Content.UNKNOWN: self.fault != "none",
        }
        assert fits[told], f"told {told} of a volume that is {truth}: {about}"

    def look(self) -> tuple[Plan, Step] | None:
        """Look once, and carry out what comes next, as an open page does."""
        if self.cloud.now - self.looked_at > _LEFT:
            self.trusted = False
        began = self.cloud.now
        plan = self.plan()
        if plan is None:
            return None
        if not self.nested:
            self.looked_at = began
        step = next_step(plan, int(self.cloud.now))
        if step.act:
            with suppress(CloudError):
                revert_acts.carry_out(self.ours, plan, step, lambda each: each.name, _unwatched)
        with suppress(CloudError):
            revert_records.see(self.ours, plan, step)
        return plan, step

    def _perhaps_a_second_person(self) -> None:
        if self.changes >= self.strikes // 3 and self.visits < 8 and self.rng.random() < 0.2:
            self.visits += 1
            self.struck = True
            self._second_person()

    def _second_person(self) -> None:
        """Do what somebody else does at this moment: look, or choose."""
        self.nested = True
        shared = self.cache.kept
        if self.fault.endswith("two caches"):
            self.cache.kept = self.others
        try:
            for _each in range(self.rng.randrange(1, 4)):
                looked = None
                with suppress(CloudError):
                    looked = self.look()
                if looked:
                    with suppress(CloudError):
                        self._choose(*looked)
        finally:
            self.nested = False
            self.cache.kept = shared

    def _choose(self, plan: Plan, step: Step) -> None:
        """Press a button, where there is one."""
        if can_retry(plan, step) and (self._is_worth_it(step) or not can_give_up(plan, step)):
            revert_records.go_on(self.ours, plan, step)
        elif step.halt and can_give_up(plan, step):
            revert_records.give_up(self.ours, plan, step)
        else:
            return
        self.looked_at = self.confirmed_at = self.cloud.now
        self.trusted = True

    def _is_worth_it(self, step: Step) -> bool:
        """Tell whether a person goes on: as long as it is not known what a volume holds, yes."""
        self.tries += 1
        if step.halt is Halt.WRITE_UNKNOWN:
            return self.tries < 12
        return self.tries < 6 and self.rng.random() < 0.8

    def work(self) -> None:
        """Work through the plan until it is over."""
        with self.alive():
            self.begin()
        for turn in range(_LIMIT):
            meddle(self, turn)
            looked = None
            with suppress(CloudError), self.alive():
                looked = self.look()
                if looked is None and self.meddled:
                    # It was the only volume: nothing tells of the plan any more.
                    self.ended = "plan gone"
                    return
                if looked is None:
                    self.begin()
            if looked and looked[0].over:
                self.ended = looked[0].stage.value
                break
            if looked and looked[1].halt:
                self._after_a_halt(*looked)
            waits = looked is None or not looked[1].act
            self.cloud.pass_time(self.rng.uniform(5, 60) if waits else self.rng.uniform(0.5, 5))
            if self.fault == "tab closed" and turn == self.strikes:
                self.struck = True
                self.cloud.pass_time(self.rng.choice([30, 600, 1200, _DAYS]))
        else:
            raise AssertionError("it does not end")

    def _after_a_halt(self, plan: Plan, step: Step) -> None:
        """Wait for a person, who asks support where it takes that."""
        self.cloud.pass_time(self.rng.choice([5, 60, 400, 2000]))
        self._help(step)
        with suppress(CloudError), self.alive():
            again = self.plan()
            if again is not None:
                self.looked_at = self.cloud.now
                self._choose(again, next_step(again, int(self.cloud.now)))

    def _help(self, step: Step) -> None:
        """Do what is done elsewhere about a halt: unlock, or let support reset a status."""
        self.cloud.locked = False
        resets = "available" if self.before is Before.NONE else "reserved"
        for disk in self.cloud.disks.values():
            stuck = disk.status == "downloading" and not self.cloud.jobs
            if disk.status == "error" or stuck:
                disk.status, disk.changed = resets, self.cloud.now
                if not disk.attached:
                    disk.status = "available"

    # What is there in the end.

    def check(self) -> None:
        """Compare what there is with what was there, and with what is told."""
        if self.ended == "plan gone":
            return
        self.cloud.pass_time(3600)
        # A record whose answer was lost may have been written after the end: looks end it, too.
        for _look in range(3):
            self.look()
        plan = self.plan()
        assert plan and plan.over and not self.cache.locks
        assert len(self.cloud.written) == len(set(self._attempts())), "written twice"
        held = {each.volume.id: each.content for each in plan.targets}
        if self.ended == Stage.FINISHED.value:
            assert set(held.values()) == {Content.NEW}
        for disk in self.cloud.disks.values():
            assert disk.content in ("old", "new") or held.get(disk.id) is Content.UNKNOWN
            self._check_description(disk, held.get(disk.id))
        self._check_leftovers(plan)
        # What is left of a plan at a volume leaves the instance to a person.
        has_volumes = any(each.attached for each in self.cloud.disks.values())
        if not self.meddled and has_volumes:
            assert self.cloud.status == _STATUSES[self.before], "the instance is not as before"

    def _check_leftovers(self, plan: Plan) -> None:
        """An image stays where it may be the last that knows a description, or is protected.

        And where somebody has removed the record of a volume that was being written.
        """
        kept = [
            each.record.snapshot_id
            for each in plan.targets
            if each.record.progress is Progress.UNDESCRIBED
        ]
        for each in self.cloud.images.values():
            known = any(snapshot_id in str(each) for snapshot_id in kept)
            removed = self.fault in ("record removed", "record edited")
            assert known or removed or each.get("protected"), "an image is left"
        helpers = [each for each in self.cloud.copies.values() if each.content == "new"]
        removed = self.fault in ("record removed", "record edited")
        assert removed or not helpers, "a volume that was made for an image is left"

    def _check_description(self, disk: Disk, held: Content | None) -> None:
        record = read(disk.metadata)
        if record and record.progress is Progress.UNDESCRIBED and self.ended == "given_up":
            assert FORMER in disk.image, "what it was is lost"
        elif held in (Content.OLD, Content.NEW) and not self.meddled:
            assert (disk.image, disk.bootable) == self.described[disk.id], "not described"

    def _attempts(self) -> list[tuple[str, int]]:
        found = []
        for volume_id, written in self.cloud.written:
            record = read({RECORD: written})
            found.append((volume_id, record.attempt if record else -1))
        return found
