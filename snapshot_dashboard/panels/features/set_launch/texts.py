# SPDX-License-Identifier: Apache-2.0
"""Texts of the dialog that launches an instance from a set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.panels.common import dependency, problems
from snapshot_dashboard.panels.common.delete_action import names
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.panels.common.problems import Problem, because
from snapshot_dashboard.panels.common.quota import REFUSED, QuotaText, line_text, sentences
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.consistency import ConsistencyNote, Taken
from snapshot_dashboard.rules.quota import Fit, Limit, QuotaLine
from snapshot_dashboard.rules.set_launch import Disk, Flavor, Model
from snapshot_dashboard.rules.snapshot import Source, as_source

NONE_CHOSEN = Problem(
    gettext_lazy("No snapshots were chosen"),
    advice=gettext_lazy("Open the page of a set, and begin there."),
    tone="info",
)
GONE = Problem(
    gettext_lazy("A snapshot of this set no longer exists"),
    gettext_lazy("Without it the new instance would lack a disk."),
)
FORBIDDEN = problems.not_allowed(
    gettext_lazy("Ask a member of the project who may create volumes and launch instances.")
)
FOREIGN = Problem(
    gettext_lazy("A snapshot of this set belongs to another project"),
    gettext_lazy("The new instance would belong to your project."),
    gettext_lazy("Switch to the owner's project to launch an instance."),
    tone="info",
)
NOT_BOOTABLE = Problem(
    gettext_lazy("An instance cannot start from this set"),
    gettext_lazy(
        "None of the snapshots is of a system disk (root disk). An instance whose system disk is "
        "not a volume has snapshots of its data disks only."
    ),
    gettext_lazy(
        "Launch an instance as usual. Then make a volume from each snapshot, and attach these."
    ),
    tone="info",
)
_UNKNOWN_MODEL = gettext_lazy(
    "A new instance takes over flavor, networks and security groups from the instance that the set "
    "was taken of."
)
_INSTEAD = gettext_lazy(
    "Launch an instance from the snapshot of the system disk, and choose these there. Then make a "
    "volume from each of the other snapshots, and attach these to it."
)
NO_MODEL = Problem(
    gettext_lazy("It is not known which instance this set was taken of"),
    _UNKNOWN_MODEL,
    _INSTEAD,
    tone="info",
)
MODEL_GONE = Problem(
    gettext_lazy("The instance that this set was taken of no longer exists"),
    _UNKNOWN_MODEL,
    _INSTEAD,
    tone="info",
)
MODEL_UNREAD = Problem(
    gettext_lazy("The instance that this set was taken of cannot be read"), _UNKNOWN_MODEL
)
UNTRIED = Problem(
    gettext_lazy("Nothing was launched"),
    gettext_lazy("Something that is needed for it cannot be read."),
)
EXPIRED = problems.EXPIRED
LOST = Problem(
    gettext_lazy("It is not known yet which volumes were created"),
    advice=gettext_lazy("Press the button again: nothing is created twice."),
)


def too_many() -> Problem:
    """Return what to say of more snapshots than one set can have."""
    text = ngettext(
        "At most %(count)d snapshot can be used at a time.",
        "At most %(count)d snapshots can be used at a time.",
        sets.MOST,
    )
    return Problem(_("Too many snapshots"), text % {"count": sets.MOST}, tone="info")


def unread_model(error: CloudError) -> Problem:
    """Return what to say of an instance that cannot be read, with all that is needed of it."""
    return MODEL_GONE if isinstance(error, NotFound) else because(MODEL_UNREAD, error)


def blocked(disks: Sequence[Disk], project_id: str) -> Problem | None:
    """Return why no volume can be made from one of the snapshots, None where all can be used."""
    for disk in disks:
        source = as_source(disk.snapshot, project_id)
        if source is Source.FOREIGN:
            return FOREIGN
        if source is not Source.USABLE:
            return _not_available(disk, moving=source is Source.MOVING)
    return None


def _not_available(disk: Disk, *, moving: bool) -> Problem:
    text = _(
        "The status of %(snapshot)s is %(status)s, and only an Available snapshot can be used."
    )
    return Problem(
        _("An instance cannot be launched from this set now"),
        sentence(
            text,
            snapshot=isolated(disk.snapshot.label),
            status=status_word(disk.snapshot.status),
        ),
        _("Reload this page in a moment.") if moving else _("Use another set."),
        tone="info",
    )


_DEPENDENCY: dict[str, str | Promise] = {
    "may": gettext_lazy("While the new volumes exist, the snapshots may not be deletable."),
    "always": gettext_lazy("While the new volumes exist, the snapshots cannot be deleted."),
    "never": "",
}


def depending(disks: Sequence[Disk]) -> str | Promise:
    """Return what the new volumes mean for the snapshots, by what the operator says."""
    words = {dependency.of_type(each.volume.type_name) for each in disks}
    if words == {"never"}:
        return ""
    return _DEPENDENCY["always" if words == {"always"} else "may"]


def corrupted(disks: Sequence[Disk], risky: Sequence[Disk]) -> str:
    """Return what is said above the form of snapshots that may be corrupted."""
    if not risky:
        return ""
    if len(risky) == len(disks):
        return _(
            "These snapshots may be corrupted: the new instance may not start, or its data may be "
            "damaged."
        )
    text = ngettext(
        "%(count)d of these snapshots may be corrupted: the new instance may not start, or its "
        "data may be damaged.",
        "%(count)d of these snapshots may be corrupted: the new instance may not start, or its "
        "data may be damaged.",
        len(risky),
    )
    return text % {"count": len(risky)}


def unrecorded(notes: Sequence[ConsistencyNote]) -> str:
    """Return what is said of snapshots of which nobody noted what used their volumes."""
    count = sum(each.taken is Taken.NOT_RECORDED for each in notes)
    if not count:
        return ""
    text = ngettext(
        "Of %(count)d snapshot it is not recorded whether an instance was writing to the volume.",
        "Of %(count)d snapshots it is not recorded whether an instance was writing to the volumes.",
        count,
    )
    return text % {"count": count}


def beforehand(model: Model) -> list[SafeString | str]:
    """Return what somebody has to know who starts a second instance from the same disks."""
    name = isolated(model.name or model.id)
    return [
        sentence(
            _(
                "From the inside it is a copy of %(instance)s: host name, fixed addresses, SSH "
                "host keys, passwords and licences are the same."
            ),
            instance=name,
        ),
        sentence(
            _(
                "Addresses that are written down on the disks are then in use twice. Scheduled "
                "jobs, mail and replication run twice, against the same other services."
            )
        ),
        sentence(
            _(
                "If that does harm, shut off %(instance)s first, or correct the new instance "
                "before it reaches a network. %(instance)s itself is not changed here."
            ),
            instance=name,
        ),
    ]


def settings(model: Model) -> list[tuple[str, SafeString | str]]:
    """Return what is taken over, as pairs of a label and a value."""
    key: SafeString | str = isolated(model.key_name) if model.key_name else _("None")
    if model.foreign_key:
        key = sentence(
            _("None: %(key)s is not one of your key pairs. Keys on the disk go on to work."),
            key=isolated(model.key_name),
        )
    groups = names(model.security_groups)
    return [
        (_("Flavor"), isolated(model.flavor.name)),
        (_("Networks"), _networks(model)),
        (_("Security Groups"), groups if model.security_groups else "default"),
        (_("Key Pair"), key),
        (_("Availability Zone"), isolated(model.zone) if model.zone else _("Any")),
    ]


def _networks(model: Model) -> SafeString | str:
    if not model.networks:
        return _("None")
    if model.network_names:
        return names(model.network_names)
    return format_html_join(", ", "{}", ((isolated(each),) for each in model.networks))


NOT_TAKEN_OVER = gettext_lazy(
    "The new instance gets new addresses. Floating addresses, user data, tags, metadata and server "
    "groups are not taken over."
)


def quota(limits: Mapping[str, Limit] | None, flavor: Flavor) -> tuple[QuotaText, ...]:
    """Return what one instance means for the limits of the compute service."""
    if not limits:
        return ()
    need = {"instances": 1, "cores": flavor.cores, "ram": flavor.memory}
    found = (
        QuotaLine(resource, None, limits[resource], count)
        for resource, count in need.items()
        if count is not None and resource in limits
    )
    return tuple(_line(each) for each in found)


def _line(line: QuotaLine) -> QuotaText:
    unlimited = line.limit.ceiling is None
    table = {
        ("instances", False): _("Instances: %(used)s of %(limit)s used, %(after)s after this one."),
        ("instances", True): _("Instances: %(used)s used, no limit."),
        ("cores", False): _("VCPUs: %(used)s of %(limit)s used, %(after)s after this one."),
        ("cores", True): _("VCPUs: %(used)s used, no limit."),
        ("ram", False): _("RAM: %(used)s of %(limit)s MiB used, %(after)s MiB after this one."),
        ("ram", True): _("RAM: %(used)s MiB used, no limit."),
    }
    warning: SafeString | str = ""
    if line.fit is not Fit.FITS:
        left = _("%(need)s are needed, %(left)s are left.")
        parts = {"need": figure(line.need), "left": figure(line.limit.left or 0)}
        warning = sentences(left, REFUSED, **parts)
    # To delete snapshots does not help here.
    text = line_text(line, table[line.resource, unlimited], (warning, ""))
    return replace(text, show_oldest=False)
