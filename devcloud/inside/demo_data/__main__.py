# SPDX-License-Identifier: Apache-2.0
"""Load the demo data once: ``python -m devcloud.inside.demo_data``."""

import sys

from keystoneauth1.exceptions import ClientException

from devcloud import accounts
from devcloud.errors import DevcloudError
from devcloud.inside import client
from devcloud.inside.client import wait_for_status
from devcloud.inside.demo_data import plan, storage
from devcloud.inside.demo_data.instances import Factory, flavor_ids
from devcloud.progress import Progress
from devcloud.settings import Settings, from_environment

_DONE = "done\n"


def load(settings: Settings, progress: Progress) -> None:
    """Load the demo data unless it is there.

    Raises DevcloudError when an earlier attempt stopped half-way.
    """
    stamp = settings.home / "stamps" / "demo-data"
    try:
        stamp.touch(exist_ok=False)
    except FileExistsError as error:
        if stamp.read_text(encoding="utf-8") == _DONE:
            progress.say("the demo data is loaded already")
            return
        raise DevcloudError(
            "Somebody is loading the demo data, or an earlier attempt stopped half-way. In the "
            "second case forget all data and start anew with: python3 -m devcloud reset"
        ) from error
    _load_web_shop(settings, progress)
    _load_research(settings, progress)
    stamp.write_text(_DONE, encoding="utf-8")
    progress.say("the demo data is loaded")


def _load_web_shop(settings: Settings, progress: Progress) -> None:
    anna = client.log_in(settings, accounts.account("anna"))
    image = client.image_id(anna)
    special = (plan.BACKED_UP, plan.SNAPSHOT_FAILS, plan.LEFT_OVER)
    volumes = storage.make_volumes(anna, (*plan.WEB_SHOP_VOLUMES, *special), image)
    progress.say(f"{len(volumes)} volumes made")
    planned = (*plan.WEB_SHOP_VOLUMES, plan.BACKED_UP)
    snapshots = storage.make_snapshots(anna, planned, volumes)
    progress.say(f"{sum(len(volume.snapshots) for volume in planned)} snapshots made")
    volumes |= storage.make_children(anna, plan.WEB_SHOP_CHILDREN, snapshots)
    fragile = volumes[plan.SNAPSHOT_FAILS.name]
    storage.fail_snapshot(anna, fragile, "before migration", settings.knobs)
    backup = storage.start_backup(anna, volumes[plan.BACKED_UP.name], "monthly closing")
    progress.say("volumes made from snapshots, and a snapshot failed")
    factory = Factory(anna, client.administrator(settings), image, flavor_ids(anna), volumes)
    factory.make_all(plan.WEB_SHOP_INSTANCES)
    for instance in plan.SHARING_INSTANCES:
        factory.make(instance)
    factory.leave_attachment_behind(volumes[plan.LEFT_OVER.name])
    progress.say("instances brought into their states")
    wait_for_status(anna.volume, f"/backups/{backup}", "available", seconds=120)
    progress.say("backup made")


def _load_research(settings: Settings, progress: Progress) -> None:
    otto = client.log_in(settings, accounts.account("otto"))
    volumes = storage.make_volumes(otto, plan.RESEARCH_VOLUMES, client.image_id(otto))
    storage.make_snapshots(otto, plan.RESEARCH_VOLUMES, volumes)
    progress.say(f"{len(volumes)} volumes of the research project made")


def main() -> int:
    """Load the data and return the exit status."""
    try:
        load(from_environment(), Progress())
    except (DevcloudError, ClientException) as error:
        print(f"The demo data could not be loaded: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
