# SPDX-License-Identifier: Apache-2.0
"""Buttons above a table that open a dialog about the selected rows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from horizon import messages, tables

from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.problems import Problem


class BulkAction(tables.Action):
    """Link to ``url`` (a URL name) with the ids of at most ``most`` rows.

    Not a dangerous button by its class: stock's script would ask for a confirmation of its
    own, and the dialog asks a better one.
    """

    url = ""
    most = 50
    # Nothing of the list is needed for it.
    preempt = True

    def too_many(self) -> Problem:
        """Return what to say when more rows are selected than are possible at once."""
        raise NotImplementedError

    def get_default_attrs(self) -> dict[str, str]:
        """Let stock's script disable it while nothing is selected."""
        attrs: dict[str, str] = super().get_default_attrs()
        return attrs | {"data-batch-action": "true"}

    def handle(self, table: Any, request: HttpRequest, obj_ids: list[str]) -> HttpResponse:
        """Go to the dialog, or say how many can be done at once."""
        back = request.get_full_path()
        if len(obj_ids) > self.most:
            problem = self.too_many()
            messages.error(request, f"{problem.title}. {problem.text} {problem.advice}")
            return redirect(back)
        query = [*(("id", each) for each in obj_ids), ("next", back)]
        return redirect(f"{page(self.url)}?{urlencode(query)}")
