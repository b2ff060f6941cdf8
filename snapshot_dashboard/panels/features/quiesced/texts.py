# SPDX-License-Identifier: Apache-2.0
"""Texts about quiesced snapshots: whether they can be created, and the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.cloud.errors import CloudError, Forbidden, Refused
from snapshot_dashboard.panels.common import problems
from snapshot_dashboard.panels.common.attachment_state.explanation import after_unlocking
from snapshot_dashboard.panels.common.html import dialog_link, isolated, link, sentence
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.problems import Problem, because, telling
from snapshot_dashboard.rules.attachment import Exposure
from snapshot_dashboard.rules.quiesced import Made, QuiesceBlocker, Stage

_CREATE_PLAIN = gettext_lazy("Create a snapshot without it, or shut off the instance first.")
_TITLE = gettext_lazy("The file systems cannot be frozen now")
BLOCKERS: Mapping[QuiesceBlocker, Problem] = {
    QuiesceBlocker.NOT_RUNNING: Problem(
        _TITLE,
        gettext_lazy("This needs an instance that is running, with no other work under way."),
        gettext_lazy("Create a snapshot the usual way: it says what it is worth."),
        tone="info",
    ),
    QuiesceBlocker.NOT_ALONE: Problem(
        _TITLE,
        gettext_lazy(
            "Several instances use a volume, and the guest agent (package qemu-guest-agent) "
            "freezes only the file systems of its own instance."
        ),
        gettext_lazy("Create a snapshot the usual way: it says what it is worth."),
        tone="info",
    ),
    QuiesceBlocker.NOT_SYSTEM_DISK: Problem(
        _TITLE,
        gettext_lazy(
            "This is not the system disk (root disk) of an instance that was started from a "
            "volume. Frozen snapshots are made of all volumes of such an instance, beginning with "
            "that one."
        ),
        gettext_lazy("Look at the system disk of the instance, on the Volumes page."),
        tone="info",
    ),
    QuiesceBlocker.NO_AGENT: Problem(
        _TITLE,
        gettext_lazy(
            "The image of this instance does not say that it has the guest agent (package "
            "qemu-guest-agent, image property hw_qemu_guest_agent)."
        ),
        _CREATE_PLAIN,
        tone="info",
    ),
    QuiesceBlocker.NOT_REQUIRED: Problem(
        _TITLE,
        gettext_lazy(
            "The image of this instance does not demand that snapshots are frozen "
            "(os_require_quiesce). Without that, a freeze that fails would not be told."
        ),
        _CREATE_PLAIN,
        tone="info",
    ),
}
UNREADABLE_VOLUME = Problem(
    _TITLE,
    gettext_lazy("A volume of the instance cannot be read, so it is not certain what is frozen."),
    gettext_lazy("Try again in a moment."),
    tone="info",
)
_NOT_QUIESCED = Problem(
    gettext_lazy("Nothing was created: the file systems were not frozen"),
    gettext_lazy("The guest agent did not answer; nothing was created."),
    gettext_lazy(
        "Check whether the guest agent (package qemu-guest-agent) runs in the instance, then try "
        "again."
    ),
    about=problems.REFUSAL,
)
_LIMIT = Problem(
    gettext_lazy("Not created: your project has reached a limit"),
    gettext_lazy("Nothing was created. What you typed is still here."),
    gettext_lazy("Delete snapshots that are no longer needed, or ask for a higher limit."),
    show_oldest=True,
    about=problems.LIMIT | problems.ROLE,
)
_NOT_ALLOWED = problems.not_allowed(
    gettext_lazy("Ask a member of the project who may create images of instances.")
)
_NOT_CREATED = Problem(
    gettext_lazy("Not created"), gettext_lazy("Nothing was created. What you typed is still here.")
)
# How Nova words it: "Failed to quiesce", "Quiescing is not supported", "QEMU guest agent is not".
_FREEZING = ("quiesc", "guest agent")
# And its limits ("Quota exceeded for ..."); its policy says "Policy doesn't allow ...".
_LIMITS = "quota"


def blocked(blocker: QuiesceBlocker, exposure: Exposure) -> Problem:
    """Return why file systems cannot be frozen. Freezing itself is possible for a locked one."""
    problem = BLOCKERS[blocker]
    if problem.advice is not _CREATE_PLAIN:
        return problem
    return replace(problem, advice=after_unlocking(_CREATE_PLAIN, exposure.holders))


def refused(error: CloudError) -> Problem:
    """Return what to say of a request that made nothing."""
    reason = error.reason.lower()
    if isinstance(error, Refused) and any(word in reason for word in _FREEZING):
        return because(_NOT_QUIESCED, error)
    if isinstance(error, Forbidden) and _LIMITS in reason:
        return because(_LIMIT, error)
    known = (problems.COMPUTE_UNREACHABLE, problems.COMPUTE_REFUSED)
    return telling(error, _NOT_ALLOWED, *known, _NOT_CREATED)


def plain_link(volume_id: str) -> SafeString:
    """Return the way to the usual dialog."""
    url = page("horizon:project:volumes:create_snapshot", volume_id)
    return dialog_link(url, _("Create Volume Snapshot"))


_STAGES = {
    Stage.ASKED: replace(
        problems.LOST["snapshots"],
        title=gettext_lazy("It is not known yet whether the snapshots were created"),
        text=gettext_lazy("The compute service has not answered yet. This page looks again."),
        advice="",
        tone="info",
    ),
    Stage.NOTHING: Problem(
        gettext_lazy("There are no snapshots"),
        gettext_lazy("Nothing was created, or it was deleted since."),
        gettext_lazy("Begin again from the volume."),
        tone="info",
    ),
    Stage.LEFTOVERS: Problem(
        gettext_lazy("The compute service stopped halfway"),
        gettext_lazy(
            "It made only some of the snapshots. Those that it made carry no note, and it is not "
            "certain that the file systems were frozen."
        ),
        gettext_lazy("Delete them here, then begin again from the volume."),
    ),
    Stage.UNFINISHED: Problem(
        gettext_lazy("The snapshots exist, but something is left to do"),
        gettext_lazy(
            "They do not have their names and notes yet, or the empty image that the compute "
            "service made for them could not be deleted."
        ),
        gettext_lazy("Try again. It does no harm to do it twice."),
        tone="warning",
    ),
    Stage.CREATING: Problem(
        gettext_lazy("Creating the snapshots"),
        gettext_lazy(
            "You can leave this page: nothing is left to do. It can be found again at this address."
        ),
        tone="info",
    ),
    Stage.FAILED: Problem(
        gettext_lazy("Not every snapshot was created"),
        gettext_lazy("The storage could not make those in status Error."),
        gettext_lazy("Delete them on the Snapshots page, then begin again from the volume."),
    ),
}
_STRANGE_IMAGE = Problem(
    gettext_lazy("The snapshots exist, and an image that was not deleted"),
    gettext_lazy(
        "It is not empty, or it names other snapshots than those below: one may have been deleted "
        "since. An image without its snapshots is of no use."
    ),
    gettext_lazy("Look at the image, and delete it there if nobody needs it."),
    tone="warning",
)
_QUIESCED: str | Promise = gettext_lazy(
    "The guest agent had frozen the file systems while they were requested (quiesced, "
    "file-system-consistent)."
)
_UNPROVEN: str | Promise = gettext_lazy(
    "It is not certain that the file systems were frozen: what the instance did at that moment is "
    "not known. The snapshots may be corrupted."
)


def result(made: Made, stage: Stage) -> Problem:
    """Return what has become of a form."""
    if stage is Stage.UNFINISHED and not made.unnoted and not made.removable:
        return replace(_STRANGE_IMAGE, links=_image_link(made))
    if stage is not Stage.DONE:
        return replace(_STAGES[stage], links=_image_link(made))
    count = len(made.snapshots)
    title = ngettext(
        "%(count)d snapshot was created", "%(count)d snapshots were created", count
    ) % {"count": count}
    return Problem(title, _QUIESCED if made.quiesced else _UNPROVEN, tone="info")


def _image_link(made: Made) -> tuple[SafeString, ...]:
    if made.image is None:
        return ()
    shown = sentence(_('Show images (it is called "%(name)s")'), name=isolated(made.image.name))
    return (link(page("horizon:project:images:index"), shown),)


def button(count: int) -> str:
    """Return what the button of the dialog says."""
    return ngettext("Create %(count)d Snapshot", "Create %(count)d Snapshots", count) % {
        "count": count
    }
