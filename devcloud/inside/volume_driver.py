# SPDX-License-Identifier: Apache-2.0
"""A Cinder driver that keeps each volume and each snapshot in a sparse file.

The bytes are real: what is written into a volume's file comes back from its snapshots and
from the volumes made of them. Nothing is exported; whoever runs on this machine as the same
user opens the file. Two knobs (:mod:`devcloud.knobs`) make it slow or failing at run time.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cinder import context as cinder_context
from cinder import exception, objects
from cinder.volume import driver
from oslo_config import cfg
from oslo_log import log
from oslo_utils import units

from devcloud import knobs
from devcloud.waiting import wait_until

LOG = log.getLogger(__name__)

OPTIONS = [
    cfg.StrOpt("devcloud_folder", help="Folder of this backend's files."),
    cfg.StrOpt("devcloud_knobs", help="Folder of the knobs."),
    cfg.BoolOpt(
        "devcloud_children_keep_snapshot_busy",
        default=False,
        help="A snapshot cannot be deleted while a volume made from it exists.",
    ),
]

# What this backend tells the scheduler it has, in GiB; sparse files take next to nothing.
_CAPACITY = 1_000_000

# No driver operation takes longer than this, whatever the knob says; in seconds.
_LONGEST_DELAY = 3600


class FileDriver(driver.VolumeDriver):  # type: ignore[misc]
    """The driver that Cinder's option ``volume_driver`` names."""

    VERSION = "1.0"
    SUPPORTED = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.configuration.append_config_values(OPTIONS)
        self._folder = Path(self.configuration.devcloud_folder)
        self._knobs = Path(self.configuration.devcloud_knobs)

    def check_for_setup_error(self) -> None:
        """Make the folder of the files."""
        self._folder.mkdir(parents=True, exist_ok=True)

    # Volumes

    def create_volume(self, volume: Any) -> None:
        """Make an empty volume, all of it a hole."""
        with self._operation("create_volume"):
            _make_hole(self._file(volume), volume.size)

    def delete_volume(self, volume: Any) -> None:
        """Remove a volume; it may be gone already."""
        with self._operation("delete_volume"):
            self._file(volume).unlink(missing_ok=True)

    def extend_volume(self, volume: Any, new_size: int) -> None:
        """Give a volume ``new_size`` GiB."""
        with self._operation("extend_volume"):
            os.truncate(self._file(volume), new_size * units.Gi)

    def create_cloned_volume(self, volume: Any, src_vref: Any) -> None:
        """Copy another volume."""
        with self._operation("create_cloned_volume"):
            _copy(self._file(src_vref), self._file(volume), volume.size)

    def create_volume_from_snapshot(self, volume: Any, snapshot: Any) -> None:
        """Copy a snapshot into a new volume, which may be larger."""
        with self._operation("create_volume_from_snapshot"):
            _copy(self._file(snapshot), self._file(volume), volume.size)

    def retype(self, context: Any, volume: Any, new_type: Any, diff: Any, host: Any) -> bool:
        """Change a volume's type; there is nothing to do on the same backend."""
        return True

    # Snapshots

    def create_snapshot(self, snapshot: Any) -> None:
        """Copy a volume as it is when the operation's delay has passed."""
        with self._operation("create_snapshot"):
            _copy(self._file(snapshot.volume), self._file(snapshot), snapshot.volume_size)

    def delete_snapshot(self, snapshot: Any) -> None:
        """Remove a snapshot.

        Raises SnapshotIsBusy on a backend where volumes made from it depend on it.
        """
        with self._operation("delete_snapshot"):
            if self.configuration.devcloud_children_keep_snapshot_busy and _children(snapshot):
                raise exception.SnapshotIsBusy(snapshot_name=snapshot.name)
            self._file(snapshot).unlink(missing_ok=True)

    def revert_to_snapshot(self, context: Any, volume: Any, snapshot: Any) -> None:
        """Put a snapshot's bytes back into its volume."""
        with self._operation("revert_to_snapshot"):
            _copy(self._file(snapshot), self._file(volume), volume.size)

    # Images

    def clone_image(
        self, context: Any, volume: Any, image_location: Any, image_meta: Any, image_service: Any
    ) -> tuple[dict[str, Any] | None, bool]:
        """Make a volume from a raw image straight from the image service.

        Cinder's general way, which it falls back to for other formats, needs qemu-img.
        """
        if (image_meta.get("disk_format"), image_meta.get("container_format")) != ("raw", "bare"):
            LOG.warning("Image %s is not raw: the qemu-img program is needed.", image_meta["id"])
            return None, False
        with self._operation("clone_image"):
            with self._file(volume).open("wb") as file:
                image_service.download(context, image_meta["id"], file)
            os.truncate(self._file(volume), volume.size * units.Gi)
        return {}, True

    def copy_volume_to_image(
        self, context: Any, volume: Any, image_service: Any, image_meta: Any
    ) -> None:
        """Upload a volume as a raw image.

        Raises ImageUnacceptable for other formats, which would need qemu-img.
        """
        if image_meta["disk_format"] != "raw":
            reason = "this cloud can upload volumes in the raw format only"
            raise exception.ImageUnacceptable(image_id=image_meta["id"], reason=reason)
        with self._operation("copy_volume_to_image"), self._file(volume).open("rb") as file:
            image_service.update(context, image_meta["id"], {}, file)

    # Connections: the path of the file is all that a connection is.

    def ensure_export(self, context: Any, volume: Any) -> None:
        """Nothing is exported."""

    def create_export(self, context: Any, volume: Any, connector: Any) -> None:
        """Nothing is exported."""

    def remove_export(self, context: Any, volume: Any) -> None:
        """Nothing is exported."""

    def create_export_snapshot(self, context: Any, snapshot: Any, connector: Any) -> None:
        """Nothing is exported."""

    def remove_export_snapshot(self, context: Any, snapshot: Any) -> None:
        """Nothing is exported."""

    def initialize_connection(self, volume: Any, connector: Any, **_: Any) -> dict[str, Any]:
        """Tell the path of a volume's file."""
        with self._operation("initialize_connection"):
            return self._connection(volume)

    def initialize_connection_snapshot(
        self, snapshot: Any, connector: Any, **_: Any
    ) -> dict[str, Any]:
        """Tell the path of a snapshot's file."""
        return self._connection(snapshot)

    def terminate_connection(self, volume: Any, connector: Any, **_: Any) -> None:
        """Give a volume its full size again.

        Restoring a backup writes the file anew and leaves out the zeros at its end.
        """
        with self._operation("terminate_connection"):
            size = max(volume.size * units.Gi, self._file(volume).stat().st_size)
            os.truncate(self._file(volume), size)

    def terminate_connection_snapshot(self, snapshot: Any, connector: Any, **_: Any) -> None:
        """Nothing was connected."""

    def _connection(self, subject: Any) -> dict[str, Any]:
        data = {"device_path": str(self._file(subject))}
        return {"driver_volume_type": "local", "data": data}

    # What every operation goes through

    def _file(self, subject: Any) -> Path:
        """The file of a volume or snapshot, whose ``name`` says which of the two it is."""
        return self._folder / str(subject.name)

    @contextmanager
    def _operation(self, name: str) -> Iterator[None]:
        """Let an operation be slow, then let it fail, as the knobs say.

        The knobs are read again while it waits: cleared, they set it free.
        """
        began = time.monotonic()
        wait_until(
            lambda: time.monotonic() - began >= knobs.delay(self._knobs),
            seconds=_LONGEST_DELAY,
            what=f"the delay of {name} to pass",
        )
        if name in knobs.failures(self._knobs):
            raise exception.VolumeDriverException(message=f"{name} fails because a knob says so.")
        yield

    def _update_volume_stats(self) -> None:
        name = self.configuration.safe_get("volume_backend_name")
        pool = {
            "pool_name": name,
            "total_capacity_gb": _CAPACITY,
            "free_capacity_gb": _CAPACITY,
            "provisioned_capacity_gb": 0,
            "allocated_capacity_gb": 0,
            "reserved_percentage": 0,
            "max_over_subscription_ratio": "20.0",
            "thin_provisioning_support": True,
            "thick_provisioning_support": False,
            "multiattach": True,
            "QoS_support": False,
        }
        self._stats = {
            "volume_backend_name": name,
            "vendor_name": "devcloud",
            "driver_version": self.VERSION,
            "storage_protocol": "file",
            "pools": [pool],
        }


def _make_hole(path: Path, gibibytes: int) -> None:
    with path.open("wb") as file:
        file.truncate(gibibytes * units.Gi)


def _copy(source: Path, target: Path, gibibytes: int) -> None:
    """Copy a file, keep its holes, and give the copy a size in GiB."""
    command = ["cp", "--sparse=always", "--reflink=auto", str(source), str(target)]
    subprocess.run(command, check=True)  # noqa: S603, S607 - coreutils, no shell
    os.truncate(target, gibibytes * units.Gi)


def _children(snapshot: Any) -> list[Any]:
    """The volumes made from a snapshot, in whatever project they are."""
    filters = {"snapshot_id": snapshot.id}
    found = objects.VolumeList.get_all(cinder_context.get_admin_context(), filters=filters)
    return list(found)
