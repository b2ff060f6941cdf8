# SPDX-License-Identifier: Apache-2.0
"""Keystone: projects and users, by id or by a part of their names.

What can be read is Keystone's decision: an administrator reads all, a member his own project and
himself. Where each domain has its own identity driver, lists hold the users of the administrator's
own domain only (keystone/server/flask/common.py, _get_domain_id_for_list_request).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from snapshot_dashboard.cloud.errors import NotFound, quoted, translated
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.found import has_part
from snapshot_dashboard.rules.people import Project, ProjectNames, User

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
    with translated():
        answer = connection.identity().get(f"/projects/{quoted(project_id)}")
        return _project(answer.json()["project"])


def user(connection: Connection, user_id: str) -> User:
    """Read one user.

    :raises CloudError: NotFound; Forbidden to a member who is somebody else.
    """
    with translated():
        answer = connection.identity().get(f"/users/{quoted(user_id)}")
        return _user(answer.json()["user"])


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
        with translated():
            body = _projects_after(connection, marker)
            found = [_project(each) for each in body["projects"]]
            names |= {each.id: each.label for each in found}
            # An older Keystone cuts its lists without giving the address of the next page.
            if not (found and body["links"].get("next")):
                return ProjectNames(names, truncated=bool(body.get("truncated")))
            marker = found[-1].id
    return ProjectNames(names, truncated=True)


def _projects_after(connection: Connection, marker: str | None) -> Any:
    wanted: dict[str, Any] = {"limit": _PAGE} | ({"marker": marker} if marker else {})
    return connection.identity().get("/projects", params=wanted).json()


def _list(
    connection: Connection,
    resource: str,
    read: Callable[[Mapping[str, Any]], Person],
    part: str,
    limit: int,
) -> list[Person]:
    wanted = {"name__icontains": part, "limit": limit * _SLACK}
    with translated():
        answer = connection.identity().get(f"/{resource}", params=wanted)
        return [read(each) for each in answer.json()[resource]]


def _named(found: list[Person], part: str, limit: int) -> tuple[Person, ...]:
    """Compare again: a driver that does not know the filter answers with everybody."""
    matching = [each for each in found if has_part(each.name, part)]
    return tuple(sorted(matching, key=lambda each: (each.name.casefold(), each.id))[:limit])


def _project(raw: Mapping[str, Any]) -> Project:
    return Project(
        id=raw["id"],
        name=raw.get("name") or "",
        enabled=raw.get("enabled") is not False,
        domain_id=raw.get("domain_id"),
    )


def _user(raw: Mapping[str, Any]) -> User:
    return User(
        id=raw["id"],
        name=raw.get("name") or "",
        enabled=raw.get("enabled") is not False,
        domain_id=raw.get("domain_id"),
    )
