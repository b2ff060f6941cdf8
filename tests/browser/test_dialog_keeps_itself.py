# SPDX-License-Identifier: Apache-2.0
"""A dialog stays open with its input whatever happens to the request."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from devcloud.access import Access
from tests.browser.gateway import Gateway, Trouble
from tests.browser.oracle import Oracle
from tests.browser.pages import Dialog, snapshots, volumes
from tests.browser.person import Person
from tests.cloud.workshop import Workshop

NAME, DESCRIPTION = "before upgrade", "typed with care"
UNKNOWN = "It is not known yet whether the snapshot was created"
LOGGED_OUT = "You have been logged out"


@dataclass(frozen=True)
class Typed:
    """A dialog about a volume into which something was typed."""

    dialog: Dialog
    volume: str

    def assert_kept(self) -> None:
        """Everything is there, and the button can be pressed."""
        person = self.dialog.person
        assert person.value(self.dialog.part("[name=name]")) == NAME
        assert person.value(self.dialog.part("[name=description]")) == DESCRIPTION
        assert self.dialog.button.is_enabled()
        assert self.dialog.button.get_property("value") == "Create Volume Snapshot"


@pytest.fixture
def typed(anna: Person, gateway: Gateway, workshop: Workshop) -> Iterator[Typed]:
    """A filled-in Create Snapshot dialog, about to be sent through the gateway."""
    volume = workshop.volume()
    volumes(anna).open().choose(volume.id, "Create Snapshot")
    dialog = Dialog(anna).wait_open()
    dialog.fill(name=NAME, description=DESCRIPTION)
    yield Typed(dialog, volume.id)


@pytest.mark.parametrize("trouble", [Trouble.FAILS, Trouble.DROPS])
def test_a_form_that_never_arrives_can_be_sent_again(
    anna: Person,
    gateway: Gateway,
    workshop: Workshop,
    oracle: Oracle,
    typed: Typed,
    trouble: Trouble,
) -> None:
    oracle.allow_console("/create_snapshot/ - Failed to load resource")
    gateway.trouble = trouble
    typed.dialog.send()
    typed.dialog.see(".sd-problem", UNKNOWN)
    typed.assert_kept()
    assert workshop.snapshots_of(typed.volume) == []
    gateway.trouble = Trouble.NONE
    typed.dialog.send()
    anna.see(".alert-info", NAME)
    assert [each.name for each in workshop.snapshots_of(typed.volume)] == [NAME]


def test_a_lost_answer_is_not_called_a_failure(
    anna: Person, gateway: Gateway, workshop: Workshop, oracle: Oracle, typed: Typed
) -> None:
    oracle.allow_console("/create_snapshot/ - Failed to load resource")
    gateway.trouble = Trouble.LOSES
    typed.dialog.send()
    assert "Nothing was created" not in typed.dialog.see(".sd-problem", UNKNOWN).text
    typed.assert_kept()
    assert [each.name for each in workshop.snapshots_of(typed.volume)] == [NAME]


def test_after_logging_in_in_a_second_tab_the_form_is_sent(
    anna: Person, workshop: Workshop, oracle: Oracle, typed: Typed, cloud: Access
) -> None:
    # The form, and the look at the volume that the open dialog may take just then.
    oracle.allow_console(r"/create_snapshot/(live/\S*)? - Failed to load resource.* 401")
    anna.forget_session()
    typed.dialog.send()
    typed.dialog.see(".sd-problem", LOGGED_OUT)
    typed.assert_kept()
    assert workshop.snapshots_of(typed.volume) == []
    first = anna.driver.current_window_handle
    anna.click(typed.dialog.part("a"), "Log In (new tab)")
    (second,) = set(anna.driver.window_handles) - {first}
    anna.driver.switch_to.window(second)
    anna.type("#id_username", "anna")
    anna.type("#id_password", cloud.login("anna").password)
    anna.click("#loginBtn")
    anna.see(".context-project")
    anna.driver.switch_to.window(first)
    typed.dialog.send()
    anna.see(".alert-info", NAME)
    assert [each.name for each in workshop.snapshots_of(typed.volume)] == [NAME]


def test_a_volume_that_was_attached_meanwhile_is_warned_about_first(
    anna: Person, workshop: Workshop, typed: Typed
) -> None:
    instance = workshop.running()
    typed.dialog.stop_looking()
    workshop.attach(instance.id, typed.volume)
    typed.dialog.send()
    problem = typed.dialog.see(".sd-problem", "the situation changed while this form was open")
    assert "Then: detached. Now: attached to an instance that is running." in problem.text
    assert anna.focus() == problem
    assert f"{instance.name} is running" in typed.dialog.see(".sd-explanation").text
    assert not typed.dialog.see("[name=acknowledged]").is_selected()
    assert anna.value(typed.dialog.part("[name=name]")) == NAME
    assert workshop.snapshots_of(typed.volume) == []
    typed.dialog.tick()
    typed.dialog.send()
    anna.see(".alert-info", NAME)
    assert len(workshop.snapshots_of(typed.volume)) == 1


def test_a_create_volume_form_that_never_arrives_is_kept(
    anna: Person, gateway: Gateway, workshop: Workshop, oracle: Oracle
) -> None:
    oracle.allow_console("/volumes/create/.* - Failed to load resource")
    snapshot = workshop.snapshot(workshop.volume().id)
    snapshots(anna).open().choose(snapshot.id, "Create Volume")
    dialog = Dialog(anna).wait_open()
    dialog.fill(name=NAME, size="3")
    gateway.trouble = Trouble.FAILS
    dialog.send()
    problem = dialog.see(".sd-problem", "It is not known yet whether the volume was created")
    assert "Look at the Volumes page before you try again." in problem.text
    assert anna.value(dialog.part("[name=name]")) == NAME
    assert anna.value(dialog.part("[name=size]")) == "3"
    assert dialog.button.is_enabled()


def test_the_browser_itself_stops_a_size_below_the_snapshots(
    anna: Person, workshop: Workshop
) -> None:
    snapshot = workshop.snapshot(workshop.volume(size=2).id)
    snapshots(anna).open().choose(snapshot.id, "Create Volume")
    dialog = Dialog(anna).wait_open()
    dialog.fill(name=NAME, size="1")
    dialog.send()
    assert dialog.see("[name=size]:invalid").get_attribute("validationMessage")
    assert dialog.see("[type=submit]").is_enabled()
    assert anna.value(dialog.part("[name=name]")) == NAME


def test_a_size_below_the_snapshots_is_refused_at_the_field(
    anna: Person, workshop: Workshop
) -> None:
    snapshot = workshop.snapshot(workshop.volume(size=2).id)
    snapshots(anna).open().choose(snapshot.id, "Create Volume")
    dialog = Dialog(anna).wait_open()
    dialog.leave_checking_to_the_server()
    dialog.fill(name=NAME, size="1")
    dialog.send()
    message = "Enter 2 GiB or more: a volume cannot be smaller than its snapshot."
    assert dialog.see(".has-error .text-danger").text == message
    assert anna.value(dialog.part("[name=name]")) == NAME
    assert anna.value(dialog.part("[name=size]")) == "1"
    assert anna.focus() == dialog.see("[name=size]")
