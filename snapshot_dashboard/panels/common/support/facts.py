# SPDX-License-Identifier: Apache-2.0
"""Facts about a snapshot or volume that only support staff see.

Each fact is a line of its own; one that could not be read says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.images import EmptyImages
from snapshot_dashboard.cloud.partial_reads import Fact, Value
from snapshot_dashboard.cloud.support import NewestSnapshots
from snapshot_dashboard.panels.common import causes
from snapshot_dashboard.panels.common.attachment_state.explanation import (
    Explanation,
    explain,
    holder_lines,
)
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.common.support import owners
from snapshot_dashboard.rules.attention import StorageService, service_for
from snapshot_dashboard.rules.message import Message
from snapshot_dashboard.rules.quota import Limit
from snapshot_dashboard.rules.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class NamedFact:
    """A label and a text."""

    label: str | Promise
    text: SafeString


_NOTHING_KNOWN = gettext_lazy("This could not be read.")


def line(label: str | Promise, fact: Fact[Value], say: Callable[[Value], SafeString]) -> NamedFact:
    """Return a fact as a line, or why it is not known."""
    if fact.value is not None:
        return NamedFact(label, say(fact.value))
    reason = causes.message(fact.error.failure) if fact.error and _was_asked(fact.error) else ""
    return NamedFact(label, format_html("{} {}", _NOTHING_KNOWN, reason))


def _was_asked(error: CloudError) -> bool:
    """Tell whether a service was asked: for what belongs to nobody none is."""
    return bool(error.status) or not isinstance(error, NotFound)


def one_below_another(parts: Iterable[SafeString]) -> SafeString:
    """Return several facts under one name."""
    return format_html_join("", '<p class="sd-fact">{}</p>', ((each,) for each in parts))


def service_words(request: HttpRequest, service: StorageService | None) -> SafeString:
    """Return whether a storage service is up, in words; never "up" for one that is not known."""
    if service is None:
        return sentence(_("Unknown"))
    if not service.up:
        return sentence(_("Down since %(time)s"), time=shown(request, service.reported_at))
    return sentence(_("Up") if service.enabled else _("Up, disabled for new volumes"))


def storage(
    request: HttpRequest, host: str | None, services: Fact[Mapping[str, StorageService]]
) -> NamedFact:
    """Return where the data lie, and whether the service there works."""

    def say(known: Mapping[str, StorageService]) -> SafeString:
        words = service_words(request, service_for(host, known))
        return format_html("<code>{}</code> - {}", host or _("unknown"), words)

    return line(_("Storage Service"), services, say)


def attached(situation: Situation) -> SafeString:
    """Return what a volume is attached to, a line each."""
    found = [
        format_html("{} - {}{}", each.name, each.status, f" - {each.device}" if each.device else "")
        for each in holder_lines(situation.exposure, "admin")
    ]
    if found:
        return one_below_another(found)
    return sentence(_("Unknown") if situation.unseen else _("Not attached"))


def owners_view(situation: Situation, user: Any) -> Explanation | None:
    """Return what the owner is told of a volume's situation, without the owner's own button.

    Manage Attachments is a page of the owner's project.
    """
    explanation = explain(situation, user, "admin")
    return replace(explanation, detach=False) if explanation else None


def volume(situation: Situation) -> SafeString:
    """Return a volume by name, with its status."""
    found = situation.exposure.volume
    named = link(page("horizon:admin:volumes:detail", found.id), isolated(found.label))
    return format_html("{} - {}", named, status_word(found.status))


def quota(limits: Mapping[str, Limit]) -> SafeString:
    """Return what the project uses of its limits."""
    templates = (
        (
            "volumes",
            _("Volumes: %(used)s of %(limit)s used."),
            _("Volumes: %(used)s used, no limit."),
        ),
        (
            "snapshots",
            _("Snapshots: %(used)s of %(limit)s used."),
            _("Snapshots: %(used)s used, no limit."),
        ),
        (
            "gigabytes",
            _("Storage: %(used)s of %(limit)s GiB used."),
            _("Storage: %(used)s GiB used, no limit."),
        ),
    )
    texts = []
    for name, limited, unlimited in templates:
        if name in limits:
            limit = limits[name]
            parts = {"used": figure(limit.used), "limit": figure(limit.ceiling or 0)}
            texts.append(sentence(unlimited if limit.ceiling is None else limited, **parts))
    return one_below_another(texts)


def told_by_service(request: HttpRequest, found: Iterable[Message]) -> SafeString:
    """Return the storage service's messages, newest first, in its own words."""
    texts = [
        format_html(
            '{} <bdi lang="en">{}</bdi> <code>{}</code>',
            shown(request, each.created_at),
            each.text,
            each.request_id,
        )
        for each in found
    ]
    return one_below_another(texts) if texts else sentence(_("None"))


def temporary(found: tuple[Snapshot, ...]) -> SafeString:
    """Return the snapshots that the storage service has made of the volume for its own work."""
    links = [
        link(page("horizon:admin:snapshots:detail", each.id), isolated(each.label))
        for each in found
    ]
    return one_below_another(links) if links else sentence(_("None"))


def images(found: EmptyImages) -> SafeString:
    """Return the images that are nothing without this snapshot."""
    warning = _(
        'Image "%(name)s" starts instances from this snapshot and will stop working without it.'
    )
    texts = [
        sentence(
            warning,
            name=link(page("horizon:admin:images:detail", each.id), isolated(each.name or each.id)),
        )
        for each in found.images
    ]
    if not found.complete:
        texts.append(sentence(_("Not every image could be looked at.")))
    return one_below_another(texts) if texts else sentence(_("None"))


def snapshots(volume_id: str, found: NewestSnapshots) -> SafeString:
    """Return how many snapshots a volume has, linked to all of them."""
    url = owners.filtered(owners.SNAPSHOTS, "volume_id", volume_id)
    count = figure(len(found.newest) if found.count is None else found.count)
    return link(url, count if found.count is not None else _("%s or more") % count)
