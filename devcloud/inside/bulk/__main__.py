# SPDX-License-Identifier: Apache-2.0
"""Clone rows: ``python -m devcloud.inside.bulk PROJECT VOLUMES SNAPSHOTS INSTANCES``.

``SNAPSHOTS`` counts for each volume; the first ``INSTANCES`` volumes are attached.
"""

import sys

from keystoneauth1.exceptions import ClientException

from devcloud import access, accounts
from devcloud.accounts import Account
from devcloud.errors import DevcloudError
from devcloud.inside import client, identity, rows
from devcloud.inside.bulk import instances, storage
from devcloud.inside.client import Person
from devcloud.inside.resources import UNLIMITED_COMPUTE
from devcloud.progress import Progress
from devcloud.settings import Settings, from_environment

_UNLIMITED = {"volumes": -1, "snapshots": -1, "gigabytes": -1}


def clone(settings: Settings, owner: Account, volumes: int, per_volume: int, attached: int) -> None:
    """Clone volumes, snapshots and instances for an account, in its first project.

    Raises keystoneauth's errors when the originals cannot be made.
    """
    person = client.log_in(settings, owner)
    template = storage.make_template(person)
    joined = _make_instance(person) if attached else None
    with rows.writing(settings.databases / "cinder.db") as cinder:
        cloner = storage.Cloner(cinder, template, template.volume)
        made = [cloner.volume(number) for number in range(1, volumes + 1)]
        snapshots = [
            cloner.snapshot(volume, number)
            for volume in made
            for number in range(1, per_volume + 1)
        ]
        if joined:
            clones = instances.attach(cinder, made[:attached], joined, cloner.new_id)
        rows.insert(cinder, "volumes", made)
        rows.insert(cinder, "snapshots", snapshots)
        storage.count_against_quota(cinder, person.project_id, made, snapshots)
    if joined:
        instances.insert(settings.databases, joined, clones, cloner.new_id)


def _make_instance(person: Person) -> instances.Template:
    return instances.make_template(person, storage.make_template(person).volume)


def owner_of(settings: Settings, project: str) -> Account:
    """Who gets the clones: the project's usual user, or one of the same name made for it."""
    for account in accounts.ACCOUNTS:
        if account.roles.get(project) == "member":
            return account
    owner = Account(project, accounts.DEMO_PASSWORD, {project: "member"}, "owner of cloned rows")
    admin = client.administrator(settings)
    project_id = identity.ensure_project(admin.identity, project)
    identity.grant(admin.identity, owner, {project: project_id})
    path = f"/os-quota-sets/{project_id}"
    admin.volume.put(path, json={"quota_set": _UNLIMITED})
    admin.compute.put(path, json={"quota_set": UNLIMITED_COMPUTE})
    access.add(settings, owner)
    return owner


def main() -> int:
    """Clone as the command line says and return the exit status."""
    project, *numbers = sys.argv[1:]
    volumes, per_volume, attached = (int(number) for number in numbers)
    progress = Progress()
    settings = from_environment()
    try:
        owner = owner_of(settings, project)
        clone(settings, owner, volumes, per_volume, min(attached, volumes))
    except (DevcloudError, ClientException) as error:
        print(f"Nothing was cloned: {error}", file=sys.stderr)
        return 1
    progress.say(
        f"{volumes} volumes, {volumes * per_volume} snapshots and {min(attached, volumes)} "
        f"instances cloned for {owner.name} in {project}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
