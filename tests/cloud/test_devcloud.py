# SPDX-License-Identifier: Apache-2.0
"""devcloud stores real bytes, refuses as OpenStack does, and can be disturbed at once."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from openstack.exceptions import HttpException

from demo.layout import Home
from devcloud import accounts, knobs
from devcloud.access import Access, read_requests
from devcloud.settings import SERVICES
from devcloud.waiting import wait_until

pytestmark = pytest.mark.extended

# openstacksdk has no types.
Connect = Callable[..., Any]

_BEFORE = b"before the snapshot " * 1000
_AFTER = b"after the snapshot  " * 1000
_PLACE = 4096


class Storage:
    """Makes volumes and snapshots as one person, and deletes them, newest first."""

    def __init__(self, person: Any, cloud: Access) -> None:
        self.api = person.block_storage
        self._cloud = cloud
        self._made: list[tuple[str, str]] = []

    def volume(self, *, wait: bool = True, **options: Any) -> Any:
        """Make a volume of 1 GiB, or as the options say."""
        volume = self.api.create_volume(**({"size": 1, "name": "test"} | options))
        return self._remember("volume", volume, "available" if wait else None)

    def snapshot(self, volume: Any, *, wait: str | None = "available") -> Any:
        """Make a snapshot and wait until it has a status, if one is named."""
        snapshot = self.api.create_snapshot(volume_id=volume.id, name="test")
        return self._remember("snapshot", snapshot, wait)

    def backup(self, volume: Any) -> Any:
        """Make a backup."""
        return self._remember(
            "backup", self.api.create_backup(volume_id=volume.id, name="test"), "available"
        )

    def adopt(self, kind: str, id_: str, status: str) -> None:
        """Wait for something that was made elsewhere, and delete it with the rest."""
        self._remember(kind, getattr(self.api, f"get_{kind}")(id_), status)

    def status(self, kind: str, subject: Any) -> str:
        """What Cinder says at this moment."""
        return str(getattr(self.api, f"get_{kind}")(subject.id).status)

    def wait(self, kind: str, subject: Any, status: str) -> None:
        """Wait until a volume, snapshot or backup has a status."""
        what = f"{kind} {subject.id} to be {status}"
        wait_until(lambda: self.status(kind, subject) == status, seconds=60, what=what)

    def write(self, volume: Any, content: bytes) -> None:
        """Put bytes into a volume, as an instance would."""
        with self._cloud.file_of(f"volume-{volume.id}").open("r+b") as file:
            file.seek(_PLACE)
            file.write(content)

    def read(self, volume: Any, length: int) -> bytes:
        """What stands where :meth:`write` writes."""
        with self._cloud.file_of(f"volume-{volume.id}").open("rb") as file:
            file.seek(_PLACE)
            return file.read(length)

    def delete(self, kind: str, subject: Any) -> None:
        """Delete something now and wait until it is gone."""
        self._made.remove((kind, subject.id))
        self._delete(kind, subject.id)

    def clean_up(self) -> None:
        """Delete what was made and is still there."""
        for kind, id_ in reversed(self._made):
            self._delete(kind, id_)

    def _remember(self, kind: str, subject: Any, status: str | None) -> Any:
        self._made.append((kind, subject.id))
        if status is not None:
            self.wait(kind, subject, status)
        return subject

    def _delete(self, kind: str, id_: str) -> None:
        getattr(self.api, f"delete_{kind}")(id_)
        find = getattr(self.api, f"find_{kind}")
        wait_until(lambda: find(id_) is None, seconds=60, what=f"{kind} {id_} to go")


@pytest.fixture
def anna(connect: Connect) -> Any:
    """A member of the web shop."""
    return connect("anna")


@pytest.fixture
def knob_folder(home: Home) -> Iterator[Path]:
    """The knobs, put back afterwards."""
    folder = home.path / "knobs"
    yield folder
    knobs.clear(folder)


@pytest.fixture
def storage(anna: Any, cloud: Access, knob_folder: Path) -> Iterator[Storage]:
    """Volumes and snapshots of anna's; the knobs are put back before they are deleted."""
    storage = Storage(anna, cloud)
    yield storage
    knobs.clear(knob_folder)
    storage.clean_up()


@pytest.mark.parametrize("volume_type", ["ssd", "linked"])
def test_bytes_go_through_a_snapshot_into_a_volume(storage: Storage, volume_type: str) -> None:
    volume = storage.volume(volume_type=volume_type)
    storage.write(volume, _BEFORE)
    snapshot = storage.snapshot(volume)
    storage.write(volume, _AFTER)
    child = storage.volume(snapshot_id=snapshot.id, size=2, volume_type=volume_type)
    assert storage.read(child, len(_BEFORE)) == _BEFORE
    assert storage.read(volume, len(_AFTER)) == _AFTER


def test_a_revert_brings_the_bytes_back(storage: Storage) -> None:
    volume = storage.volume()
    storage.write(volume, _BEFORE)
    snapshot = storage.snapshot(volume)
    storage.write(volume, _AFTER)
    storage.api.revert_volume_to_snapshot(volume.id, snapshot.id)
    storage.wait("snapshot", snapshot, "available")
    storage.wait("volume", volume, "available")
    assert storage.read(volume, len(_BEFORE)) == _BEFORE


def test_bytes_survive_a_backup(storage: Storage, cloud: Access) -> None:
    volume = storage.volume()
    storage.write(volume, _BEFORE)
    backup = storage.backup(volume)
    answer = storage.api.restore_backup(backup.id, name="restored")
    storage.adopt("volume", answer.volume_id, "available")
    restored = storage.api.get_volume(answer.volume_id)
    assert storage.read(restored, len(_BEFORE)) == _BEFORE
    assert cloud.file_of(f"volume-{restored.id}").stat().st_size == 1024**3


def test_a_volume_from_an_image_holds_the_image(storage: Storage, anna: Any, cloud: Access) -> None:
    image = anna.image.find_image("tiny")
    volume = storage.volume(image_id=image.id)
    content = anna.image.download_image(image).content
    with cloud.file_of(f"volume-{volume.id}").open("rb") as file:
        assert file.read(len(content)) == content
    assert storage.api.get_volume(volume.id).is_bootable


def test_a_child_keeps_a_snapshot_busy_on_the_linked_backend(storage: Storage) -> None:
    snapshot = storage.snapshot(storage.volume(volume_type="linked"))
    child = storage.volume(snapshot_id=snapshot.id, volume_type="linked")
    storage.api.delete_snapshot(snapshot.id)
    storage.wait("snapshot", snapshot, "available")
    messages = storage.api.get("/messages", microversion="3.3").json()["messages"]
    ours = [one for one in messages if one["resource_uuid"] == snapshot.id]
    assert ours[0]["user_message"] == "delete snapshot:Snapshot is busy."
    storage.delete("volume", child)
    storage.delete("snapshot", snapshot)


def test_a_child_does_not_matter_on_the_copying_backend(storage: Storage) -> None:
    snapshot = storage.snapshot(storage.volume())
    storage.volume(snapshot_id=snapshot.id)
    storage.delete("snapshot", snapshot)


def test_the_delay_lets_creating_be_seen_and_clearing_it_ends_it(
    storage: Storage, knob_folder: Path
) -> None:
    volume = storage.volume()
    knobs.set_delay(knob_folder, 60)
    snapshot = storage.snapshot(volume, wait=None)
    time_to_be_seen = time.monotonic() + 1
    wait_until(lambda: time.monotonic() > time_to_be_seen, seconds=5, what="a second to pass")
    assert storage.status("snapshot", snapshot) == "creating"
    knobs.clear(knob_folder)
    storage.wait("snapshot", snapshot, "available")


def test_a_failing_driver_leaves_cinders_message(storage: Storage, knob_folder: Path) -> None:
    volume = storage.volume()
    knobs.set_failures(knob_folder, ["create_snapshot"])
    snapshot = storage.snapshot(volume, wait="error")
    messages = storage.api.get("/messages", microversion="3.3").json()["messages"]
    ours = [one["user_message"] for one in messages if one["resource_uuid"] == snapshot.id]
    assert ours == ["create snapshot:Snapshot failed to create."]
    assert storage.status("volume", volume) == "available"


def test_a_types_own_snapshot_quota_refuses(storage: Storage, anna: Any) -> None:
    volume = storage.volume(volume_type="hdd")
    address = f"/os-quota-sets/{anna.current_project_id}?usage=True"
    quota = storage.api.get(address).json()["quota_set"]["snapshots_hdd"]
    assert quota["limit"] == 2
    for _ in range(quota["limit"] - quota["in_use"]):
        storage.snapshot(volume)
    with pytest.raises(HttpException, match=r"SnapshotLimitExceeded.*\(2\)") as caught:
        storage.snapshot(volume)
    assert caught.value.status_code == 413


@pytest.mark.parametrize(
    ("name", "project"),
    [(account.name, project) for account in accounts.ACCOUNTS for project in account.projects],
)
def test_every_account_logs_in_with_its_role(connect: Connect, name: str, project: str) -> None:
    account = accounts.account(name)
    person = connect(name, project if len(account.projects) > 1 else None)
    token = person.session.auth.get_access(person.session)
    implied = {"admin": {"manager", "member", "reader"}, "member": {"reader"}, "reader": set()}
    role = account.roles[project]
    assert token.project_name == project
    assert set(token.role_names) == {role} | implied[role]


@pytest.mark.parametrize("account", accounts.ACCOUNTS, ids=lambda account: account.name)
def test_nobody_can_enter_a_project_that_is_not_theirs(
    connect: Connect, account: accounts.Account
) -> None:
    projects = connect(account.name).identity.get("/auth/projects").json()["projects"]
    assert {project["name"] for project in projects} == set(account.projects)


@pytest.mark.parametrize("service", SERVICES)
def test_connections_are_kept_alive(cloud: Access, service: str) -> None:
    address = urlsplit(cloud.endpoints[service])
    connections = [HTTPConnection(address.hostname or "", address.port) for _ in range(40)]
    try:
        for connection in connections * 2:
            # A closed connection would be opened again in silence, were it allowed to.
            connection.auto_open = 0 if connection.sock else 1
            connection.request("GET", "/")
            connection.getresponse().read()
    finally:
        for connection in connections:
            connection.close()


def test_each_request_is_in_the_access_log(cloud: Access, anna: Any) -> None:
    log = cloud.access_logs["cinder"]
    start = log.stat().st_size
    anna.block_storage.get("/volumes?limit=1", headers={"User-Agent": "test of the log"})
    ours = [one for one in read_requests(log, start) if one.client == "test of the log"]
    assert [(one.method, one.status) for one in ours] == [("GET", 200)]
    assert ours[0].path.endswith("/volumes?limit=1")
    assert ours[0].milliseconds > 0


def test_up_has_nothing_to_do_when_the_cloud_is_up(cloud: Access, home: Home) -> None:
    port = urlsplit(cloud.auth_url).port
    ended = subprocess.run(
        [sys.executable, "-m", "devcloud", "up"],
        env={"DEVCLOUD_HOME": str(home.path), "DEVCLOUD_PORT_BASE": str(port)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "already up" in ended.stdout
