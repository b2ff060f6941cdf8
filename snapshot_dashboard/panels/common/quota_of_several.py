# SPDX-License-Identifier: Apache-2.0
"""Quota lines for a dialog that makes several snapshots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.panels.common.quota import QuotaText
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.quota import Fit, Limit, QuotaLine


def quota_texts(
    limits: Mapping[str, Limit] | None, chosen: Sequence[tuple[int | None, str | None]]
) -> tuple[QuotaText, ...]:
    """Return what to show for one snapshot of each volume, told by size in GiB and type."""
    if not limits:
        said = sentence(_("Limits cannot be read right now. The request may still work."))
        return (QuotaText(said, None),)
    return tuple(_text(line) for line in sets.lines(limits, chosen))


def _text(line: QuotaLine) -> QuotaText:
    return QuotaText(
        text=sentence(
            _template(line),
            used=figure(line.limit.used),
            limit=figure(line.limit.ceiling or 0),
            after=figure(line.after),
            type=isolated(line.type_name or ""),
        ),
        percent=None if line.limit.ceiling is None else line.percent,
        warning=_warning(line),
    )


def _template(line: QuotaLine) -> str:
    table = {
        ("snapshots", False, False): _(
            "Snapshots: %(used)s of %(limit)s used, %(after)s after these."
        ),
        ("snapshots", False, True): _("Snapshots: %(used)s used, no limit."),
        ("snapshots", True, False): _(
            'Snapshots of type "%(type)s": %(used)s of %(limit)s used, %(after)s after these.'
        ),
        ("gigabytes", False, False): _(
            "Storage: %(used)s of %(limit)s GiB used, %(after)s GiB after these."
        ),
        ("gigabytes", False, True): _("Storage: %(used)s GiB used, no limit."),
        ("gigabytes", True, False): _(
            'Storage of type "%(type)s": %(used)s of %(limit)s GiB used, %(after)s GiB after these.'
        ),
    }
    return table[line.resource, line.type_name is not None, line.limit.ceiling is None]


def _warning(line: QuotaLine) -> SafeString | str:
    if line.fit is Fit.FITS:
        return ""
    per_type = line.type_name is not None
    if line.fit is Fit.SHORT:
        text = _SHORT[per_type]
    elif line.limit.ceiling == 0:
        # There is none that could be deleted.
        text = _NONE_ALLOWED[per_type]
    else:
        text = _too_few(line.need, per_type=per_type)
    return sentence(
        text,
        need=figure(line.need),
        left=figure(line.limit.left or 0),
        type=isolated(line.type_name or ""),
    )


_SHORT = {
    False: gettext_lazy(
        "These snapshots need %(need)s GiB and %(left)s GiB are left. Some will probably be "
        "refused: leave volumes out, or delete snapshots first."
    ),
    True: gettext_lazy(
        'These snapshots need %(need)s GiB of type "%(type)s" and %(left)s GiB are left. Some will '
        "probably be refused: leave volumes out, or delete snapshots of this type first."
    ),
}


_NONE_ALLOWED = {
    False: gettext_lazy(
        "This project may have no snapshots: its limit is 0. This request will be refused."
    ),
    True: gettext_lazy(
        'This project may have no snapshots of type "%(type)s": its limit is 0. They will be '
        "refused: leave these volumes out."
    ),
}


def _too_few(need: int, *, per_type: bool) -> str:
    if per_type:
        return ngettext(
            'This needs %(need)s snapshot of type "%(type)s" and %(left)s are left. Some will be '
            "refused: leave volumes out, or delete snapshots of this type first.",
            'This needs %(need)s snapshots of type "%(type)s" and %(left)s are left. Some will be '
            "refused: leave volumes out, or delete snapshots of this type first.",
            need,
        )
    return ngettext(
        "This needs %(need)s snapshot and %(left)s are left. Some will be refused: leave "
        "volumes out, or delete snapshots first.",
        "This needs %(need)s snapshots and %(left)s are left. Some will be refused: leave "
        "volumes out, or delete snapshots first.",
        need,
    )
