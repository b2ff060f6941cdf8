# SPDX-License-Identifier: Apache-2.0
"""Whatever goes wrong leaves as one of our errors, with the service's reason and request id."""

from collections.abc import Callable

import pytest
from cinderclient import exceptions as cinder
from keystoneauth1 import exceptions as keystoneauth

from snapshot_dashboard.cloud import block_storage, compute
from snapshot_dashboard.cloud.errors import (
    AnswerLost,
    CloudError,
    Forbidden,
    NotFound,
    QuotaExceeded,
    Refused,
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
    (429, Refused),
    (500, ServiceFailed),
    (502, ServiceFailed),
    (503, ServiceFailed),
    (504, ServiceFailed),
]


def read_volume() -> None:
    """Ask Cinder, through python-cinderclient."""
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
    kind: type[CloudError],
) -> None:
    wire.fails(method, address, status, "Invalid volume: it is in use.")
    with pytest.raises(CloudError) as caught:
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
    with pytest.raises(CloudError) as caught:
        call()
    assert type(caught.value) is Unreachable
    assert caught.value.status == 0


@EVERY_ADDRESS
def test_a_request_without_an_answer_may_have_been_carried_out(
    wire: Wire, call: Callable[[], None], method: str, address: str
) -> None:
    wire.breaks(method, address, SILENT)
    with pytest.raises(CloudError) as caught:
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
    with pytest.raises(CloudError) as caught:
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
        (cinder.UnsupportedVersion("too old"), Refused),
    ],
)
def test_what_the_libraries_refuse_themselves_was_never_carried_out(
    raised: Exception, kind: type[CloudError]
) -> None:
    with pytest.raises(kind), translated():
        raise raised


def test_an_answer_that_cannot_be_read_is_a_failure_and_leaves_its_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(ServiceFailed), translated():
        raise KeyError("volume")
    assert caplog.records[-1].exc_info is not None


def test_mistakes_elsewhere_are_not_dressed_up_as_failures_of_a_service() -> None:
    with pytest.raises(ZeroDivisionError), translated():
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "answer", [{}, {"volume": None}, {"volume": {"id": "v1"}}, [], "maintenance"]
)
def test_a_volume_that_is_not_what_the_api_promises_is_a_failure(
    wire: Wire, answer: object
) -> None:
    wire.says("GET", "/volumes/v1", answer)
    with pytest.raises(ServiceFailed):
        read_volume()


def test_a_page_instead_of_json_is_a_failure(wire: Wire) -> None:
    wire.says("GET", f"{NOVA}/servers/i1", "<html>maintenance</html>")
    with pytest.raises(ServiceFailed):
        read_instance()
