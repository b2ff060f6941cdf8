# SPDX-License-Identifier: Apache-2.0
"""Hides the newer versions of a service's API: for a proxy between Horizon and the service.

What a request asks for beyond the highest version is refused by the service itself, in its own
words: it is asked for a version that it has not either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.api_versions import LATEST, Version, Versions, asked, is_beyond, number, written

# The documents about versions: of the service, and of one major version.
_ABOUT = re.compile(r"/(?:v\d+(?:\.\d+)?/?)?")
_NONE = 9999
_MAXIMUM = re.compile(rb"maximum is \d+\.\d+")


@dataclass(frozen=True)
class Cap:
    """The highest version that a service may show."""

    service: str
    highest: Version

    def heading(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers that a request goes on with."""
        wanted = asked(self.service, headers)
        sent = dict(headers)
        if wanted == LATEST or is_beyond(wanted, self.highest):
            # As the newest one of the older service, or as one that nobody has.
            other = self.highest if wanted == LATEST else (self.highest[0], _NONE)
            for key, value in sent.items():
                if key.lower() in ("openstack-api-version", "x-openstack-nova-api-version"):
                    sent[key] = value.replace(wanted, written(other))
        return sent

    def body(self, path: str, headers: Mapping[str, str], content: bytes) -> bytes:
        """Return what is told of an answer's body to who has asked with these headers."""
        if _ABOUT.fullmatch(path.partition("?")[0]):
            return self._about(content)
        wanted = asked(self.service, headers)
        if not is_beyond(wanted, self.highest):
            return content
        told = content.replace(written((self.highest[0], _NONE)).encode(), wanted.encode())
        return _MAXIMUM.sub(f"maximum is {written(self.highest)}".encode(), told)

    def _about(self, content: bytes) -> bytes:
        try:
            document = json.loads(content)
        except ValueError:
            return content
        found = document.get("versions") or [document.get("version")]
        for each in found:
            self._lower(each)
        return json.dumps(document).encode()

    def _lower(self, about: Any) -> None:
        said = about.get("version") if isinstance(about, dict) else ""
        # One without microversions has an empty one.
        if said and number(said) > self.highest:
            about["version"] = written(self.highest)


def caps(highest: Versions | None) -> dict[str, Cap]:
    """Return what hides the versions above a pair, by the name of the service."""
    return {each: Cap(each, highest.of(each)) for each in ("cinder", "nova")} if highest else {}
