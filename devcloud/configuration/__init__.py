# SPDX-License-Identifier: Apache-2.0
"""The configuration files of the OpenStack services, written anew at every start.

One module per service says what differs from the service's own defaults, and why where
that is not plain.
"""

from configparser import RawConfigParser
from pathlib import Path

from devcloud.configuration import cinder, glance, keystone, neutron, nova, placement
from devcloud.configuration.common import Sections
from devcloud.settings import SERVICES, Settings

_MODULES = {
    "keystone": keystone,
    "placement": placement,
    "glance": glance,
    "neutron": neutron,
    "cinder": cinder,
    "nova": nova,
}

# The names under which the services look for their own file.
_FILE_NAMES = {"glance": "glance-api.conf"}


def path_of(settings: Settings, service: str) -> Path:
    """The configuration file of a service."""
    return settings.etc / service / _FILE_NAMES.get(service, f"{service}.conf")


def write_all(settings: Settings) -> None:
    """Write the configuration files of all services and make the folders they name."""
    kept = [settings.state / name for name in ("lock", "backups", *SERVICES)]
    for folder in (settings.log, settings.databases, settings.knobs, *kept):
        folder.mkdir(parents=True, exist_ok=True)
    for service in SERVICES:
        write(path_of(settings, service), _MODULES[service].sections(settings))
    _link_compute_pipeline(settings)


def write(path: Path, sections: Sections) -> None:
    """Write one file in the format that oslo.config reads."""
    parser = RawConfigParser()
    parser.read_dict(sections)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.write("# Written by devcloud at every start; changes are lost.\n")
        parser.write(file)


def _link_compute_pipeline(settings: Settings) -> None:
    """Nova wants its WSGI pipeline in the same folder as its configuration."""
    link = settings.etc / "nova" / "api-paste.ini"
    link.unlink(missing_ok=True)
    link.symlink_to(settings.packaged_etc / "nova" / "api-paste.ini")
