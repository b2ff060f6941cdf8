# SPDX-License-Identifier: Apache-2.0
"""Every cause of a failure is reported as such by every page and form."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import lxml.html
import pytest
import requests_mock
from django.http import HttpResponse
from django.urls import URLPattern, reverse

from snapshot_dashboard.panels.admin.snapshots import urls as admin_snapshots
from snapshot_dashboard.panels.admin.volumes import urls as admin_volumes
from snapshot_dashboard.panels.project.snapshots import urls as project_snapshots
from snapshot_dashboard.panels.project.volumes import urls as project_volumes
from snapshot_dashboard.rules.failure import Cause
from tests.unit.cloud.wire import REFUSED, REQUEST_ID, SILENT, Wire
from tests.unit.panels.person import Person
from tests.unit.panels.support import be_quiet, support_user
from tests.unit.panels.support_dialogs import hear

REASON = "Reason of the day."
# All that is asked with a token; the versions of Cinder are told at its root.
SERVICES = re.compile(r"http://(storage\.test/v3|compute\.test|identity\.test|image\.test)/.*")
EVERYTHING = re.compile(r"http://(storage|compute|identity|image)\.test/.*")


@dataclass(frozen=True)
class Fault:
    """A cause, how it is met, and the words by which it is recognised."""

    cause: Cause
    words: str
    status: int = 0
    fault: str = "badRequest"
    raised: type[Exception] | None = None
    page: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def happens(self, wire: Wire, at: re.Pattern[str] = SERVICES) -> None:
        """Let every service fail so."""
        if self.raised:
            wire.mocker.register_uri(requests_mock.ANY, at, exc=self.raised)
            return
        said: dict[str, Any] = {"text": self.page}
        if not self.page:
            said = {"json": {self.fault: {"code": self.status, "message": REASON}}}
        headers = {**dict(self.headers), "x-openstack-request-id": REQUEST_ID}
        wire.mocker.register_uri(
            requests_mock.ANY, at, status_code=self.status, headers=headers, **said
        )


FAULTS = [
    Fault(Cause.UNREACHABLE, "cannot be reached", raised=REFUSED),
    Fault(Cause.NO_ANSWER, "did not answer", raised=SILENT),
    Fault(Cause.FAILED, "answered with an internal error", 500, "computeFault"),
    Fault(Cause.UNREADABLE, "gave an answer that cannot be read", 200, page="<h1>Hello</h1>"),
    Fault(Cause.FORBIDDEN, "role does not allow", 403, "forbidden"),
    Fault(Cause.NOT_FOUND, "no longer exists", 404, "itemNotFound"),
    Fault(Cause.LIMIT, "reached a limit", 413, "overLimit", headers=(("Retry-After", "0"),)),
    Fault(
        Cause.TOO_MANY, "sent too many requests", 413, "overLimit", headers=(("Retry-After", "9"),)
    ),
    Fault(Cause.TOO_MANY, "sent too many requests", 429, headers=(("Retry-After", "9"),)),
    Fault(Cause.BAD_REQUEST, "refused the request", 400),
    Fault(Cause.CONFLICT, "refused the request", 409),
    Fault(Cause.REFUSED, "refused the request", 415),
]
LOGGED_OUT = Fault(Cause.LOGGED_OUT, "logged out", 401, "unauthorized")
EVERY_FAULT = pytest.mark.parametrize(
    "fault", FAULTS, ids=[f"{each.cause.value}-{each.status}" for each in FAULTS]
)
WORDS = {each.words for each in FAULTS} | {LOGGED_OUT.words, "lear the filter"}
# Which words may stand beside those of a cause: a filter may be what is refused, and an old link.
BESIDE = {
    Cause.BAD_REQUEST: {"lear the filter"},
    Cause.NOT_FOUND: {"lear the filter", "refused the request"},
}

URLS = {
    "project:volumes": project_volumes,
    "project:snapshots": project_snapshots,
    "admin:volumes": admin_volumes,
    "admin:snapshots": admin_snapshots,
}
UUID = "0f0e0d0c-0b0a-4908-8706-050403020100"
IDS = {"volume_id": "v1", "snapshot_id": "s1", "instance_id": "i1", "request_id": UUID}
IDS |= {"image_id": UUID, "group_id": "g1", "group_snapshot_id": "gs1", "project_id": "p1"}
QUERIES = {
    "create": "snapshot_id=s1",
    "snapshot_set": "id=v1&id=v2",
    "schedule": "id=v1",
    "schedule_pause": "id=v1",
    "schedule_resume": "id=v1",
    "schedule_remove": "id=v1",
    "names": "q=volume:v1",
    "snapshot_set_result": "id=v1",
    "find": "q=night",
    "report": "make=1",
    "delete_several": "id=v1",
    "launch_set": "id=s1",
    "revert_in_place_of": "snapshot=s1",
    "launch_set_progress": "id=s1",
    "launch_set_step": "id=s1",
}


def ours() -> Iterator[tuple[str, URLPattern]]:
    """Return each address of a view of ours, and its name."""
    for panel, module in URLS.items():
        for pattern in module.urlpatterns:
            view = getattr(pattern.callback, "view_class", pattern.callback)
            if view.__module__.startswith("snapshot_dashboard"):
                yield f"horizon:{panel}:{pattern.name}", pattern


def address(name: str, pattern: URLPattern) -> str:
    """Return an address about the things that nobody can read here."""
    wanted = pattern.pattern.converters
    given = {key: UUID if key == "set_id" else IDS[key] for key in wanted}
    query = QUERIES.get(name.rpartition(":")[2], "")
    return f"{reverse(name, kwargs=given)}?{query}"


ADDRESSES = [address(*each) for each in ours()]


@dataclass
class Told:
    """The visible texts of an answer, messages included, without those for scripts."""

    response: HttpResponse
    said: str

    @property
    def is_page(self) -> bool:
        """Tell whether it is a page and not data for a script, or nothing at all."""
        return bool(self.response.get("Content-Type", "").startswith("text/html"))


def read(response: HttpResponse, heard: list[str]) -> Told:
    """Read an answer as a person does, and the messages that it leaves for the next page."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    text = content.decode()
    if text.strip() and response.get("Content-Type", "").startswith("text/html"):
        document = lxml.html.fromstring(text)
        for element in document.xpath("//script | //*[@hidden]"):
            element.drop_tree()
        text = document.text_content()
    told = [lxml.html.fromstring(f"<p>{each}</p>").text_content() for each in heard]
    return Told(response, " ".join(" ".join([text, *told]).split()))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said in messages."""
    return hear(monkeypatch)


@pytest.fixture
def support(wire: Wire, log_in: Callable[[Any], Person]) -> Person:
    """An administrator, who may open every page."""
    be_quiet(wire)
    return log_in(support_user())


def is_told_rightly(told: Told, fault: Fault) -> None:
    """Assert that no other cause is told, and nothing that helps nobody."""
    false = WORDS - {fault.words} - BESIDE.get(fault.cause, set())
    assert not [words for words in false if words in told.said], told.said
    assert "http://" not in told.said.replace("http://testserver", ""), told.said
    assert "Unable to establish" not in told.said
    if not fault.status or fault.page:
        assert "Reason given by the service" not in told.said
    if not fault.status:
        assert "Request ID:" not in told.said
    for given in re.findall(r"Request ID: ?(\S*)", told.said):
        assert given.startswith("req-"), told.said


@EVERY_FAULT
@pytest.mark.parametrize("path", ADDRESSES)
def test_a_page_tells_the_cause_and_no_other(
    wire: Wire, support: Person, heard: list[str], path: str, fault: Fault
) -> None:
    fault.happens(wire)
    response = support.client.get(path)
    assert response.status_code != 500
    told = read(response, heard)
    is_told_rightly(told, fault)
    if told.is_page and response.status_code in _SHOWN and not path.startswith(READS_NOTHING):
        expected = {fault.words} | BESIDE.get(fault.cause, set())
        if fault.cause is Cause.NOT_FOUND:
            # Of what is gone, stock's message says enough; a list is never gone.
            expected |= {"Unable to retrieve", "could not be searched", "There are no snapshots"}
        if fault.cause in (Cause.BAD_REQUEST, Cause.CONFLICT, Cause.REFUSED):
            # In a message the service's own words say all that ours would.
            expected |= {f"Reason given by the service: {REASON}"}
        assert any(words in told.said for words in expected), told.said


_SHOWN = (200, 302)
# Names are for decoration; what became of a form is known to the cache; a report that has begun
# says that the session ended.
GOES_ON: tuple[str, ...] = (*(reverse(f"horizon:{panel}:names") for panel in URLS),)
GOES_ON += ("/admin/snapshots/report/?make=1",)
GOES_ON += ("/project/volumes/snapshot_set/outcome/", "/project/volumes/v1/create_frozen/outcome/")
# Nothing is chosen there.
READS_NOTHING = (
    "/admin/snapshots/update_status/?",
    "/admin/snapshots/force_delete/?",
    "/project/snapshots/hold/several/?",
    "/project/snapshots/release_hold/several/?",
    "/project/snapshots/keep_until/several/?",
    "/project/snapshots/clean_up/?",
    "/admin/snapshots/clean_up/p1/?",
)


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("script", [False, True], ids=["page", "script"])
def test_whoever_was_logged_out_logs_in(
    wire: Wire, support: Person, path: str, script: bool
) -> None:
    LOGGED_OUT.happens(wire)
    headers = {"X-Requested-With": "XMLHttpRequest"} if script else {}
    response = support.client.get(path, headers=headers)
    if path.startswith((*READS_NOTHING, *GOES_ON)) or response.status_code == 405:
        return
    if script:
        assert response.status_code == 401
    else:
        assert response.status_code == 302
        assert reverse("login") in response["Location"]
