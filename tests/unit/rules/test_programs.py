# SPDX-License-Identifier: Apache-2.0
"""Programs say what was typed, in each language, whatever that is."""

import os
import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from snapshot_dashboard.rules import tags
from snapshot_dashboard.rules.programs.api import Addresses
from snapshot_dashboard.rules.programs.languages import programs
from snapshot_dashboard.rules.programs.operation import Action, Field, Kind, Operation, flag
from snapshot_dashboard.rules.programs.program import Language
from snapshot_dashboard.rules.text import plain
from tests.unit.rules.program_readers import READERS

CINDER, NOVA = "https://cinder.example.org/v3/p1", "https://nova.example.org/v2.1"
ADDRESSES = Addresses(CINDER, NOVA)
HOSTILE = st.text(
    alphabet=st.characters()
    | st.sampled_from("'\"`$\\;&|<>()!*?[]#~=%-{}@: \n\r\t\0\u202e\u2028\uffff\U0001f600"),
    max_size=40,
)
# Each is something to one of the languages.
EXAMPLES = (
    'it\'s $HOME `id` $(id) "x"\n; rm -rf ~',
    "--help",
    "-x\\",
    "{{ lookup('pipe', 'id') }} {% raw %}{% endraw %} {# #}",
    "${file('/etc/passwd')} %{if true} $${x} $$${x} %%{ $",
    "!unsafe 'x': #y\\u0041 @file",
    "\u202eevil\u2028\ufeff\ufffe\ud800",
)


def each(text: str, action: Action, description: str = "", **more: Any) -> Operation:
    """Return an operation of a kind, with a name and a description."""
    owners = {
        Action.VOLUME: "snapshot",
        Action.GROUP: "group",
        Action.GROUP_SNAPSHOT: "group",
        Action.SERVER_IMAGE: "server",
    }
    fields = [
        Field(owners.get(action, "volume"), "v1"),
        Field("name", text, typed="name", default="NAME"),
        Field("description", description, typed="description"),
    ]
    return Operation(action, tuple(fields), **more)


def written(operation: Operation, *others: Operation) -> dict[Language, str]:
    """Return the text of each program."""
    found = programs([operation, *others], ADDRESSES)
    return {each.language: each.text for each in found}


NAMED = [action for action in Action if action is not Action.REVERT]
DESCRIBED = (Action.SNAPSHOT, Action.VOLUME, Action.BACKUP, Action.GROUP, Action.GROUP_SNAPSHOT)


def normal(values: Any) -> list[Any]:
    """Return texts as HCL keeps them, which composes characters."""
    return [
        unicodedata.normalize("NFC", value) if isinstance(value, str) else value for value in values
    ]


def check(action: Action, name: str, description: str) -> None:
    """Compare what each language reads with what was typed."""
    described = [plain(description)] if action in DESCRIBED and description else []
    for language, text in written(each(name, action, description)).items():
        _what, said = READERS[language](text)
        values = normal(said.values())
        for value in normal([plain(name) or "NAME", *described]):
            assert value in values, (language, text)
        bad = [char for char in text if unicodedata.category(char) in ("Cf", "Zl", "Zp", "Cs")]
        assert bad == [], language


@pytest.mark.parametrize("action", NAMED)
@pytest.mark.parametrize("typed", EXAMPLES)
def test_each_language_reads_what_was_typed(action: Action, typed: str) -> None:
    check(action, typed, typed)


@settings(max_examples=300)
@given(name=HOSTILE, description=HOSTILE, action=st.sampled_from(NAMED))
@example(name="$${", description="%%{", action=Action.VOLUME)
def test_each_language_reads_whatever_is_typed(name: str, description: str, action: Action) -> None:
    check(action, name, description)


NAMES = st.from_regex(r"[A-Za-z0-9_:./-]{1,12}", fullmatch=True)


@settings(max_examples=300)
@given(found=st.dictionaries(NAMES, HOSTILE, max_size=4), copied=st.dictionaries(NAMES, HOSTILE))
def test_each_language_reads_the_tags_that_are_typed_and_copied(
    found: dict[str, str], copied: dict[str, str]
) -> None:
    lines, more = tags.written(found), tags.written(copied)
    wanted = {**tags.pairs(more), **tags.pairs(lines)}
    field = Field("tags", lines, typed="tags", kind=Kind.TAGS, copied=more, copies=True)
    made = each("x", Action.SNAPSHOT)
    shown = {name: plain(value) for name, value in wanted.items()}
    texts = written(replace(made, fields=(*made.fields, field)))
    said = {language: READERS[language](text)[1] for language, text in texts.items()}
    for language in (Language.API, Language.PYTHON):
        assert said[language].get("metadata", {}) == shown
    options = [f"{name}={value}" for name, value in shown.items()]
    assert said[Language.OPENSTACK].get("property", []) == options


def test_tags_are_copied_only_while_that_is_ticked() -> None:
    field = Field("tags", "a=1", kind=Kind.TAGS, copied="b=2", copies=False)
    assert field.said == "a=1"
    assert replace(field, copies=True).said == "b=2\na=1"


@given(text=HOSTILE)
def test_making_a_text_plain_keeps_everything_that_can_be_seen(text: str) -> None:
    made = plain(text)
    assert len(made) == len(text)
    assert plain(made) == made


def shelled(shell: str, text: str, **functions: str) -> list[str]:
    """Run a program in a shell that has these commands; return what they print, by NUL."""
    bodies = "".join(f"{name}() {{\n{body}\n}}\n" for name, body in functions.items())
    done = subprocess.run(
        [shell, "-c", bodies + text], capture_output=True, check=True, env=os.environ
    )
    return done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/bash"])
@pytest.mark.parametrize("typed", EXAMPLES)
def test_a_real_shell_passes_the_words_on_as_they_are(shell: str, typed: str) -> None:
    texts = written(each(typed, Action.SNAPSHOT, typed))
    for language, command in {Language.OPENSTACK: "openstack", Language.API: "curl"}.items():
        subprocess.run([shell, "-n", "-c", texts[language]], check=True)
        words = shelled(shell, texts[language], **{command: "printf '%s\\0' \"$@\""})
        if language is Language.OPENSTACK:
            assert words[-2:] == ["--", plain(typed)]
        else:
            sent = READERS[Language.API](f"curl --request {words[1]} {CINDER} {_again(words)}")
            assert sent[1]["name"] == plain(typed)


def _again(words: list[str]) -> str:
    import shlex

    headers = "--header 'X-Auth-Token: $OS_TOKEN' --header 'OpenStack-API-Version: volume 3.0'"
    return f"{headers} --data {shlex.quote(words[words.index('--data') + 1])}"


FORCED = Operation(
    Action.SNAPSHOT,
    (
        Field("volume", "v1"),
        flag("force", said=True),
        Field("name", "it's", typed="name"),
        Field("description", "", typed="description"),
    ),
)


def test_a_forced_snapshot_names_a_version_that_every_cloud_has() -> None:
    """At 3.0 the client hands "--force" on, and Cinder heeds it; so do all later releases."""
    assert written(FORCED) == {
        Language.OPENSTACK: (
            "openstack --os-volume-api-version=3.0 volume snapshot create --volume=v1 --force "
            "-- 'it'\"'\"'s'"
        ),
        Language.API: (
            f"curl --request POST {CINDER}/snapshots \\\n"
            '  --header "X-Auth-Token: $OS_TOKEN" \\\n'
            "  --header 'OpenStack-API-Version: volume 3.0' \\\n"
            "  --header 'Content-Type: application/json' \\\n"
            '  --data \'{"snapshot": {"volume_id": "v1", "force": true, "name": "it\\u0027s"}}\''
        ),
        Language.PYTHON: (
            "import openstack\n\n"
            'cloud = openstack.connect(block_storage_default_microversion="3.0")\n'
            "cloud.block_storage.create_snapshot(\n"
            '    volume_id="v1",\n    force=True,\n    name="it\'s",\n)\n'
        ),
        Language.ANSIBLE: (
            "---\n- hosts: localhost\n  gather_facts: false\n  tasks:\n"
            "    - openstack.cloud.volume_snapshot:\n"
            '        volume: "v1"\n        force: true\n        name: "it\'s"\n'
        ),
    }


def test_what_is_not_forced_says_nothing_of_it() -> None:
    for text in written(each("n", Action.SNAPSHOT)).values():
        assert "force" not in text


COPY = Operation(
    Action.VOLUME,
    (
        Field("snapshot", "s1"),
        Field("name", "copy", typed="name"),
        Field("size", "20", typed="size", default="1", kind=Kind.NUMBER),
        Field("type", "ssd", typed="type", own="hdd"),
        Field("zone", "nova", typed="availability_zone", own="nova"),
    ),
)


@pytest.mark.parametrize(
    ("language", "what", "said"),
    [
        (
            Language.OPENSTACK,
            "openstack volume create",
            {
                "os-volume-api-version": "3.0",
                "snapshot": "s1",
                "size": "20",
                "type": "ssd",
                "last": "copy",
            },
        ),
        (
            Language.API,
            f"POST {CINDER}/volumes volume 3.0 volume",
            {"snapshot_id": "s1", "name": "copy", "size": 20, "volume_type": "ssd"},
        ),
        (
            Language.PYTHON,
            "cloud.block_storage.create_volume block_storage_default_microversion='3.0'",
            {"snapshot_id": "s1", "name": "copy", "size": 20, "volume_type": "ssd"},
        ),
        (
            Language.ANSIBLE,
            "openstack.cloud.volume",
            {"snapshot": "s1", "name": "copy", "size": 20, "volume_type": "ssd"},
        ),
        (
            Language.TERRAFORM,
            "openstack_blockstorage_volume_v3.volume",
            {"snapshot_id": "s1", "name": "copy", "size": 20, "volume_type": "ssd"},
        ),
    ],
)
def test_a_volume_has_all_that_was_chosen_and_not_what_it_has_by_itself(
    language: Language, what: str, said: dict[str, Any]
) -> None:
    assert READERS[language](written(COPY)[language]) == (what, said)


@pytest.mark.parametrize("typed", ["", "x", "1.5", "-3", "\u0663", "1" * 10, "0x1f"])
def test_a_size_that_is_no_number_is_the_smallest(typed: str) -> None:
    assert Field("size", typed, default="7", kind=Kind.NUMBER).said == "7"


REVERT = Operation(Action.REVERT, (Field("volume", "v1"), Field("snapshot", "s1")))


def test_a_revert_asks_for_the_first_version_that_has_it() -> None:
    texts = written(REVERT)
    assert texts[Language.OPENSTACK] == (
        "openstack --os-volume-api-version=3.40 volume revert -- s1"
    )
    assert READERS[Language.API](texts[Language.API]) == (
        f"POST {CINDER}/volumes/v1/action volume 3.40 revert",
        {"snapshot_id": "s1"},
    )
    assert READERS[Language.PYTHON](texts[Language.PYTHON])[1] == {"volume": "v1", "snapshot": "s1"}
    assert Language.ANSIBLE not in texts


def test_an_image_of_an_instance_is_asked_for_at_the_compute_service() -> None:
    texts = written(each("n", Action.SERVER_IMAGE))
    assert READERS[Language.API](texts[Language.API]) == (
        f"POST {NOVA}/servers/v1/action compute 2.1 createImage",
        {"name": "n"},
    )
    assert 'compute_default_microversion="2.1"' in texts[Language.PYTHON]


BACKUP = Operation(
    Action.BACKUP,
    (
        Field("volume", "v1"),
        flag("force", said=False, typed="acknowledged"),
        Field("name", "b", typed="name"),
        Field("container", "c", typed="container_name"),
        Field("snapshot", "s1", typed="snapshot_id"),
        flag("incremental", said=True, typed="incremental"),
    ),
)


def test_a_backup_has_all_that_was_chosen() -> None:
    texts = written(BACKUP)
    said = {language: READERS[language](text)[1] for language, text in texts.items()}
    assert said[Language.API] == {
        "volume_id": "v1",
        "name": "b",
        "container": "c",
        "snapshot_id": "s1",
        "incremental": True,
    }
    assert said[Language.PYTHON]["is_incremental"] is True
    assert said[Language.ANSIBLE]["is_incremental"] is True
    assert said[Language.OPENSTACK]["incremental"] is True
    assert said[Language.OPENSTACK]["last"] == "v1"


ATTACHED = each("copy", Action.VOLUME, attached_to=Field("instance", "i1", typed="instance"))
# A client that needs two looks until the volume is there.
CLIENT = """
printf '%s\\0' "$*" >> "$LOG"
case "$*" in
  *"volume create"*) echo made1 ;;
  *"volume show"*) if [ "$(grep -c . "$COUNT")" -lt 2 ]; then echo x >> "$COUNT"; echo creating;
    else echo available; fi ;;
esac
"""


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/bash"])
def test_a_volume_is_attached_when_it_is_made(
    shell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    monkeypatch.setenv("COUNT", str(tmp_path / "count"))
    (tmp_path / "count").touch()
    text = written(ATTACHED)[Language.OPENSTACK]
    shelled(shell, text, openstack=CLIENT, sleep=":")
    said = (tmp_path / "log").read_text().split("\0")[:-1]
    assert [each.split()[1:3] for each in said[1:4]] == [["volume", "show"]] * 3
    assert said[-1] == "--os-compute-api-version=2.20 server add volume -- i1 made1"


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/bash"])
def test_nothing_is_attached_where_no_volume_was_made(
    shell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    failing = 'printf \'%s\\0\' "$*" >> "$LOG"; false'
    with pytest.raises(subprocess.CalledProcessError):
        shelled(shell, written(ATTACHED)[Language.OPENSTACK], openstack=failing)
    assert (tmp_path / "log").read_text().count("\0") == 1


def test_the_other_languages_attach_it_too() -> None:
    texts = written(ATTACHED)
    assert 'create_volume_attachment("i1", volume)' in texts[Language.PYTHON]
    assert 'compute_default_microversion="2.20"' in texts[Language.PYTHON]
    assert f"{NOVA}/servers/i1/os-volume_attachments" in texts[Language.API]
    assert '"{{ made.volume.id }}"' in texts[Language.ANSIBLE]
    assert Language.TERRAFORM not in texts


def of_a_set(volume_id: str, *, chosen: bool) -> Operation:
    """Return the snapshot of one volume of several."""
    name = Field(
        "name", "before", typed="name", default=f"{volume_id} 2026", ending=f" {volume_id}"
    )
    return Operation(
        Action.SNAPSHOT, (Field("volume", volume_id), name), only=volume_id, chosen=chosen
    )


def test_a_set_has_one_request_for_each_volume_that_is_ticked() -> None:
    texts = written(*[of_a_set(each, chosen=each != "v2") for each in ("v1", "v2", "v3")])
    lines = texts[Language.OPENSTACK].splitlines()
    assert [line.split("=")[2] for line in lines] == [
        "v1 -- 'before v1'",
        "v3 -- 'before v3'",
    ]
    assert texts[Language.PYTHON].count("create_snapshot(") == 2
    assert texts[Language.API].count("curl ") == 2
    assert texts[Language.ANSIBLE].count("volume_snapshot:") == 2
    compile(texts[Language.PYTHON], "set", "exec")


def test_a_name_with_an_ending_is_cut_as_the_dialog_cuts_it() -> None:
    assert Field("name", "x" * 250, ending=" volume").said == "x" * 250 + " volu"


def test_only_what_follows_the_form_is_a_piece_of_its_own() -> None:
    (client, *_) = programs([FORCED], ADDRESSES)
    assert [piece.follows for piece in client.pieces] == [False, True, True]
    assert "".join(piece.text for piece in client.pieces) == client.text


def test_a_clone_of_a_group_is_sent_without_what_cinder_refuses() -> None:
    """The client, and the SDK's own method, send a null for what is not there."""
    texts = written(each("n", Action.GROUP))
    assert set(texts) == {Language.API, Language.PYTHON}
    body = {"source_group_id": "v1", "name": "n"}
    assert READERS[Language.PYTHON](texts[Language.PYTHON])[1] == body
    assert READERS[Language.API](texts[Language.API])[1] == body


def test_ansible_is_left_out_where_it_would_make_one_thing_of_two() -> None:
    """It looks for the name first; that of these follows the volume's, which two of them have."""
    assert Language.ANSIBLE in written(of_a_set("v1", chosen=True), of_a_set("v2", chosen=True))
    assert Language.ANSIBLE not in written(*[of_a_set("v1", chosen=True)] * 2)


@pytest.mark.parametrize(
    ("typed", "tagged"), [("{{ 7 }}", True), ("{% x %}", True), ("true", False)]
)
def test_only_a_text_that_ansible_would_evaluate_has_its_tag(typed: str, tagged: bool) -> None:
    """With the tag it may lose its quotes; tests/release/test_playbooks.py plays both."""
    text = written(each(typed, Action.SNAPSHOT))[Language.ANSIBLE]
    assert (f'name: !unsafe "{typed}"' in text) is tagged
    assert (f'name: "{typed}"' in text) is not tagged
