# SPDX-License-Identifier: Apache-2.0
"""The project and region of a page, and the check that they are still the current ones.

Both belong to the session: changed in one tab, they are changed in all of them. What was shown
before is then asked for in the wrong place, where everything seems to be gone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.panels.common.html import isolated, sentence, short
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.problems import Problem


@dataclass(frozen=True, slots=True)
class Scope:
    """A project and a region; the region is empty in a cloud without region names."""

    project_id: str
    region: str
    project_name: str = field(default="", compare=False)

    @property
    def opened_in(self) -> str:
        """Return the project as a form carries it."""
        return f"{quote(self.project_id)} {self.project_name}"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return what an address says of it."""
        return [("project", self.project_id), ("region", self.region)]

    @property
    def query(self) -> str:
        """Return what a script adds to the address that it asks."""
        return str(urlencode(self.pairs))

    def is_other_project(self, other: Scope) -> bool:
        """Tell whether the project is another one, not only the region."""
        return self.project_id != other.project_id


def current(request: HttpRequest) -> Scope:
    """Return where the person works now."""
    user = request.user
    return Scope(user.project_id, user.services_region or "", user.project_name or "")


def opened_in(request: HttpRequest) -> Scope:
    """Return where the form or the address was made; what it does not say is as it is now."""
    now = current(request)
    form, address = request.POST, request.GET
    opened, _space, name = form.get("opened_in", "").partition(" ")
    project_id = unquote(opened) or address.get("project") or now.project_id
    region = form.get("opened_in_region", address.get("region", now.region))
    return Scope(project_id, region, now.project_name if project_id == now.project_id else name)


def elsewhere(request: HttpRequest) -> bool:
    """Tell whether the person has switched project or region since what asks was opened."""
    return opened_in(request) != current(request)


@dataclass(frozen=True, slots=True)
class Switch:
    """A link back to the project, then the region, in which a page was opened."""

    url: str
    name: str


def switch(request: HttpRequest, then: Scope) -> Switch:
    """Return how to switch back; Horizon 27 has renamed the address for projects."""
    if not then.is_other_project(current(request)):
        return Switch(page("switch_services_region", then.region), then.region)
    own = {each.id: each.name for each in request.user.authorized_tenants}
    name = then.project_name or own.get(then.project_id, short(then.project_id))
    by_id = page("switch_project_id", then.project_id)
    return Switch(by_id or page("switch_tenants", then.project_id), name)


@dataclass(frozen=True, slots=True)
class ScopeTexts:
    """Texts about a page that was opened in another project or region."""

    project: str | Promise
    region: str | Promise
    advice: str | Promise = _("Switch back and press the button again.")


NOT_CREATED = ScopeTexts(
    _('This form was opened in project "%(then)s". Nothing was created.'),
    _('This form was opened in region "%(then)s". Nothing was created.'),
)
NOT_CHANGED = ScopeTexts(
    _('This form was opened in project "%(then)s". Nothing was changed.'),
    _('This form was opened in region "%(then)s". Nothing was changed.'),
)
NOT_DELETED = ScopeTexts(
    _('This form was opened in project "%(then)s". Nothing was deleted.'),
    _('This form was opened in region "%(then)s". Nothing was deleted.'),
)
NOT_ATTACHED = ScopeTexts(
    _('This page was opened in project "%(then)s". Nothing was attached by it.'),
    _('This page was opened in region "%(then)s". Nothing was attached by it.'),
)
THIS_PAGE = ScopeTexts(
    _('This page belongs to project "%(then)s".'),
    _('This page belongs to region "%(then)s".'),
    advice="",
)
SNAPSHOTS_ELSEWHERE = ScopeTexts(
    _('These snapshots belong to project "%(then)s".'),
    _('These snapshots are in region "%(then)s".'),
    advice="",
)
NOTHING_DONE = ScopeTexts(
    _('This list was opened in project "%(then)s". Nothing was done.'),
    _('This list was opened in region "%(then)s". Nothing was done.'),
    advice="",
)


def perhaps_elsewhere(request: HttpRequest, gone: Problem) -> Problem:
    """Add to what says that something is gone that it may be in another region, if there is one."""
    if gone.advice or len(request.user.available_services_regions) < 2:
        return gone
    text = _('You work in region "%(now)s". What belongs to another region is not found here.')
    return replace(gone, advice=sentence(text, now=isolated(current(request).region)))


_PROJECT_SWITCHED = _('You have switched to project "%(now)s"')
_REGION_SWITCHED = _('You have switched to region "%(now)s"')


def switched(request: HttpRequest, then: Scope, words: ScopeTexts) -> Problem:
    """Return what to say when something was opened in another project or region than the current.

    Of both the project is told first.
    """
    now = current(request)
    title, here, text = _REGION_SWITCHED, now.region, words.region
    if then.is_other_project(now):
        title, here, text = _PROJECT_SWITCHED, now.project_name, words.project
    return Problem(
        sentence(title, now=isolated(here)),
        sentence(text, then=isolated(switch(request, then).name)),
        words.advice,
    )
