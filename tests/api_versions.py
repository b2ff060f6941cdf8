# SPDX-License-Identifier: Apache-2.0
"""Older versions of the services' APIs, for tests that pretend to have them.

``API_VERSIONS=3.64/2.79`` runs the suites on a cloud as if Cinder and Nova went no higher.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Version = tuple[int, int]

# The services' words for themselves in the header of a request.
_WORDS = {"cinder": "volume", "nova": "compute"}
LATEST = "latest"


@dataclass(frozen=True)
class Versions:
    """The highest versions of a cloud's Block Storage API and Compute API."""

    cinder: Version
    nova: Version

    def __str__(self) -> str:
        return f"{written(self.cinder)}/{written(self.nova)}"

    def of(self, service: str) -> Version:
        """Return that of a service, told by its name."""
        return {"cinder": self.cinder, "nova": self.nova}[service]


def number(text: str) -> Version:
    """Read a version; ValueError for what is none."""
    major, _dot, minor = text.strip().partition(".")
    return int(major), int(minor)


def written(version: Version) -> str:
    """Return a version as it is written."""
    return f"{version[0]}.{version[1]}"


def versions(text: str) -> Versions:
    """Read a pair, such as 3.64/2.79; ValueError for what is none."""
    cinder, _slash, nova = text.partition("/")
    return Versions(number(cinder), number(nova))


# Train, Wallaby, Zed.
OLDER = tuple(map(versions, ("3.59/2.60", "3.64/2.79", "3.70/2.93")))
TODAY = versions("3.71/2.96")


def chosen() -> Versions | None:
    """Return what API_VERSIONS names, None where the services' own versions are used."""
    said = os.environ.get("API_VERSIONS")
    return versions(said) if said else None


def asked(service: str, headers: Mapping[str, str]) -> str:
    """Return the version that a request to a service asks for, empty where it names none."""
    said = {key.lower(): value for key, value in headers.items()}
    for each in said.get("openstack-api-version", "").split(","):
        word, _space, version = each.strip().partition(" ")
        if word == _WORDS[service]:
            return version.strip()
    return said.get("x-openstack-nova-api-version", "") if service == "nova" else ""


def is_beyond(wanted: str, highest: Version) -> bool:
    """Tell whether a request asks for a version that its service does not have."""
    return wanted not in ("", LATEST) and number(wanted) > highest


def refusal(wanted: str, highest: Version) -> dict[str, Any]:
    """Return what Cinder and Nova say of such a version, with status 406."""
    lowest = {3: "3.0", 2: "2.1"}[highest[0]]
    words = (
        f"Version {wanted} is not supported by the API. "
        f"Minimum is {lowest} and maximum is {written(highest)}."
    )
    return {"computeFault": {"code": 406, "message": words}}
