# SPDX-License-Identifier: Apache-2.0
"""Glance: images, kept as files."""

from devcloud.configuration.common import LOGGING, Sections, database, locks, token_check
from devcloud.settings import Settings


def sections(settings: Settings) -> Sections:
    """The configuration of Glance."""
    images = settings.state / "glance"
    pipeline = settings.packaged_etc / "glance" / "glance-api-paste.ini"
    return {
        "DEFAULT": LOGGING | {"enabled_backends": "file:file"},
        "database": database(settings, "glance"),
        "glance_store": {"default_backend": "file"},
        "file": {
            "filesystem_store_datadir": str(images / "images"),
            # A volume uploaded to an image is nearly all zeros: keep those as holes.
            "filesystem_thin_provisioning": "true",
        },
        "os_glance_staging_store": {"filesystem_store_datadir": str(images / "staging")},
        "os_glance_tasks_store": {"filesystem_store_datadir": str(images / "tasks")},
        "paste_deploy": {"flavor": "keystone", "config_file": str(pipeline)},
        "keystone_authtoken": token_check(settings, "glance"),
        "oslo_concurrency": locks(settings),
    }
