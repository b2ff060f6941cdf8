# SPDX-License-Identifier: Apache-2.0
"""The column with the way to a volume's snapshots, which a script fills in after the page."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from horizon import tables

from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.panels.common.dates import duration, shown, shown_short
from snapshot_dashboard.panels.common.html import link, sentence
from snapshot_dashboard.panels.common.later import box
from snapshot_dashboard.panels.common.links import snapshots_of
from snapshot_dashboard.panels.common.lists.rows import VolumeRow
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.rules.snapshot_count import SnapshotCount

TITLE = gettext_lazy("Snapshots")


class SnapshotsColumn(tables.Column):
    """The snapshots of a volume: a link to them until the script knows how many there are."""

    dashboard = "project"

    def get_raw_data(self, volume: VolumeRow) -> SafeString:
        """Return the box that the script fills."""
        text = _("Show")
        return box(volume.id, link(snapshots_of(volume.id, self.dashboard), text), "sd-count")


class AdminSnapshotsColumn(SnapshotsColumn):
    """The same with links to the admin's pages."""

    dashboard = "admin"


def cell(
    request: HttpRequest, count: SnapshotCount, url: str, reason: SafeString | str
) -> SafeString:
    """Return what the script shows: how many, the age of the newest, and what goes on.

    ``url`` is the list of these; ``reason`` is why the last of the failed ones has failed.
    """
    lines = [_changing(count) or _newest(request, count)]
    if count.failed:
        failed = len(count.failed)
        text = ngettext("%(count)s failed", "%(count)s failed", failed) % {"count": figure(failed)}
        lines.append(format_html('<div class="sd-failed text-danger">{}</div>', text))
    below = format_html_join("", "{}", ((each,) for each in lines))
    return format_html("{}{}{}", link(url, _how_many(request, count)), below, reason)


def _how_many(request: HttpRequest, count: SnapshotCount) -> SafeString | str:
    shown_count = figure(count.kept)
    if count.kept and count.complete:
        text = ngettext("%(count)s snapshot", "%(count)s snapshots", count.kept)
        return text % {"count": shown_count}
    if count.kept:
        return _("%(count)s or more") % {"count": shown_count}
    if count.complete:
        return _("None")
    if count.since is None:
        return _("Not counted")
    return sentence(_("None since %(date)s"), date=shown_short(request, count.since))


def _changing(count: SnapshotCount) -> SafeString:
    if not count.changing:
        return SafeString()
    return format_html('<div class="sd-changing">{}</div>', status_word(count.changing))


def _newest(request: HttpRequest, count: SnapshotCount) -> SafeString:
    if count.newest is None:
        return SafeString()
    age = (connect(request).now() - count.newest).total_seconds()
    text = _("newest just made")
    if age >= 60:
        text = _("newest %(duration)s old") % {"duration": duration(age)}
    date = shown(request, count.newest)
    return format_html('<div class="sd-newest" title="{}">{}</div>', date, text)
