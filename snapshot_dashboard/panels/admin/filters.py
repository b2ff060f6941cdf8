# SPDX-License-Identifier: Apache-2.0
"""A list's filters as Cinder takes them from an admin; projects and users by name or id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.cloud import people
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.html import isolated, sentence
from snapshot_dashboard.panels.listing import STATUS_DISPLAY_CHOICES
from snapshot_dashboard.panels.liststate import ListState
from snapshot_dashboard.panels.problems import Problem
from snapshot_dashboard.panels.project.volumes.reading import looks_like_id
from snapshot_dashboard.rules.people import Project, User

_KEYS = {
    "project": "project_id",
    "user": "user_id",
    "name_part": "name~",
}
_MOST = 20


class Unclear(Exception):
    """A filter names nobody, or more than one; ``problem`` says so."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem.title))
        self.problem = problem


_TITLES = {
    "project": (
        _('There is no project called "%(name)s"'),
        _('More than one project is called "%(name)s"'),
    ),
    "user": (
        _('There is no user called "%(name)s"'),
        _('More than one user is called "%(name)s"'),
    ),
}
_ADVICE = _("Filter by the whole name, or by the ID. Find helps with both.")


def for_cinder(connection: Connection, state: ListState) -> Mapping[str, str]:
    """Return the filters under Cinder's names; at most two calls, none for ids.

    :raises Unclear: a project or user of that name is not there, or not the only one.
    :raises CloudError: the names cannot be looked up.
    """
    wanted: dict[str, str] = {}
    for field, value in state.filters:
        said = value
        if field in _TITLES:
            said = _id_of(connection, field, value)
        elif field == "status":
            said = _status(value)
        wanted[_KEYS.get(field, field)] = said
    return wanted


def _status(value: str) -> str:
    """Return Cinder's word for a status, which the page shows in words of its own."""
    shown = {str(label).lower(): name for name, label in STATUS_DISPLAY_CHOICES}
    return shown.get(value.lower(), value.lower())


def _id_of(connection: Connection, field: str, name: str) -> str:
    if looks_like_id(name):
        return name.replace("-", "").lower()
    find: Callable[[Connection, str, int], Sequence[Project | User]]
    find = people.projects_named if field == "project" else people.users_named
    answer = connection.fetch(lambda: find(connection, name, _MOST))
    found = [each.id for each in answer if each.name == name]
    if len(found) == 1:
        return found[0]
    none, several = _TITLES[field]
    title = sentence(several if found else none, name=isolated(name))
    raise Unclear(Problem(title, advice=_ADVICE, tone="info"))
