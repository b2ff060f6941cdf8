# SPDX-License-Identifier: Apache-2.0
"""Texts of Create Snapshot of an instance: what it makes, what it leaves out, what is at risk."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.panels.common.attachment_state import verdicts
from snapshot_dashboard.panels.common.attachment_state.copies import ButtonTexts
from snapshot_dashboard.panels.common.attachment_state.explanation import (
    after_unlocking,
    holder_name,
    instance_status,
)
from snapshot_dashboard.panels.common.attachment_state.several_texts import Summary
from snapshot_dashboard.panels.common.html import (
    dialog_link,
    instance_link,
    isolated,
    sentence,
    short,
)
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.rules.attachment import Exposure, Instance, Verdict

LOOKS_LIKE = gettext_lazy(
    "The system disk (root disk) of this instance looks like a volume, although an image is named "
    "as its origin."
)
NO_IMAGE = gettext_lazy("No image was created")
SHOW_SNAPSHOTS = gettext_lazy("Show snapshots")
_LEFT_BEHIND = gettext_lazy(
    "The compute service may have made some of the snapshots before it stopped. They are named "
    '"%(name)s". Delete them if nobody needs them.'
)
_MAY_BE_LEFT = gettext_lazy(
    'Snapshots may be there without the image. Their names begin with "%(name)s".'
)


def makes(count: int) -> str:
    """Return what is made of an instance that was started from a volume."""
    text = ngettext(
        "This makes a snapshot of %(count)d volume, and an image of size 0 that refers to it. "
        "The image stops working when the snapshot is deleted.",
        "This makes snapshots of all %(count)d volumes, and an image of size 0 that refers to "
        "them. The image stops working when one of the snapshots is deleted.",
        count,
    )
    return text % {"count": count}


MAKES_IMAGE = gettext_lazy("This makes an image of the system disk (root disk).")


def left_out(names: Iterable[SafeString]) -> SafeString | str:
    """Return which volumes will not be in the image of a system disk, empty for none."""
    found = list(names)
    if not found:
        return ""
    text = ngettext(
        "This volume is attached and will not be in it: %(volumes)s.",
        "These volumes are attached and will not be in it: %(volumes)s.",
        len(found),
    )
    return sentence(text, volumes=_joined(found))


def newly_left_out(names: Iterable[SafeString]) -> Problem:
    """Return what to say of volumes that were attached since the form was shown."""
    found = list(names)
    text = ngettext(
        "This volume has been attached since, and will not be in the image: %(volumes)s.",
        "These volumes have been attached since, and will not be in the image: %(volumes)s.",
        len(found),
    )
    return Problem(
        _("Nothing was created: the situation changed while this form was open"),
        sentence(text, volumes=_joined(found)),
        _("Read the list below, then confirm, or cancel."),
    )


def _joined(names: Iterable[SafeString]) -> SafeString:
    return format_html_join(", ", "{}", ((each,) for each in names))


def set_instead(url: str, *, with_image: bool) -> SafeString | str:
    """Return the way to Snapshot Volumes; ``with_image``: to have what the image leaves out."""
    if not url:
        return ""
    way = dialog_link(url, _("Snapshot Volumes"))
    if with_image:
        return sentence(_("%(action)s makes snapshots of the volumes."), action=way)
    text = _("%(action)s makes the snapshots without an image, of the volumes that you choose.")
    return sentence(text, action=way)


_RISKS: dict[Verdict, str | Promise] = {
    Verdict.SHUT_OFF: gettext_lazy(
        "The snapshot is sound only if the instance shut down normally and stays off until the "
        "image is Active. If it crashed or was forced off, the snapshot may be corrupted."
    ),
    Verdict.BUSY: gettext_lazy(
        "It may be writing to its system disk (root disk). The snapshot may be corrupted."
    ),
}
_TITLES: dict[Verdict, str | Promise] = {
    Verdict.RUNNING: gettext_lazy(
        "%(instance)s is running and may be writing to its system disk (root disk)"
    ),
    Verdict.PAUSED: gettext_lazy("%(instance)s is paused"),
    Verdict.SUSPENDED: gettext_lazy("%(instance)s is suspended"),
    Verdict.SHUT_OFF: gettext_lazy("%(instance)s is shut off"),
    Verdict.BUSY: gettext_lazy("%(instance)s is changing state (%(state)s)"),
    Verdict.FOREIGN: gettext_lazy("This instance belongs to another project"),
}


def system_disk(exposure: Exposure) -> Summary:
    """Return the warning about the system disk of an instance that was started from an image."""
    verdict, holder = exposure.verdict, exposure.holders[0]
    instance = holder.instance
    state = instance_status(holder.status, locked=instance.locked if instance else None)
    title = sentence(_TITLES[verdict], instance=holder_name(holder), state=state)
    if verdict is Verdict.FOREIGN:
        risk = _("An image made here would belong to your project: the owner could not see it.")
        return Summary("neutral", title, risk, _("Switch to the project of the instance first."))
    told = verdicts.telling(exposure, "snapshots")
    advice = told.advice
    if verdict is Verdict.RUNNING:
        advice = _("For a sound snapshot, shut off the instance first.")
    if verdicts.asks_to_change(verdict):
        advice = after_unlocking(advice, exposure.holders)
    risk = _RISKS.get(verdict, told.risk)
    return Summary(verdicts.tone(exposure), title, risk, advice)


_NEXT: dict[str, str | Promise] = {
    "SHELVED": gettext_lazy(
        "Unshelve the instance, shut it off, then take the snapshot. Unshelving starts the "
        "instance."
    ),
    "ERROR": gettext_lazy("If its state does not change, contact support."),
    "RESCUE": gettext_lazy("Unrescue the instance first, then take the snapshot."),
}
_NEXT["SHELVED_OFFLOADED"] = _NEXT["SHELVED"]


def refused(instance: Instance) -> Summary:
    """Return why no snapshot of an instance can be made in its state."""
    name = instance_link(instance.id, instance.name or short(instance.id))
    text = _("A snapshot cannot be taken now: the status of %(instance)s is %(state)s")
    state = instance_status(instance.status, locked=instance.locked)
    risk = _(
        "The compute service takes one only of an instance that is Active, Paused, Suspended or "
        "Shutoff, and with which nothing else is being done. A snapshot of an instance that was "
        "not shut down normally may also be corrupted."
    )
    waiting = _("Wait until the instance is settled, then try again.")
    advice = _NEXT.get(instance.status, waiting)
    return Summary("neutral", sentence(text, instance=name, state=state), risk, advice)


def without_volumes(instance: Instance) -> Summary:
    """Return what to say of an instance that was started from a volume and seems to have none."""
    name = instance_link(instance.id, instance.name or short(instance.id))
    title = sentence(_("It cannot be read which volumes %(instance)s has"), instance=name)
    return Summary("neutral", title, _("All of them would be copied."), _("Try again later."))


def left_behind(name: str) -> SafeString:
    """Return what to say where some snapshots are there after the request has failed."""
    return sentence(_LEFT_BEHIND, name=isolated(name))


def may_be_left(name: str) -> SafeString:
    """Return what to say of snapshots as long as it is not known what became of the image."""
    return sentence(_MAY_BE_LEFT, name=isolated(name))


def otherwise(count: int) -> str:
    """Return what to say where something else was copied than it looked like beforehand."""
    if not count:
        return _("The image holds the system disk (root disk) alone: no volume was copied.")
    text = ngettext(
        "The image refers to a snapshot of %(count)d volume, which was made, too.",
        "The image refers to snapshots of %(count)d volumes, which were made, too.",
        count,
    )
    return text % {"count": count}


def unnoted(count: int) -> str:
    """Return what to say of snapshots whose note could not be written."""
    text = ngettext(
        "It could not be written down what %(count)d snapshot was taken while.",
        "It could not be written down what %(count)d snapshots were taken while.",
        count,
    )
    return text % {"count": count}


def button(*, needed: bool, with_volumes: bool) -> dict[str, str]:
    """Return class, label and title of the one button."""
    label = _("Create Snapshot")
    title = _("Creates the snapshots although volumes are attached.") if with_volumes else ""
    return ButtonTexts(label, label, title).shown(force=needed)


def made_of(name: SafeString, instance: SafeString) -> SafeString:
    """Return stock's message, whose names are links."""
    text = _('Snapshot "%(name)s" created for instance "%(inst)s"')
    return format_html("{}", sentence(text, name=name, inst=instance))
