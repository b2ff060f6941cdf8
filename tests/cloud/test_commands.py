# SPDX-License-Identifier: Apache-2.0
"""The commands shown by the dialogs work in a shell with the real client."""

import os
import subprocess
from pathlib import Path

import pytest

from demo.layout import ROOT, Home
from demo.visitor import Visitor
from tests.cloud.dialogs import Dialog, opened, snapshot_path, volume_path
from tests.cloud.workshop import Workshop

CLIENT = ROOT / ".venv" / "cloud" / "bin"
# Seconds for one command; the client alone needs some to load.
LONGEST = 120


class Shell:
    """Runs pasted commands in a folder where only the client caches."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.folder = folder
        self._environment = {
            "PATH": f"{CLIENT}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "OS_CLIENT_CONFIG_FILE": str(home.path / "clouds.yaml"),
            "OS_CLOUD": "anna",
        }

    def run(self, command: str) -> None:
        """Run a command; it must succeed and leave nothing in the folder."""
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=LONGEST,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        assert {each.name for each in self.folder.iterdir()} <= {".cache"}


@pytest.fixture
def shell(home: Home, tmp_path: Path) -> Shell:
    """A shell with the openstack client, as anna."""
    return Shell(home, tmp_path)


# Each would make a file, end the command or be taken for an option if it were not quoted.
HOSTILE = '-f it\'s "x" $(touch a) `touch b` ; touch c & touch d | tee e > f \\ * ~ !'
LINES = "one\ntouch g\r\ntwo"


def test_the_command_for_a_detached_volume_makes_the_same_snapshot(
    workshop: Workshop, anna: Visitor, shell: Shell
) -> None:
    volume = workshop.volume("plain")
    dialog = opened(anna, snapshot_path(volume.id))
    assert "--force" not in dialog.command
    shell.run(dialog.command)
    (made,) = workshop.snapshots_of(volume.id)
    assert made.name.startswith(f"{volume.name} 2")
    assert f'Leave empty to name it "{made.name}".' in dialog.text


def test_the_command_for_an_attached_volume_forces_it(
    workshop: Workshop, anna: Visitor, shell: Shell
) -> None:
    _instance, volume = workshop.attached()
    dialog = opened(anna, snapshot_path(volume.id))
    assert "--force" in dialog.command.split()
    shell.run(dialog.command)
    assert len(workshop.snapshots_of(volume.id)) == 1


def test_a_hostile_name_and_description_reach_cinder_unharmed(
    workshop: Workshop, anna: Visitor, shell: Shell
) -> None:
    _instance, volume = workshop.attached()
    shown = opened(anna, snapshot_path(volume.id))
    again = Dialog(shown.submit(anna, name=HOSTILE, description=f"--property {HOSTILE}"))
    shell.run(again.command)
    (made,) = workshop.snapshots_of(volume.id)
    assert (made.name, made.description) == (HOSTILE, f"--property {HOSTILE}")


@pytest.mark.parametrize("hidden", [LINES, "a\u2028touch h", "a\u202etouch i"])
def test_no_command_is_shown_on_several_lines_or_reversed(
    workshop: Workshop, anna: Visitor, hidden: str
) -> None:
    volume = workshop.volume("quiet").id
    workshop.record(volume, None, complete=True)
    shown = opened(anna, snapshot_path(volume))
    again = Dialog(shown.submit(anna, name=hidden, description=hidden))
    assert again.tick is not None
    assert again.command.isprintable()


def test_the_command_of_the_volume_dialog_makes_the_same_volume(
    workshop: Workshop, anna: Visitor, shell: Shell
) -> None:
    parent = workshop.volume("source", volume_type="hdd")
    snapshot = workshop.owner.block_storage.create_snapshot(
        volume_id=parent.id, name=HOSTILE, description=HOSTILE
    )
    workshop.settled_snapshot(snapshot.id)
    dialog = opened(anna, volume_path(snapshot.id))
    shell.run(dialog.command)
    found = workshop.owner.block_storage.volumes(name=HOSTILE)
    (made,) = [each for each in found if each.snapshot_id == snapshot.id]
    workshop.adopt_volume(made.id)
    assert (made.size, made.description) == (1, HOSTILE)
    workshop.settled(made.id)


def test_the_command_of_the_volume_dialog_follows_size_and_type(
    workshop: Workshop, anna: Visitor, shell: Shell
) -> None:
    snapshot = workshop.snapshot(workshop.volume("source").id)
    shown = opened(anna, volume_path(snapshot.id))
    too_long = "x" * 256
    refused = Dialog(shown.submit(anna, name="big", size="2", type="hdd", description=too_long))
    assert "--size=2" in refused.command
    assert "--type=hdd" in refused.command
