# SPDX-License-Identifier: Apache-2.0
"""How one request of one user reaches the services: pooled, timed, and never mixed up."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar

from cinderclient import client as cinderclient
from keystoneauth1 import adapter, session, token_endpoint

from snapshot_dashboard.cloud.answers import Answer, answered
from snapshot_dashboard.cloud.clocks import clocks, ours
from snapshot_dashboard.cloud.errors import (
    ERRORS,
    Cause,
    Refused,
    Response,
    Service,
    Unreachable,
    for_answer,
    translated,
)
from snapshot_dashboard.cloud.threads import Threads
from snapshot_dashboard.cloud.transport import Deadline as Deadline
from snapshot_dashboard.cloud.transport import pool
from snapshot_dashboard.cloud.versions import versions

Result = TypeVar("Result")

_WORKERS = 32
_DECORATORS = 8
# As many of them are one person's at most, whatever he asks for at the same moment.
_SHARE = 8
_DECORATING_SHARE = 3
# Seconds for a call that has the same deadline to say which service did not answer.
_GRACE = 0.25
_USER_AGENT = "snapshot-dashboard"
# Bytes that are read at once of what is not JSON.
_PIECE = 2**16
# Deployments differ in whether the catalog's address of Keystone or Glance ends with a version.
_VERSION = re.compile(r"/v\d+(\.\d+)?$")
# Cinder and Nova answer it to a version that they do not have.
_NOT_ACCEPTABLE = 406
# Below 3.66 an unforced request for an attached volume is refused by Cinder itself, before and
# after it writes its database row (cinder/volume/api.py:996, 1047): we never go above, so that
# Cinder decides the last millisecond. 3.65 also shows every field that we read.
_CEILING = (3, 65)

Query = Mapping[str, object] | Sequence[tuple[str, str | int]] | None


@lru_cache(maxsize=1)
def _workers() -> Threads:
    """Return the process's few helper threads; building a pool per request costs a second."""
    return Threads(ThreadPoolExecutor(_WORKERS, thread_name_prefix="snapshot-dashboard"), _SHARE)


@lru_cache(maxsize=1)
def _decorators() -> Threads:
    """Return the threads for decoration: names never make a verdict wait for its turn."""
    executor = ThreadPoolExecutor(_DECORATORS, thread_name_prefix="snapshot-dashboard")
    return Threads(executor, _DECORATING_SHARE)


class Later(Generic[Result]):
    """A result that is being fetched while this thread does something else."""

    def __init__(self, future: Future[Result], deadline: Deadline) -> None:
        self._future = future
        self._deadline = deadline

    def get(self) -> Result:
        """Wait for the result, at most until the page's deadline.

        What has arrived already is returned even when the deadline is over.

        :raises CloudError: the call failed, or its time is over.
        """
        try:
            left = 0 if self._future.done() else self._deadline.remaining() + _GRACE
            return self._future.result(timeout=left)
        except NotYet as error:
            raise Unreachable(cause=Cause.NO_ANSWER) from error
        finally:
            # One that still waits for its turn is not worth starting any more.
            self._future.cancel()


@dataclass(frozen=True)
class Connection:
    """One user's way to the services of one region, for the length of one request.

    ``verify`` is a CA file, True, or False where the operator switched verification off.
    ``rights`` names the roles, so that nothing read with wider rights is shown with fewer.
    ``request_id`` goes with every call; the services write it into their logs beside their own
    (oslo.middleware calls it the global request id), so it finds a call whose answer was lost.
    ``person`` is whose share of the helper threads its calls take.
    """

    token: str = field(repr=False)
    project_id: str
    region: str
    block_storage_url: str
    compute_url: str | None
    verify: str | bool
    rights: str
    deadline: Deadline
    write_seconds: float
    request_id: str = field(default_factory=lambda: f"req-{uuid.uuid4()}")
    identity_url: str | None = None
    image_url: str | None = None
    network_url: str | None = None
    person: str = ""

    def start(self, call: Callable[[], Result], *, decoration: bool = False) -> Later[Result]:
        """Begin a call in a helper thread; ``decoration`` waits behind other decoration only."""
        threads = _decorators() if decoration else _workers()
        return Later(threads.submit(self.person or self.token, call), self.deadline)

    def fetch(self, call: Callable[[], Result]) -> Result:
        """Make a call, and wait no longer than the page's deadline.

        What the network library does before it connects, such as looking up a name, knows no
        deadline.

        :raises CloudError: the call failed, or its time is over.
        """
        return self.start(call).get()

    def keystone_session(self, *, write: bool = False) -> session.Session:
        """Return a cheap session over the shared pool.

        Reads share the page's deadline; a write has its own time, because what it is waiting
        for must not be cut off by slow reads before it.

        :raises Unreachable: a read has no time left.
        """
        if not write:
            self.deadline.remaining()
        made = session.Session(session=pool(), verify=self.verify, user_agent=_USER_AGENT)
        # For all that is sent over it: keystoneauth follows a redirect with the same time-out,
        # which it hands on as it is.
        limit: Any = Deadline(self.write_seconds) if write else self.deadline
        made.timeout = limit
        return made

    def auth(self, url: str) -> token_endpoint.Token:
        """Return the user's own token for one endpoint."""
        return token_endpoint.Token(url, self.token)

    def version(self, service: Service) -> tuple[int, int]:
        """Return the highest version of a service, its oldest if it names none.

        :raises CloudError: it is not known and cannot be asked for.
        """
        return versions.highest(self, self._url(service), service)

    def cinder_version(self) -> tuple[int, int]:
        """Return the highest microversion of Cinder, (3, 0) if it names none.

        :raises CloudError: it is not known and cannot be asked for.
        """
        return self.version(Service.BLOCK_STORAGE)

    def compute_version(self) -> tuple[int, int]:
        """Return the highest microversion of Nova, (2, 1) if it names none.

        :raises CloudError: it is not known and cannot be asked for.
        """
        return self.version(Service.COMPUTE)

    def clock(self, service: Service) -> timedelta | None:
        """Return how far the clock of a service is ahead of ours, None where it is not known.

        :raises Unreachable: there is no such service.
        """
        return clocks.ahead(self._url(service))

    @property
    def has_doubtful_clock(self) -> bool:
        """Tell whether Cinder's clock and ours are more than a day apart: one of them is wrong."""
        return clocks.is_doubted(self._url(Service.BLOCK_STORAGE))

    def now(self) -> datetime:
        """Return the present by the clock of Cinder, with which its own moments are compared.

        It is known when Cinder has answered a short while ago; before that it is ours.
        """
        return ours() + (self.clock(Service.BLOCK_STORAGE) or timedelta())

    def cinder(self, method: str, path: str, *, query: Query = None, body: object = None) -> Answer:
        """Send one request to Cinder, as :meth:`call`."""
        return self.call(Service.BLOCK_STORAGE, method, path, query=query, body=body)

    def call(
        self,
        service: Service,
        method: str,
        path: str,
        *,
        microversion: str | None = None,
        query: Query = None,
        body: object = None,
        content: bytes | None = None,
        content_type: str = "application/octet-stream",
    ) -> Answer:
        """Send one request to a service under the user's own token, and return its answer.

        All but GET are changes. ``path`` follows the version: ``/v3`` for Keystone, ``/v2`` for
        Glance. Cinder is asked at the microversion that we use unless another one is named. What
        is None or empty in a mapping is not sent (an empty filter would find nothing).
        ``content`` is sent as it is, in the place of a ``body`` in JSON, as ``content_type``.

        :raises CloudError: it was not sent, not answered, or answered with an error.
        """
        sender = self._sender(service, microversion, write=method != "GET")
        if isinstance(query, Mapping):
            query = {key: value for key, value in query.items() if value not in (None, "")}
        asked = {"params": query, "json": body, "authenticated": True, "raise_exc": False}
        if content is not None:
            asked |= {"data": content, "headers": {"Content-Type": content_type}}
        try:
            return answered(service, lambda: sender.request(path, method, **asked))
        except Refused as error:
            if error.status == _NOT_ACCEPTABLE:
                # It has an older release than a while ago, or this one of its hosts has.
                versions.forget(self._url(service))
            raise

    def beginning(self, service: Service, path: str, length: int) -> bytes:
        """Read the first bytes of something large; the rest is not asked for.

        :raises CloudError: they cannot be read.
        """
        url = self._url(service)
        asked: dict[str, Any] = {"stream": True, "log": False, "raise_exc": False}
        asked |= {"auth": self.auth(url), "global_request_id": self.request_id}
        with translated(service):
            response = self.keystone_session().request(f"{url}{path}", "GET", **asked)
            with response:
                if response.status_code >= ERRORS:
                    raise for_answer(service, response, None)
                return _first_bytes(response, length)

    def _sender(self, service: Service, microversion: str | None, *, write: bool) -> Any:
        """Return what sends to a service, and returns the answer with its JSON.

        For Cinder python-cinderclient's. Its managers are not used: they parse while they send, so
        that an odd record would be indistinguishable from a mistake of ours, and they follow the
        pages of a list by themselves.
        """
        url = self._url(service)
        make: Callable[..., Any] = partial(
            adapter.LegacyJsonAdapter,
            service_type=service.value,
            default_microversion=microversion,
        )
        if service is Service.BLOCK_STORAGE:
            major, minor = min(self.cinder_version(), _CEILING)
            make = partial(_cinder_client, microversion or f"{major}.{minor}")
        return make(
            # Last: the time that a write has begins here.
            session=self.keystone_session(write=write),
            auth=self.auth(url),
            endpoint_override=url,
            global_request_id=self.request_id,
        )

    def _url(self, service: Service) -> str:
        url = {
            Service.BLOCK_STORAGE: self.block_storage_url,
            Service.COMPUTE: self.compute_url,
            Service.IDENTITY: self.identity_url,
            Service.IMAGE: self.image_url,
            Service.NETWORK: self.network_url,
        }[service]
        if url is None:
            raise Unreachable(service=service, cause=Cause.NO_SERVICE)
        return url


def _cinder_client(version: str, **about: Any) -> Any:
    return cinderclient.Client(version, **about).client


def _first_bytes(response: Response, length: int) -> bytes:
    found = b""
    for piece in response.iter_content(_PIECE):
        found += piece
        if len(found) >= length:
            break
    return found[:length]


def versioned(url: str | None, version: str) -> str | None:
    """Return the address with this version at its end, whatever the catalog wrote there."""
    if url is None:
        return None
    return f"{_VERSION.sub('', url.rstrip('/'))}/{version}"
