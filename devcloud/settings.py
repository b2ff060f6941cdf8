# SPDX-License-Identifier: Apache-2.0
"""Where a cloud keeps its state and which ports it uses, read from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
REGION = "RegionOne"

# The order is that of the ports and that in which the services need each other.
SERVICES = ("keystone", "placement", "glance", "neutron", "cinder", "nova")

DEFAULT_HOME = ".state/demo"
DEFAULT_PORT_BASE = 15000
DEFAULT_THREADS = 16


@dataclass(frozen=True)
class Settings:
    """One cloud: its folder, its ports and the virtual environment that its services run in.

    Two clouds with different homes and port bases run side by side.
    """

    home: Path
    port_base: int = DEFAULT_PORT_BASE
    threads: int = DEFAULT_THREADS
    environment: Path = CHECKOUT / ".venv" / "cloud"

    @property
    def python(self) -> Path:
        """The interpreter of the services."""
        return self.environment / "bin" / "python"

    @property
    def packaged_etc(self) -> Path:
        """Where the services' packages put the configuration files that they ship."""
        return self.environment / "etc"

    @property
    def etc(self) -> Path:
        """The configuration files that devcloud writes."""
        return self.home / "etc"

    @property
    def log(self) -> Path:
        """Logs and access logs of the services."""
        return self.home / "log"

    @property
    def databases(self) -> Path:
        """The SQLite files."""
        return self.home / "db"

    @property
    def state(self) -> Path:
        """What the services keep beside their databases: images, keys, backups, locks."""
        return self.home / "state"

    @property
    def volumes(self) -> Path:
        """Folders with a file for each volume and snapshot, one folder per backend."""
        return self.home / "volumes"

    @property
    def knobs(self) -> Path:
        """Files that change how the volume driver behaves while it runs."""
        return self.home / "knobs"

    def port(self, service: str) -> int:
        """The port of a service's API."""
        return self.port_base + SERVICES.index(service)

    def url(self, service: str, path: str = "") -> str:
        """The address of a service's API, with ``path`` behind it."""
        return f"http://{HOST}:{self.port(service)}{path}"

    @property
    def auth_url(self) -> str:
        """The address at which people and services log in."""
        return self.url("keystone", "/v3")

    def access_log(self, service: str) -> Path:
        """The file with one line per request that a service's API answered."""
        return self.log / f"{service}-access.log"

    def as_environment(self) -> dict[str, str]:
        """The variables from which :func:`from_environment` reads the same settings."""
        return {
            "DEVCLOUD_HOME": str(self.home),
            "DEVCLOUD_PORT_BASE": str(self.port_base),
            "DEVCLOUD_THREADS": str(self.threads),
        }


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; a relative home is taken from the checkout's top folder.

    Raises ValueError when a number is not one or when the ports do not fit below 65536.
    """
    home = CHECKOUT / environ.get("DEVCLOUD_HOME", DEFAULT_HOME)
    port_base = _number(environ, "DEVCLOUD_PORT_BASE", DEFAULT_PORT_BASE)
    if not 1024 <= port_base <= 65536 - len(SERVICES):
        raise ValueError(f"DEVCLOUD_PORT_BASE must be from 1024 to 65530, not {port_base}.")
    threads = _number(environ, "DEVCLOUD_THREADS", DEFAULT_THREADS)
    return Settings(home=home.resolve(), port_base=port_base, threads=threads)


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not text.isdigit():
        raise ValueError(f"{name} must be a whole number, not {text!r}.")
    return int(text)
