# SPDX-License-Identifier: Apache-2.0
"""Create Volume and Attach against a real Cinder and Nova, read by an independent client."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest

from demo.layout import Home
from demo.visitor import Visitor
from devcloud.waiting import wait_until
from tests.cloud.conftest import Visit
from tests.cloud.dialogs import SNAPSHOTS, Dialog, opened, words
from tests.cloud.workshop import PATIENCE, Workshop, unique
from tests.conftest import Connect

SUSPECT = "not recommended: the snapshot was probably taken of this instance"
UNATTACHED = "The volume is Available but was not attached:"


class Case:
    """A suspect instance with a volume, a snapshot of it, and the dialog for that."""

    def __init__(self, workshop: Workshop, visitor: Visitor, volume_type: str = "ssd") -> None:
        self.workshop = workshop
        self.visitor = visitor
        volume = workshop.volume("evidence", volume_type=volume_type)
        self.suspect = workshop.running("suspect")
        workshop.attach(self.suspect.id, volume.id)
        self.snapshot = workshop.snapshot(volume.id, force=True)
        self.path = f"{SNAPSHOTS}{self.snapshot.id}/create_volume_and_attach/"

    def offered(self, search: str = "") -> dict[str, str]:
        """Return the instances that the dialog offers, by id, with what is said of each."""
        dialog = opened(self.visitor, self.path)
        if search:
            fields = {**dialog.fields(), "search": search, "find": "1"}
            dialog = Dialog(self.visitor.post(self.path, fields, dialog=True))
        return {
            each.get("value"): words(dialog.frame.xpath(f".//label[@for='{each.get('id')}']")[0])
            for each in dialog.frame.xpath(".//input[@type='radio'][@name='instance']")
        }

    def made(self, instance_id: str) -> str:
        """Make the volume; return the address of the page that follows."""
        answer = opened(self.visitor, self.path).submit(
            self.visitor, name=unique("copy"), instance=instance_id
        )
        place = answer.headers.get("X-Horizon-Location", "")
        assert f"/investigate/{self.volume_id(place)}/{instance_id}/" in place, answer.text
        self.workshop.adopt_volume(self.volume_id(place))
        self.workshop.later(self.workshop.detach, instance_id, self.volume_id(place))
        return place

    @staticmethod
    def volume_id(place: str) -> str:
        """Return the id of the volume in an address of the page."""
        return urlsplit(place).path.split("/")[5] if "/investigate/" in place else ""

    def look(self, place: str) -> Any:
        """Ask as the page's script does."""
        answer = self.visitor.get(urlsplit(place).path + "step/", dialog=True)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def until(self, place: str, step: str) -> Any:
        """Wait until the page tells a step; return what it says."""
        wait_until(
            lambda: self.look(place)["step"] == step,
            seconds=PATIENCE,
            what=f"the step {step} at {place}",
            pause=0.2,
        )
        return self.look(place)

    def script(self, place: str) -> Any:
        """Send the form as the page's script does."""
        return self.visitor.post(place, {"auto": "1"}, dialog=True).json()

    def press(self, place: str) -> Any:
        """Press the page's button, and return the page that follows."""
        answer = self.visitor.post(place, {})
        assert answer.status_code == 200
        return lxml.html.fromstring(answer.text)

    def users(self, place: str) -> list[str]:
        """Return the instances that the volume is attached to, as Cinder's records tell it."""
        answer = self.workshop.owner.block_storage.get(
            f"/attachments?volume_id={self.volume_id(place)}", microversion="3.54"
        )
        return [each["instance"] for each in answer.json()["attachments"]]


@pytest.fixture
def case(workshop: Workshop, anna: Visitor) -> Case:
    """Somebody's evidence."""
    return Case(workshop, anna)


def steps(html: str) -> list[str]:
    """Return the steps that a page or a part of it shows."""
    found = lxml.html.fromstring(html).xpath("//ol[@class='sd-progress-steps']/li")
    return [words(each) for each in found]


@pytest.mark.parametrize("volume_type", ["ssd", "linked"])
def test_a_copy_is_made_and_attached_to_a_running_instance(
    workshop: Workshop, anna: Visitor, volume_type: str
) -> None:
    case = Case(workshop, anna, volume_type)
    tools = workshop.running("tools")
    offered = case.offered()
    assert offered[tools.id] == f"{tools.name} - Active"
    assert offered[case.suspect.id] == f"{case.suspect.name} - Active {SUSPECT}"
    place = case.made(tools.id)
    said = case.until(place, "ready")
    assert said["attach"] is True
    assert case.users(place) == []
    case.script(place)
    said = case.until(place, "attached")
    device = workshop.device(tools.id, case.volume_id(place))
    assert steps(said["html"]) == [
        "Creating volume Done",
        f"Attaching to {tools.name} Done",
        f"Ready: attached as {device} Done",
    ]
    made = workshop.owner.block_storage.get_volume(case.volume_id(place))
    assert made.snapshot_id == case.snapshot.id
    assert made.metadata["snapshot_dashboard:investigate_on"] == tools.id
    assert case.users(place) == [tools.id]


STATES = ["SHUTOFF", "PAUSED", "SHELVED", "SHELVED_OFFLOADED"]


def brought_to(workshop: Workshop, instance_id: str, state: str) -> None:
    """Bring an instance into a state."""
    compute = workshop.owner.compute
    if state == "SHUTOFF":
        compute.stop_server(instance_id)
    elif state == "PAUSED":
        compute.pause_server(instance_id)
    else:
        compute.shelve_server(instance_id)
        workshop.arrived(instance_id, "SHELVED")
        if state == "SHELVED_OFFLOADED":
            workshop.admin.compute.shelve_offload_server(instance_id)
    workshop.arrived(instance_id, state)


@pytest.mark.extended
@pytest.mark.parametrize("state", STATES)
def test_an_instance_at_rest_gets_the_copy_too(case: Case, state: str) -> None:
    tools = case.workshop.running("tools")
    brought_to(case.workshop, tools.id, state)
    assert tools.id in case.offered(tools.name)
    place = case.made(tools.id)
    case.until(place, "ready")
    case.press(place)
    said = case.until(place, "attached")
    assert "Ready: attached" in steps(said["html"])[2]
    assert case.users(place) == [tools.id]


@pytest.mark.extended
def test_only_what_nova_attaches_to_is_offered(case: Case) -> None:
    suspended = case.workshop.running("asleep")
    case.workshop.owner.compute.suspend_server(suspended.id)
    case.workshop.arrived(suspended.id, "SUSPENDED")
    assert case.offered("asleep") == {}
    dialog = opened(case.visitor, case.path)
    answer = dialog.submit(case.visitor, name=unique("copy"), instance=suspended.id)
    assert "does not accept a volume now: its status is Suspended." in Dialog(answer).text


@pytest.mark.extended
def test_the_suspect_is_marked_by_the_volume_and_searched_by_name_and_id(case: Case) -> None:
    mark = {case.suspect.id: f"{case.suspect.name} - Active {SUSPECT}"}
    assert case.offered(case.suspect.name) == mark
    assert case.offered(case.suspect.id) == mark
    assert case.offered(case.suspect.name[:-1] + "*") == {}


@pytest.mark.extended
def test_a_shelved_suspect_is_marked_too(case: Case) -> None:
    brought_to(case.workshop, case.suspect.id, "SHELVED_OFFLOADED")
    assert SUSPECT in case.offered(case.suspect.name)[case.suspect.id]


def test_two_forms_at_the_same_moment_attach_once(case: Case) -> None:
    tools = case.workshop.running("tools")
    place = case.made(tools.id)
    case.until(place, "ready")
    with ThreadPoolExecutor(3) as hands:
        list(hands.map(lambda _each: case.visitor.post(place, {}), range(3)))
    case.until(place, "attached")
    assert case.users(place) == [tools.id]
    assert case.look(place)["button"] == ""
    case.press(place)
    assert case.users(place) == [tools.id]


@pytest.mark.extended
def test_a_refusal_is_told_and_tried_again_and_another_instance_can_be_chosen(case: Case) -> None:
    tools, others = case.workshop.running("tools"), case.workshop.running("others")
    place = case.made(tools.id)
    case.until(place, "ready")
    case.workshop.admin.compute.reset_server_state(tools.id, "error")
    said = case.script(place)
    assert UNATTACHED in said["html"] and "vm_state error" in said["html"]
    assert said["button"] == "Try Again"
    assert case.users(place) == []
    # After a reload it is still told, and the script does not try again by itself.
    assert case.look(place)["attach"] is False
    again = words(case.press(place))
    assert UNATTACHED in again and "Choose another instance" in again
    choose = urlsplit(place).path.rsplit("/", 2)[0] + "/"
    dialog = opened(case.visitor, f"{choose}?next={SNAPSHOTS}")
    answer = dialog.submit(case.visitor, instance=others.id)
    other_place = answer.headers["X-Horizon-Location"]
    case.workshop.later(case.workshop.detach, others.id, case.volume_id(place))
    assert parse_qs(urlsplit(other_place).query)["next"] == [SNAPSHOTS]
    assert case.look(other_place)["attach"] is True
    case.script(other_place)
    case.until(other_place, "attached")
    assert case.users(other_place) == [others.id]
    assert case.look(place)["step"] == "elsewhere"


@pytest.mark.extended
def test_the_same_instance_can_be_tried_again(case: Case) -> None:
    tools = case.workshop.running("tools")
    place = case.made(tools.id)
    case.until(place, "ready")
    case.workshop.admin.compute.reset_server_state(tools.id, "error")
    case.press(place)
    case.workshop.admin.compute.reset_server_state(tools.id, "active")
    case.press(place)
    case.until(place, "attached")
    assert case.users(place) == [tools.id]


@pytest.mark.extended
def test_a_volume_that_the_storage_cannot_make_is_explained(case: Case) -> None:
    tools = case.workshop.running("tools")
    case.workshop.broken_storage("create_volume_from_snapshot")
    place = case.made(tools.id)
    said = case.until(place, "failed")
    case.workshop.storage_as_usual()
    assert "The volume could not be created" in said["html"]
    assert (said["pending"], said["button"]) == (False, "")
    case.press(place)
    assert case.users(place) == []


@pytest.fixture
def foreign(connect: Connect, home: Home) -> Iterator[Any]:
    """A running instance of another project."""
    elsewhere = Workshop(connect("otto"), connect("admin"), home.path / "knobs")
    try:
        yield elsewhere.running("foreign")
    finally:
        elsewhere.close()


def test_an_instance_of_another_project_is_never_used(
    case: Case, visit: Visit, foreign: Any
) -> None:
    """An administrator in web-shop can read every project's instances."""
    support = visit("admin", "web-shop")
    dialog = opened(support, case.path)
    answer = dialog.submit(support, name=unique("copy"), instance=foreign.id)
    assert "This instance belongs to another project." in Dialog(answer).text
    found = Dialog(
        support.post(case.path, {**dialog.fields(), "search": foreign.id, "find": "1"}, dialog=True)
    )
    assert found.frame.xpath(".//input[@type='radio'][@name='instance']") == []
    tools = case.workshop.running("tools")
    place = case.made(tools.id)
    case.until(place, "ready")
    wrong = place.replace(tools.id, foreign.id)
    page = support.post(wrong, {})
    assert "This instance belongs to another project" in page.text
    assert case.users(place) == []


def test_a_volume_of_another_project_is_never_attached(case: Case, visit: Visit) -> None:
    tools = case.workshop.running("tools")
    place = case.made(tools.id)
    case.until(place, "ready")
    support = visit("admin", "admin")
    assert "This page belongs to project" in support.get(place).text
    assert "Nothing was attached by it." in support.post(place, {}).text
    bare = urlsplit(place).path
    assert "This volume belongs to another project" in support.post(bare, {}).text
    assert "This volume no longer exists" in visit("otto").post(bare, {}).text
    assert case.users(place) == []


@pytest.mark.extended
def test_a_reader_changes_nothing(case: Case, visit: Visit) -> None:
    tools = case.workshop.running("tools")
    place = case.made(tools.id)
    case.until(place, "ready")
    looking = visit("rita")
    assert "create_volume_and_attach" not in looking.get(SNAPSHOTS).text
    answer = opened(looking, case.path).submit(looking, name=unique("copy"), instance=tools.id)
    assert Dialog(answer).problem.startswith("Your role does not allow this")
    page = looking.post(place, {})
    assert f"{UNATTACHED} Your role does not allow this." in words(lxml.html.fromstring(page.text))
    assert case.users(place) == []
