# SPDX-License-Identifier: Apache-2.0
"""Translates the admin's filters for Cinder; projects and users by name or id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.cloud import people
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.lists.filter_words import in_words_of_cinder
from snapshot_dashboard.panels.common.lists.state import ListState
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.rules.people import Project, User
from snapshot_dashboard.rules.support_search import search_text

_KEYS = {
    "project": "project_id",
    "user": "user_id",
    "name_part": "name~",
}
_ById = Callable[[Connection, Sequence[str]], Project | User]
_ByName = Callable[[Connection, str, int], Sequence[Project | User]]
# As many as Keystone gives in one answer: the one of exactly that name has to be among them.
_MOST = 1000


_READERS: Mapping[str, tuple[_ById, _ByName]] = {
    "project": (
        lambda connection, ids: people.first(connection, people.project, ids),
        people.projects_named,
    ),
    "user": (
        lambda connection, ids: people.first(connection, people.user, ids),
        people.users_named,
    ),
}


class Unclear(Exception):
    """A filter matches no project or user, or several; ``problem`` says so."""

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
_TOO_MANY = {
    "project": _('Too many projects have "%(name)s" in their names to tell which is meant'),
    "user": _('Too many users have "%(name)s" in their names to tell which is meant'),
}


def for_cinder(connection: Connection, state: ListState) -> Mapping[str, str]:
    """Return the filters under Cinder's names; names and ids of people are
    looked up in Keystone, by a few calls.

    :raises Unclear: a project or user of that name is not there, or not the only one.
    :raises CloudError: the names cannot be looked up; NothingMatches without a call.
    """
    wanted: dict[str, str] = {}
    for field, value in state.filters:
        if field in _TITLES:
            meant = _id_of(connection, field, value)
        elif field == "name_part":
            meant = _no_literal(value)
        else:
            meant = in_words_of_cinder(field, value)
        wanted[_KEYS.get(field, field)] = meant
    return wanted


def _no_literal(part: str) -> str:
    """Return a part of a name that Cinder takes as it is written.

    It reads this filter of volumes as a Python literal where it is one (cinder/volume/api.py,
    check_volume_filters): "[1]" would find every volume. A "%" in front ends that, and finds the
    same: the database puts one there anyway.
    """
    return f"%{part}"


def _id_of(connection: Connection, field: str, name: str) -> str:
    """Return the id that is meant: the text itself where it is one, whatever it looks like.

    What is written as Keystone writes its own ids is one without being asked for: whoever it
    was may have been deleted.
    """
    wanted = search_text(name)
    if wanted.plain == name:
        return name
    read, find = _READERS[field]
    asked = connection.start(lambda: read(connection, wanted.opaque).id)
    if wanted.plain:
        return known(asked.get) or wanted.plain
    answer = connection.fetch(lambda: find(connection, name, _MOST))
    found = {each.id for each in answer if each.name == name}
    found |= {each for each in [known(asked.get)] if each}
    if len(found) == 1:
        return found.pop()
    raise Unclear(_unclear(field, name, several=bool(found), cut=len(answer) >= _MOST))


def _unclear(field: str, name: str, *, several: bool, cut: bool) -> Problem:
    """Return why a name does not tell who is meant; ``cut``: not all of that name were read."""
    none, more = _TITLES[field]
    title = _TOO_MANY[field] if cut and not several else none
    shown = sentence(more if several else title, name=isolated(name))
    return Problem(shown, advice=_ADVICE, tone="info")
