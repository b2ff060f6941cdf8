# SPDX-License-Identifier: Apache-2.0
"""Sample and generated volumes, attachments and instances."""

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


# Few, so that two situations often have an instance in common. What generates is made once:
# making it anew for every example takes most of a test's time.
_ALL_IDS = ("i1", "i2", "i3", "i4")
_HOSTS = st.sampled_from(["kvm-1.example", "kvm-2.example"])
_DEVICES = st.sampled_from([None, "/dev/vda", "/dev/vdb", "/dev/sdc1"])
_BOOLEANS = st.booleans()
# What Nova may say tomorrow: words that nobody has thought of.
_STATUS_WORDS = st.sampled_from([*NOVA_STATUSES, "", "active", "SHUTOFF=|,", "\u6f22\n", "X" * 99])
IDS = st.sampled_from(_ALL_IDS)


def _readings(instance_id: str) -> st.SearchStrategy[Reading]:
    return st.sampled_from(Unseen) | st.builds(
        Instance,
        id=st.just(instance_id),
        name=st.just(f"name of {instance_id}"),
        status=_STATUS_WORDS,
        task=st.sampled_from([None, None, "powering-off", "shelving"]),
        power_state=st.sampled_from([None, 0, 1, 3, 4, 6, 7]),
        has_image=_BOOLEANS,
        locked=st.none() | _BOOLEANS,
    )


def _attachments(instance_id: str | None) -> st.SearchStrategy[Attachment]:
    return st.builds(
        Attachment,
        id=st.just(f"a-{instance_id}"),
        instance_id=st.just(instance_id),
        device=_DEVICES,
        host=st.none() | _HOSTS if instance_id else _HOSTS,
    )


# What could be read of each instance, a reason when nothing could.
READINGS = {each: _readings(each) for each in _ALL_IDS}
# The attachment of each instance; of a host for None.
ATTACHMENTS = {each: _attachments(each) for each in (*_ALL_IDS, None)}
_HOLDERS = st.lists(st.sampled_from([*_ALL_IDS, None]), max_size=3, unique=True)
_STATUSES = {
    statuses: st.sampled_from(statuses)
    for statuses in (
        VOLUME_STATUSES,
        ("available", "in-use"),
        ("in-use",),
        ("creating", "reserved", "error"),
    )
}
_PROJECTS = st.sampled_from([PROJECT, PROJECT, OTHER_PROJECT])


@st.composite
def exposures(draw: st.DrawFn, statuses: tuple[str, ...] = VOLUME_STATUSES) -> Exposure:
    """Generate any situation that the services can tell of, damaged ones included."""
    everything = {each: draw(ATTACHMENTS[each]) for each in draw(_HOLDERS)}
    from_volume = [attachment for attachment in everything.values() if draw(_BOOLEANS)]
    known = tuple(everything.values()) if draw(_BOOLEANS) else None
    seen = {each: draw(READINGS[each]) for each in everything if each and draw(_BOOLEANS)}
    subject = volume(draw(_STATUSES[statuses]), *from_volume, bootable=draw(_BOOLEANS))
    return assess(subject, known, seen, draw(_PROJECTS))
