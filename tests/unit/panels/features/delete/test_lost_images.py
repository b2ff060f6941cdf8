# SPDX-License-Identifier: Apache-2.0
"""The images that stop working with their snapshots may be deleted too, after them."""

from typing import Any

import pytest
from openstack_dashboard import policy

from tests.unit.cloud.test_images import GLANCE, IMAGES, image
from tests.unit.cloud.wire import OTHER_PROJECT, Wire, snapshot_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.delete.test_delete_several import confirm, there_are
from tests.unit.panels.person import CATALOG, SNAPSHOTS, Answer, Person, service, user
from tests.unit.panels.support_dialogs import hear, writes

DIALOG = f"{SNAPSHOTS}delete/several/?id=s1&id=s2"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages for the page that follows."""
    return hear(monkeypatch)


@pytest.fixture
def anna(wire: Wire, person: Person, log_in: LogIn) -> Person:
    """A member, with an image that consists of two snapshots."""
    wire.volume("v1", name="wiki-data")
    there_are(wire, "snapshots", snapshot_json("s1"), snapshot_json("s2"))
    wire.says("GET", IMAGES, {"images": [image("i1", "s1", "s2", name="<golden>")]})
    wire.says("DELETE", f"{IMAGES}/i1", None, 204)
    return log_in(user("member", "reader", catalog=[*CATALOG, service("image", GLANCE)]))


def asked(person: Person) -> Answer:
    """Open the dialog."""
    return person.get(DIALOG, dialog=True)


def test_the_image_goes_last_and_only_if_it_is_ticked(
    wire: Wire, anna: Person, told: list[str]
) -> None:
    dialog = asked(anna)
    assert dialog.said("//label[@for='id_images']") == "Delete this image too: <golden>"
    assert dialog.all("//*[@id='id_images'][@checked]") == []
    confirm(anna, dialog)
    assert writes(wire) == ["/snapshots/s1", "/snapshots/s2"]
    wire.mocker.reset_mock()
    confirm(anna, asked(anna), images="on")
    assert writes(wire) == ["/snapshots/s1", "/snapshots/s2", "/v2/images/i1"]
    assert told[-1] == 'Deleted image "<bdi>&lt;golden&gt;</bdi>".'


def test_an_image_stays_while_one_of_its_snapshots_does(
    wire: Wire, anna: Person, told: list[str]
) -> None:
    wire.fails("DELETE", "/snapshots/s2", 400, "Invalid snapshot")
    confirm(anna, asked(anna), images="on")
    assert writes(wire) == ["/snapshots/s1", "/snapshots/s2"]
    assert "was not deleted, because not all of its snapshots were" in told[-1]


@pytest.mark.parametrize(("status", "says"), [(403, "was not deleted."), (503, "It is not known")])
def test_what_glance_does_not_delete_is_told(
    wire: Wire, anna: Person, told: list[str], status: int, says: str
) -> None:
    wire.fails("DELETE", f"{IMAGES}/i1", status, "Image i1 is protected")
    confirm(anna, asked(anna), images="on")
    assert says in told[-1]


def test_an_image_of_another_project_is_not_offered(wire: Wire, anna: Person) -> None:
    wire.says("GET", IMAGES, {"images": [image("i1", "s1", owner=OTHER_PROJECT)]})
    dialog = asked(anna)
    assert "will stop working" in dialog.text and dialog.all("//*[@id='id_images']") == []
    confirm(anna, dialog, images="on")
    assert writes(wire) == ["/snapshots/s1", "/snapshots/s2"]


def test_a_role_that_may_not_delete_images_is_not_offered_it(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(*_said: Any) -> bool:
        return False

    monkeypatch.setattr(policy, "check", check)
    assert asked(anna).all("//*[@id='id_images']") == []


def test_an_image_that_appeared_meanwhile_is_shown_first(wire: Wire, anna: Person) -> None:
    dialog = asked(anna)
    wire.says("GET", IMAGES, {"images": [image("i1", "s1"), image("i2", "s2")]})
    again = confirm(anna, dialog, images="on")
    assert writes(wire) == []
    assert "i2" in again.said("//label[@for='id_images']")
