# SPDX-License-Identifier: Apache-2.0
"""Make the volume types, quotas, flavors and the image that people find in the cloud.

``python -m devcloud.inside.resources``; all services must answer. What exists is left alone.
"""

from keystoneauth1.adapter import Adapter

from devcloud.configuration.cinder import BULK_BACKEND
from devcloud.inside import client
from devcloud.inside.client import Person
from devcloud.settings import Settings, from_environment

# Name, description, extra specs. Types on the same backend can be retyped to each other.
_VOLUME_TYPES = (
    ("ssd", "Fast storage for most purposes", {"volume_backend_name": "files"}),
    ("hdd", "Cheap storage; few snapshots are allowed", {"volume_backend_name": "files"}),
    (
        "linked",
        "A volume made from a snapshot shares blocks with it and keeps it busy",
        {"volume_backend_name": "linked"},
    ),
    (
        "shared",
        "Can be attached to several instances at once",
        {"volume_backend_name": "files", "multiattach": "<is> True"},
    ),
    ("bulk", "Stores nothing; for cloned rows only", {"volume_backend_name": BULK_BACKEND}),
)

GROUP_TYPE = "default-group"

# Low enough to be used up in a test where a limit is to be seen, high enough elsewhere.
VOLUME_QUOTAS = {
    "web-shop": {
        "volumes": 80,
        "snapshots": 60,
        "gigabytes": 2000,
        "snapshots_hdd": 2,
        "gigabytes_hdd": 50,
    },
}
UNLIMITED_COMPUTE = {"instances": -1, "cores": -1, "ram": -1, "force": True}

# Name, memory in MiB, root disk in GiB. The one without a disk is for starting from a volume.
_FLAVORS = (("m1.tiny", 512, 1), ("m1.nodisk", 512, 0))

_IMAGE_BYTES = b"devcloud" * (1024 * 1024 // 8)


def set_up(settings: Settings) -> None:
    """Make what is missing, as the administrator."""
    admin = client.administrator(settings)
    _make_volume_types(admin.volume)
    _make_group_type(admin.volume)
    _make_flavors(admin.compute)
    _make_image(admin.image)
    _set_quotas(admin)


def _make_volume_types(volume: Adapter) -> None:
    existing = {one["name"]: one["id"] for one in volume.get("/types").json()["volume_types"]}
    for name, description, specs in _VOLUME_TYPES:
        if name not in existing:
            body = {"name": name, "description": description, "extra_specs": specs}
            volume.post("/types", json={"volume_type": body})
    # Cinder's own type names no backend, so its volumes could land on the one that stores
    # nothing.
    if "__DEFAULT__" in existing:
        volume.delete(f"/types/{existing['__DEFAULT__']}")


def _make_group_type(volume: Adapter) -> None:
    existing = {one["name"] for one in volume.get("/group_types").json()["group_types"]}
    if GROUP_TYPE not in existing:
        body = {"name": GROUP_TYPE, "description": "Volumes that belong together"}
        volume.post("/group_types", json={"group_type": body})


def _make_flavors(compute: Adapter) -> None:
    existing = {flavor["name"] for flavor in compute.get("/flavors").json()["flavors"]}
    for name, memory, disk in _FLAVORS:
        if name not in existing:
            body = {"name": name, "ram": memory, "vcpus": 1, "disk": disk}
            compute.post("/flavors", json={"flavor": body})


def _make_image(image: Adapter) -> None:
    found = next(
        iter(image.get("/v2/images", params={"name": client.IMAGE}).json()["images"]), None
    )
    if found is None:
        body = {
            "name": client.IMAGE,
            "disk_format": "raw",
            "container_format": "bare",
            "visibility": "public",
        }
        found = image.post("/v2/images", json=body).json()
    # An upload that was interrupted leaves the image queued.
    if found["status"] == "queued":
        image.put(
            f"/v2/images/{found['id']}/file",
            data=_IMAGE_BYTES,
            headers={"Content-Type": "application/octet-stream"},
        )


def _set_quotas(admin: Person) -> None:
    for name, limits in VOLUME_QUOTAS.items():
        project = client.named(admin.identity, "projects", name)
        if project is None:
            raise LookupError(f"Keystone has no project {name}.")
        path = f"/os-quota-sets/{project['id']}"
        admin.volume.put(path, json={"quota_set": limits})
        admin.compute.put(path, json={"quota_set": UNLIMITED_COMPUTE})


if __name__ == "__main__":
    set_up(from_environment())
