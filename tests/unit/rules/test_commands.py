# SPDX-License-Identifier: Apache-2.0
"""The shown commands are quoted correctly for a shell."""

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


def parts(command: str) -> tuple[str, set[str], str]:
    """Return what a shell reads: the verbs, the options in any order, and the name."""
    words = shlex.split(command)
    assert words[-2] == "--", "a name that begins with a dash would be taken for an option"
    spoken = [word for word in words[:-2] if not word.startswith("--")]
    options = {word for word in words[:-2] if word.startswith("--")}
    # Which version the client speaks is no part of what is asked for.
    asked = {each for each in options if not each.startswith("--os-volume-api-version=")}
    return " ".join(spoken), asked, words[-1]


SNAPSHOT = "openstack volume snapshot create"
VOLUME = "openstack volume create"


def test_a_snapshot_of_a_detached_volume_is_not_forced() -> None:
    command = create_snapshot("v1", "before upgrade", force=False)
    assert parts(command) == (SNAPSHOT, {"--volume=v1"}, "before upgrade")


def test_a_snapshot_of_an_attached_volume_is_forced() -> None:
    options = {"--volume=v1", "--force", "--description=why"}
    assert parts(create_snapshot("v1", "n", "why", force=True)) == (SNAPSHOT, options, "n")


def test_a_volume_names_only_what_was_chosen() -> None:
    options = {"--snapshot=s1", "--size=20"}
    assert parts(create_volume("s1", "copy", 20)) == (VOLUME, options, "copy")


def test_a_volume_can_name_everything() -> None:
    said = create_volume(
        "s1", "copy", 20, description="d e", type_name="ssd", availability_zone="nova"
    )
    options = {"--snapshot=s1", "--size=20", "--type=ssd", "--availability-zone=nova"}
    assert parts(said) == (VOLUME, {*options, "--description=d e"}, "copy")


@given(name=HOSTILE, description=HOSTILE)
@example(name='it\'s $HOME `id` $(id) "x"\n; rm -rf ~', description="--force")
@example(name="--help", description="-x\\")
def test_a_shell_reads_back_exactly_the_words(name: str, description: str) -> None:
    options = {"--volume=v1"} | ({f"--description={plain(description)}"} if description else set())
    command = create_snapshot("v1", name, description, force=False)
    assert parts(command) == (SNAPSHOT, options, plain(name))


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
