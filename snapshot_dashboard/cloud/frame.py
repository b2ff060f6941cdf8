# SPDX-License-Identifier: Apache-2.0
"""What Horizon's frame asks Keystone for on every page, asked for in time.

Nothing on our pages needs it. So a page waits for it no longer than for everything else together,
and a Keystone that has not answered is left alone for a minute.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from snapshot_dashboard import settings
from snapshot_dashboard.cloud.clocks import service_root
from snapshot_dashboard.cloud.errors import Cause, CloudError, Service, Unreachable
from snapshot_dashboard.cloud.session import Connection, Deadline
from snapshot_dashboard.cloud.versions import versions

Value = TypeVar("Value")

_KEYSTONE = Service.IDENTITY
# The version that stock asks for (application_credentials/panel.py).
_CREDENTIALS = (3, 10)  # of Keystone, not of Cinder
# Seconds for which a Keystone that has not answered is not asked again.
_SPARED = 60.0
_SILENT = frozenset({Cause.NO_ANSWER, Cause.OUT_OF_TIME, Cause.UNREACHABLE})


class Spared:
    """Knows which addresses have not answered a short while ago."""

    def __init__(self) -> None:
        # An entry is replaced in one step, whichever thread does it.
        self._until: dict[str, float] = {}

    def ask(self, connection: Connection, url: str, read: Callable[[Connection], Value]) -> Value:
        """Read something at an address, unless it has not answered lately.

        :raises CloudError: it cannot be read, or is not asked for now.
        """
        if time.monotonic() < self._until.get(service_root(url), 0.0):
            raise Unreachable(service=_KEYSTONE, cause=Cause.NO_ANSWER)
        anew = replace(connection, deadline=Deadline(settings.get("PAGE_SECONDS")))
        try:
            return anew.fetch(partial(read, anew))
        except CloudError as error:
            if error.cause in _SILENT:
                self._until[service_root(url)] = time.monotonic() + _SPARED
            raise

    def forget(self) -> None:
        """Forget everything."""
        self._until.clear()


spared = Spared()


def has_application_credentials(connection: Connection) -> bool:
    """Tell whether this cloud's Keystone has application credentials.

    :raises CloudError: its version is not known and cannot be asked for now.
    """
    url = connection.identity_url or ""
    if (versions.known(url) or (0, 0)) >= _CREDENTIALS:
        return True
    return spared.ask(connection, url, lambda anew: anew.version(_KEYSTONE)) >= _CREDENTIALS
