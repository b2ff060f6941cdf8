# SPDX-License-Identifier: Apache-2.0
"""Load the demo data once: ``python -m devcloud.inside.demo_data``."""

import sys
from pathlib import Path

from keystoneauth1.exceptions import ClientException

from devcloud import accounts
from devcloud.errors import DevcloudError
from devcloud.inside import client
from devcloud.inside.client import wait_for_status
from devcloud.inside.demo_data import past, plan, storage
from devcloud.inside.demo_data.instances import Factory, flavor_ids
from devcloud.inside.demo_data.storage import Images
from devcloud.progress import Progress
from devcloud.settings import Settings, from_environment

_DONE = "done\n"


def load(settings: Settings, progress: Progress) -> None:
    """Load each part of the demo data unless it is there.

    Raises DevcloudError when an earlier attempt stopped half-way.
    """
    parts = {"demo-data": _load_projects, "demo-data-support": _load_blog}
    missing = [name for name in parts if not _is_loaded(settings, name)]
    if not missing:
        progress.say("the demo data is loaded already")
        return
    for name in missing:
        parts[name](settings, progress)
        _stamp(settings, name).write_text(_DONE, encoding="utf-8")
    progress.say("the demo data is loaded")


def _is_loaded(settings: Settings, name: str) -> bool:
    """Whether a part was loaded before; if not, it counts as begun from now on."""
    stamp = _stamp(settings, name)
    try:
        stamp.touch(exist_ok=False)
    except FileExistsError as error:
        if stamp.read_text(encoding="utf-8") == _DONE:
            return True
        raise DevcloudError(
            "Somebody is loading the demo data, or an earlier attempt stopped half-way. In the "
            "second case forget all data and start anew with: python3 -m devcloud reset"
        ) from error
    return False


def _stamp(settings: Settings, name: str) -> Path:
    return settings.home / "stamps" / name


def _load_projects(settings: Settings, progress: Progress) -> None:
    _load_web_shop(settings, progress)
    _load_research(settings, progress)


def _load_web_shop(settings: Settings, progress: Progress) -> None:
    anna = client.log_in(settings, accounts.account("anna"))
    agent = storage.make_image(anna, plan.AGENT_IMAGE, plan.AGENT_PROPERTIES)
    images = Images(client.image_id(anna), agent)
    volumes = storage.make_volumes(anna, plan.WEB_SHOP_VOLUMES, images)
    volumes |= storage.make_volumes(anna, plan.STORY_VOLUMES, images)
    progress.say(f"{len(volumes)} volumes made")
    planned = (*plan.WEB_SHOP_VOLUMES, *plan.STORY_VOLUMES)
    snapshots = storage.make_snapshots(anna, planned, volumes)
    progress.say(f"{sum(len(volume.snapshots) for volume in planned)} snapshots made")
    volumes |= storage.make_children(anna, plan.WEB_SHOP_CHILDREN, snapshots)
    fragile = volumes[plan.SNAPSHOT_FAILS.name]
    storage.fail_snapshot(anna, fragile, "before migration", settings.knobs)
    backup = storage.start_backup(anna, volumes[plan.BACKED_UP.name], "monthly closing")
    storage.make_group(anna, plan.GROUP, plan.GROUP_VOLUMES, plan.GROUP_SNAPSHOT)
    progress.say("volumes made from snapshots, a group, and a snapshot failed")
    factory = Factory(anna, client.administrator(settings), images.plain, flavor_ids(anna), volumes)
    factory.make_all(plan.WEB_SHOP_INSTANCES)
    for instance in plan.SHARING_INSTANCES:
        factory.make(instance)
    factory.leave_attachment_behind(volumes[plan.LEFT_OVER.name])
    progress.say("instances brought into their states")
    wait_for_status(anna.volume, f"/backups/{backup}", "available", seconds=120)
    progress.say("backup made")


def _load_research(settings: Settings, progress: Progress) -> None:
    otto = client.log_in(settings, accounts.account("otto"))
    volumes = storage.make_volumes(otto, plan.RESEARCH_VOLUMES, Images(client.image_id(otto)))
    storage.make_snapshots(otto, plan.RESEARCH_VOLUMES, volumes)
    progress.say(f"{len(volumes)} volumes of the research project made")


def _load_blog(settings: Settings, progress: Progress) -> None:
    nils = client.log_in(settings, accounts.account("nils"))
    volumes = storage.make_volumes(nils, plan.BLOG_VOLUMES, Images(client.image_id(nils)))
    snapshots = storage.make_snapshots(nils, plan.BLOG_VOLUMES, volumes)
    storage.fail_deletion(nils, snapshots[plan.UNDELETABLE], settings.knobs)
    admin = client.administrator(settings)
    foreign = storage.post_snapshot(admin, volumes[plan.FOREIGN], plan.FOREIGN_SNAPSHOT)
    wait_for_status(admin.volume, f"/snapshots/{foreign}", "available")
    past.let_pass(settings.databases / "cinder.db", volumes, snapshots)
    progress.say(f"{len(volumes)} volumes of the blog made, and what its owner asks support about")


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
