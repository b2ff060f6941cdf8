# SPDX-License-Identifier: Apache-2.0
"""Makes sure that one form creates one object, however often it is sent.

Cinder has no idempotency key. A request id, one per dialog, is claimed in the cache that the
workers share (``cache.add`` is atomic there), and kept in the metadata of what is made, where it
is looked for before anything is made and after an answer was lost. Without a shared cache only
the look remains, which two requests at the same moment can both pass.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, TypeVar

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import caching
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import CloudError, RequestFailed, SessionExpired, Unreachable
from snapshot_dashboard.cloud.session import Connection

Made = TypeVar("Made")

# Seconds after which an attempt whose answer was lost is given up: what Cinder's API has not
# written down by then, it will not. More where an operator lets a request take longer.
GIVEN_UP = 90.0
_TIMES_WORKING = 4
_REMEMBERED = 6 * 3600
_ATTEMPTS = 200
# In the place of the moment of an attempt that has certainly made nothing.
_OVER = 0.0


class AlreadyMade(CloudError):
    """This form has made its object before; nothing was made now. Two are possible (see above)."""

    def __init__(self, found: Sequence[Any]) -> None:
        super().__init__()
        self.found = tuple(found)


class UnderWay(CloudError):
    """Another request from the same form is being carried out, or its answer was lost."""

    uncertain = True


class AttemptState(Enum):
    """What is known of an attempt whose object has not been found."""

    NONE = "none"
    UNDER_WAY = "under_way"
    GIVEN_UP = "given_up"


class _Claim:
    """The exclusive right of one request to create the object of one form.

    An attempt that is over, or was given up, is followed by the next one under a name of its own:
    nobody ever takes away a claim that somebody else has just made, however late an answer comes.
    """

    def __init__(self, region: str, project_id: str, request_id: str) -> None:
        self._name = caching.key(region, project_id, "once", request_id)
        self._key = ""

    def take(self, patience: float) -> bool:
        """Claim it; False when an attempt is under way.

        One that needs more than the usual patience is written down as if it were made later.
        """
        longer = max(0.0, patience - _patience())
        for attempt in range(_ATTEMPTS):
            self._key = f"{self._name}:{attempt}"
            now = time.time()
            if caching.added(self._key, now + longer, _REMEMBERED):
                return True
            since = cache.get(self._key, now)
            if now - since < _patience():
                return False
        return False

    def state(self) -> AttemptState:
        """Tell the least certain that is known of any attempt, without making one."""
        found = set()
        for attempt in range(_ATTEMPTS):
            since = cache.get(f"{self._name}:{attempt}")
            if since is None:
                break
            found.add(_as_state(since))
        worst = (AttemptState.UNDER_WAY, AttemptState.GIVEN_UP)
        return next((each for each in worst if each in found), AttemptState.NONE)

    def release(self) -> None:
        """Give it back: it is certain that nothing was made."""
        cache.set(self._key, _OVER, _REMEMBERED)


def _as_state(since: float) -> AttemptState:
    if since == _OVER:
        return AttemptState.NONE
    return AttemptState.UNDER_WAY if time.time() - since < _patience() else AttemptState.GIVEN_UP


def _patience() -> float:
    working = settings.get("PAGE_SECONDS") + settings.get("WRITE_SECONDS")
    return float(max(GIVEN_UP, _TIMES_WORKING * working))


def state(region: str, project_id: str, request_id: str) -> AttemptState:
    """Tell what is known of the attempt to make the object of one form."""
    return _Claim(region, project_id, request_id).state()


def is_shared() -> bool:
    """Tell whether the workers share the cache, so that "no attempt" can be believed."""
    return not caching.backend().endswith(("locmem.LocMemCache", "dummy.DummyCache"))


def make_once(
    connection: Connection,
    request_id: str,
    *,
    look: Callable[[], Sequence[Made]],
    make: Callable[[], Made],
    patience: float = GIVEN_UP,
) -> Made:
    """Make an object unless this form has made it before.

    ``look`` returns what was made under the request id so far. When the answer to ``make`` is
    lost, what is found afterwards is the answer; after ``patience`` seconds it is given up.

    :raises AlreadyMade: the form has made its object before.
    :raises UnderWay: it is not known what became of an attempt a moment ago.
    :raises CloudError: nothing was made; or, where it is ``uncertain``, that is not known.
    """
    claim = _Claim(connection.region, connection.project_id, request_id)
    first = claim.state() is AttemptState.NONE
    claimed = claim.take(patience)
    found = _made_before(look, claim if claimed else None, first=first)
    if found:
        raise AlreadyMade(found)
    if not claimed:
        raise UnderWay
    try:
        return make()
    except RequestFailed as error:
        if not error.uncertain:
            claim.release()
            raise
        found = _found_after(look)
        if found:
            return found[0]
        raise


def _made_before(
    look: Callable[[], Sequence[Made]], claim: _Claim | None, *, first: bool
) -> Sequence[Made]:
    """Look before anything is made: for the first attempt a failure means that nothing was."""
    try:
        return look()
    except RequestFailed as error:
        if claim is None:
            raise UnderWay from error
        claim.release()
        if isinstance(error, SessionExpired):
            raise
        if not first:
            raise UnderWay from error
        if not error.uncertain:
            raise
        raise Unreachable.because(error) from error


def _found_after(look: Callable[[], Sequence[Made]]) -> Sequence[Made]:
    """Look once more after a lost answer; that look may fail as well."""
    try:
        return look()
    except RequestFailed:
        return ()
