# SPDX-License-Identifier: Apache-2.0
"""The services' databases and keys, made once per cloud with the services' own tools."""

import base64
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from devcloud import accounts, commands
from devcloud.configuration import path_of
from devcloud.settings import REGION, Settings

# The databases of each service; what is half made is made again from the start.
_FILES = {
    "nova": ("nova_api", "nova_cell0", "nova_cell1"),
    "cinder": ("cinder",),
    "neutron": ("neutron",),
    "keystone": ("keystone",),
    "glance": ("glance",),
    "placement": ("placement",),
}


def ensure(settings: Settings) -> bool:
    """Make the databases that are missing, two at a time; return whether any was.

    Raises DevcloudError with the end of the failing tool's log.
    """
    missing = [name for name in _FILES if not _mark(settings, name).exists()]
    # The tools spend their time computing, so more of them than cores would not help.
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for _ in pool.map(lambda name: _make(settings, name), missing):
            pass
    return bool(missing)


def _make(settings: Settings, service: str) -> None:
    for name in _FILES[service]:
        for leftover in settings.databases.glob(f"{name}.db*"):
            leftover.unlink()
    _STEPS[service](settings)
    _mark(settings, service).touch()


def _mark(settings: Settings, service: str) -> Path:
    return settings.databases / f".{service}-made"


def _tool(settings: Settings, service: str, *command: str) -> None:
    """Run a service's own tool on that service's configuration."""
    program, *arguments = command
    config = ("--config-file", str(path_of(settings, service)))
    log = settings.log / f"setup-{service}.log"
    commands.run(settings, program, *config, *arguments, log=log)


def _keystone(settings: Settings) -> None:
    for repository in ("token-keys", "credential-keys"):
        _make_keys(settings.state / "keystone" / repository)
    _tool(settings, "keystone", "keystone-manage", "db_sync")
    password = ("--bootstrap-password", accounts.ADMIN_PASSWORD)
    region = ("--bootstrap-region-id", REGION)
    urls = [f"--bootstrap-{kind}-url" for kind in ("public", "internal", "admin")]
    addresses = [part for option in urls for part in (option, settings.auth_url)]
    _tool(settings, "keystone", "keystone-manage", "bootstrap", *password, *region, *addresses)


def _make_keys(repository: Path) -> None:
    """Make a Fernet repository: key 0 is the one to come, key 1 the one in use.

    Keystone's own command for it wants to change the owner of the files.
    """
    repository.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("0", "1"):
        key = repository / name
        key.touch(mode=0o600)
        key.write_bytes(base64.urlsafe_b64encode(os.urandom(32)))


def _placement(settings: Settings) -> None:
    _tool(settings, "placement", "placement-manage", "db", "sync")


def _glance(settings: Settings) -> None:
    _tool(settings, "glance", "glance-manage", "db_sync")


def _cinder(settings: Settings) -> None:
    _tool(settings, "cinder", "cinder-manage", "db", "sync")


def _neutron(settings: Settings) -> None:
    _module(settings, "neutron")


def _nova(settings: Settings) -> None:
    _module(settings, "nova")


def _module(settings: Settings, service: str) -> None:
    """Run our own module that makes a service's databases."""
    module = f"devcloud.inside.{service}_schema"
    commands.run(settings, "python", "-m", module, log=settings.log / f"setup-{service}.log")


_STEPS: dict[str, Callable[[Settings], None]] = {
    "keystone": _keystone,
    "placement": _placement,
    "glance": _glance,
    "cinder": _cinder,
    "neutron": _neutron,
    "nova": _nova,
}
