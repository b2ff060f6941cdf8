# SPDX-License-Identifier: Apache-2.0
"""Commands that people paste into a shell."""

import shlex
import subprocess
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from snapshot_dashboard.rules.commands import create_snapshot, create_volume, plain

HOSTILE = st.text(
    alphabet=st.characters() | st.sampled_from("'\"`$\\;&|<>()!*?[]#~=%- \n\r\t\0\u202e\u2028"),
    max_size=40,
)


def test_a_snapshot_of_a_detached_volume_is_not_forced() -> None:
    assert create_snapshot("v1", "before upgrade", force=False) == (
        "openstack volume snapshot create --volume=v1 -- 'before upgrade'"
    )


def test_a_snapshot_of_an_attached_volume_is_forced() -> None:
    assert create_snapshot("v1", "n", "why", force=True) == (
        "openstack --os-volume-api-version=3.66 volume snapshot create --volume=v1 --force "
        "--description=why -- n"
    )


def test_a_volume_names_only_what_was_chosen() -> None:
    assert create_volume("s1", "copy", 20) == (
        "openstack volume create --snapshot=s1 --size=20 -- copy"
    )


def test_a_volume_can_name_everything() -> None:
    said = create_volume(
        "s1", "copy", 20, description="d e", type_name="ssd", availability_zone="nova"
    )
    assert said == (
        "openstack volume create --snapshot=s1 --size=20 --type=ssd --availability-zone=nova "
        "--description='d e' -- copy"
    )


@given(name=HOSTILE, description=HOSTILE)
@example(name='it\'s $HOME `id` $(id) "x"\n; rm -rf ~', description="--force")
@example(name="--help", description="-x\\")
def test_a_shell_reads_back_exactly_the_words(name: str, description: str) -> None:
    words = shlex.split(create_snapshot("v1", name, description, force=True))
    expected = ["openstack", "--os-volume-api-version=3.66", "volume", "snapshot", "create"]
    expected += ["--volume=v1", "--force"]
    expected += [f"--description={plain(description)}"] if description else []
    assert words == [*expected, "--", plain(name)]


@given(name=HOSTILE, type_name=HOSTILE)
def test_a_volume_command_is_one_line_without_invisible_characters(
    name: str, type_name: str
) -> None:
    command = create_volume("s1", name, 1, description=name, type_name=type_name)
    bad = [char for char in command if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Cs")]
    assert bad == []
    assert len(command.splitlines()) == 1


@given(text=HOSTILE)
def test_making_a_text_plain_keeps_everything_that_can_be_seen(text: str) -> None:
    made = plain(text)
    assert len(made) == len(text)
    assert plain(made) == made


@pytest.mark.parametrize(
    "name", ["it's", "$HOME", "`id`", "$(id)", 'a"b', "a\nb", "!!", "-n", "~root", "*", "é ü 漢"]
)
def test_a_real_shell_passes_the_name_on_as_it_is(name: str) -> None:
    command = create_snapshot("v1", name, force=False).replace("openstack", "printf '%s\\n'", 1)
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == plain(name)
