# SPDX-License-Identifier: Apache-2.0
"""How much of a project's limits is used, in words and with a bar, above a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from snapshot_dashboard.cloud import quota
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.later import Filled, LaterView
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.rules.quota import Level, Limit

_BARS = {Level.LOW: "sd-bar", Level.HIGH: "sd-bar sd-bar-high", Level.REACHED: "sd-bar sd-bar-over"}
# The box in the head of the list of snapshots.
KEY = "usage"
SNAPSHOTS = ("snapshots", "gigabytes")
VOLUMES = ("volumes", *SNAPSHOTS)


@dataclass(frozen=True, slots=True)
class Usage:
    """One limit in words, with the class of its bar; without a limit there is no bar."""

    text: str
    percent: int = 0
    bar: str = ""
    reached: bool = False


def usage(limits: Mapping[str, Limit], names: Iterable[str]) -> list[Usage]:
    """Return these limits, as far as they are known."""
    return [_usage(each, limits[each]) for each in names if each in limits]


def _usage(name: str, limit: Limit) -> Usage:
    percent, level = limit.percent, limit.level
    if percent is None or level is None:
        return Usage(_unlimited(name, limit.used))
    text = _limited(name, limit.used, limit.ceiling or 0)
    return Usage(text, percent, _BARS[level], reached=level is Level.REACHED)


def _limited(name: str, used: int, limit: int) -> str:
    table = {
        "volumes": ngettext("%(used)s of %(limit)s volume", "%(used)s of %(limit)s volumes", limit),
        "snapshots": ngettext(
            "%(used)s of %(limit)s snapshot", "%(used)s of %(limit)s snapshots", limit
        ),
        "gigabytes": _("%(used)s of %(limit)s GiB"),
    }
    return table[name] % {"used": figure(used), "limit": figure(limit)}


def _unlimited(name: str, used: int) -> str:
    table = {
        "volumes": ngettext("%(count)s volume", "%(count)s volumes", used),
        "snapshots": ngettext("%(count)s snapshot", "%(count)s snapshots", used),
        "gigabytes": _("%(count)s GiB"),
    }
    return table[name] % {"count": figure(used)}


class UsageView(LaterView):
    """The limits of a list whose page does not read them."""

    def fill(self, connection: Connection, keys: Sequence[str]) -> Filled:
        """Read the limits.

        :raises CloudError: they cannot be read.
        """
        limits = connection.start(lambda: quota.limits(connection), decoration=True).get()
        shown = {"usage": usage(limits, SNAPSHOTS)}
        html: SafeString = render_to_string("snapshot_dashboard/common/_usage.html", shown)
        return Filled({KEY: html})
