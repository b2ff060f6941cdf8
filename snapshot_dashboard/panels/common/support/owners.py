# SPDX-License-Identifier: Apache-2.0
"""Projects and users of a row by name, each linked to all that they own."""

from __future__ import annotations

from urllib.parse import urlencode

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.rows import Named
from snapshot_dashboard.panels.common.object_links import named_link

SNAPSHOTS = "horizon:admin:snapshots:index"
VOLUMES = "horizon:admin:volumes:index"


def filtered(index: str, field: str, value: str) -> str:
    """Return the address of a list that is filtered, empty where there is no such page."""
    url = page(index)
    return f"{url}?{urlencode({'field': field, 'value': value})}" if url else ""


def project(owner: Named, index: str = SNAPSHOTS) -> SafeString:
    """Return a project by name, linked to what it has in a list."""
    return named_link(filtered(index, "project_id", owner.id), "project", owner)


def user(maker: Named, index: str = SNAPSHOTS) -> SafeString:
    """Return a user by name, linked to what is theirs in a list."""
    return named_link(filtered(index, "user_id", maker.id), "user", maker)


def foreign_badge() -> SafeString:
    """Return the mark of a snapshot whose project is not its volume's."""
    return format_html('<span class="label label-warning sd-badge">{}</span>', _("Other project"))


def of_snapshot(owner: Named | None, *, foreign: bool) -> SafeString | str:
    """Return whose a snapshot is, marked where its volume is somebody else's."""
    if owner is None:
        return _("-")
    name = project(owner)
    return format_html("{} {}", name, foreign_badge()) if foreign else name
