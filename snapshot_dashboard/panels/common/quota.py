# SPDX-License-Identifier: Apache-2.0
"""Quota lines of the dialogs that create one object: numbers in words, and a bar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.cloud import quota
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.cloud.session import Connection, Later
from snapshot_dashboard.panels.common import prices
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.rules.quota import HIGH, Fit, Limit, QuotaLine, lines

_PRICES = {"snapshots": prices.of_snapshots, "volumes": prices.of_volumes}


@dataclass(frozen=True, slots=True)
class QuotaText:
    """One line, and a warning where the request would not fit.

    ``refused`` is the warning as it is shown after the service has refused the request.
    ``show_oldest`` tells that to delete snapshots helps, so that the oldest may be offered.
    """

    text: SafeString
    percent: int | None
    warning: SafeString | str = ""
    refused: SafeString | str = ""
    show_oldest: bool = True

    @property
    def high(self) -> bool:
        """Tell whether the limit is nearly used up by then, as the line above a list does."""
        return self.percent is not None and self.percent >= HIGH


def start(connection: Connection, project_id: str = "") -> Later[Mapping[str, Limit]]:
    """Begin to read the limits, of another project's for administrators, beside something else."""
    return connection.start(lambda: quota.limits(connection, project_id or None))


def finish(asked: Later[Mapping[str, Limit]]) -> Mapping[str, Limit] | None:
    """Return the limits, None when they cannot be read: they are a help, not a condition."""
    return known(asked.get)


def texts(
    limits: Mapping[str, Limit] | None, resource: str, size: int | None, type_name: str | None
) -> tuple[QuotaText, ...]:
    """Return what to show for one more ``resource`` of ``size`` GiB."""
    price = priced(resource, [(size, type_name)])
    if not limits:
        return *unreadable(), *price
    found = lines(limits, resource, size, type_name)
    said = (line_text(each, _template(each), _warnings(each, resource)) for each in found)
    return *said, *price


def priced(resource: str, chosen: Iterable[tuple[int | None, str | None]]) -> tuple[QuotaText, ...]:
    """Return what one more ``resource`` of each size and type costs, nothing without prices."""
    read = _PRICES.get(resource)
    said = read(chosen) if read else ""
    return (QuotaText(SafeString(said), None),) if said else ()


def unreadable() -> tuple[QuotaText, ...]:
    """Return what to show where the limits could not be read."""
    text = sentence(_("Limits cannot be read right now. The request may still work."))
    return (QuotaText(text, None),)


def line_text(
    line: QuotaLine, template: str, warnings: tuple[SafeString | str, SafeString | str]
) -> QuotaText:
    """Return a line; ``warnings`` are for before the request, and for after its refusal."""
    warning, refused = warnings
    return QuotaText(
        text=sentence(
            template,
            used=figure(line.limit.used),
            limit=figure(line.limit.ceiling or 0),
            after=figure(line.after),
            type=isolated(line.type_name or ""),
        ),
        percent=None if line.limit.ceiling is None else line.percent,
        warning=warning,
        refused=refused,
        show_oldest=line.resource != "groups",
    )


def _template(line: QuotaLine) -> str:
    unlimited = line.limit.ceiling is None
    per_type = line.type_name is not None
    table = {
        ("snapshots", False, False): _(
            "Snapshots: %(used)s of %(limit)s used, %(after)s after this one."
        ),
        ("snapshots", False, True): _("Snapshots: %(used)s used, no limit."),
        ("snapshots", True, False): _(
            'Snapshots of type "%(type)s": %(used)s of %(limit)s used, %(after)s after this one.'
        ),
        ("volumes", False, False): _(
            "Volumes: %(used)s of %(limit)s used, %(after)s after this one."
        ),
        ("volumes", False, True): _("Volumes: %(used)s used, no limit."),
        ("volumes", True, False): _(
            'Volumes of type "%(type)s": %(used)s of %(limit)s used, %(after)s after this one.'
        ),
        ("backups", False, False): _(
            "Backups: %(used)s of %(limit)s used, %(after)s after this one."
        ),
        ("backups", False, True): _("Backups: %(used)s used, no limit."),
        ("groups", False, False): _(
            "Groups: %(used)s of %(limit)s used, %(after)s after this one."
        ),
        ("groups", False, True): _("Groups: %(used)s used, no limit."),
        ("backup_gigabytes", False, False): _(
            "Backup storage: %(used)s of %(limit)s GiB used, %(after)s GiB after this one."
        ),
        ("backup_gigabytes", False, True): _("Backup storage: %(used)s GiB used, no limit."),
        ("gigabytes", False, False): _(
            "Storage: %(used)s of %(limit)s GiB used, %(after)s GiB after this one."
        ),
        ("gigabytes", False, True): _("Storage: %(used)s GiB used, no limit."),
        ("gigabytes", True, False): _(
            'Storage of type "%(type)s": %(used)s of %(limit)s GiB used, '
            "%(after)s GiB after this one."
        ),
    }
    return table[line.resource, per_type, unlimited]


def _warnings(line: QuotaLine, made: str) -> tuple[SafeString | str, SafeString | str]:
    """Return what is missing, with the outlook, and with what to do after a refusal."""
    if line.fit is Fit.FITS:
        return "", ""
    per_type = line.type_name is not None
    if line.fit is Fit.SHORT:
        text, outlook, remedy = _SHORT[made, per_type], PROBABLY_REFUSED, _FREE[made]
    elif line.limit.ceiling == 0:
        # There is none that could be deleted.
        text, outlook, remedy = _NONE_ALLOWED[made, per_type], REFUSED, ""
    else:
        text = _reached(made, line.limit.ceiling or 0, per_type=per_type)
        outlook, remedy = _UNLESS[made, per_type]
    parts = {
        "need": figure(line.need),
        "free": figure(line.limit.left or 0),
        "limit": figure(line.limit.ceiling or 0),
        "type": isolated(line.type_name or ""),
    }
    return sentences(text, outlook, **parts), sentences(text, remedy, **parts)


def sentences(*texts: str | Promise, **parts: object) -> SafeString:
    """Return whole sentences one after another, each with its parts filled in."""
    filled = ((sentence(each, **parts),) for each in texts if each)
    return format_html_join(" ", "{}", filled)


PROBABLY_REFUSED = gettext_lazy("The request will probably be refused.")
REFUSED = gettext_lazy("This request will be refused.")
FREE_SPACE = gettext_lazy("Delete snapshots or volumes first, then press the button again.")
_FREE = {
    "snapshots": FREE_SPACE,
    "volumes": FREE_SPACE,
    "backups": gettext_lazy("Delete backups first, then press the button again."),
}
_UNLESS = {
    ("snapshots", False): (
        gettext_lazy("This request will be refused unless a snapshot is deleted first."),
        gettext_lazy("Delete a snapshot first, then press the button again."),
    ),
    ("snapshots", True): (
        gettext_lazy("This request will be refused unless a snapshot of this type is deleted."),
        gettext_lazy("Delete a snapshot of this type first, then press the button again."),
    ),
    ("volumes", False): (
        gettext_lazy("This request will be refused unless a volume is deleted first."),
        gettext_lazy("Delete a volume first, then press the button again."),
    ),
    ("volumes", True): (
        gettext_lazy("This request will be refused unless a volume of this type is deleted."),
        gettext_lazy("Delete a volume of this type first, then press the button again."),
    ),
    ("backups", False): (
        gettext_lazy("This request will be refused unless a backup is deleted first."),
        gettext_lazy("Delete a backup first, then press the button again."),
    ),
    ("groups", False): (
        gettext_lazy("This request will be refused unless a group is deleted first."),
        gettext_lazy("Delete a group first, then press the button again."),
    ),
}
_SHORT = {
    ("snapshots", False): gettext_lazy(
        "This snapshot needs %(need)s GiB, only %(free)s GiB are left."
    ),
    ("snapshots", True): gettext_lazy(
        'This snapshot needs %(need)s GiB of type "%(type)s", only %(free)s GiB are left.'
    ),
    ("volumes", False): gettext_lazy("This volume needs %(need)s GiB, only %(free)s GiB are left."),
    ("volumes", True): gettext_lazy(
        'This volume needs %(need)s GiB of type "%(type)s", only %(free)s GiB are left.'
    ),
    ("backups", False): gettext_lazy("This backup needs %(need)s GiB, only %(free)s GiB are left."),
}
_NONE_ALLOWED = {
    ("snapshots", False): gettext_lazy("This project may have no snapshots: its limit is 0."),
    ("snapshots", True): gettext_lazy(
        'This project may have no snapshots of type "%(type)s": its limit is 0.'
    ),
    ("volumes", False): gettext_lazy("This project may have no volumes: its limit is 0."),
    ("volumes", True): gettext_lazy(
        'This project may have no volumes of type "%(type)s": its limit is 0.'
    ),
    ("backups", False): gettext_lazy("This project may have no backups: its limit is 0."),
    ("groups", False): gettext_lazy("This project may have no groups: its limit is 0."),
}


def _reached(made: str, count: int, *, per_type: bool) -> str:
    table = {
        ("snapshots", False): ngettext(
            "The limit of %(limit)s snapshot is reached.",
            "The limit of %(limit)s snapshots is reached.",
            count,
        ),
        ("snapshots", True): ngettext(
            'The limit of %(limit)s snapshot of type "%(type)s" is reached.',
            'The limit of %(limit)s snapshots of type "%(type)s" is reached.',
            count,
        ),
        ("volumes", False): ngettext(
            "The limit of %(limit)s volume is reached.",
            "The limit of %(limit)s volumes is reached.",
            count,
        ),
        ("volumes", True): ngettext(
            'The limit of %(limit)s volume of type "%(type)s" is reached.',
            'The limit of %(limit)s volumes of type "%(type)s" is reached.',
            count,
        ),
        ("backups", False): ngettext(
            "The limit of %(limit)s backup is reached.",
            "The limit of %(limit)s backups is reached.",
            count,
        ),
        ("groups", False): ngettext(
            "The limit of %(limit)s group is reached.",
            "The limit of %(limit)s groups is reached.",
            count,
        ),
    }
    return table[made, per_type]
