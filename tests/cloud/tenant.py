# SPDX-License-Identifier: Apache-2.0
"""A project without limits for one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devcloud.access import Access, Login
from devcloud.accounts import DEMO_PASSWORD, DOMAIN
from tests.cloud.workshop import Workshop, unique

if TYPE_CHECKING:
    from openstack.connection import Connection

    from demo.layout import Home
    from tests.conftest import Connect

_UNLIMITED = {"volumes": -1, "snapshots": -1, "gigabytes": -1}


@dataclass(frozen=True)
class Tenant:
    """A member of the project, and the workshop that makes things in it."""

    login: Login
    workshop: Workshop


@contextmanager
def tenant(name: str, cloud: Access, connect: Connect, home: Home) -> Iterator[Tenant]:
    """Make a project with one member; both are gone afterwards, and what was made before."""
    root: Any = connect("admin")
    name = unique(name)
    with ExitStack() as undo:
        project = root.identity.create_project(name=name, domain_id="default")
        undo.callback(root.identity.delete_project, project)
        person = root.identity.create_user(
            name=name, password=DEMO_PASSWORD, default_project_id=project.id, domain_id="default"
        )
        undo.callback(root.identity.delete_user, person)
        for user, role in ((name, "member"), ("admin", "admin")):
            found = root.identity.find_user(user), root.identity.find_role(role)
            root.identity.assign_project_role_to_user(project, *found)
        quota = {"quota_set": _UNLIMITED}
        root.block_storage.put(f"/os-quota-sets/{project.id}", json=quota)
        login = Login(name, DEMO_PASSWORD, [name], {name: ["member"]}, "one test")
        workshop = Workshop(
            _connection(cloud, login, name),
            _connection(cloud, cloud.login("admin"), name),
            home.path / "knobs",
        )
        undo.callback(workshop.close)
        yield Tenant(login, workshop)


def _connection(cloud: Access, login: Login, project: str) -> Connection:
    from openstack.connection import Connection

    return Connection(
        region_name=cloud.region,
        auth={
            "auth_url": cloud.auth_url,
            "username": login.name,
            "password": login.password,
            "project_name": project,
            "user_domain_name": DOMAIN,
            "project_domain_name": DOMAIN,
        },
    )
