# SPDX-License-Identifier: Apache-2.0
"""The customers' projects: a few made through Keystone's API, the others copies of the first.

Keystone needs 40 ms for each, so hundreds of them would take longer than all the rest.
"""

import uuid
from dataclasses import dataclass
from pathlib import Path

from devcloud.inside import rows
from devcloud.inside.client import Person
from devcloud.inside.whole_cloud import plan


@dataclass(frozen=True)
class Customers:
    """The ids of the projects, and of the user of each."""

    projects: list[str]
    users: list[str]


def make(databases: Path, people: list[Person], count: int) -> Customers:
    """Make ``count`` projects, the first being those of ``people``, who look after the others too.

    Projects that are there already, from an attempt that failed later, are taken as they are.
    """
    users = [str(person.identity.get_user_id()) for person in people]
    with rows.writing(databases / "keystone.db") as keystone:
        known = {row["name"]: row["id"] for row in keystone.execute("SELECT id, name FROM project")}
        (first,) = rows.select(keystone, "project", "id", people[0].project_id)
        roles = rows.select(keystone, "assignment", "target_id", people[0].project_id)
        projects = []
        for number in range(count):
            name = plan.project_name(number)
            project = known.get(name) or uuid.uuid4().hex
            projects.append(project)
            if name not in known:
                user = users[number % len(users)]
                rows.insert(keystone, "project", [first | {"id": project, "name": name}])
                names = {people[0].project_id: project, users[0]: user}
                rows.insert(keystone, "assignment", (rows.renamed(role, names) for role in roles))
    return Customers(projects, [users[number % len(users)] for number in range(count)])
