# SPDX-License-Identifier: Apache-2.0
"""Every failure becomes one of our errors, with the service's reason and request id."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from keystoneauth1 import exceptions as keystoneauth

from snapshot_dashboard.cloud import block_storage, compute, errors
from snapshot_dashboard.cloud.errors import (
    AnswerLost,
    AnswerUnreadable,
    Cause,
    CloudError,
    Forbidden,
    NotFound,
    QuotaExceeded,
    RateLimited,
    Refused,
    RequestFailed,
    Service,
    ServiceFailed,
    SessionExpired,
    Unreachable,
    translated,
)
from tests.unit.cloud.wire import NOVA, REFUSED, REQUEST_ID, SILENT, Wire, connection

CLASSES = [
    (400, Refused),
    (401, SessionExpired),
    (403, Forbidden),
    (404, NotFound),
    (409, Refused),
    (413, QuotaExceeded),
    (418, Refused),
    (429, RateLimited),
    (500, ServiceFailed),
    (502, ServiceFailed),
    (503, ServiceFailed),
    (504, ServiceFailed),
]


def read_volume() -> None:
    """Ask Cinder, through keystoneauth."""
    block_storage.volume(connection(), "v1")


def read_instance() -> None:
    """Ask Nova, through keystoneauth."""
    compute.instance(connection(), "i1")


def create_snapshot() -> None:
    """Ask Cinder for a change."""
    block_storage.create_snapshot(
        connection(), "v1", name="n", description="", force=False, metadata={}
    )


ADDRESSES = [
    (read_volume, "GET", "/volumes/v1"),
    (read_instance, "GET", f"{NOVA}/servers/i1"),
    (create_snapshot, "POST", "/snapshots"),
]
EVERY_ADDRESS = pytest.mark.parametrize(
    ("call", "method", "address"), ADDRESSES, ids=["volume", "instance", "create"]
)


@EVERY_ADDRESS
@pytest.mark.parametrize(("status", "kind"), CLASSES)
def test_every_status_has_its_class_reason_and_request_id(
    wire: Wire,
    call: Callable[[], None],
    method: str,
    address: str,
    status: int,
    kind: type[RequestFailed],
) -> None:
    wire.fails(method, address, status, "Invalid volume: it is in use.")
    with pytest.raises(RequestFailed) as caught:
        call()
    assert type(caught.value) is kind
    assert caught.value.reason == "Invalid volume: it is in use."
    assert caught.value.request_id == REQUEST_ID
    assert caught.value.status == status


@EVERY_ADDRESS
def test_a_request_that_was_never_sent_is_unreachable(
    wire: Wire, call: Callable[[], None], method: str, address: str
) -> None:
    wire.breaks(method, address, REFUSED)
    with pytest.raises(RequestFailed) as caught:
        call()
    assert type(caught.value) is Unreachable
    assert caught.value.status == 0


@EVERY_ADDRESS
def test_a_request_without_an_answer_may_have_been_carried_out(
    wire: Wire, call: Callable[[], None], method: str, address: str
) -> None:
    wire.breaks(method, address, SILENT)
    with pytest.raises(RequestFailed) as caught:
        call()
    assert type(caught.value) is AnswerLost
    assert caught.value.status == 0


@EVERY_ADDRESS
@pytest.mark.parametrize(
    ("content_type", "text"),
    [
        ("text/html", "<h1>502 Bad Gateway</h1>"),
        ("application/json", '"down"'),
        ("application/json", "{broken"),
        ("application/json", ""),
    ],
)
def test_an_answer_of_something_before_the_service_is_a_failure_too(
    wire: Wire,
    call: Callable[[], None],
    method: str,
    address: str,
    content_type: str,
    text: str,
) -> None:
    whole = address if address.startswith("http") else f"http://storage.test/v3{address}"
    wire.mocker.register_uri(
        method, whole, text=text, status_code=502, headers={"Content-Type": content_type}
    )
    with pytest.raises(ServiceFailed):
        call()


def test_json_of_a_proxy_before_cinder_is_a_failure_too(wire: Wire) -> None:
    wire.says("GET", "/volumes/v1", {"error": "no backend"}, 502)
    with pytest.raises(ServiceFailed):
        read_volume()


def test_json_of_a_proxy_before_nova_is_a_failure_too(wire: Wire) -> None:
    wire.says("GET", f"{NOVA}/servers/i1", {"error": "no backend"}, 502)
    with pytest.raises(ServiceFailed):
        read_instance()


@pytest.mark.parametrize("status", [401, 403, 404, 503])
def test_a_failing_discovery_of_versions_sends_nothing(wire: Wire, status: int) -> None:
    wire.fails("GET", "http://storage.test/", status)
    with pytest.raises(RequestFailed) as caught:
        read_volume()
    assert type(caught.value) is Unreachable


def test_a_failed_discovery_is_tried_again(wire: Wire) -> None:
    wire.breaks("GET", "http://storage.test/", REFUSED)
    with pytest.raises(Unreachable):
        read_volume()
    wire.versions("3.71")
    wire.volume()
    read_volume()


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (keystoneauth.EndpointNotFound(), Unreachable),
        (keystoneauth.DiscoveryFailure(), Unreachable),
    ],
)
def test_what_the_libraries_refuse_themselves_was_never_carried_out(
    raised: Exception, kind: type[RequestFailed]
) -> None:
    with pytest.raises(kind), translated(Service.COMPUTE):
        raise raised


@pytest.mark.parametrize(
    "mistake", [ZeroDivisionError, KeyError, TypeError, AttributeError, ValueError, IndexError]
)
def test_our_own_mistakes_are_not_dressed_up_as_failures_of_a_service(
    mistake: type[Exception],
) -> None:
    with pytest.raises(mistake), translated(Service.BLOCK_STORAGE):
        raise mistake


@pytest.mark.parametrize(
    "answer", [{}, {"volume": None}, {"volume": {"size": 1}}, {"volume": {"id": 5}}, [], "down"]
)
def test_a_volume_that_is_not_what_the_api_promises_is_an_unreadable_answer(
    wire: Wire, answer: object, caplog: pytest.LogCaptureFixture
) -> None:
    wire.says("GET", "/volumes/v1", answer)
    with pytest.raises(AnswerUnreadable) as caught:
        read_volume()
    assert caught.value.request_id == REQUEST_ID
    assert caught.value.service is Service.BLOCK_STORAGE
    assert caught.value.status == 200
    assert "block-storage service cannot be read" in caplog.text


def test_a_page_instead_of_json_is_a_failure(wire: Wire) -> None:
    wire.says("GET", f"{NOVA}/servers/i1", "<html>maintenance</html>")
    with pytest.raises(ServiceFailed):
        read_instance()


LIMIT = {"overLimit": {"code": 413, "message": "too many", "retryAfter": "0"}}
RATE = {"overLimitFault": {"code": 413, "message": "too fast", "details": "1 POST a minute"}}
FAULT = {"badRequest": {"code": 400, "message": "no"}}


@pytest.mark.parametrize(
    ("status", "headers", "body", "cause", "seconds"),
    [
        (400, {}, FAULT, Cause.BAD_REQUEST, 0),
        (401, {}, FAULT, Cause.LOGGED_OUT, 0),
        (403, {}, FAULT, Cause.FORBIDDEN, 0),
        (404, {}, FAULT, Cause.NOT_FOUND, 0),
        (409, {}, FAULT, Cause.CONFLICT, 0),
        (415, {}, FAULT, Cause.REFUSED, 0),
        # What Cinder says of a quota (QuotaError in cinder/exception.py).
        (413, {"Retry-After": "0"}, LIMIT, Cause.LIMIT, 0),
        (413, {}, LIMIT, Cause.LIMIT, 0),
        (413, {"Retry-After": "17"}, LIMIT, Cause.TOO_MANY, 17),
        (413, {"Retry-After": "Mon, 30 Nov 2026 12:00:00 GMT"}, LIMIT, Cause.TOO_MANY, None),
        (413, {}, RATE, Cause.TOO_MANY, 0),
        (413, {}, None, Cause.REFUSED, 0),
        (429, {}, None, Cause.TOO_MANY, 0),
        (429, {"Retry-After": "3"}, None, Cause.TOO_MANY, 3),
        (429, {"Retry-After": "9" * 5000}, None, Cause.TOO_MANY, None),
        (500, {}, FAULT, Cause.FAILED, 0),
        (503, {"Retry-After": "60"}, None, Cause.FAILED, 60),
    ],
)
def test_every_answer_has_its_cause(
    wire: Wire,
    status: int,
    headers: dict[str, str],
    body: object,
    cause: Cause,
    seconds: int | None,
) -> None:
    wire.mocker.register_uri(
        "GET",
        "http://storage.test/v3/volumes/v1",
        status_code=status,
        headers=headers,
        **({"text": "<h1>Sorry</h1>"} if body is None else {"json": body}),
    )
    with pytest.raises(RequestFailed) as caught:
        read_volume()
    assert caught.value.cause is cause
    assert caught.value.retry_after == seconds
    assert caught.value.service is Service.BLOCK_STORAGE
    # A proxy's page is nobody's reason.
    assert "<" not in caught.value.reason


@EVERY_ADDRESS
@pytest.mark.parametrize("how", [REFUSED, SILENT])
def test_what_a_library_says_of_sockets_and_addresses_goes_into_the_log_alone(
    wire: Wire,
    call: Callable[[], None],
    method: str,
    address: str,
    how: type[Exception],
    caplog: pytest.LogCaptureFixture,
) -> None:
    wire.breaks(method, address, how)
    with pytest.raises(RequestFailed) as caught:
        call()
    assert caught.value.reason == str(caught.value) == ""
    assert "http://" in caplog.text


# What our own mistakes raise; whoever catches it catches them.
OURS = {"ArithmeticError", "AssertionError", "AttributeError", "BaseException", "Exception"}
OURS |= {"IndexError", "KeyError", "LookupError", "NameError", "RuntimeError", "TypeError"}
OURS |= {"RecursionError", "OverflowError", "ValueError", "UnicodeDecodeError"}
# What may be guarded so: one expression that parses a text that came from outside.
PARSERS = {"UUID", "Verdict", "ZoneInfo", "fromisoformat", "int", "json", "literal_eval", "loads"}
PARSERS |= {"_record", "parsedate_to_datetime", "popleft", "read_text", "strptime", "urlsplit"}
# And what may give it the text, or make use of its value there and then.
BESIDE = {"Seen", "dict", "parse_qsl", "astimezone", "get", "items", "get_timezone", "str", "text"}
BESIDE |= {"date", "len", "replace"}
PACKAGE = Path(errors.__file__).parents[1]


def guards() -> list[tuple[str, ast.Try]]:
    """Return each ``try`` of the package that catches what our own mistakes raise."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        for each in ast.walk(ast.parse(path.read_text())):
            if isinstance(each, ast.Try) and any(_catches(one) for one in each.handlers):
                found.append((f"{path.relative_to(PACKAGE)}:{each.lineno}", each))
    return found


def _catches(handler: ast.ExceptHandler) -> bool:
    named = ast.walk(handler.type) if handler.type else [ast.Name("Exception")]
    return bool(OURS.intersection(each.id for each in named if isinstance(each, ast.Name)))


def test_nothing_but_parsing_is_guarded_against_our_own_mistakes() -> None:
    assert len(guards()) > 3
    for where, guard in guards():
        calls = [
            each.func
            for line in guard.body
            for each in ast.walk(line)
            if isinstance(each, ast.Call)
        ]
        names = {getattr(each, "attr", getattr(each, "id", "")) for each in calls}
        assert names & PARSERS, where
        assert names <= PARSERS | BESIDE, where
        assert len(guard.body) <= 2, where


def test_nobody_who_bears_a_failure_catches_an_expired_session() -> None:
    assert not issubclass(SessionExpired, CloudError)
