# SPDX-License-Identifier: Apache-2.0
"""Describes what is wrong with the outcome of a fault."""

from __future__ import annotations

from collections.abc import Iterator

from tests.cloud import fault_promises as promises
from tests.cloud.fault_cases import DESCRIPTION, Result
from tests.cloud.fault_promises import Role
from tests.cloud.fault_proxy import REQUEST_ID, Fault


def complaints(result: Result) -> Iterator[str]:
    """Yield whatever a case has led to that was not promised; nothing when all is well."""
    yield from _about_the_answer(result)
    yield from _about_the_dialog(result)
    if result.case.method == "POST":
        yield from _about_what_was_made(result)


def _about_the_answer(result: Result) -> Iterator[str]:
    faults = {each.fault for each in result.passed} - {Fault.NONE}
    if faults != set(result.case.plan.values()):
        yield f"the fault was not met; there were {[str(each.call) for each in result.passed]}"
    if result.status not in (200, 302, 401):
        yield f"HTTP {result.status}"
    found, expected = promises.outcome(result), promises.expected(result)
    if found != expected:
        yield f"outcome {found!r}, expected {expected!r}"


def _about_the_dialog(result: Result) -> Iterator[str]:
    dialog, (call, fault) = result.dialog, result.case.faulty
    if dialog is None:
        return
    role = promises.role(result.case, call)
    if role is Role.EXPOSURE and fault is not Fault.LATE:
        if dialog.acknowledgement is None:
            yield "no warning to tick"
        elif dialog.tick.get("checked") is not None:
            yield "ticked by itself"
    answered = fault.status is not None and not _is_gone(result)
    # After a lost answer the reason is that it was lost, not what the look has met.
    its_own = (
        role not in (Role.EXPOSURE, Role.DISCOVERY) and len(set(result.case.plan.values())) == 1
    )
    if result.title and answered and its_own and REQUEST_ID not in dialog.problem:
        yield f"without its request id: {dialog.problem}"
    if result.case.method == "POST" and not _is_gone(result):
        kept = dialog.fields()
        if (kept.get("name"), kept.get("description")) != (result.name, DESCRIPTION):
            yield f"typed text is lost: {kept}"
        if dialog.button is None:
            yield "it cannot be sent again"


def _is_gone(result: Result) -> bool:
    return result.title == promises.GONE[promises.kind_of(result.case)]


def _about_what_was_made(result: Result) -> Iterator[str]:
    subject = result.case.subject
    ways, count = promises.ending(result)
    if result.ending not in ways or len(result.finally_made) != count:
        yield (
            f"after {result.again} more times: {result.ending!r} with "
            f"{len(result.finally_made)} made, expected {ways} with {count}"
        )
    not_known = promises.NOT_KNOWN.format(promises.kind_of(result.case))
    if result.meanwhile not in ("", not_known):
        yield f"sent again while it was held back: {result.meanwhile!r}"
    if result.accepted and len(result.made) != 1:
        yield f"accepted, and {len(result.made)} made"
    if promises.outcome(result) not in (promises.ACCEPTED, not_known) and result.made:
        yield f"said not to be made, and there is one: {result.title}"
    if any(forced is not subject.tick for forced in result.forced):
        yield f"forced: {result.forced}, ticked: {subject.tick}"
    for each in result.finally_made:
        yield from _about_the_note(result, each)


def _about_the_note(result: Result, metadata: dict[str, str]) -> Iterator[str]:
    truth = result.case.subject.truth
    taken = metadata.get("snapshot_dashboard:taken_while")
    if taken not in promises.LABELS[truth]:
        yield f"the note says {taken} of a volume that is {truth}"
    call, fault = result.case.faulty
    unread = promises.role(result.case, call) is Role.EXPOSURE and fault is not Fault.LATE
    if unread and result.accepted and taken != "unknown":
        yield f"the note says {taken}, which could not be read"
    if truth and metadata.get("snapshot_dashboard:acknowledged") != (
        "yes" if result.case.subject.tick else "no"
    ):
        yield f"the note says of the tick: {metadata}"
