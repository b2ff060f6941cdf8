# SPDX-License-Identifier: Apache-2.0
"""Quota lines of dialogs that create several snapshots or volumes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.panels.common.html import isolated
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.panels.common.quota import (
    FREE_SPACE,
    PROBABLY_REFUSED,
    REFUSED,
    QuotaText,
    line_text,
    priced,
    sentences,
    texts,
    unreadable,
)
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.quota import Fit, Limit, QuotaLine

Chosen = Sequence[tuple[int | None, str | None]]


def quota_texts(
    limits: Mapping[str, Limit] | None, chosen: Chosen, paid_for: Chosen | None = None
) -> tuple[QuotaText, ...]:
    """Return what to show for one snapshot of each volume, told by size in GiB and type.

    Each is a request of its own, and any of them may be left out. ``paid_for`` are those whose
    price is told, where these are not the same.
    """
    price = priced("snapshots", chosen if paid_for is None else paid_for)
    if not limits:
        return *unreadable(), *price
    found = sets.lines(limits, chosen)
    return *(line_text(each, _template(each), _warnings(each)) for each in found), *price


def together(
    limits: Mapping[str, Limit] | None, chosen: Chosen, resource: str = "snapshots"
) -> tuple[QuotaText, ...]:
    """Return what to show for one of ``resource`` of each volume, where all are one request."""
    price = priced(resource, chosen)
    if not limits:
        return *unreadable(), *price
    found = sets.lines(limits, chosen, resource)
    return *(line_text(each, _template(each), _whole(each)) for each in found), *price


def of_clone(limits: Mapping[str, Limit] | None, chosen: Chosen) -> tuple[QuotaText, ...]:
    """Return what to show for one more group, with a new volume for each of these."""
    one_group = texts(limits, "groups", None, None) if limits else ()
    return (*one_group, *together(limits, chosen, "volumes"))


def _whole(line: QuotaLine) -> tuple[SafeString | str, SafeString | str]:
    """Return what is missing for a request that is refused as a whole, as ``_warnings`` does."""
    if line.fit is Fit.FITS:
        return "", ""
    left = line.limit.left or 0
    if line.fit is Fit.SHORT:
        text, outlook = _("%(need)s GiB are needed, only %(left)s GiB are left."), PROBABLY_REFUSED
    else:
        text, outlook = _counted(line, left), REFUSED
    parts = {"need": figure(line.need), "left": figure(left)}
    return sentences(text, outlook, **parts), sentences(text, FREE_SPACE, **parts)


def _counted(line: QuotaLine, left: int) -> str:
    if line.resource == "snapshots" and line.need == 1:
        return _none_left(line.need, per_type=False)
    if not left:
        return _("%(need)s are needed, none is left.")
    return ngettext(
        "%(need)s are needed, only %(left)s is left.",
        "%(need)s are needed, only %(left)s are left.",
        left,
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
        ("volumes", False, False): _("Volumes: %(used)s of %(limit)s used, %(after)s after these."),
        ("volumes", False, True): _("Volumes: %(used)s used, no limit."),
        ("volumes", True, False): _(
            'Volumes of type "%(type)s": %(used)s of %(limit)s used, %(after)s after these.'
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


def _warnings(line: QuotaLine) -> tuple[SafeString | str, SafeString | str]:
    """Return what is missing, with the outlook, and with what to do after a refusal."""
    if line.fit is Fit.FITS:
        return "", ""
    per_type, left = line.type_name is not None, line.limit.left or 0
    if line.fit is Fit.SHORT:
        text, outlook, remedy = _SHORT[per_type], _PROBABLY[per_type], _REMEDY[per_type]
    elif line.limit.ceiling == 0:
        # There is none that could be deleted.
        text, outlook = _NONE_ALLOWED[per_type]
        remedy = _LEAVE_OUT if per_type else ""
    else:
        text = _too_few(line.need, left, per_type=per_type)
        outlook, remedy = _SOME[per_type], _REMEDY[per_type]
    parts = {
        "need": figure(line.need),
        "left": figure(left),
        "type": isolated(line.type_name or ""),
    }
    return sentences(text, outlook, **parts), sentences(text, remedy, **parts)


_SHORT = {
    False: gettext_lazy("These snapshots need %(need)s GiB, only %(left)s GiB are left."),
    True: gettext_lazy(
        'These snapshots need %(need)s GiB of type "%(type)s", only %(left)s GiB are left.'
    ),
}
_PROBABLY = {
    False: gettext_lazy(
        "Some will probably be refused: leave volumes out, or delete snapshots first."
    ),
    True: gettext_lazy(
        "Some will probably be refused: leave volumes out, or delete snapshots of this type first."
    ),
}
_SOME = {
    False: gettext_lazy("Some will be refused: leave volumes out, or delete snapshots first."),
    True: gettext_lazy(
        "Some will be refused: leave volumes out, or delete snapshots of this type first."
    ),
}
_REMEDY = {
    False: gettext_lazy(
        "Leave volumes out, or delete snapshots first, then press the button again."
    ),
    True: gettext_lazy(
        "Leave volumes out, or delete snapshots of this type first, then press the button again."
    ),
}
_LEAVE_OUT = gettext_lazy("Leave these volumes out, then press the button again.")
_NONE_ALLOWED = {
    False: (
        gettext_lazy("This project may have no snapshots: its limit is 0."),
        gettext_lazy("This request will be refused."),
    ),
    True: (
        gettext_lazy('This project may have no snapshots of type "%(type)s": its limit is 0.'),
        gettext_lazy("They will be refused: leave these volumes out."),
    ),
}


def _too_few(need: int, left: int, *, per_type: bool) -> str:
    if not left:
        return _none_left(need, per_type=per_type)
    if per_type:
        return ngettext(
            '%(need)s snapshots of type "%(type)s" are needed, only %(left)s is left.',
            '%(need)s snapshots of type "%(type)s" are needed, only %(left)s are left.',
            left,
        )
    return ngettext(
        "%(need)s snapshots are needed, only %(left)s is left.",
        "%(need)s snapshots are needed, only %(left)s are left.",
        left,
    )


def _none_left(need: int, *, per_type: bool) -> str:
    if per_type:
        return ngettext(
            '%(need)s snapshot of type "%(type)s" is needed, none is left.',
            '%(need)s snapshots of type "%(type)s" are needed, none is left.',
            need,
        )
    return ngettext(
        "%(need)s snapshot is needed, none is left.",
        "%(need)s snapshots are needed, none is left.",
        need,
    )
