# SPDX-License-Identifier: Apache-2.0
"""The text of a ticket about a revert in place that has halted: English, one fact a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from snapshot_dashboard.rules.revert_plan import Halt, Plan, Step, Target
from snapshot_dashboard.rules.revert_progress import is_stuck
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.text import plain
from snapshot_dashboard.rules.ticket import NONE, UNKNOWN, kept

NEXT_STEPS: Mapping[Halt, str] = {
    Halt.WRITE_FAILED: (
        "Find out in the log of cinder-volume why os-reimage failed, and make sure on the storage "
        "that nothing writes to the volume any more. Then: %(command)s   After that the owner "
        "presses Try Again, which writes the snapshot once more."
    ),
    Halt.INSTANCE_ERROR: (
        "Find out why the instance is in Error: openstack server show %(instance)s   Take it out "
        "of that status without deleting it or its volumes. After that the owner goes on."
    ),
    Halt.NOT_PROVED: (
        "Setting REIMAGE_FROM_SNAPSHOT does not let volumes of this type be re-imaged any more. "
        "Tell the owner why, or switch it on again; the owner can end the plan."
    ),
    Halt.INSTANCE_GONE: "None: the owner ends the plan on the page of each of its volumes.",
}
_OTHER = "The owner can try again. Find out why it was refused if that does not help."
_WAITING = (
    "Nothing was refused: the plan waits until the status of each volume and image, and the task "
    "of the instance, have ended. Find out in the logs of cinder-volume and nova-compute whether "
    "that is still going on."
)


@dataclass(frozen=True, slots=True)
class Around:
    """Where the plan is, who asks, and what a service said of it; empty for nothing."""

    region: str
    project_id: str
    project_name: str
    user_name: str
    message: str = ""
    request_id: str = ""


def of_plan(plan: Plan, step: Step, snapshots: Mapping[str, Snapshot], around: Around) -> str:
    """Return the ticket text, without a line break at the end."""
    instance = plan.instance
    holder = (
        f"Instance {_titled(instance.id, instance.name)} status {instance.status}, task "
        f"{instance.task or NONE}"
        if instance
        else f"Instance {plan.lead.record.instance_id or NONE}: not there"
    )
    lines = (
        f"Revert in place halted: {step.halt.value}" if step.halt else "Revert in place waits",
        f"Project {around.project_name} ({around.project_id})  region "
        f"{around.region or UNKNOWN}  user {around.user_name}",
        f"{holder}, before the revert: {plan.before.value}",
        *(line for each in plan.targets for line in _volume(each, snapshots)),
        f"Plan {plan.id}, in the metadata of the volumes",
        f"Message: {around.message or NONE}",
        f"Request id {around.request_id or NONE}",
        f"Next step: {next_step(plan, step)}",
    )
    return "\n".join(plain(each) for each in lines)


def next_step(plan: Plan, step: Step) -> str:
    """Return in English what support has to do."""
    halt = Halt.WRITE_FAILED if is_stuck(step) else step.halt
    text = NEXT_STEPS.get(halt, _OTHER) if halt else _WAITING
    volume = (step.target or plan.lead).volume
    state = "reserved" if plan.instance else "available"
    return text % {
        "command": f"openstack volume set --state {state} {volume.id}",
        "instance": plan.instance.id if plan.instance else UNKNOWN,
    }


def _volume(target: Target, snapshots: Mapping[str, Snapshot]) -> Iterator[str]:
    """Return a volume, then what was made for it: any of these may hang."""
    yield _itself(target, snapshots)
    known = snapshots.get(target.record.snapshot_id)
    if known:
        yield from (f"  Snapshot {known.id}: {each}" for each in kept(known))
    for what, volume in (("copy", target.copy), ("of the snapshot", target.helper)):
        if volume:
            yield f"  Volume {_titled(volume.id, volume.name)} ({what}) status {volume.status}"
    if target.image:
        yield f"  Image {target.image.id} status {target.image.status or UNKNOWN}"


def _itself(target: Target, snapshots: Mapping[str, Snapshot]) -> str:
    volume, known = target.volume, snapshots.get(target.record.snapshot_id)
    snapshot = _titled(target.record.snapshot_id, known.name if known else "")
    return (
        f"Volume {_titled(volume.id, volume.name)} status {volume.status}, "
        f"content {target.content.value}, snapshot {snapshot}"
    )


def _titled(resource_id: str, name: str) -> str:
    inside = name.replace('"', "'")
    return f'{resource_id} "{inside}"' if name else resource_id
