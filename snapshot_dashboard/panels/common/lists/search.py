# SPDX-License-Identifier: Apache-2.0
"""Translates what a list is searched for into Cinder's filters and conditions of our own.

Projects, users and volumes are meant by name or by id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.cloud import block_storage, people
from snapshot_dashboard.cloud.errors import NotFound
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.lists.filter_words import in_words_of_cinder
from snapshot_dashboard.panels.common.lists.state import ListState
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.rules.list_search import Conditions, Wanted, of_age
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.people import Project, User
from snapshot_dashboard.rules.schedules.schedule import SCHEDULED, YES
from snapshot_dashboard.rules.support_search import search_text
from snapshot_dashboard.rules.tags import pair

_KEYS = {"project": "project_id", "user": "user_id", "volume": "volume_id"}
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
    """A filter matches nothing that can be meant, or several; ``problem`` says so."""

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


@dataclass(frozen=True, slots=True)
class Search:
    """What to ask Cinder for, and what to compare with its answer; ``object_id`` is all of it."""

    filters: Mapping[str, str] = field(default_factory=dict)
    conditions: Conditions = Conditions()
    object_id: str = ""

    def of(self, request: PageRequest) -> PageRequest:
        """Return a page of what is searched for."""
        return replace(
            request,
            filters=self.filters,
            conditions=self.conditions,
            object_id=self.object_id,
        )


def asked(connection: Connection, state: ListState, *, everywhere: bool = False) -> Search:
    """Return what a list is searched for; names of people and volumes are looked up.

    A volume's name costs one call, those of people a few.

    :raises Unclear: what is meant by a name is not there, or not the only one.
    :raises CloudError: the names cannot be looked up; NothingMatches without a call.
    """
    return _translated(connection, state, partial(_volume_id, connection, state, everywhere))


def for_redrawing(connection: Connection, state: ListState) -> Search:
    """Return it for rows that are read again, for which a volume's name is not looked up.

    :raises Unclear: as :func:`asked`.
    :raises CloudError: as :func:`asked`; NotFound for the name of a volume.
    """
    return _translated(connection, state, _written_id)


def _translated(
    connection: Connection, state: ListState, volume_id: Callable[[str], str]
) -> Search:
    wanted: dict[str, str] = {}
    conditions, object_id = Conditions(), ""
    for name, value in state.filters:
        if name in _TITLES:
            wanted[_KEYS[name]] = _id_of(connection, name, value)
        elif name == "volume":
            wanted[_KEYS[name]] = volume_id(value)
        elif name == "age":
            age = _age(connection, value)
            conditions = replace(conditions, before=age.before, since=age.since)
        elif name == "schedule":
            conditions = _scheduled(connection, value, conditions)
        elif name == "tag":
            conditions = replace(conditions, tag=_tag(value))
        elif name == "name_part" and len(state.filters) == 1 and search_text(value).dashed:
            object_id = search_text(value).dashed
        elif name == "name_part":
            conditions = replace(conditions, part=value)
        else:
            wanted[name] = in_words_of_cinder(name, value)
    return Search(wanted, conditions, object_id)


def _without(state: ListState, name: str) -> ListState:
    return replace(state, filters=tuple(each for each in state.filters if each[0] != name))


def _written_id(value: str) -> str:
    found = search_text(value).dashed
    if not found:
        raise NotFound
    return found


def _tag(text: str) -> tuple[str, str]:
    """Return name and value of a tag."""
    name, value = pair(text)
    if "=" not in text or not name:
        shown = sentence(_('"%(tag)s" is no tag that can be searched for'), tag=isolated(text))
        advice = _("Write name and value, such as env=prod.")
        raise Unclear(Problem(shown, advice=advice, tone="info"))
    return name, value


def _scheduled(connection: Connection, value: str, conditions: Conditions) -> Conditions:
    """Add which schedules are looked for; Cinder finds those that have one by a tag of ours."""
    wanted = next((each for each in Wanted if each.value == value), None)
    if wanted is None:
        text = _('"%(value)s" is nothing to look for in schedules')
        shown = sentence(text, value=isolated(value))
        raise Unclear(Problem(shown, advice=_("Choose one from the list."), tone="info"))
    if wanted is not Wanted.NONE:
        conditions = replace(conditions, tag=(SCHEDULED, YES))
    if wanted is Wanted.ANY:
        return conditions
    # Whoever knows the version of Cinder knows its time.
    connection.fetch(connection.cinder_version)
    return replace(conditions, schedule=wanted, now=connection.now())


def _age(connection: Connection, value: str) -> Conditions:
    # Whoever knows the version of Cinder knows its time.
    connection.fetch(connection.cinder_version)
    found = of_age(value, connection.now())
    if found is None:
        shown = sentence(_('"%(age)s" is no age that can be searched for'), age=isolated(value))
        raise Unclear(Problem(shown, advice=_("Choose an age from the list."), tone="info"))
    return found


# As many of one name are offered to choose from.
_CHOICES = 10


def _volume_id(connection: Connection, state: ListState, everywhere: bool, name: str) -> str:
    """Return the id of the volume that is meant, by its id or by its whole name."""
    if search_text(name).dashed:
        return search_text(name).dashed
    found = connection.fetch(
        lambda: block_storage.volumes_named(connection, name, everywhere=everywhere)
    )
    # Some databases do not tell capital letters from small ones.
    those = [each for each in found if each.name == name] or list(found)
    if len(those) == 1:
        return those[0].id
    ids = [each.id for each in those]
    raise Unclear(_several(state, name, ids) if ids else _none(state, name))


def _none(state: ListState, name: str) -> Problem:
    part = _without(state, "volume").with_filter("name_part", name)
    offer = sentence(_('Search for snapshots with "%(name)s" in their own names'), name=name)
    return Problem(
        sentence(_('There is no volume called "%(name)s"'), name=isolated(name)),
        advice=_("A volume is found by its whole name, or by its ID."),
        tone="info",
        links=(link(f"?{part.query()}", offer),),
    )


def _several(state: ListState, name: str, ids: Sequence[str]) -> Problem:
    def offer(volume_id: str) -> SafeString:
        chosen = state.with_filter("volume", volume_id)
        text = sentence(_("%(name)s (%(id)s)"), name=isolated(name), id=volume_id)
        return link(f"?{chosen.query()}", text)

    return Problem(
        sentence(_('More than one volume is called "%(name)s"'), name=isolated(name)),
        advice=_("Choose which of them is meant."),
        tone="info",
        links=tuple(offer(each) for each in ids[:_CHOICES]),
    )


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
