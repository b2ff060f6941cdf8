# SPDX-License-Identifier: Apache-2.0
"""Quota lines for the dialogs: the numbers in words first, a bar second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.cloud import quota
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.cloud.session import Connection, Later
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.rules.quota import Fit, Limit, QuotaLine, lines


@dataclass(frozen=True, slots=True)
class QuotaText:
    """One line, and a warning where the request would not fit."""

    text: SafeString
    percent: int | None
    warning: SafeString | str = ""


def start(connection: Connection) -> Later[Mapping[str, Limit]]:
    """Begin to read the limits while something else is read."""
    return connection.start(lambda: quota.limits(connection))


def finish(asked: Later[Mapping[str, Limit]]) -> Mapping[str, Limit] | None:
    """Return the limits, None when they cannot be read: they are a help, not a condition.

    :raises SessionExpired: the person has to log in again.
    """
    return known(asked.get)


def texts(
    limits: Mapping[str, Limit] | None, resource: str, size: int | None, type_name: str | None
) -> tuple[QuotaText, ...]:
    """Return what to show for one more ``resource`` of ``size`` GiB."""
    if not limits:
        unreadable = sentence(_("Limits cannot be read right now. The request may still work."))
        return (QuotaText(unreadable, None),)
    return tuple(_text(line, resource) for line in lines(limits, resource, size, type_name))


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


def _text(line: QuotaLine, made: str) -> QuotaText:
    parts = {
        "used": figure(line.limit.used),
        "limit": figure(line.limit.ceiling or 0),
        "after": figure(line.after),
        "type": isolated(line.type_name or ""),
    }
    return QuotaText(
        text=sentence(_template(line), **parts),
        percent=None if line.limit.ceiling is None else line.percent,
        warning=_warning(line, made),
    )


def _warning(line: QuotaLine, made: str) -> SafeString | str:
    if line.fit is Fit.FITS:
        return ""
    per_type = line.type_name is not None
    if line.fit is Fit.SHORT:
        text = _SHORT[made, per_type]
    elif line.limit.ceiling == 0:
        # There is none that could be deleted.
        text = _NONE_ALLOWED[made, per_type]
    else:
        text = _reached(made, line.limit.ceiling or 0, per_type=per_type)
    return sentence(
        text,
        need=figure(line.need),
        free=figure(line.limit.left or 0),
        limit=figure(line.limit.ceiling or 0),
        type=isolated(line.type_name or ""),
    )


_SHORT = {
    ("snapshots", False): gettext_lazy(
        "This snapshot needs %(need)s GiB and %(free)s GiB are left. It will probably be refused."
    ),
    ("snapshots", True): gettext_lazy(
        'This snapshot needs %(need)s GiB of type "%(type)s" and %(free)s GiB are left. '
        "It will probably be refused."
    ),
    ("volumes", False): gettext_lazy(
        "This volume needs %(need)s GiB and %(free)s GiB are left. It will probably be refused."
    ),
    ("volumes", True): gettext_lazy(
        'This volume needs %(need)s GiB of type "%(type)s" and %(free)s GiB are left. '
        "It will probably be refused."
    ),
}
_NONE_ALLOWED = {
    ("snapshots", False): gettext_lazy(
        "This project may have no snapshots: its limit is 0. This request will be refused."
    ),
    ("snapshots", True): gettext_lazy(
        'This project may have no snapshots of type "%(type)s": its limit is 0. '
        "This request will be refused."
    ),
    ("volumes", False): gettext_lazy(
        "This project may have no volumes: its limit is 0. This request will be refused."
    ),
    ("volumes", True): gettext_lazy(
        'This project may have no volumes of type "%(type)s": its limit is 0. '
        "This request will be refused."
    ),
}


def _reached(made: str, count: int, *, per_type: bool) -> str:
    table = {
        ("snapshots", False): ngettext(
            "The limit of %(limit)s snapshot is reached. This request will be refused unless a "
            "snapshot is deleted first.",
            "The limit of %(limit)s snapshots is reached. This request will be refused unless a "
            "snapshot is deleted first.",
            count,
        ),
        ("snapshots", True): ngettext(
            'The limit of %(limit)s snapshot of type "%(type)s" is reached. This request will be '
            "refused unless one of them is deleted first.",
            'The limit of %(limit)s snapshots of type "%(type)s" is reached. This request will be '
            "refused unless one of them is deleted first.",
            count,
        ),
        ("volumes", False): ngettext(
            "The limit of %(limit)s volume is reached. This request will be refused unless a "
            "volume is deleted first.",
            "The limit of %(limit)s volumes is reached. This request will be refused unless a "
            "volume is deleted first.",
            count,
        ),
        ("volumes", True): ngettext(
            'The limit of %(limit)s volume of type "%(type)s" is reached. This request will be '
            "refused unless one of them is deleted first.",
            'The limit of %(limit)s volumes of type "%(type)s" is reached. This request will be '
            "refused unless one of them is deleted first.",
            count,
        ),
    }
    return table[made, per_type]
