# SPDX-License-Identifier: Apache-2.0
"""Clean Up over one project, for support staff, under their own token."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.panels.common.html import sentence
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.object_links import remembered
from snapshot_dashboard.panels.common.support import owners
from snapshot_dashboard.panels.common.support.frame import SupportView
from snapshot_dashboard.panels.features.clean_up.views import CleanUpView


class SupportCleanUpView(SupportView, CleanUpView):
    """The same page about the project in the address; the dialog of administrators deletes."""

    template_name = "snapshot_dashboard/clean_up/support.html"
    dashboard = "admin"
    part = "report"

    def own_url(self) -> str:
        """Return the address of this page."""
        return page("horizon:admin:snapshots:clean_up", self.project_id)

    def list_url(self) -> str:
        """Return the address of the report."""
        return page("horizon:admin:snapshots:report")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add which project it is about."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"about": self.about()}

    def about(self) -> SafeString:
        """Return which project it is about, by name as far as this person may read it."""
        known = remembered(connect(self.request), "project", [self.project_id])(self.project_id)
        return sentence(_("Project: %(name)s"), name=owners.project(known))
