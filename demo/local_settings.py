# SPDX-License-Identifier: Apache-2.0
"""Horizon's settings for the demo and the tests.

Horizon reads this file as ``openstack_dashboard/local/local_settings.py`` (a symbolic link).
What differs from one run to the next comes from the environment: DEVCLOUD_HOME (the cloud),
DEMO_FLAVOUR (names its cookie and its folder, where it keeps sessions), DEMO_STATIC_ROOT (the
compressed assets), DEMO_PSEUDO (a folder with the translations of a language that nobody
speaks), DEMO_KEYSTONE_URL (another way to Keystone than the cloud's own) and DEMO_SETTINGS (JSON:
any settings, which replace those of this file).
"""

import json
import os
from pathlib import Path
from typing import Any

from horizon.utils import secret_key

_ROOT = Path(__file__).resolve().parents[1]
_HOME = _ROOT / (os.environ.get("DEVCLOUD_HOME") or ".state/demo")
_FLAVOUR = os.environ.get("DEMO_FLAVOUR", "plugin")
_OWN = _HOME / f"horizon-{_FLAVOUR}"


def _own_folder(name: str) -> str:
    folder = _OWN / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(folder)


def _keystone_url() -> str:
    if said := os.environ.get("DEMO_KEYSTONE_URL"):
        return said
    try:
        return str(json.loads((_HOME / "access.json").read_text(encoding="utf-8"))["auth_url"])
    except FileNotFoundError:
        # Collecting assets and the unit tests need no cloud.
        return "http://127.0.0.1:15000/v3"


DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
TIME_ZONE = "UTC"
SECRET_KEY = secret_key.generate_or_read_from_file(f"{_own_folder('.')}/secret_key")

STATIC_ROOT = os.environ.get("DEMO_STATIC_ROOT") or _own_folder("static")
COMPRESS_OFFLINE = True

# Files, not memory: a login survives a restart, and two processes see the same sessions.
SESSION_ENGINE = "django.contrib.sessions.backends.file"
SESSION_FILE_PATH = _own_folder("sessions")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": _own_folder("cache"),
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
# Browsers share cookies between the ports of a host: without names of their own, stock Horizon
# and the one with the plugin would log each other's people out.
SESSION_COOKIE_NAME = f"sessionid_{_HOME.name}_{_FLAVOUR}"

OPENSTACK_HOST = "127.0.0.1"
OPENSTACK_KEYSTONE_URL = _keystone_url()
OPENSTACK_KEYSTONE_DEFAULT_ROLE = "member"
OPENSTACK_API_VERSIONS = {"identity": 3, "image": 2, "volume": 3, "compute": 2}
OPENSTACK_CINDER_FEATURES = {"enable_backup": True}
# The cloud's Neutron only answers its API: no routers, no floating addresses.
OPENSTACK_NEUTRON_NETWORK = {
    "enable_auto_allocated_network": False,
    "enable_distributed_router": False,
    "enable_fip_topology_check": False,
    "enable_ha_router": False,
    "enable_ipv6": True,
    "enable_quotas": False,
    "enable_rbac_policy": False,
    "enable_router": False,
    "default_dns_nameservers": [],
    "supported_provider_types": ["local"],
    "segmentation_id_range": {},
    "extra_provider_types": {},
    "supported_vnic_types": ["*"],
    "physical_networks": [],
}
DEFAULT_THEME = "default"
# The cloud's Cinder is new enough, and tests/cloud/test_reimage.py proves it.
SNAPSHOT_DASHBOARD: dict[str, Any] = {"REIMAGE_FROM_SNAPSHOT": "proved"}

if _PSEUDO := os.environ.get("DEMO_PSEUDO"):
    LOCALE_PATHS = [_PSEUDO]
    LANGUAGES = [("en", "English"), ("de", "German"), ("fr", "French"), ("eo", "Pseudo")]

# One stream with tracebacks; whoever starts Horizon sends it to a file.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {
        "stream": {"class": "logging.StreamHandler", "formatter": "line"},
    },
    "root": {"handlers": ["stream"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
    },
}

globals().update(json.loads(os.environ.get("DEMO_SETTINGS") or "{}"))
