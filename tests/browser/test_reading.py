# SPDX-License-Identifier: Apache-2.0
"""Dialogs are short, fold details, and show names as plain text only."""

import pytest
from selenium.webdriver.common.keys import Keys

from snapshot_dashboard.rules.programs.api import Addresses
from snapshot_dashboard.rules.programs.languages import programs
from snapshot_dashboard.rules.programs.operation import Action, Field, Kind, Operation
from tests.browser.axe import violations
from tests.browser.pages import Dialog, snapshots, volumes
from tests.browser.person import Person
from tests.cloud.workshop import Workshop

MOST_WORDS = {"detached": 90, "attached": 160}
HOSTILE = """<img src=x onerror="window.harmed=1"> '"& $(id) `id` %s {{7*7}}"""
# Quotes, line breaks, characters that cannot be seen, and an option in disguise.
TYPED = (
    "--help",
    "it's $HOME",
    'a "b" `c` \\ d;e',
    "\N{ZERO WIDTH SPACE}x\u202ey",
    "Größe_1%",
    "{{ 7 }} ${x} %{if y} $${z}",
    "\uffff",
)


@pytest.fixture(scope="module")
def of_kind(shared_workshop: Workshop) -> dict[str, str]:
    """A volume of each kind: detached, and attached to a running instance as its system disk."""
    _instance, system_disk = shared_workshop.started_from_volume()
    return {"detached": str(shared_workshop.volume().id), "attached": system_disk}


@pytest.fixture(scope="module")
def snapshot(shared_workshop: Workshop) -> str:
    """A snapshot to make a volume from."""
    return str(shared_workshop.snapshot(shared_workshop.volume().id).id)


def _open(person: Person, volume_id: str) -> Dialog:
    volumes(person).open().choose(volume_id, "Create Snapshot")
    return Dialog(person).wait_open()


def _unfolded_command(dialog: Dialog) -> str:
    dialog.person.click(dialog.part(".sd-programs summary"), "Do this by a program")
    return str(dialog.see(".sd-command-text").get_property("textContent"))


def _programs(person: Person, dialog: Dialog) -> dict[str, str]:
    """Return what is shown; a dialog that opens above a page loses the last line break."""
    shown = person.find_all(dialog.part("[data-sd-program]"))
    texts = {each: str(each.get_property("textContent")) for each in shown}
    return {
        str(each.get_dom_attribute("data-sd-program")): text.rstrip("\n")
        for each, text in texts.items()
    }


@pytest.mark.parametrize("kind", MOST_WORDS)
def test_a_dialog_is_short(anna: Person, of_kind: dict[str, str], kind: str) -> None:
    words = _open(anna, of_kind[kind]).see("form").text.split()
    assert "Cancel" in words
    assert len(words) <= MOST_WORDS[kind], " ".join(words)


def test_in_a_small_window_the_warning_comes_first(anna: Person, of_kind: dict[str, str]) -> None:
    anna.in_window(320, 700)
    dialog = _open(anna, of_kind["attached"])
    warning = dialog.see(".sd-explanation").rect["y"]
    assert warning >= dialog.see(".modal-body").rect["y"]
    assert anna.focus().get_attribute("name") == "name"


def test_the_steps_are_folded_and_open_at_a_click(anna: Person, of_kind: dict[str, str]) -> None:
    dialog = _open(anna, of_kind["attached"])
    assert not dialog.has(".sd-steps code")
    anna.click(dialog.part(".sd-steps summary"), "How to stop writes")
    assert "fsfreeze" in dialog.see(".sd-steps").text


def test_the_command_is_copied(anna: Person, of_kind: dict[str, str]) -> None:
    anna.driver.execute_cdp_cmd(
        "Browser.grantPermissions",
        {"origin": anna.base, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]},
    )
    dialog = _open(anna, of_kind["attached"])
    command = _unfolded_command(dialog)
    assert "volume snapshot create" in command and "--force" in command
    assert [each for each in violations(anna.driver, [dialog.here]) if each.known < 0] == []
    anna.click(dialog.part("[data-sd-copy]"))
    dialog.see("[data-sd-copy-status]", "Copied")
    read = "navigator.clipboard.readText().then(arguments[0])"
    assert anna.driver.execute_async_script(read) == command


def test_without_a_clipboard_the_command_is_selected(anna: Person, of_kind: dict[str, str]) -> None:
    dialog = _open(anna, of_kind["detached"])
    command = _unfolded_command(dialog)
    # As in every page over plain HTTP that does not come from this machine.
    anna.driver.execute_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    anna.click(dialog.part("[data-sd-copy]"))
    dialog.see("[data-sd-copy-status]", "Press Ctrl+C to copy.")
    selected = anna.driver.execute_script("return window.getSelection().toString()")
    assert selected == command


@pytest.mark.parametrize("typed", TYPED)
def test_programs_follow_what_is_typed_as_the_server_would_write_them(
    anna: Person, snapshot: str, typed: str
) -> None:
    snapshots(anna).open(f"field=id&value={snapshot}").choose(snapshot, "Create Volume")
    dialog = Dialog(anna).wait_open()
    dialog.fill(name=typed, size="3")
    anna.see(dialog.part("[name=description]")).send_keys(typed, Keys.ENTER, "second line")
    fields = (
        Field("snapshot", snapshot),
        Field("name", typed),
        Field("description", f"{typed}\nsecond line"),
        Field("size", "3", kind=Kind.NUMBER),
    )
    shown = _programs(anna, dialog)
    address = shown["api"].partition(" POST ")[2].partition("/volumes ")[0]
    expected = programs([Operation(Action.VOLUME, fields)], Addresses(address, ""))
    assert shown == {each.language.value: each.text.rstrip("\n") for each in expected}


def test_tags_are_followed_too(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume(metadata={"own": TYPED[1], "env": "prod"})
    dialog = _open(anna, volume.id)
    dialog.fill(name="x")
    anna.click(dialog.part("details:has([name=tags]) summary"), "Tags")
    tags = [f"tag {number} = {each}" for number, each in enumerate(TYPED)]
    box = anna.see(dialog.part("[name=tags]"))
    for line in ("env=test", *tags, "half", "=x", "env=later"):
        box.send_keys(line, Keys.ENTER)
    anna.tick("[name=copy_tags]")
    wanted = "\n".join((f"own={TYPED[1]}", "env=later", *tags))
    shown = _programs(anna, dialog)
    address = shown["api"].partition(" POST ")[2].partition("/snapshots ")[0]
    fields = (
        Field("volume", volume.id),
        Field("name", "x"),
        Field("tags", wanted, kind=Kind.TAGS),
    )
    expected = programs([Operation(Action.SNAPSHOT, fields)], Addresses(address, ""))
    assert shown == {each.language.value: each.text.rstrip("\n") for each in expected}


def test_hostile_names_are_text_everywhere(anna: Person, workshop: Workshop) -> None:
    made = workshop.owner.block_storage.create_volume(name=HOSTILE, size=1)
    workshop.adopt_volume(made.id)
    workshop.settled(made.id)
    dialog = _open(anna, made.id)
    assert HOSTILE in dialog.see(".sd-subtitle").text
    dialog.fill(name=HOSTILE, description=HOSTILE)
    dialog.send()
    assert HOSTILE in anna.see(".alert-info", "Creating volume snapshot").text
    (snapshot,) = workshop.snapshots_of(made.id)
    assert (snapshot.name, snapshot.description) == (HOSTILE, HOSTILE)
    page = snapshots(anna).open(f"field=volume_id&value={made.id}")
    anna.until(lambda: page.column("Volume Name") == [HOSTILE], "the volume's name")
    assert page.column("Name") == [HOSTILE]
    workshop.settled_snapshot(snapshot.id)
    page.open(f"field=volume_id&value={made.id}").choose(snapshot.id, "Create Volume")
    assert anna.value(Dialog(anna).wait_open().part("[name=name]")) == HOSTILE
    assert anna.driver.execute_script("return window.harmed") is None
