# SPDX-License-Identifier: Apache-2.0
"""One tree of errors for everything that can go wrong between us and OpenStack.

The class tells what may have become of the request, ``cause`` why it failed. What keystoneauth
raises is translated here, once; nothing above this package ever sees one of its exceptions.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import quote

import requests
import urllib3
from keystoneauth1 import exceptions as keystoneauth

from snapshot_dashboard.rules.failure import Cause as Cause
from snapshot_dashboard.rules.failure import Failure
from snapshot_dashboard.rules.failure import Service as Service
from snapshot_dashboard.rules.holds import Hold
from snapshot_dashboard.rules.ids import is_id, is_written_as_id
from snapshot_dashboard.rules.text import readable

LOG = logging.getLogger(__name__)
# HTTP status codes of errors begin here.
ERRORS = 400

Response = requests.Response
_Failed = TypeVar("_Failed", bound="RequestFailed")


class RequestFailed(Exception):
    """A request to a service did not bring about what it was sent for.

    ``reason`` is the service's own text (English, may be empty), ``request_id`` what support
    needs to find it in the logs, ``status`` the HTTP status, 0 when there was no answer.
    ``service`` is None where it is not known which one it was. ``retry_after`` are the seconds
    after which it wants to be asked again. ``uncertain`` is True where a change may have been
    made all the same.
    """

    uncertain = False
    usual = Cause.NO_ANSWER

    def __init__(
        self,
        reason: str = "",
        *,
        request_id: str = "",
        status: int = 0,
        service: Service | None = None,
        cause: Cause | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.request_id = request_id
        self.status = status
        self.service = service
        self.cause = cause or self.usual
        self.retry_after = retry_after

    @property
    def failure(self) -> Failure:
        """Return what is known of it, without what may have become of the request.

        Without an answer there is no reason of the service's.
        """
        return Failure(
            cause=self.cause,
            service=self.service,
            status=self.status,
            reason=self.reason if self.status else "",
            request_id=self.request_id,
            retry_after=self.retry_after,
        )

    @classmethod
    def because(cls: type[_Failed], error: RequestFailed) -> _Failed:
        """Return an error of this class with everything that is known of another one."""
        return cls(
            error.reason,
            request_id=error.request_id,
            status=error.status,
            service=error.service,
            cause=error.cause,
            retry_after=error.retry_after,
        )


class CloudError(RequestFailed):
    """A service did not do what it was asked: whoever asked can go on, and say why."""


class SessionExpired(RequestFailed):
    """The token is no longer accepted (401): the person has to log in again.

    No :class:`CloudError`: nobody can go on without a token, so nobody who bears a failure
    catches this one by mistake. A page's answer is made in one place (``panels.common.links``).
    """

    usual = Cause.LOGGED_OUT


class Forbidden(CloudError):
    """The role does not allow it (403)."""

    usual = Cause.FORBIDDEN


class NotFound(CloudError):
    """There is no such object for this project (404)."""

    usual = Cause.NOT_FOUND


class Refused(CloudError):
    """The service understood and refused (400, 409 and other 4xx): nothing was changed."""

    usual = Cause.REFUSED


class QuotaExceeded(CloudError):
    """The project's limits do not allow it (Cinder's 413)."""

    usual = Cause.LIMIT


class RateLimited(CloudError):
    """Too many requests were sent lately (429, or 413 with a time to wait)."""

    usual = Cause.TOO_MANY


class ServiceFailed(CloudError):
    """The service failed while it worked on the request (5xx): the outcome is not certain."""

    uncertain = True
    usual = Cause.FAILED


class AnswerUnreadable(ServiceFailed):
    """The answer is not what the API promises, such as a proxy's page in the place of JSON."""

    usual = Cause.UNREADABLE


class Unreachable(CloudError):
    """The request was never sent: there was no connection, no time, or no such service."""

    usual = Cause.UNREACHABLE


class AnswerLost(CloudError):
    """The request was sent, and no answer came: it may have been carried out."""

    uncertain = True


class OnHold(CloudError):
    """Nothing was sent: a snapshot that was to be deleted is on hold."""

    usual = Cause.ON_HOLD

    def __init__(self, hold: Hold) -> None:
        # In English, for the audit log.
        super().__init__(str(hold))
        self.hold = hold

    @property
    def failure(self) -> Failure:
        """Return it with the hold, for whoever tells people."""
        return replace(super().failure, hold=self.hold)


def checked(object_id: str) -> str:
    """Return an id of a volume, a snapshot, an instance, ... that can stand in an address.

    :raises NotFound: it is not written as such ids are, so there is no such object; in an
        address it would lead elsewhere.
    """
    if not is_id(object_id):
        raise NotFound
    return object_id


def written(object_id: str) -> str:
    """Return an id for a query, where a word leads nowhere else.

    :raises NotFound: it is not written as ids are.
    """
    if not is_written_as_id(object_id):
        raise NotFound
    return object_id


# The longest id of a user (keystone/common/sql/migrations, user_id).
_LONGEST_OF_KEYSTONE = 255


def quoted(object_id: str) -> str:
    """Return an id of a project or a user as a part of an address.

    Keystone's ids are opaque: a directory gives what it likes ("ldap.user").

    :raises NotFound: no address can name it, so there is no such object.
    """
    fits = 0 < len(object_id) <= _LONGEST_OF_KEYSTONE and object_id.isprintable()
    if not fits or "/" in object_id or object_id in (".", ".."):
        raise NotFound
    return quote(object_id, safe="")


_BY_STATUS: dict[int, tuple[type[RequestFailed], Cause]] = {
    400: (Refused, Cause.BAD_REQUEST),
    401: (SessionExpired, Cause.LOGGED_OUT),
    403: (Forbidden, Cause.FORBIDDEN),
    404: (NotFound, Cause.NOT_FOUND),
    409: (Refused, Cause.CONFLICT),
    413: (QuotaExceeded, Cause.LIMIT),
    429: (RateLimited, Cause.TOO_MANY),
}
_TOO_LARGE = 413
# Seconds of more digits than these are no time that anybody waits.
_DIGITS = 6
# Cinder's own rate limit (OverLimitFault in cinder/api/openstack/wsgi.py). A limit of the project
# is an "overLimit", and carries "Retry-After: 0" (QuotaError in cinder/exception.py).
_RATE_FAULT = "overLimitFault"


@contextmanager
def translated(service: Service) -> Iterator[None]:
    """Turn what keystoneauth raises inside the block into our tree.

    What a library says of sockets and addresses is for the log only: it helps nobody else.
    """
    try:
        yield
    except keystoneauth.ConnectionError as error:
        LOG.warning("No answer of the %s service: %s", service.value, error)
        raise _unanswered(error)(service=service) from error
    except requests.RequestException as error:
        # Of a body that is read in pieces keystoneauth knows nothing.
        LOG.warning("No complete answer of the %s service: %s", service.value, error)
        raise AnswerLost(service=service) from error
    except keystoneauth.ClientException as error:
        # No endpoint, no version in common: there is nothing that a request could be sent to.
        LOG.warning("Nothing could be sent to the %s service: %s", service.value, error)
        raise Unreachable(service=service) from error


def for_answer(service: Service, response: Response, body: object) -> RequestFailed:
    """Return the error that an answer with an error status is; ``body`` is its JSON."""
    status = response.status_code
    # {kind: {"message": ...}} in all services.
    faults: Mapping[str, Any] = body if isinstance(body, dict) else {}
    wait = response.headers.get("Retry-After") or "0"
    kind, cause = _meaning(status, faults, wait)
    return kind(
        readable(_worded(faults)),
        request_id=request_id(response),
        status=status,
        service=service,
        cause=cause,
        # It may be a date, or nonsense: then only that it wants to be left alone is known.
        retry_after=int(wait) if wait.isdecimal() and len(wait) <= _DIGITS else None,
    )


def _meaning(
    status: int, faults: Mapping[str, Any], wait: str
) -> tuple[type[RequestFailed], Cause]:
    if status == _TOO_LARGE and (wait != "0" or _RATE_FAULT in faults):
        return RateLimited, Cause.TOO_MANY
    if status == _TOO_LARGE and not faults:
        # A proxy that finds a request too long says the same as a service that counts.
        return Refused, Cause.REFUSED
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return (ServiceFailed, Cause.FAILED) if status >= 500 else (Refused, Cause.REFUSED)


def request_id(response: Response) -> str:
    """Return the id under which the service's log has a request, empty where it told none."""
    headers = response.headers
    return str(headers.get("x-openstack-request-id") or headers.get("x-compute-request-id") or "")


def _worded(faults: Mapping[str, Any]) -> str:
    # Some middleware says {"message": ...} without a kind.
    said = [each.get("message") for each in (*faults.values(), faults) if isinstance(each, dict)]
    return next((each for each in said if each and isinstance(each, str)), "")


def _unanswered(error: BaseException) -> type[CloudError]:
    """Tell by the chain of causes whether the request can have reached the service.

    keystoneauth calls every time-out a ConnectTimeout; only the exceptions underneath know.
    """
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, requests.ConnectTimeout | urllib3.exceptions.NewConnectionError):
            return Unreachable
        reason = getattr(seen, "args", ())[:1]
        inner = getattr(reason[0], "reason", None) if reason else None
        if isinstance(inner, urllib3.exceptions.NewConnectionError):
            return Unreachable
        seen = seen.__cause__ or seen.__context__
    return AnswerLost
