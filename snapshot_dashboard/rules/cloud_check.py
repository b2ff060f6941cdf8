# SPDX-License-Identifier: Apache-2.0
"""What a cloud can do for snapshots, told from what its services say: for ``check --cloud``."""

from __future__ import annotations

import glob
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from snapshot_dashboard.rules.consistency import PREFIX
from snapshot_dashboard.rules.failure import Cause, Failure, Service

Version = tuple[int, int]
_TAG = re.compile(r"<[^<>]*>")
# Clocks that differ by less are taken for the same.
_ALIKE = timedelta(seconds=5)
# So many images are named.
_NAMED = 5

# VOLUME_REVERT and SUPPORT_REIMAGE_VOLUME in cinder/api/microversions.py.
_REVERT = (3, 40)
_REIMAGE = (3, 68)
# On what a probe has made: the run that has made it.
PROBE = f"{PREFIX}probe"
# What an operator can do where a snapshot cannot be re-imaged from.
BY_IMAGE = 'See whether REIMAGE_FROM_SNAPSHOT may be "image": try it with --probe-reimage'
# The highest version of Cinder 24 and 25, and of 26, the first that copies a snapshot.
_OF_CINDER_26 = (3, 71)

NAMES = {
    Service.BLOCK_STORAGE: "Block Storage",
    Service.COMPUTE: "Compute",
    Service.IDENTITY: "Identity",
    Service.IMAGE: "Image",
    Service.NETWORK: "Network",
}
_CAUSES = {
    Cause.UNREACHABLE: "{service} cannot be reached",
    Cause.NO_ANSWER: "{service} did not answer",
    Cause.OUT_OF_TIME: "there was no time left to ask {service}",
    Cause.NO_SERVICE: "this region has no {service} service",
    Cause.FAILED: "{service} failed",
    Cause.UNREADABLE: "{service} gave an answer that cannot be read",
    Cause.LOGGED_OUT: "{service} does not accept the credentials",
    Cause.FORBIDDEN: "{service} does not allow it to this role",
    Cause.NOT_FOUND: "{service} does not find it",
    Cause.LIMIT: "a limit of the project is reached",
    Cause.TOO_MANY: "{service} was sent too many requests",
}


class State(Enum):
    """Whether something is so."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found out: ``key`` names it for programs, ``text`` says it.

    ``do`` is what an operator can do about it, empty for nothing.
    """

    key: str
    state: State
    text: str
    do: str = ""


def written(version: Version) -> str:
    """Return a version as it is written."""
    return f"{version[0]}.{version[1]}"


def because(failure: Failure) -> str:
    """Say why a request failed, with the service's own words and the id in its log."""
    service = NAMES[failure.service] if failure.service else "a service"
    said = _CAUSES.get(failure.cause, "{service} refused").format(service=service)
    more = [f"HTTP {failure.status}"] if failure.status else []
    more += [failure.request_id] if failure.request_id else []
    said += f" ({', '.join(more)})" if more else ""
    # Glance words some of its reasons in HTML.
    reason = " ".join(_TAG.sub(" ", failure.reason).split()).rstrip(". ")
    return f"{said}: {reason}" if reason else said


def unread(key: str, what: str, failure: Failure) -> Finding:
    """Return the finding about something that could not be read."""
    if failure.cause is Cause.NO_SERVICE:
        return Finding(key, State.NO, f"{what}: not in this region")
    return Finding(key, State.UNKNOWN, f"{what}: not known, {because(failure)}")


def api(version: Version) -> str:
    """Return what is said of a service that has answered with its version."""
    return f" API {written(version)}"


def seconds_ahead(ahead: timedelta) -> str:
    """Return how far a clock is off."""
    seconds = round(ahead.total_seconds())
    return f"{abs(seconds)} s {'ahead' if seconds > 0 else 'behind'}" if seconds else "the same"


def clocks(ahead: Mapping[Service, timedelta]) -> Finding:
    """Return what is said of how far the clocks of services are ahead of this machine's."""
    if not ahead:
        return Finding("clocks", State.UNKNOWN, "Clocks: no service tells its time")
    if all(abs(found) <= _ALIKE for found in ahead.values()):
        return Finding("clocks", State.YES, "Clocks: those of all services are as this machine's")
    told = ", ".join(f"{NAMES[each]} {seconds_ahead(found)}" for each, found in ahead.items())
    text = f"Clocks, beside this machine's: {told}"
    advice = "Set all clocks by NTP; ages on the pages are by the clock of Block Storage"
    return Finding("clocks", State.NO, text, advice)


def guest_agents(count: int, lacking: Sequence[str], *, complete: bool) -> tuple[State, str, str]:
    """Return what is said of images with hw_qemu_guest_agent, some without os_require_quiesce."""
    more = "" if complete else ", of the images that were looked at"
    if not count:
        advice = "Set it and os_require_quiesce on images whose guests run qemu-guest-agent"
        return State.NO, f" (hw_qemu_guest_agent): none{more}", advice
    if not lacking:
        return State.YES, f": {count}, each with os_require_quiesce{more}", ""
    named = ", ".join(lacking[:_NAMED]) + (", ..." if len(lacking) > _NAMED else "")
    text = f": {len(lacking)} of {count} lack os_require_quiesce{more}: {named}"
    advice = "openstack image set --property os_require_quiesce=yes IMAGE; for new instances"
    return State.NO, text, advice


def ways_back(block_storage: Version, *, has_images: bool) -> tuple[Finding, ...]:
    """Return what a version of the Block Storage API means for the ways back to a snapshot."""
    return _revert(block_storage), _reimage(block_storage, has_images=has_images)


def _revert(version: Version) -> Finding:
    way = "Revert a detached volume to its newest snapshot"
    if version < _REVERT:
        return Finding("revert", State.NO, f"{way}: needs Block Storage API {written(_REVERT)}")
    return Finding("revert", State.YES, f"{way} (since {written(_REVERT)})")


def _reimage(version: Version, *, has_images: bool) -> Finding:
    """Tell as much as can be told without trying.

    Where something in front of Cinder hides versions, this says "no" of a newer one: nothing is
    lost by that.
    """
    way, do = "Re-image a volume from any of its snapshots", ""
    if version < _REIMAGE:
        why = f"needs Block Storage API {written(_REIMAGE)}"
    elif version < _OF_CINDER_26:
        why = "this Cinder is older than 26.0.0, and would destroy the content of the volume"
        do = BY_IMAGE
    elif not has_images:
        why = "needs the Image service"
    else:
        text = f"{way}: the API is there, but no version tells whether it copies a snapshot"
        return Finding("reimage", State.UNKNOWN, f"{text}; try it with --probe-reimage")
    return Finding("reimage", State.NO, f"{way}: {why}", do)


def setting(type_name: str | None, word: str) -> str:
    """Return what an operator may write into the settings after a proof."""
    if not type_name:
        return f'"REIMAGE_FROM_SNAPSHOT": "{word}"'
    # A name may hold what is a wildcard in a pattern.
    pattern = json.dumps(glob.escape(type_name), ensure_ascii=False)
    return f'"REIMAGE_FROM_SNAPSHOT": {{"*": "never", {pattern}: "{word}"}}'
