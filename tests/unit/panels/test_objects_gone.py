# SPDX-License-Identifier: Apache-2.0
"""Pages and dialogs about deleted objects say so instead of failing."""

import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests_mock
from django.urls import reverse

from tests.unit.cloud.wire import Wire
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import Answer, Person, user
from tests.unit.panels.support_dialogs import hear

PANELS = ("project:volumes", "project:snapshots", "admin:volumes", "admin:snapshots")
GONE = "11111111-1111-4111-8111-111111111111"
FORM = {"name": "n", "size": "1", "new_size": "2", "status": "error", "instance": GONE}
FORM |= {"volume_id": GONE, "snapshot_id": GONE}
# A script is told by a status, or by data of its own.
_TO_SCRIPTS = (404, 405, 409, 503)


def addresses() -> Iterator[Any]:
    """Yield the address of everything that is about an object: ours, and what is left of stock's.

    Of several patterns of one name the first is used.
    """
    for panel in PANELS:
        urls = importlib.import_module(f"snapshot_dashboard.panels.{panel.replace(':', '.')}.urls")
        found = {each.name: each.pattern.regex.groupindex for each in reversed(urls.urlpatterns)}
        for name, arguments in found.items():
            # Stock's own pages of a transfer before 25.x have its key in the address, and stock
            # alone answers there: with an error page about a transfer that is gone.
            if arguments and "auth_key" not in arguments:
                yield pytest.param(f"horizon:{panel}:{name}", dict.fromkeys(arguments, GONE))


EVERY_ADDRESS = pytest.mark.parametrize(("name", "arguments"), list(addresses()))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages for the page that follows."""
    return hear(monkeypatch)


@pytest.fixture
def anybody(wire: Wire, person: Person, log_in: LogIn) -> Person:
    """Somebody who may do everything, in a cloud that has none of it any more."""
    wire.mocker.register_uri(
        requests_mock.ANY,
        re.compile(r"^http://\w+\.test/.*"),
        status_code=404,
        json={"itemNotFound": {"code": 404, "message": "could not be found"}},
        headers={"Content-Type": "application/json"},
    )
    wire.offers()
    wire.quota()
    for each in ("volumes", "snapshots", "backups"):
        wire.says("GET", f"/{each}/detail", {each: []})
    wire.says("GET", "/attachments", {"attachments": []})
    wire.messages()
    return log_in(user("admin", "member", "reader"))


def is_stated(answer: Answer, told: list[str]) -> bool:
    """Tell whether somebody reads what became of it."""
    if told or answer.status in _TO_SCRIPTS or "json" in answer.headers.get("Content-Type", ""):
        return True
    if answer.document is None:
        return False
    return bool(answer.problem or answer.all("//form//*[contains(@class, 'error')]"))


@EVERY_ADDRESS
def test_what_is_sent_about_an_object_that_is_gone_ends_in_a_stated_result(
    anybody: Person, told: list[str], name: str, arguments: dict[str, str]
) -> None:
    anybody.client.raise_request_exception = False
    answer = anybody.post(reverse(name, kwargs=arguments), FORM)
    assert answer.status != 500 and is_stated(answer, told), answer.status


@EVERY_ADDRESS
@pytest.mark.parametrize("dialog", [False, True], ids=["page", "modal"])
def test_what_shows_an_object_that_is_gone_says_so(
    anybody: Person, told: list[str], name: str, arguments: dict[str, str], dialog: bool
) -> None:
    anybody.client.raise_request_exception = False
    answer = anybody.get(reverse(name, kwargs=arguments), dialog=dialog)
    assert answer.status != 500
    # A form that has not looked says it when it is sent.
    forms = "//form[@method='POST' or .//@name='read']"
    asked_later = answer.document is not None and answer.all(forms)
    assert is_stated(answer, told) or asked_later
