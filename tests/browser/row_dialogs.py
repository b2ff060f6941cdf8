# SPDX-License-Identifier: Apache-2.0
"""Dialogs that a row leads to: those that copy volumes, keep snapshots, and tell of these."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta, timezone

from snapshot_dashboard.rules import holds
from snapshot_dashboard.rules.schedules import last_run, runs, schedule, slots
from snapshot_dashboard.rules.schedules.last_run import LastRun, Outcome
from snapshot_dashboard.rules.schedules.schedule import Retention, Rhythm, Schedule
from tests.browser.pages import Dialog, plain_page
from tests.browser.person import Person
from tests.browser.stage import LONG_NAME
from tests.browser.test_languages import speak
from tests.cloud.groups import make_group
from tests.cloud.quiesced import with_agent
from tests.cloud.workshop import Workshop

HERE = "#modal_wrapper .modal.in:not(.loading)"


@dataclass(frozen=True)
class RowDialog:
    """A dialog: the list, the thing whose row leads to it, and a part of the row's link."""

    page: str
    thing: str
    link: str
    part: str = "form"

    def open(self, person: Person, object_id: str, language: str = "en") -> Dialog:
        """Choose the action in the row, of a page in English: stock's may break in another."""
        speak(person, "en")
        person.go(self.page.format(object_id))
        css = f"tr[data-object-id='{object_id}'] {self.link}"
        link = person.until(lambda: next(iter(person.find_all(css)), None), css)
        speak(person, language)
        person.driver.execute_script("arguments[0].click()", link)
        return Dialog(person, HERE).wait_open(self.part)


class BulkDialog(RowDialog):
    """The same of all rows of a list: ``link`` is a button above it, which leads to a page."""

    def open(self, person: Person, object_id: str, language: str = "en") -> Dialog:
        """Tick all rows and press the button."""
        speak(person, "en")
        person.go(self.page.format(object_id))
        person.see("tr[data-object-id]")
        # Stock draws its own boxes above the real ones.
        for box in person.find_all("tr[data-object-id] .table-row-multi-select"):
            person.driver.execute_script("arguments[0].click()", box)
        speak(person, language)
        person.click(self.link)
        dialog = plain_page(person)
        dialog.see(self.part)
        return dialog


_VOLUMES = "/project/volumes/?field=volume_id&value={}"
_GROUPS, _INSTANCES = "/project/volume_groups/", "/project/instances/"
COPIES = {
    "create backup": RowDialog(_VOLUMES, "attached", "a[href*='/create_backup/']"),
    "upload to image": RowDialog(_VOLUMES, "attached", "a[href*='/upload_to_image/']"),
    "group snapshot": RowDialog(_GROUPS, "group", "a[href*='/create_snapshot/']"),
    "clone group": RowDialog(_GROUPS, "group", "a[href*='/clone_group/']"),
    "snapshot of volumes": RowDialog(_INSTANCES, "on volumes", "a[id$='action_snapshot']"),
    "snapshot of an image": RowDialog(_INSTANCES, "on an image", "a[id$='action_snapshot']"),
}
_SNAPSHOTS = "/project/snapshots/?field=name&value={}"
_OF_VOLUME = "/project/snapshots/?field=volume_id&value={}"
KEEPING = {
    "hold": RowDialog(_SNAPSHOTS, "kept", "a[href*='/hold/']"),
    "release hold": RowDialog(_SNAPSHOTS, "held", "a[href*='/release_hold/']"),
    "keep until": RowDialog(_SNAPSHOTS, "held", "a[href*='/keep_until/']"),
    "hold several": BulkDialog(_OF_VOLUME, "both", "#volume_snapshots__action_hold_several"),
    "keep several": BulkDialog(_OF_VOLUME, "both", "#volume_snapshots__action_keep_several_until"),
    "release holds": BulkDialog(_OF_VOLUME, "both", "#volume_snapshots__action_release_holds"),
}
RESTRICTIONS = {
    "change volume type": RowDialog(_VOLUMES, "detached", "a[href*='/retype/']"),
    "extend volume": RowDialog(_VOLUMES, "detached", "a[href*='/extend/']"),
    "create transfer": RowDialog(_VOLUMES, "detached", "a[href*='/create_transfer/']"),
    "delete instance": RowDialog(
        _INSTANCES, "on an image", "[id$='action_delete']", ".modal-footer .btn"
    ),
}
MIGRATE = RowDialog("/admin/volumes/?field=volume_id&value={}", "detached", "a[href$='/migrate']")


@dataclass
class Things:
    """What the dialogs are about, each made when it is first needed."""

    workshop: Workshop
    made: dict[str, str] = field(default_factory=dict)

    def get(self, what: str) -> str:
        """Return the id of a thing."""
        if what not in self.made:
            self.made[what] = _MAKERS[what](self.workshop)
        return self.made[what]

    def names(self) -> tuple[str, ...]:
        """Return every name that people gave, the longest first, which are not to be translated."""
        storage, compute = self.workshop.owner.block_storage, self.workshop.owner.compute
        volumes = list(storage.volumes())
        given = {
            *(each.name for each in (*volumes, *storage.snapshots(), *compute.servers())),
            *(each.volume_type for each in volumes),
            *(each.name for each in self.workshop.owner.image.images()),
            *(
                each["name"]
                for each in storage.get("/groups", microversion="3.65").json()["groups"]
            ),
        }
        return tuple(sorted(filter(None, given), key=len, reverse=True))


def _attached(workshop: Workshop) -> str:
    """A volume of a running instance, with a snapshot to make a backup of."""
    volume = workshop.volume(LONG_NAME)
    workshop.attach(workshop.running("web").id, volume.id)
    workshop.snapshot(volume.id, "nightly", force=True)
    return str(volume.id)


def _detached(workshop: Workshop) -> str:
    """A volume with two snapshots, one of them in an error state."""
    volume = workshop.volume(LONG_NAME)
    workshop.snapshot(volume.id)
    failed = workshop.snapshot(volume.id, LONG_NAME)
    reset = workshop.admin.block_storage.reset_snapshot_status
    workshop.later(reset, failed.id, "available")
    reset(failed.id, "error")
    return str(volume.id)


def _kept(workshop: Workshop) -> str:
    return str(workshop.snapshot(workshop.volume(LONG_NAME).id, LONG_NAME).id)


def _held(workshop: Workshop) -> str:
    """A snapshot on hold for a long reason."""
    snapshot = _kept(workshop)
    entries = holds.write(LONG_NAME, LONG_NAME, datetime.now(timezone.utc))
    workshop.owner.block_storage.set_snapshot_metadata(snapshot, **entries)
    return snapshot


def _both(workshop: Workshop) -> str:
    """A volume with two snapshots, one of them on hold."""
    held = workshop.owner.block_storage.get_snapshot(_held(workshop))
    workshop.snapshot(held.volume_id, LONG_NAME)
    return str(held.volume_id)


def _scheduled(workshop: Workshop) -> str:
    """A volume with a schedule that has taken more than it keeps, and failed to take another."""
    volume = workshop.volume(LONG_NAME)
    now = datetime.now(timezone.utc).replace(second=0, microsecond=0)
    made = Schedule(
        id=secrets.token_hex(8),
        project=schedule.mark_of(workshop.owner.current_project_id),
        rhythm=Rhythm.DAILY,
        at=time(2, 0),
        zone="Pacific/Auckland",
        since=now - timedelta(days=9),
        retention=Retention(days=30),
    )
    last = LastRun(now, f"{now:%Y-%m-%d}", Outcome.QUOTA, reason=LONG_NAME)
    api = workshop.owner.block_storage
    api.set_volume_metadata(volume.id, **schedule.write(made), **last_run.write(last))
    for days in range(2, 5):
        slot = slots.named(made, f"{now - timedelta(days=days):%Y-%m-%d}")
        assert slot is not None
        undated = replace(made, retention=Retention(last=7))
        marks = runs.marks(undated, slot, volume.id, count=1, failed=0)
        taken = workshop.snapshot(volume.id, LONG_NAME)
        api.set_snapshot_metadata(taken.id, **marks)
    return str(volume.id)


def _group(workshop: Workshop) -> str:
    group = make_group(workshop)
    workshop.attach(workshop.running("books").id, group.volumes[0])
    return group.id


def _on_volumes(workshop: Workshop) -> str:
    instance, _disk = workshop.started_from_volume()
    workshop.attach(instance.id, workshop.volume(LONG_NAME).id)
    return str(instance.id)


def _image(workshop: Workshop) -> str:
    """An image of size 0, and the snapshots that it consists of."""
    body = {"createImage": {"name": "before-upgrade"}}
    made = workshop.owner.compute.post(
        f"/servers/{_on_volumes(workshop)}/action", json=body, microversion="2.45"
    )
    image = str(made.json()["image_id"])
    workshop.later(workshop.admin.image.delete_image, image)
    return image


_MAKERS: dict[str, Callable[[Workshop], str]] = {
    "attached": _attached,
    "detached": _detached,
    "group": _group,
    "kept": _kept,
    "held": _held,
    "both": _both,
    "scheduled": _scheduled,
    "agent": lambda workshop: with_agent(workshop)[1],
    "on volumes": _on_volumes,
    "on an image": lambda workshop: str(workshop.attached()[0].id),
    "image": _image,
}
