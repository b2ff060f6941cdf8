# SPDX-License-Identifier: Apache-2.0
"""Fakes the services' HTTP answers, one URL at a time.

A later word on an address replaces an earlier one. A request that nobody spoke of is kept in
``unexpected`` and fails the test: the code under test would take it for a service that is down. So
does one at a version of an API that its service does not have, which is refused as services do.
"""

import re
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
import requests_mock

from snapshot_dashboard.cloud.answers import Answer
from snapshot_dashboard.cloud.errors import Service
from snapshot_dashboard.cloud.session import Connection, Deadline
from tests.api_versions import TODAY, Version, Versions, asked, is_beyond, number, refusal
from tests.api_versions import written as written_version

PROJECT = "p-web-shop"
OTHER_PROJECT = "p-research"
TOKEN = "gAAAA-a-secret-token"
CINDER = "http://storage.test/v3"
NOVA = "http://compute.test/v2.1"
KEYSTONE = "http://identity.test/v3"
REQUEST_ID = "req-00000000-0000-4000-8000-000000000000"
REFUSED = requests.exceptions.ConnectTimeout
SILENT = requests.exceptions.ReadTimeout
PATIENCE = 10  # seconds that a helper thread may take on a busy machine

Json = dict[str, Any]


def connection(**changes: Any) -> Connection:
    """Return the connection of a member of our project."""
    said: Json = {
        "token": TOKEN,
        "project_id": PROJECT,
        "region": "RegionOne",
        "block_storage_url": CINDER,
        "compute_url": NOVA,
        "verify": True,
        "rights": "member,reader",
        "deadline": Deadline(5.0),
        "write_seconds": 5.0,
    }
    return Connection(**(said | changes))


def volume_json(volume_id: str = "v1", **more: Any) -> Json:
    """Return a volume of our project as Cinder tells it."""
    return {
        "id": volume_id,
        "name": f"name of {volume_id}",
        "description": None,
        "size": 20,
        "status": "available",
        "os-vol-tenant-attr:tenant_id": PROJECT,
        "volume_type": "ssd",
        "availability_zone": "nova",
        "created_at": "2026-11-22T06:10:00.000000",
        "bootable": "false",
        "encrypted": False,
        "multiattach": False,
        "group_id": None,
        "snapshot_id": None,
        "attachments": [],
        "metadata": {},
    } | more


def snapshot_json(snapshot_id: str = "s1", **more: Any) -> Json:
    """Return a snapshot of our project as Cinder tells it."""
    return {
        "id": snapshot_id,
        "name": f"name of {snapshot_id}",
        "description": None,
        "size": 20,
        "status": "available",
        "volume_id": "v1",
        "os-extended-snapshot-attributes:project_id": PROJECT,
        "user_id": "u-anna",
        "created_at": "2026-11-22T06:10:00.000000",
        "group_snapshot_id": None,
        "metadata": {},
        "consumes_quota": True,
    } | more


def backup_json(backup_id: str = "b1", **more: Any) -> Json:
    """Return a backup of volume v1 as Cinder tells it."""
    return {
        "id": backup_id,
        "name": f"name of {backup_id}",
        "status": "available",
        "volume_id": "v1",
        "metadata": {},
    } | more


def attachment_json(instance_id: str | None, **more: Any) -> Json:
    """Return an attachment as the volume itself lists it."""
    said = {"attachment_id": f"a-{instance_id}", "server_id": instance_id, "device": "/dev/vdb"}
    return said | {"host_name": None, "id": "v1", "volume_id": "v1"} | more


# The same threads for all tests: starting new ones for each takes longer than many of the tests.
_THREADS = ThreadPoolExecutor(4)


class Helpers(Executor):
    """The calls that one test has begun in helper threads, so that they can be waited for."""

    def __init__(self) -> None:
        self._begun: list[Future[Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Begin a call and remember it."""
        begun = _THREADS.submit(fn, *args, **kwargs)
        self._begun.append(begun)
        return begun

    def wait_idle(self) -> None:
        """Wait until every call that was begun has ended, and those that these began."""
        while unfinished := [each for each in self._begun if not each.done()]:
            if not wait(unfinished, timeout=PATIENCE).done:
                raise AssertionError("A helper thread is still busy: the requests are not all sent")


# By the names of hosts.
_VERSIONED = {"storage.test": "cinder", "compute.test": "nova"}


class Services(requests_mock.Adapter):
    """Answers as the test says, and refuses what is asked for at a version that is too new.

    ``ahead``: by how much the clock that dates the answers is ahead of ours; None: they have no
    date.
    """

    def __init__(self) -> None:
        super().__init__(case_sensitive=True)
        self.ahead: timedelta | None = None
        self.highest: dict[str, Version] = {}
        self.refused: list[str] = []

    def send(self, request: Any, *args: Any, **how: Any) -> Any:
        """Return the answer to a request."""
        service = _VERSIONED.get(urlsplit(request.url).hostname or "")
        wanted = asked(service, request.headers) if service else ""
        if service is not None and is_beyond(wanted, self.highest[service]):
            self.refused.append(f"{request.method} {request.url} at {wanted}")
            body = refusal(wanted, self.highest[service])
            return requests_mock.create_response(request, status_code=406, json=body)
        answer = super().send(request, *args, **how)
        if self.ahead is not None:
            now = datetime.now(timezone.utc) + self.ahead
            answer.headers["Date"] = format_datetime(now, usegmt=True)
        return answer


class Mocker(requests_mock.Mocker):
    """Counts requests only when the helper threads have sent all of theirs.

    A page may be answered before all that it asked for is there.
    """

    def __init__(self, helpers: Helpers) -> None:
        self.services = Services()
        super().__init__(adapter=self.services)
        self._helpers = helpers

    def tells_time(self, ahead: timedelta) -> None:
        """Date all answers from now on."""
        self.services.ahead = ahead

    @property
    def request_history(self) -> list[Any]:
        """The requests that were sent, oldest first."""
        self._helpers.wait_idle()
        return list(self.services.request_history)

    @property
    def sent_so_far(self) -> list[Any]:
        """The requests that were sent up to now, for who asks from one of the helper threads."""
        return list(self.services.request_history)

    def reset_mock(self) -> None:
        """Forget the requests that were sent."""
        self._helpers.wait_idle()
        self.services.reset()


def answer(body: object) -> Answer:
    """Return an answer of Cinder."""
    response = requests.Response()
    response.status_code = 200
    return Answer(Service.BLOCK_STORAGE, response, body)


class Wire:
    """What the services answer in this test."""

    def __init__(self, mocker: Mocker) -> None:
        self.mocker = mocker
        self.unexpected: list[str] = []
        self.too_new = mocker.services.refused
        self.highest = TODAY
        mocker.register_uri(requests_mock.ANY, requests_mock.ANY, text=self._nobody_spoke_of)
        self.offers()

    def _nobody_spoke_of(self, request: Any, context: Any) -> str:
        self.unexpected.append(f"{request.method} {request.url}")
        context.status_code = 599
        return ""

    def tells_time(self, **ahead: float) -> None:
        """Date all answers from now on by a clock that is so far ahead of ours."""
        self.mocker.tells_time(timedelta(**ahead))

    def says(self, method: str, url: str, body: object = None, status: int = 200) -> None:
        """Answer requests to an address of Cinder (a path) or of any service (whole)."""
        self.mocker.register_uri(
            method,
            _whole(url),
            json=body,
            status_code=status,
            headers={
                "Content-Type": "application/json",
                "x-openstack-request-id": REQUEST_ID,
                "x-compute-request-id": REQUEST_ID,
            },
        )

    def fails(self, method: str, url: str, status: int, reason: str = "the reason") -> None:
        """Answer with an error, worded as OpenStack's services word theirs."""
        self.says(method, url, {"badRequest": {"code": status, "message": reason}}, status)

    def breaks(self, method: str, url: str, how: type[Exception]) -> None:
        """Give no answer: REFUSED before anything is sent, SILENT afterwards."""
        self.mocker.register_uri(method, _whole(url), exc=how)

    def offers(self, highest: Versions | None = None) -> None:
        """Say up to which microversions Cinder and Nova go; without any, the same again."""
        self.highest = highest = highest or self.highest
        self.versions(written_version(highest.cinder))
        said = written_version(highest.nova)
        self.mocker.services.highest["nova"] = highest.nova
        about: Json = {"id": "v2.1", "version": said, "min_version": "2.1"}
        self.says("GET", "http://compute.test/", {"versions": [about]}, 300)

    def versions(self, highest: str) -> None:
        """Say up to which microversion Cinder goes."""
        self.mocker.services.highest["cinder"] = number(highest)
        about: Json = {"id": "v3.0", "status": "CURRENT", "version": highest, "min_version": "3.0"}
        about |= {"links": [{"rel": "self", "href": f"{CINDER}/"}]}
        self.says("GET", "http://storage.test/", {"versions": [about]}, 300)

    def volume(self, volume_id: str = "v1", **more: Any) -> None:
        """Let a volume exist, with no attachment record unless told otherwise."""
        self.says("GET", f"/volumes/{volume_id}", {"volume": volume_json(volume_id, **more)})
        self.records(volume_id)

    def records(self, volume_id: str, *instance_ids: str | None, everywhere: bool = False) -> None:
        """Let Cinder have attachment records; ``everywhere``: only with all projects asked."""
        found = [
            {"id": f"a-{each}", "instance": each, "volume_id": volume_id, "status": "attached"}
            for each in instance_ids
        ]
        scope = "&all_tenants=1" if everywhere else ""
        self.says("GET", f"/attachments?volume_id={volume_id}{scope}", {"attachments": found})

    def instance(self, instance_id: str, status: str = "ACTIVE", **more: Any) -> None:
        """Let an instance exist."""
        server: Json = {"id": instance_id, "name": f"name of {instance_id}", "status": status}
        server |= {"image": "", "OS-EXT-STS:task_state": None, "OS-EXT-STS:power_state": 1}
        server["locked"] = False
        if status in ("SHUTOFF", "SHELVED", "SHELVED_OFFLOADED"):
            server["OS-EXT-STS:power_state"] = 4
        self.says("GET", f"{NOVA}/servers/{instance_id}", {"server": server | more})

    def attached(self, *instances: tuple[str, str], volume_id: str = "v1", **more: Any) -> None:
        """Let a volume be in use by instances, each an id and a status."""
        entries = [attachment_json(each) for each, _status in instances]
        self.volume(volume_id, **({"status": "in-use", "attachments": entries} | more))
        self.records(volume_id, *(each for each, _status in instances))
        for instance_id, status in instances:
            self.instance(instance_id, status)

    def snapshot(self, snapshot_id: str = "s1", **more: Any) -> None:
        """Let a snapshot exist."""
        found = {"snapshot": snapshot_json(snapshot_id, **more)}
        self.says("GET", f"/snapshots/{snapshot_id}", found)

    def holds(self, resource: str, *found: Json) -> None:
        """Say what the project's list of snapshots or volumes holds."""
        self.says("GET", f"/{resource}/detail", {resource: list(found)})

    def messages(self, *found: Json) -> None:
        """Say what messages Cinder has, whatever they are asked for by."""
        self.says("GET", "/messages", {"messages": list(found)})

    def quota(self, **limits: tuple[int, int]) -> None:
        """Let the project have limits, each a use and a ceiling; -1 is none."""
        plain = {"snapshots": (7, 10), "gigabytes": (940, 1000), "volumes": (4, 20)}
        found = {
            name: {"in_use": used, "reserved": 0, "limit": ceiling}
            for name, (used, ceiling) in (plain | limits).items()
        }
        self.says("GET", f"/os-quota-sets/{PROJECT}?usage=True", {"quota_set": found})

    def nobody_has_the_id(self) -> None:
        """Let Keystone have no project and no user of an id, unless told of one afterwards."""
        for resource in ("projects", "users"):
            of_any_id = re.compile(rf"{re.escape(KEYSTONE)}/{resource}/[^/?]+$")
            self.mocker.register_uri("GET", of_any_id, status_code=404, json={})

    def sent(self, method: str, path: str) -> list[Any]:
        """Return the requests that were sent to one path, oldest first."""
        wanted = (method, urlsplit(_whole(path)).path)
        history = self.mocker.request_history
        return [each for each in history if (each.method, urlsplit(each.url).path) == wanted]

    def query(self, path: str) -> Mapping[str, str]:
        """Return the query of the last GET of one path."""
        return dict(parse_qsl(urlsplit(self.sent("GET", path)[-1].url).query))


def _whole(url: str) -> str:
    return url if url.startswith("http") else CINDER + url
