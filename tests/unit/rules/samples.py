# SPDX-License-Identifier: Apache-2.0
"""Volumes, attachments and instances for the tests of the rules, made and generated."""

from typing import Any

from hypothesis import strategies as st

from snapshot_dashboard.rules.attachment import Exposure, Instance, Reading, Unseen, assess
from snapshot_dashboard.rules.volume import MOVING, Attachment, Volume

PROJECT = "web-shop"
OTHER_PROJECT = "research"

# Nova's documented status words; every one must be understood or count as running.
NOVA_STATUSES = (
    "ACTIVE",
    "BUILD",
    "DELETED",
    "ERROR",
    "HARD_REBOOT",
    "MIGRATING",
    "PASSWORD",
    "PAUSED",
    "REBOOT",
    "REBUILD",
    "RESCUE",
    "RESIZE",
    "REVERT_RESIZE",
    "SHELVED",
    "SHELVED_OFFLOADED",
    "SHUTOFF",
    "SOFT_DELETED",
    "SUSPENDED",
    "UNKNOWN",
    "VERIFY_RESIZE",
)
VOLUME_STATUSES = (
    "available",
    "in-use",
    "reserved",
    "awaiting-transfer",
    "maintenance",
    "error",
    "error_deleting",
    "error_extending",
    *sorted(MOVING),
)


def volume(status: str = "in-use", *attachments: Attachment, **more: Any) -> Volume:
    """Return a volume of our project."""
    said = {"name": "web-data", "size": 20, "project_id": PROJECT, **more}
    return Volume(id="v1", status=status, attachments=attachments, **said)


def attached(instance_id: str | None = "i1", **more: Any) -> Attachment:
    """Return the attachment of an instance, as one of the two sources tells it."""
    return Attachment(id=f"a-{instance_id}", instance_id=instance_id, **more)


def instance(status: str = "ACTIVE", instance_id: str = "i1", **more: Any) -> Instance:
    """Return an instance as Nova tells it."""
    return Instance(id=instance_id, name=f"name of {instance_id}", status=status, **more)


def judge(
    status: str,
    *holders: Reading,
    records: tuple[Attachment, ...] | None = None,
    readable: bool = True,
) -> Exposure:
    """Assess a volume in ``status`` that these instances hold, named i1, i2, ... in order."""
    ids = [f"i{number}" for number, _reading in enumerate(holders, start=1)]
    known = tuple(attached(each) for each in ids) if records is None else records
    readings = dict(zip(ids, holders, strict=True))
    return assess(volume(status), known if readable else None, readings, PROJECT)


IDS = st.uuids().map(str)
# What Nova may say tomorrow: words that nobody has thought of.
STATUS_WORDS = st.sampled_from(NOVA_STATUSES) | st.text(max_size=40)


@st.composite
def readings(draw: st.DrawFn, instance_id: str) -> Reading:
    """Generate what could be read of one instance, a reason when nothing could."""
    if draw(st.booleans()):
        return draw(st.sampled_from(Unseen))
    return Instance(
        id=instance_id,
        name=draw(st.text(max_size=10)),
        status=draw(STATUS_WORDS),
        task=draw(st.none() | st.sampled_from(["powering-off", "shelving"])),
        power_state=draw(st.none() | st.integers(0, 7)),
        has_image=draw(st.booleans()),
    )


def attachments(instance_id: str | None) -> st.SearchStrategy[Attachment]:
    """Generate one attachment; of a host when ``instance_id`` is None."""
    hosts = st.none() | st.text(min_size=1, max_size=10)
    return st.builds(
        Attachment,
        id=IDS,
        instance_id=st.just(instance_id),
        device=st.none() | st.sampled_from(["/dev/vda", "/dev/vdb", "/dev/sdc1"]),
        host=hosts if instance_id else st.text(min_size=1, max_size=10),
    )


@st.composite
def exposures(draw: st.DrawFn, statuses: tuple[str, ...] = VOLUME_STATUSES) -> Exposure:
    """Generate any situation that the services can tell of, damaged ones included."""
    ids: list[str | None] = list(draw(st.lists(IDS, max_size=3, unique=True)))
    if draw(st.booleans()):
        ids.append(None)
    everything = [draw(attachments(each)) for each in ids]
    from_volume = [each for each in everything if draw(st.booleans())]
    known = draw(st.none() | st.just(tuple(everything)))
    seen = {each: draw(readings(each)) for each in ids if each and draw(st.booleans())}
    status = draw(st.sampled_from(statuses))
    subject = volume(status, *from_volume, bootable=draw(st.booleans()))
    return assess(subject, known, seen, draw(st.sampled_from([PROJECT, PROJECT, OTHER_PROJECT])))
