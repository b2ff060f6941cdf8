# SPDX-License-Identifier: Apache-2.0
"""One tree of errors for everything that can go wrong between us and OpenStack.

Client libraries raise two families (cinderclient's and keystoneauth's); they are translated
here, once. Nothing above this package ever sees one of theirs.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import requests
import urllib3
from cinderclient import exceptions as cinder
from keystoneauth1 import exceptions as keystoneauth

from snapshot_dashboard.rules.text import readable

LOG = logging.getLogger(__name__)


class CloudError(Exception):
    """A service did not do what it was asked.

    ``reason`` is the service's own text (English, may be empty), ``request_id`` what support
    needs to find it in the logs, ``status`` the HTTP status, 0 when there was no answer.
    ``uncertain`` is True where a change may have been made all the same.
    """

    uncertain = False

    def __init__(self, reason: str = "", *, request_id: str = "", status: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.request_id = request_id
        self.status = status


class SessionExpired(CloudError):
    """The token is no longer accepted (401): the person has to log in again."""


class Forbidden(CloudError):
    """The role does not allow it (403)."""


class NotFound(CloudError):
    """There is no such object for this project (404)."""


class QuotaExceeded(CloudError):
    """The project's limits do not allow it (413)."""


class Refused(CloudError):
    """The service understood and refused (400, 409 and other 4xx): nothing was changed."""


class ServiceFailed(CloudError):
    """The service failed while it worked on the request (5xx): the outcome is not certain."""

    uncertain = True


class Unreachable(CloudError):
    """No connection was made: the request was never sent."""


class AnswerLost(CloudError):
    """The request was sent, and no answer came: it may have been carried out."""

    uncertain = True


# What reading an answer raises that is not what the API promises: a gateway's page instead of
# JSON, a missing key, null where an object should be; cinderclient itself stumbles so.
_MALFORMED = (KeyError, TypeError, AttributeError, ValueError, IndexError)

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def checked(object_id: str) -> str:
    """Return an id that can stand in an address.

    :raises NotFound: it is not written as ids are, so there is no such object.
    """
    if not _ID.fullmatch(object_id):
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


_BY_STATUS: dict[int, type[CloudError]] = {
    401: SessionExpired,
    403: Forbidden,
    404: NotFound,
    413: QuotaExceeded,
}


def for_status(status: int) -> type[CloudError]:
    """Return the class for an HTTP error status."""
    return _BY_STATUS.get(status, ServiceFailed if status >= 500 else Refused)


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the client libraries raise inside the block into our tree."""
    try:
        yield
    except cinder.ClientException as error:
        raise _from_answer(error.code, error.message, error.request_id) from error
    except keystoneauth.HttpError as error:
        raise _from_answer(error.http_status, _worded(error), error.request_id) from error
    except keystoneauth.ConnectionError as error:
        raise _unanswered(error)(str(error)) from error
    except keystoneauth.ClientException as error:
        # No endpoint, no version in common: there is nothing that a request could be sent to.
        raise Unreachable(str(error)) from error
    except cinder.UnsupportedVersion as error:
        raise Refused(str(error)) from error
    except _MALFORMED as error:
        LOG.exception("A service gave an answer that cannot be read.")
        raise ServiceFailed from error


def _from_answer(status: int | None, message: str | None, request_id: str | None) -> CloudError:
    number = int(status or 0)
    return for_status(number)(readable(message or ""), request_id=request_id or "", status=number)


def _worded(error: keystoneauth.HttpError) -> str | None:
    """Return the reason from Nova's ``{"kind": {"message": ...}}``, unknown to keystoneauth."""
    if error.response is None:
        return error.message
    try:
        body = error.response.json()
    except ValueError:
        return error.message
    faults = body.values() if isinstance(body, dict) else ()
    said = (fault.get("message") for fault in faults if isinstance(fault, dict))
    return next((str(each) for each in said if each), error.message)


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
