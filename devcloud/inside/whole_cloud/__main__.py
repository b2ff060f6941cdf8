# SPDX-License-Identifier: Apache-2.0
"""Fill the cloud: ``python -m devcloud.inside.whole_cloud PROJECTS VOLUMES SNAPSHOTS INSTANCES``.

Once: where it was done before, nothing happens.
"""

import fcntl
import itertools
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from keystoneauth1.exceptions import ClientException

from devcloud import whole_cloud
from devcloud.errors import DevcloudError
from devcloud.inside import client, rows, storage_services
from devcloud.inside.bulk import instances
from devcloud.inside.bulk.__main__ import owner_of
from devcloud.inside.bulk.storage import Template, make_template
from devcloud.inside.client import Person
from devcloud.inside.whole_cloud import customers, plan, truth
from devcloud.inside.whole_cloud.customers import Customers
from devcloud.inside.whole_cloud.plan import Size
from devcloud.inside.whole_cloud.storage import Writer, count_against_quotas
from devcloud.progress import Progress
from devcloud.settings import Settings, from_environment

# A project of its own for what is copied, so that it counts in no customer's totals.
_TEMPLATES = "customer-templates"
_DOWN_SINCE = timedelta(hours=31)


@dataclass(frozen=True)
class _Originals:
    """What was made through the APIs to be copied."""

    storage: Template
    instance: instances.Template


def fill(settings: Settings, size: Size, progress: Progress) -> None:
    """Fill the cloud unless it was done before; two at once do it once.

    Raises keystoneauth's errors when the originals cannot be made.
    """
    with whole_cloud.stamp(settings.home).with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if whole_cloud.stamp(settings.home).exists():
            progress.say("the customers are there already")
            return
        owners = [owner_of(settings, plan.project_name(number)) for number in range(plan.USERS)]
        people = [client.log_in(settings, owner) for owner in owners]
        them = customers.make(settings.databases, people, size.projects)
        progress.say(f"{size.projects} projects made")
        person = client.log_in(settings, owner_of(settings, _TEMPLATES))
        attached = make_template(person).volume
        originals = _Originals(make_template(person), instances.make_template(person, attached))
        progress.say("a volume, a snapshot and an instance made")
        whole_cloud.save(settings.home, _copy(settings, size, them, person, originals))
        progress.say(
            f"{size.volumes} volumes, {size.snapshots} snapshots and {size.instances} instances "
            f"in {size.projects} projects, {plan.project_name(0)} and so on"
        )


def _copy(
    settings: Settings, size: Size, them: Customers, person: Person, originals: _Originals
) -> whole_cloud.WholeCloud:
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    volumes = plan.volumes(size, now)
    snapshots = list(plan.snapshots(size, volumes, now))
    with rows.writing(settings.databases / "cinder.db") as cinder:
        storage_services.ensure_down(cinder, now - _DOWN_SINCE)
        writer = Writer(cinder, originals.storage, them)
        made = [writer.volume(volume) for volume in volumes]
        taken = [writer.snapshot(snapshot) for snapshot in snapshots]
        notes = map(writer.notes, snapshots, taken)
        attached = [row for row in made if row["host"] == writer.host][: size.instances]
        clones = instances.attach(cinder, attached, originals.instance, writer.new_id)
        rows.insert(cinder, "volumes", made)
        rows.insert(cinder, "snapshots", taken)
        rows.insert(cinder, "snapshot_metadata", itertools.chain.from_iterable(notes))
        count_against_quotas(cinder, person.project_id, them, made, taken)
        user = str(person.identity.get_user_id())
        for clone, row in zip(clones, attached, strict=True):
            clone |= {person.project_id: row["project_id"], user: row["user_id"]}
        # Within the transaction: what fails in Nova is undone in Cinder.
        instances.insert(settings.databases, originals.instance, clones, writer.new_id)
    return truth.count(size, snapshots, writer.host)


def main() -> int:
    """Fill the cloud as the command line says and return the exit status."""
    size = Size(*(int(number) for number in sys.argv[1:]))
    try:
        fill(from_environment(), size, Progress())
    except (DevcloudError, ClientException) as error:
        print(f"The customers were not made: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
