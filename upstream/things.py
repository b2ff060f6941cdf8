# SPDX-License-Identifier: Apache-2.0
"""Volumes, snapshots and backups that the patches are measured with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import partial

import lxml.html
from openstack.config import OpenStackConfig
from openstack.connection import Connection

from bench.errors import Unmeasurable
from demo.layout import Home
from demo.visitor import Visitor
from devcloud.inside.rows import update, writing
from devcloud.waiting import wait_until
from tests.cloud.workshop import Workshop

_ROOM = {"volumes": 100, "snapshots": 100, "gigabytes": 1000, "backups": 100}
_VOLUMES = 20
_PATIENCE = 30.0


class Things:
    """What is made in the project research, and removed at the end."""

    def __init__(self, workshop: Workshop, home: Home) -> None:
        self._shop = workshop
        self._cinder = home.path / "db" / "cinder.db"
        self._instance = workshop.running("web").id

    @classmethod
    @contextmanager
    def made(cls, home: Home) -> Iterator[Things]:
        """Make a small project; everything is gone after the block."""
        config = OpenStackConfig(
            config_files=[str(home.path / "clouds.yaml")], load_envvars=False, vendor_files=[]
        )
        owner, admin = (Connection(config=config.get_one(cloud=who)) for who in ("otto", "admin"))
        limits = f"/os-quota-sets/{owner.current_project_id}"
        admin.block_storage.put(limits, json={"quota_set": _ROOM})
        shop = Workshop(owner, admin, home.path / "knobs")
        try:
            things = cls(shop, home)
            for _number in range(_VOLUMES):
                shop.volume()
            yield things
        finally:
            shop.close()

    def free(self) -> str:
        """Return a new volume that is attached to nothing."""
        return str(self._shop.volume("free").id)

    def attached_meanwhile(self, visitor: Visitor, volume: str, path: str) -> str:
        """Open a form of a volume, attach the volume, and send the form: was there a warning?"""
        form = lxml.html.fromstring(visitor.get(path).text).xpath("//form[.//*[@name='name']]")[0]
        self._shop.attach(self._instance, volume)
        answer = visitor.post(path, {**dict(form.fields), "name": "measured"})
        return "yes" if "corrupted" in answer.text else "no"

    def snapshots_of(self, volume: str) -> int:
        """Count the snapshots of a volume."""
        return len(self._shop.snapshots_of(volume))

    def backups_of(self, volume: str) -> int:
        """Count the backups of a volume; they are removed at the end."""
        api = self._shop.admin.block_storage
        found = [each for each in api.backups(all_projects=True) if each.volume_id == volume]
        for each in found:
            self._shop.wait_for(partial(api.get_backup, each.id), "available")
            api.delete_backup(each.id)
        return len(found)

    @contextmanager
    def at_rest(self) -> Iterator[list[str]]:
        """Let three volumes be in a status that does not end by itself, since an hour."""
        hour_ago = datetime.now(timezone.utc) - timedelta(hours=1)
        then = hour_ago.strftime("%Y-%m-%d %H:%M:%S.%f")
        volumes = [self.free() for _status in range(3)]
        statuses = ("error_deleting", "awaiting-transfer", "reserved")
        for volume, status in zip(volumes, statuses, strict=True):
            with writing(self._cinder) as rows:
                update(rows, "volumes", volume, status=status, updated_at=then)
        yield volumes
        for volume in volumes:
            self._shop.set_status(volume, "available")

    @staticmethod
    def is_polled(page: str, volume: str) -> bool:
        """Tell whether Horizon's script asks again for a volume's row."""
        rows = lxml.html.fromstring(page).xpath(f"//tr[@data-object-id='{volume}']")
        if len(rows) != 1:
            raise Unmeasurable(f"{len(rows)} rows for volume {volume}")
        return {"warning", "ajax-update"} <= set(rows[0].get("class", "").split())

    def several_snapshots(self, count: int) -> list[str]:
        """Make snapshots of one volume."""
        volume = self.free()
        return [str(self._shop.snapshot(volume).id) for _number in range(count)]

    def delete_snapshot(self, snapshot: str) -> None:
        """Delete a snapshot as somebody else would, and wait until it is gone."""
        self._shop.owner.block_storage.delete_snapshot(snapshot)
        wait_until(lambda: not self._there([snapshot]), what=snapshot, seconds=_PATIENCE)

    def deleted(self, snapshots: Sequence[str]) -> int:
        """Count how many of these go away or are gone already."""
        api = self._shop.owner.block_storage
        there = self._there(snapshots)
        going = [each for each in there if api.get_snapshot(each).status == "deleting"]
        return len(snapshots) - len(there) + len(going)

    def _there(self, snapshots: Sequence[str]) -> list[str]:
        known = {each.id for each in self._shop.owner.block_storage.snapshots()}
        return [each for each in snapshots if each in known]
