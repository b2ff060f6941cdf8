# SPDX-License-Identifier: Apache-2.0
"""What may be shown and created when a call of a dialog fails.

The rule, by what the call is for:

* decoration (limits, types, zones, the volume behind a snapshot): the dialog does without;
* exposure (attachment records, instances): the worst is assumed, so there is a warning to tick;
* the subject, and the look whether the form has made its object before: explained, nothing made;
* making: refused is explained; where the answer is lost, what is found afterwards is the answer,
  and where nothing is found it is said not to be known;
* discovery of Cinder's version, which needs no token: as if the service could not be reached;
* 401 anywhere else: log in again, nothing made.
"""

from __future__ import annotations

import enum

from tests.cloud.fault_cases import Case, Result
from tests.cloud.fault_proxy import Call, Fault

ACCEPTED = "accepted"
LOGIN = "log in again"
NO_PROBLEM = ""
CHANGED = "Nothing was created: the situation changed while this form was open"
UNREADABLE = "This cannot be shown right now"
# Why, is told below it.
UNMADE = "Not created"
LIMIT = "Not created: your project has reached a limit"
ROLE = "Your role does not allow this"
GONE = {"snapshot": "This volume no longer exists", "volume": "This snapshot no longer exists"}
NOT_KNOWN = "It is not known yet whether the {} was created"
ALREADY = "This {} already exists"
# What a note may say at best, by what the volume is doing.
LABELS: dict[str, set[str | None]] = {
    "detached": {"detached", "unknown"},
    "running": {"running", "unknown"},
    "": {None},
}


class Role(enum.Enum):
    """The purpose of a call."""

    DISCOVERY = enum.auto()
    DECORATION = enum.auto()
    EXPOSURE = enum.auto()
    SUBJECT = enum.auto()
    LOOK = enum.auto()
    MAKE = enum.auto()


_ROLES = {
    "cinder /": Role.DISCOVERY,
    "cinder /os-quota-sets/{id}": Role.DECORATION,
    "cinder /types": Role.DECORATION,
    "cinder /os-availability-zone": Role.DECORATION,
    "cinder /attachments": Role.EXPOSURE,
    "nova /servers/{id}": Role.EXPOSURE,
}
_SNAPSHOT_ROLES = {
    "cinder /volumes/{id}": Role.SUBJECT,
    "cinder /snapshots/detail": Role.LOOK,
    "cinder /snapshots": Role.MAKE,
}
_VOLUME_ROLES = {
    "cinder /snapshots/{id}": Role.SUBJECT,
    "cinder /volumes/{id}": Role.DECORATION,
    "cinder /volumes/detail": Role.LOOK,
    "cinder /volumes": Role.MAKE,
}


def kind_of(case: Case) -> str:
    """Return what a case's dialog makes: a snapshot or a volume."""
    return "snapshot" if case.subject.makes.place == "cinder /snapshots" else "volume"


def role(case: Case, call: Call) -> Role:
    """Return what a call is for. Raises KeyError for one that no rule speaks of."""
    own = _SNAPSHOT_ROLES if kind_of(case) == "snapshot" else _VOLUME_ROLES
    return {**_ROLES, **own}[call.place]


def outcome(result: Result) -> str:
    """Return what happened: accepted, sent to log in, or the title that is shown."""
    if result.accepted:
        return ACCEPTED
    return LOGIN if result.status == 401 else result.title


def expected(result: Result) -> str:
    """Return what should have happened."""
    case = result.case
    call, fault = case.faulty
    what = role(case, call)
    if fault is Fault.LATE or what is Role.DECORATION and fault is not Fault.UNAUTHORIZED:
        return _usual(case)
    if what is Role.LOOK and call.number > 1:
        # The answer to making was lost before: whatever this look meets, nothing is certain.
        return NOT_KNOWN.format(kind_of(case))
    if fault is Fault.UNAUTHORIZED and what is not Role.DISCOVERY:
        return LOGIN
    if what is Role.EXPOSURE:
        return CHANGED if case.method == "POST" and not case.subject.tick else _usual(case)
    if what is Role.MAKE:
        return _making(result, fault)
    return _reading(case, what, fault)


def _usual(case: Case) -> str:
    return ACCEPTED if case.method == "POST" else NO_PROBLEM


def _reading(case: Case, what: Role, fault: Fault) -> str:
    if what is Role.DISCOVERY:
        return UNMADE if case.method == "POST" else UNREADABLE
    if what is Role.LOOK:
        return _refused(case, fault) or UNMADE
    if fault is Fault.NOT_FOUND:
        return GONE[kind_of(case)]
    if case.method == "GET":
        return UNREADABLE
    return ROLE if fault is Fault.FORBIDDEN else UNMADE


def _making(result: Result, fault: Fault) -> str:
    # What is held back is made after Horizon has looked.
    found = result.made and fault is not Fault.HELD_BACK
    lost = ACCEPTED if found else NOT_KNOWN.format(kind_of(result.case))
    return _refused(result.case, fault) or lost


def _refused(case: Case, fault: Fault) -> str | None:
    gone = GONE["snapshot"] if kind_of(case) == "snapshot" else UNMADE
    return {
        Fault.FORBIDDEN: ROLE,
        Fault.NOT_FOUND: gone,
        Fault.OVER_LIMIT: LIMIT,
        Fault.TOO_MANY: UNMADE,
    }.get(fault)


def ending(result: Result) -> tuple[set[str], int]:
    """Return how it may end when the form is sent again with all services well, and what is made.

    While it is not known whether the first attempt is still being worked on, nothing is sent
    again; what is found is not made a second time.
    """
    kind = kind_of(result.case)
    first = outcome(result)
    if first == GONE[kind] and not result.again:
        return {first}, 0
    if first != NOT_KNOWN.format(kind):
        return {ACCEPTED}, 1
    if result.made:
        return {ALREADY.format(kind)}, 1
    return {first}, 0
