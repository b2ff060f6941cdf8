# SPDX-License-Identifier: Apache-2.0
"""The programs shown by the dialogs do what they say, with the real client, curl and SDK."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from demo.layout import ROOT, Home
from demo.visitor import Visitor
from devcloud.access import Access
from tests.api_versions import TODAY, Versions, versions
from tests.cloud.conftest import Watch
from tests.cloud.dialogs import SNAPSHOTS, VOLUMES, Dialog, opened, snapshot_path, volume_path
from tests.cloud.fault_proxy import FaultProxy
from tests.cloud.groups import make_group
from tests.cloud.reverting import revert_path
from tests.cloud.test_bytes import AFTER, BEFORE, read, write
from tests.cloud.workshop import Workshop

CLIENT = ROOT / ".venv" / "cloud" / "bin"
# Seconds for one program; the client alone needs some to load.
LONGEST = 120
LANGUAGES = ("openstack", "api", "python")


class Runner:
    """Runs copied programs in a folder where only the client caches."""

    def __init__(self, home: Home, folder: Path, token: str) -> None:
        self.folder = folder
        self._environment = {
            "PATH": f"{CLIENT}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "OS_CLIENT_CONFIG_FILE": str(home.path / "clouds.yaml"),
            "OS_CLOUD": "anna",
            "OS_TOKEN": token,
        }

    def run(self, language: str, program: str, auth_url: str = "") -> None:
        """Run a program; it must succeed and leave nothing in the folder.

        With ``auth_url`` the client and the SDK log in there.
        """
        command = [CLIENT / "python", "-c"] if language == "python" else ["/bin/sh", "-c"]
        # The client takes OS_TOKEN for a wish to log in by it.
        own = () if language == "api" else ("OS_TOKEN",)
        known = self._environment | self._logging_in(auth_url)
        done = subprocess.run(
            [*command, program],
            cwd=self.folder,
            env={key: each for key, each in known.items() if key not in own},
            capture_output=True,
            text=True,
            timeout=LONGEST,
        )
        assert done.returncode == 0, f"{program}\n{done.stderr}"
        for trouble in (
            "badRequest",
            "itemNotFound",
            "forbidden",
            "computeFault",
            "not supported by the API",
        ):
            assert trouble not in done.stdout, f"{program}\n{done.stdout}"
        assert {each.name for each in self.folder.iterdir()} <= {".cache"}

    def _logging_in(self, auth_url: str) -> dict[str, str]:
        """Return the setting for another Keystone, none for the cloud's own."""
        if not auth_url:
            return {}
        own = Path(self._environment["OS_CLIENT_CONFIG_FILE"]).read_text(encoding="utf-8")
        file = self.folder.parent / f"{self.folder.name}.yaml"
        file.write_text(re.sub(r"auth_url: \S+", f"auth_url: {auth_url}", own), encoding="utf-8")
        return {"OS_CLIENT_CONFIG_FILE": str(file)}


@pytest.fixture
def runner(home: Home, tmp_path: Path, workshop: Workshop) -> Runner:
    """What runs programs as anna."""
    return Runner(home, tmp_path, str(workshop.owner.auth_token))


# Each would make a file, end the command or be taken for an option if it were not quoted.
HOSTILE = '-f it\'s "x" $(touch a) `touch b` ; touch c & touch d | tee e > f \\ * ~ ! {{ 7 }} ${x}'
LINES = "one\ntouch g\r\ntwo"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_name_and_description_reach_cinder_unharmed(
    workshop: Workshop, anna: Visitor, runner: Runner, language: str
) -> None:
    """By a snapshot that has to be forced."""
    _instance, volume = workshop.attached()
    shown = opened(anna, snapshot_path(volume.id))
    description, tags = f"--property {HOSTILE}", f"-f: = {HOSTILE}"
    again = Dialog(shown.submit(anna, name=HOSTILE, description=description, tags=tags))
    runner.run(language, again.programs[language])
    (made,) = workshop.snapshots_of(volume.id)
    assert (made.name, made.description) == (HOSTILE, description)
    assert made.metadata == {"-f:": HOSTILE}


@pytest.mark.parametrize("hidden", [LINES, "a\u2028touch h", "a\u202etouch i"])
def test_no_command_is_shown_on_several_lines_or_reversed(
    workshop: Workshop, anna: Visitor, hidden: str
) -> None:
    volume = workshop.volume("quiet").id
    workshop.record(volume, None, complete=True)
    shown = opened(anna, snapshot_path(volume))
    again = Dialog(shown.submit(anna, name=hidden, description=hidden))
    assert again.tick is not None
    assert again.programs["openstack"].isprintable()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unforced_program_makes_nothing_of_a_volume_that_is_attached_by_now(
    workshop: Workshop, anna: Visitor, runner: Runner, language: str
) -> None:
    """Its version is one at which Cinder refuses that."""
    volume = workshop.volume("late")
    program = opened(anna, snapshot_path(volume.id)).programs[language]
    workshop.attach(workshop.running().id, volume.id)
    with pytest.raises(AssertionError):
        runner.run(language, program)
    assert workshop.snapshots_of(volume.id) == []


def test_the_programs_of_the_volume_dialog_follow_size_and_type(
    workshop: Workshop, anna: Visitor
) -> None:
    snapshot = workshop.snapshot(workshop.volume("source").id)
    shown = opened(anna, volume_path(snapshot.id))
    too_long = "x" * 256
    refused = Dialog(shown.submit(anna, name="big", size="2", type="hdd", description=too_long))
    assert "--size=2 --type=hdd" in refused.programs["openstack"]


# What a dialog shows, and what has to be true when its program has run.
Case = tuple[dict[str, str], Callable[[], object]]


def one(found: list[Any]) -> Any:
    """Return the only one."""
    (only,) = found
    return only


def detached(workshop: Workshop, anna: Visitor) -> Case:
    """A snapshot of a detached volume."""
    volume = workshop.volume("plain")
    dialog = opened(anna, snapshot_path(volume.id))

    def made() -> None:
        name = one(workshop.snapshots_of(volume.id)).name
        assert f'Leave empty to name it "{name}".' in dialog.text

    return dialog.programs, made


def attached(workshop: Workshop, anna: Visitor) -> Case:
    """A snapshot that is forced."""
    _instance, volume = workshop.attached()
    shown = opened(anna, snapshot_path(volume.id)).programs
    return shown, lambda: one(workshop.snapshots_of(volume.id))


def several(workshop: Workshop, anna: Visitor) -> Case:
    """A set: one that is forced, and one that is not."""
    _instance, busy = workshop.attached()
    volumes = [busy.id, workshop.volume("free").id]
    query = "&".join(f"id={each}" for each in volumes)
    shown = opened(anna, f"{VOLUMES}snapshot_set/?{query}").programs
    return shown, lambda: [one(workshop.snapshots_of(each)) for each in volumes]


def volumes_of(workshop: Workshop, snapshot_id: str) -> list[Any]:
    """Return the volumes that were made from a snapshot, and have them taken away."""
    found = workshop.owner.block_storage.volumes(details=True)
    made = [each for each in found if each.snapshot_id == snapshot_id]
    for each in made:
        workshop.adopt_volume(each.id)
    return made


def copied(workshop: Workshop, anna: Visitor) -> Case:
    """A volume made from a snapshot with a hostile name."""
    parent = workshop.volume("source", volume_type="hdd")
    snapshot = workshop.owner.block_storage.create_snapshot(
        volume_id=parent.id, name=HOSTILE, description=HOSTILE
    )
    workshop.settled_snapshot(snapshot.id)

    def made() -> None:
        volume = one(volumes_of(workshop, snapshot.id))
        assert (volume.size, volume.name, volume.description) == (1, HOSTILE, HOSTILE)
        workshop.settled(volume.id)

    return opened(anna, volume_path(snapshot.id)).programs, made


def investigated(workshop: Workshop, anna: Visitor) -> Case:
    """A volume made from a snapshot and attached to an instance."""
    snapshot = workshop.snapshot(workshop.volume("evidence").id)
    instance = workshop.running("analysis")
    path = f"{SNAPSHOTS}{snapshot.id}/create_volume_and_attach/"
    chosen = {**opened(anna, path).fields(), "find": "1", "instance": instance.id}
    shown = Dialog(anna.post(path, chosen, dialog=True)).programs

    def made() -> None:
        volume = one(volumes_of(workshop, snapshot.id))
        workshop.later(workshop.detach, instance.id, volume.id)
        workshop.settled(volume.id, "in-use")

    return shown, made


def reverted(workshop: Workshop, anna: Visitor, cloud: Access) -> Case:
    """A volume that has the bytes of its snapshot again."""
    volume = workshop.volume("data")
    file = cloud.file_of(f"volume-{volume.id}")
    write(file, BEFORE)
    snapshot = workshop.snapshot(volume.id)
    write(file, AFTER)

    def made() -> None:
        workshop.settled_snapshot(snapshot.id)
        workshop.settled(volume.id)
        assert read(file) == BEFORE

    return opened(anna, revert_path(snapshot.id)).programs, made


def backed_up(workshop: Workshop, anna: Visitor) -> Case:
    """A backup that is forced."""
    _instance, volume = workshop.attached()
    storage = workshop.owner.block_storage

    def made() -> None:
        backup = one(list(storage.backups(volume_id=volume.id)))
        workshop.later(storage.delete_backup, backup.id)
        assert backup.name == "NAME"
        workshop.wait_for(partial(storage.get_backup, backup.id), "available")

    return opened(anna, f"{VOLUMES}{volume.id}/create_backup/").programs, made


def uploaded(workshop: Workshop, anna: Visitor) -> Case:
    """An image of a volume."""
    volume = workshop.volume("golden")
    images = workshop.owner.image
    before = {each.id for each in images.images()}

    def made() -> None:
        image = one([each for each in images.images() if each.id not in before])
        workshop.later(images.delete_image, image.id)
        workshop.settled(volume.id)
        assert (image.name, image.disk_format) == ("NAME", "raw")

    return opened(anna, f"{VOLUMES}{volume.id}/upload_to_image/").programs, made


def grouped(workshop: Workshop, anna: Visitor) -> Case:
    """A group snapshot."""
    group = make_group(workshop)
    return opened(anna, group.snapshot_path).programs, lambda: one(group.snapshots())


def cloned(workshop: Workshop, anna: Visitor) -> Case:
    """A clone of a group."""
    group = make_group(workshop)
    return opened(anna, group.clone_path).programs, lambda: one(group.clones())


def imaged(workshop: Workshop, anna: Visitor) -> Case:
    """An image of an instance, with a snapshot of its system disk."""
    instance, disk = workshop.started_from_volume()
    images = workshop.owner.image

    def made() -> None:
        for each in images.images(name="NAME"):
            workshop.later(images.delete_image, each.id)
        workshop.settled_snapshot(one(workshop.snapshots_of(disk)).id)

    return opened(anna, f"/project/images/{instance.id}/create/").programs, made


CASES = (
    detached,
    attached,
    several,
    copied,
    investigated,
    reverted,
    backed_up,
    uploaded,
    grouped,
    cloned,
    imaged,
)
# A cloud of Wallaby, such as many operators have.
OLDER = versions("3.64/2.79")


@pytest.fixture(scope="module")
def proxy(cloud: Access) -> Iterator[FaultProxy]:
    """What hides newer versions from the programs."""
    with FaultProxy(cloud.endpoints) as running:
        yield running


@pytest.mark.extended
@pytest.mark.parametrize("highest", [TODAY, OLDER], ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=lambda each: each.__name__)
def test_each_program_does_what_its_dialog_does(
    workshop: Workshop,
    anna: Visitor,
    runner: Runner,
    cloud: Access,
    watch: Watch,
    proxy: FaultProxy,
    case: Callable[..., Case],
    language: str,
    highest: Versions,
) -> None:
    more = {"cloud": cloud} if case is reverted else {}
    visitor = anna if highest is TODAY else watch("anna", highest=highest).visitor
    shown, made = case(workshop, visitor, **more)
    if (case, language) == (cloned, "openstack"):
        # What the client sends is refused.
        assert language not in shown
        return
    with proxy.logging_in("programs", highest):
        runner.run(language, shown[language], "" if highest is TODAY else proxy.auth_url)
    made()


@pytest.mark.extended
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_older_cloud_refuses_what_names_a_newer_version(
    workshop: Workshop, runner: Runner, watch: Watch, proxy: FaultProxy, language: str
) -> None:
    """So that is what the older cloud of these tests does; the dialog once named 3.66."""
    shown, _made = attached(workshop, watch("anna", highest=OLDER).visitor)
    with proxy.logging_in("programs", OLDER), pytest.raises(AssertionError):
        runner.run(language, shown[language].replace("3.0", "3.66"), proxy.auth_url)
