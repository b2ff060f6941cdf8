# SPDX-License-Identifier: Apache-2.0
"""Keystone: reads projects and users by id or by a part of their names.

What can be read is Keystone's decision: an administrator reads all, a member his own project and
himself. Where each domain has its own identity driver, lists hold the users of the administrator's
own domain only (keystone/server/flask/common.py, _get_domain_id_for_list_request).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from snapshot_dashboard.cloud.answers import Record, text, told
from snapshot_dashboard.cloud.errors import NotFound, Service, quoted
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.people import Project, ProjectNames, User
from snapshot_dashboard.rules.support_search import has_part

Person = TypeVar("Person", Project, User)

# Keystone answers 500 to a filter that is longer than the column (checked with Keystone 30).
_LONGEST_PROJECT = 64
_LONGEST_USER = 255
# "_" and "%" in a name stand for anything in Keystone's filter: it may find what we then leave
# out, so we ask for some more than are wanted.
_SLACK = 10
# Keystone's max_db_limit: without a limit it stops there too, but does not say so.
_PAGE = 1000
_PAGES = 5


def project(connection: Connection, project_id: str) -> Project:
    """Read one project.

    :raises CloudError: NotFound; Forbidden to members of other projects, also where there is none.
    """
    path = f"/projects/{quoted(project_id)}"
    return connection.call(Service.IDENTITY, "GET", path).one("project", _project)


def user(connection: Connection, user_id: str) -> User:
    """Read one user.

    :raises CloudError: NotFound; Forbidden to a member who is somebody else.
    """
    path = f"/users/{quoted(user_id)}"
    return connection.call(Service.IDENTITY, "GET", path).one("user", _user)


def first(
    connection: Connection, read: Callable[[Connection, str], Person], ids: Sequence[str]
) -> Person:
    """Read the first of these ids that there is: one id may be written in several ways.

    :raises CloudError: NotFound where there is none of them.
    """
    for each in ids[:-1]:
        try:
            return read(connection, each)
        except NotFound:
            continue
    return read(connection, ids[-1])


def projects_named(connection: Connection, part: str, limit: int) -> tuple[Project, ...]:
    """Read at most ``limit`` projects with ``part`` in their names, in order of their names.

    :raises CloudError: Forbidden to all but administrators.
    """
    if len(part) > _LONGEST_PROJECT:
        return ()
    return _named(_list(connection, "projects", _project, part, limit), part, limit)


def users_named(connection: Connection, part: str, limit: int) -> tuple[User, ...]:
    """Read at most ``limit`` users with ``part`` in their names, in order of their names.

    :raises CloudError: Forbidden to all but administrators; a directory may refuse otherwise.
    """
    if len(part) > _LONGEST_USER:
        return ()
    return _named(_list(connection, "users", _user, part, limit), part, limit)


def project_names(connection: Connection) -> ProjectNames:
    """Read the names of all projects: one call per thousand, and no more than five.

    :raises CloudError: Forbidden to all but administrators.
    """
    names: dict[str, str] = {}
    marker: str | None = None
    for _page in range(_PAGES):
        query = {"limit": _PAGE, "marker": marker}
        answer = connection.call(Service.IDENTITY, "GET", "/projects", query=query)
        found = [each for each in answer.each("projects", _project) if each]
        names |= {each.id: each.label for each in found}
        links = answer.get("links")
        # An older Keystone cuts its lists without giving the address of the next page.
        if not (found and isinstance(links, dict) and links.get("next")):
            return ProjectNames(names, truncated=bool(answer.get("truncated")))
        marker = found[-1].id
    return ProjectNames(names, truncated=True)


def _list(
    connection: Connection,
    resource: str,
    read: Callable[[Record], Person | None],
    part: str,
    limit: int,
) -> list[Person]:
    wanted = {"name__icontains": part, "limit": limit * _SLACK}
    answer = connection.call(Service.IDENTITY, "GET", f"/{resource}", query=wanted)
    return [each for each in answer.each(resource, read) if each is not None]


def _named(found: list[Person], part: str, limit: int) -> tuple[Person, ...]:
    """Compare again: a driver that does not know the filter answers with everybody."""
    matching = [each for each in found if has_part(each.name, part)]
    return tuple(sorted(matching, key=lambda each: (each.name.casefold(), each.id))[:limit])


def _project(raw: Record) -> Project | None:
    if not text(raw, "id"):
        return None
    enabled = raw.get("enabled") is not False
    return Project(text(raw, "id"), text(raw, "name"), enabled, told(raw, "domain_id"))


def _user(raw: Record) -> User | None:
    if not text(raw, "id"):
        return None
    enabled = raw.get("enabled") is not False
    return User(text(raw, "id"), text(raw, "name"), enabled, told(raw, "domain_id"))
