# SPDX-License-Identifier: Apache-2.0
"""The frame of the pages of support staff: tabs, the roles in use and the search field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from openstack_auth import policy

from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.links import page


@dataclass(frozen=True, slots=True)
class FrameTab:
    """A link to one page of support staff; ``here`` for the current page."""

    label: str | Promise
    url: str
    here: bool


_PARTS = {
    "snapshots": (_("All Snapshots"), "horizon:admin:snapshots:index"),
    "attention": (_("Needs Attention"), "horizon:admin:snapshots:attention"),
    "report": (_("Report"), "horizon:admin:snapshots:report"),
    "volumes": (_("All Volumes"), "horizon:admin:volumes:index"),
}


class SupportView:
    """Mixin of the views of support staff; ``part`` is the current page."""

    part = ""
    template_name = "snapshot_dashboard/support/list.html"

    def get_context_data(self: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the frame."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        context.update(
            frame_tabs=parts(self.part),
            frame_role=looking_as(self.request),
            find_url=page("horizon:admin:snapshots:find"),
        )
        return context


def parts(current: str) -> list[FrameTab]:
    """Return the pages of support staff that this Horizon has."""
    found = [FrameTab(label, page(name), key == current) for key, (label, name) in _PARTS.items()]
    return [each for each in found if each.url]


def looking_as(request: Any) -> SafeString:
    """Return what one sees, and as whom.

    Cinder ignores ``all_tenants`` of anybody but an administrator (cinder 29.0.0,
    volume/api.py:666 and api/common.py:494), and lists the current project only: then the page
    must not claim to show all.
    """
    roles = sorted(role["name"] for role in request.user.roles)
    named = format_html_join(", ", "{}", ((isolated(each),) for each in roles))
    if policy.check((("volume", "context_is_admin"),), request):
        return sentence(_("You are viewing all projects as %(roles)s."), roles=named)
    return sentence(
        _("You are viewing only project %(project)s, as %(roles)s."),
        project=isolated(request.user.project_name),
        roles=named,
    )
