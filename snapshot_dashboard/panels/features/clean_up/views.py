# SPDX-License-Identifier: Apache-2.0
"""The page Clean Up: reads on demand, lists by reason, and leads to the dialog that deletes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from horizon import messages
from horizon.views import HorizonTemplateView

from snapshot_dashboard import settings
from snapshot_dashboard.cloud.clean_up import Inventory
from snapshot_dashboard.cloud.errors import RequestFailed
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.panels.common import freed, prices, quota, scope
from snapshot_dashboard.panels.common.dates import today
from snapshot_dashboard.panels.common.links import page, with_query
from snapshot_dashboard.panels.common.lists import chosen_rows
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.source_search_texts import number
from snapshot_dashboard.panels.common.streaming import page_around
from snapshot_dashboard.panels.features.clean_up import texts
from snapshot_dashboard.panels.features.clean_up.lines import Section, sections
from snapshot_dashboard.rules.clean_up import Wanted, candidates
from snapshot_dashboard.rules.snapshot import Snapshot

_PAGE = "horizon:project:snapshots:clean_up"
_RESULT = "snapshot_dashboard/clean_up/_result.html"
# What is kept and what is old, unless somebody says otherwise.
_NEWEST, _DAYS = 3, 90
_MOST_NEWEST, _MOST_DAYS = 100, 3650
_NONE_TICKED = Problem(
    gettext_lazy("No snapshot was chosen"),
    advice=gettext_lazy("Look once more, tick snapshots, then press the button below them."),
    tone="info",
)


class CleanUpView(HorizonTemplateView):
    """Says what it will do, and does it when asked to (``?read=1``).

    Where the address names a project, it is about that one; a subclass then names the dashboard
    whose dialog deletes.
    """

    dashboard = "project"
    template_name = "snapshot_dashboard/clean_up/page.html"
    page_title = gettext_lazy("Clean Up Snapshots")
    problem: Problem | None = None

    @property
    def project_id(self) -> str:
        """Return the project in the address, empty for one's own."""
        return str(self.kwargs.get("project_id", ""))

    @property
    def wanted(self) -> Wanted:
        """Return what the address says."""
        query = self.request.GET
        newest = number(query.get("newest", "")) or _NEWEST
        days = number(query.get("days", "")) or _DAYS
        return Wanted(min(newest, _MOST_NEWEST), min(days, _MOST_DAYS))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the form; with ``?read=1`` below it what is found, while it is being read."""
        if "read" not in request.GET:
            answer: HttpResponseBase = super().get(request, *args, **kwargs)
            return answer
        # The result has a form of its own: the cookie is sent before it.
        get_token(request)
        inventory = Inventory(connect(request), self.project_id)
        return page_around(
            lambda place: (
                self.render_to_response(self.get_context_data(place=place)).rendered_content
            ),
            _pieces(request, inventory, self.wanted, self.address()),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Go to the dialog about what was ticked, which reads it anew and explains."""
        ids = list(dict.fromkeys(request.POST.getlist("id")))
        if scope.elsewhere(request):
            self.problem = scope.switched(request, scope.opened_in(request), scope.NOT_DELETED)
        elif ids:
            return shortcuts.redirect(self.dialog_url(ids))
        else:
            self.problem = _NONE_TICKED
        shown: HttpResponseBase = self.render_to_response(self.get_context_data(**kwargs))
        return shown

    def dialog_url(self, ids: Sequence[str]) -> str:
        """Return the address of the dialog about as many as it takes; the others are told."""
        now, later = ids[: chosen_rows.MOST_ALONE], ids[chosen_rows.MOST_ALONE :]
        back = self.list_url()
        if later:
            messages.warning(self.request, texts.left_for_later(len(now), len(later)))
            back = with_query(self.address(), read="1")
        query = urlencode([*(("id", each) for each in now), ("next", back)])
        return f"{page(f'horizon:{self.dashboard}:snapshots:delete_several')}?{query}"

    def own_url(self) -> str:
        """Return the address of this page."""
        return page(_PAGE)

    def list_url(self) -> str:
        """Return the address of the list that one came from."""
        return page("horizon:project:snapshots:index")

    def address(self) -> str:
        """Return the address of this page with what is wanted."""
        newest, days = str(self.wanted.newest), str(self.wanted.days)
        return with_query(self.own_url(), newest=newest, days=days)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the choices."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            wanted=self.wanted,
            problem=self.problem,
            most_newest=_MOST_NEWEST,
            most_days=_MOST_DAYS,
            clean_up_url=self.own_url(),
            list_url=self.list_url(),
        )
        return context


def _pieces(
    request: HttpRequest, inventory: Inventory, wanted: Wanted, address: str
) -> Iterator[str]:
    """Yield how far it is, then what was found, whole or not; ``address`` is the page's own."""
    problem = None
    yield format_html('<div class="sd-progress" role="status"><p>{}</p>', texts.BEGUN)
    try:
        for part, count in inventory.read():
            yield format_html("<p>{}</p>", texts.read(part, count))
    except RequestFailed as error:
        problem = texts.broken_off(error)
    yield "</div>"
    found = candidates(
        inventory.snapshots,
        wanted,
        now=inventory.connection.now(),
        today=today(request),
        instances=inventory.instances,
        complete=inventory.complete,
    )
    shown = sections(request, inventory, found, wanted)
    context = {
        "problem": problem,
        "sections": shown,
        "unread": texts.unread(inventory) if shown else [],
        "read": inventory.complete,
        "counted": texts.counted(inventory) if inventory.project_id else "",
        "scope": scope.current(request),
        "post_url": address,
        **_sums(inventory, _ticked(shown)),
        **_prices(inventory, shown),
    }
    yield str(get_template(_RESULT).render(context, request))


def _ticked(shown: Sequence[Section]) -> list[Snapshot]:
    return [line.snapshot for section in shown for line in section.lines if line.ticked]


def _prices(inventory: Inventory, shown: Sequence[Section]) -> dict[str, Any]:
    """Return what is ticked costs, nothing where no price of what is listed is known."""
    known = settings.prices()
    if not known or not any(line.price for section in shown for line in section.lines):
        return {}
    ticked = ((each.size, inventory.types.get(each.volume_id)) for each in _ticked(shown))
    return {
        "price": prices.total(known, known.cost(ticked)),
        "price_pattern": prices.pattern(known),
        "price_left_out": prices.LEFT_OUT,
    }


def _sums(inventory: Inventory, ticked: Sequence[Snapshot]) -> dict[str, Any]:
    """Return what is freed by what is ticked, and what a script needs to say it of others."""
    limits, unread = None, ""
    try:
        limits = quota.start(inventory.fresh(), inventory.project_id).get()
    except RequestFailed as error:
        # Also where the session has ended: nobody catches that where a page has been begun.
        unread = texts.without_limits(error)
    return {
        "without_limits": unread,
        "freed": freed.texts(limits, ticked),
        "patterns": freed.patterns(limits),
        "most": chosen_rows.MOST_ALONE,
    }
