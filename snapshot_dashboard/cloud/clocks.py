# SPDX-License-Identifier: Apache-2.0
"""How far the clocks of the services are from ours, told by the ``Date`` of their answers.

A moment that a service has written down is compared with that service's present: Horizon's own
clock may be an hour off. Where several hosts answer at one address, the one counts that has
answered last.
"""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from snapshot_dashboard.cloud.errors import ERRORS, Response

# Addresses of services have one, followed by a project now and then.
_VERSIONED = re.compile(r"/v[23](?=[./]|$)")
# Seconds for which an answer is believed: longer than a version is remembered, so that whoever
# knows the version of a service knows its clock.
_BELIEVED = 900.0
# A token would not be valid by two clocks that are further apart: it is no clock that tells this.
_FARTHEST = timedelta(days=1)
# A Date has no fractions.
_WHOLE = timedelta(seconds=1)
_NONE = timedelta()


def service_root(url: str) -> str:
    """Return an address without version and what follows it: one for each service."""
    parts = urlsplit(url)
    path = _VERSIONED.split(parts.path, maxsplit=1)[0].rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def ours() -> datetime:
    """Return the present by our own clock."""
    return datetime.now(timezone.utc)


def date_of(response: Response) -> datetime | None:
    """Return the time of an answer by the clock of the service, None where it tells none."""
    try:
        found = parsedate_to_datetime(response.headers.get("Date", ""))
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def difference(date: datetime, arrived: datetime, took: timedelta) -> timedelta:
    """Return how far a clock is ahead of ours at least, below zero for one that is behind.

    ``date`` is what it told in an answer whose header ``arrived`` at this time by ours, after it
    ``took`` so long. Some servers tell the time at which the request came, others that of the
    answer: what may be explained by that is no difference.
    """
    earliest, latest = date - arrived, date + _WHOLE + took - arrived
    if earliest <= _NONE <= latest:
        return _NONE
    return earliest if earliest > _NONE else latest


class Clocks:
    """What is known of the clocks of services, by their addresses."""

    def __init__(self) -> None:
        # An entry is replaced in one step, whichever thread does it.
        self._known: dict[str, tuple[float, timedelta]] = {}
        # When an answer came whose clock was not believed.
        self._doubted: dict[str, float] = {}

    def heed(self, response: Response, **_how: Any) -> None:
        """Note what an answer tells; called by requests when its header has arrived.

        What comes out of a cache was dated when it went in, and an error may be that of whoever
        stands in front of the service.
        """
        date = date_of(response)
        cached = response.headers.get("Age", "0").strip() != "0"
        if date is None or cached or response.status_code >= ERRORS:
            return
        ahead = difference(date, ours(), response.elapsed)
        root = service_root(response.url)
        if abs(ahead) <= _FARTHEST:
            self._known[root] = (time.monotonic(), ahead)
            self._doubted.pop(root, None)
        else:
            self._doubted[root] = time.monotonic()

    def ahead(self, url: str) -> timedelta | None:
        """Return how far the clock of the service at ``url`` is ahead, None where not known."""
        heard, ahead = self._known.get(service_root(url), (0.0, None))
        return ahead if time.monotonic() - heard < _BELIEVED else None

    def is_doubted(self, url: str) -> bool:
        """Tell whether the service at ``url`` has told a time that is more than a day from ours."""
        heard = self._doubted.get(service_root(url))
        return heard is not None and time.monotonic() - heard < _BELIEVED

    def forget(self) -> None:
        """Forget everything."""
        self._known.clear()
        self._doubted.clear()


clocks = Clocks()
