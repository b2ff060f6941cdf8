# SPDX-License-Identifier: Apache-2.0
"""Cinder: volumes, snapshots and backups, on three backends."""

from devcloud.configuration.common import (
    LOGGING,
    MACHINE,
    TRANSPORT_URL,
    Sections,
    credentials,
    database,
    locks,
    token_check,
)
from devcloud.settings import Settings

# Backends whose volumes are files. On the second one a volume made from a snapshot keeps
# the snapshot busy, as on storage that shares blocks between the two.
FILE_BACKENDS = ("files", "linked")

# Cinder's own driver that stores nothing: for the cloned rows of `devcloud bulk`. It calls
# its backend "fake" whatever the configuration says.
BULK_BACKEND = "fake"

DEFAULT_TYPE = "ssd"

_FILE_DRIVER = "devcloud.inside.volume_driver.FileDriver"
_BULK_DRIVER = "cinder.tests.fake_driver.FakeLoggingVolumeDriver"


def sections(settings: Settings) -> Sections:
    """The configuration of Cinder."""
    state = settings.state / "cinder"
    return {
        "DEFAULT": _basics(settings) | _backup(settings),
        "database": database(settings, "cinder"),
        "keystone_authtoken": token_check(settings, "cinder"),
        "nova": credentials(settings, "cinder") | {"interface": "internal"},
        "glance": credentials(settings, "cinder"),
        "service_user": credentials(settings, "cinder") | {"send_service_user_token": "true"},
        "coordination": {"backend_url": f"file://{state / 'coordination'}"},
        "oslo_concurrency": locks(settings),
        "oslo_messaging_notifications": {"driver": "noop"},
        **{name: _file_backend(settings, name) for name in FILE_BACKENDS},
        BULK_BACKEND: {"volume_driver": _BULK_DRIVER, "volume_backend_name": BULK_BACKEND},
    }


def _basics(settings: Settings) -> dict[str, str]:
    state = settings.state / "cinder"
    packaged = settings.packaged_etc / "cinder"
    return LOGGING | {
        "transport_url": TRANSPORT_URL,
        "host": MACHINE,
        "auth_strategy": "keystone",
        "state_path": str(state),
        "api_paste_config": str(packaged / "api-paste.ini"),
        "resource_query_filters_file": str(packaged / "resource_filters.json"),
        "rootwrap_config": str(packaged / "rootwrap.conf"),
        "enabled_backends": ",".join((*FILE_BACKENDS, BULK_BACKEND)),
        "default_volume_type": DEFAULT_TYPE,
        "glance_api_servers": settings.url("glance"),
        "image_conversion_dir": str(state / "conversion"),
        "volumes_dir": str(state / "exports"),
        "report_interval": "5",
        "periodic_fuzzy_delay": "0",
        "periodic_interval": "30",
        "backend_stats_polling_interval": "10",
        "osapi_max_limit": "1000",
        # Without it Cinder takes a forced upload of an attached volume for an unforced one.
        "enable_force_upload": "true",
        # The default of 60 s holds up the first requests after each start.
        "scheduler_driver_init_wait_time": "1",
    }


def _backup(settings: Settings) -> dict[str, str]:
    return {
        "backup_driver": "cinder.backup.drivers.posix.PosixBackupDriver",
        "backup_posix_path": str(settings.state / "backups"),
        # A volume is read in pieces of this size, each of which is held in memory.
        "backup_file_size": str(32 * 1024 * 1024),
        # Volumes here are nearly all zeros, which this method packs fastest.
        "backup_compression_algorithm": "zstd",
        "backup_enable_progress_timer": "false",
    }


def _file_backend(settings: Settings, name: str) -> dict[str, str]:
    return {
        "volume_driver": _FILE_DRIVER,
        "volume_backend_name": name,
        "devcloud_folder": str(settings.volumes / name),
        "devcloud_knobs": str(settings.knobs),
        "devcloud_children_keep_snapshot_busy": str(name == "linked").lower(),
    }
