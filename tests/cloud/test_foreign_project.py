# SPDX-License-Identifier: Apache-2.0
"""Volumes and snapshots of other projects, and roles that may not create."""

import lxml.html
import pytest

from demo.visitor import Visitor
from tests.cloud.conftest import Visit
from tests.cloud.dialogs import (
    SNAPSHOTS,
    VOLUMES,
    Dialog,
    accepted,
    opened,
    snapshot_path,
    volume_path,
)
from tests.cloud.workshop import Workshop, unique
from tests.conftest import Connect, LogIn

FORGED = {"seen": "1|detached|", "acknowledged": "corrupted", "force": "on"}


@pytest.fixture(scope="module")
def volume(shared_workshop: Workshop) -> str:
    """A detached volume of web-shop."""
    return str(shared_workshop.volume("theirs").id)


@pytest.fixture(scope="module")
def snapshot(shared_workshop: Workshop) -> str:
    """A snapshot in web-shop, of another volume."""
    volume = shared_workshop.volume("source").id
    return str(shared_workshop.snapshot(volume, "their-snapshot").id)


@pytest.fixture(scope="module")
def support(visit: Visit) -> Visitor:
    """An administrator who works in a project of her own."""
    return visit("admin", "admin")


def volumes_named(workshop: Workshop, name: str) -> list[object]:
    """Return the volumes of that name in every project."""
    api = workshop.admin.block_storage
    return list(api.volumes(details=False, all_projects=True, name=name))


@pytest.mark.parametrize("modal", [True, False], ids=["modal", "page"])
def test_an_administrator_is_told_whose_volume_it_is(
    volume: str, support: Visitor, modal: bool
) -> None:
    dialog = opened(support, snapshot_path(volume), modal=modal)
    title, risk, advice = dialog.telling
    assert title == "This volume belongs to another project"
    assert risk == (
        "A snapshot taken here would belong to project admin: the owner could not see it, and it "
        "would keep the owner from deleting the volume."
    )
    assert advice == "Switch to project web-shop to take a snapshot."
    assert dialog.button is None


def test_an_administrator_cannot_make_a_snapshot_of_a_customers_volume(
    volume: str, support: Visitor, shared_workshop: Workshop
) -> None:
    answer = support.post(snapshot_path(volume), {"name": "x", **FORGED}, dialog=True)
    assert Dialog(answer).telling[0] == "This volume belongs to another project"
    assert shared_workshop.snapshots_of(volume) == []


def test_an_administrator_is_told_that_a_snapshot_is_a_customers(
    snapshot: str, support: Visitor
) -> None:
    dialog = opened(support, volume_path(snapshot))
    assert "This snapshot belongs to another project" in dialog.problem
    assert dialog.button is None


def test_an_administrator_cannot_make_a_volume_of_a_customers_snapshot(
    snapshot: str, support: Visitor, shared_workshop: Workshop
) -> None:
    name = unique("stolen")
    form = {"name": name, "description": "", "size": "1", "snapshot_source": snapshot}
    answer = support.post(volume_path(snapshot), form, dialog=True)
    assert "This snapshot belongs to another project" in Dialog(answer).problem
    assert volumes_named(shared_workshop, name) == []


def test_a_member_of_another_project_sees_no_volume(volume: str, visit: Visit) -> None:
    dialog = opened(visit("otto"), snapshot_path(volume))
    assert "This volume no longer exists" in dialog.problem
    assert dialog.button is None


def test_a_member_of_another_project_cannot_make_a_snapshot(
    volume: str, visit: Visit, shared_workshop: Workshop
) -> None:
    answer = visit("otto").post(snapshot_path(volume), {"name": "x", **FORGED}, dialog=True)
    assert "This volume no longer exists" in Dialog(answer).problem
    assert shared_workshop.snapshots_of(volume) == []


def test_a_member_of_another_project_sees_no_snapshot(snapshot: str, visit: Visit) -> None:
    dialog = opened(visit("otto"), volume_path(snapshot))
    assert "This snapshot no longer exists" in dialog.problem
    assert dialog.button is None


def creating_links(visitor: Visitor, page: str, object_id: str) -> list[str]:
    """Return where a row's actions that create something lead."""
    row = lxml.html.fromstring(visitor.get(page).text).xpath(f"//tr[@data-object-id='{object_id}']")
    assert len(row) == 1, f"no row for {object_id} at {page}"
    return [link for link in row[0].xpath(".//a/@href") if "/create" in link]


def test_a_reader_is_not_offered_to_make_a_snapshot(volume: str, visit: Visit) -> None:
    assert creating_links(visit("anna"), VOLUMES, volume)
    assert creating_links(visit("rita"), VOLUMES, volume) == []


def test_a_reader_is_not_offered_to_make_a_volume(snapshot: str, visit: Visit) -> None:
    assert creating_links(visit("anna"), SNAPSHOTS, snapshot)
    assert creating_links(visit("rita"), SNAPSHOTS, snapshot) == []


def test_a_reader_is_told_that_her_role_makes_no_snapshots(
    volume: str, visit: Visit, shared_workshop: Workshop
) -> None:
    answer = visit("rita").post(snapshot_path(volume), {"name": "kept", **FORGED}, dialog=True)
    again = Dialog(answer)
    assert "Your role does not allow this" in again.problem
    assert "Nothing was created." in again.problem
    assert "Ask a member of the project who may create snapshots." in again.problem
    assert again.fields()["name"] == "kept"
    assert shared_workshop.snapshots_of(volume) == []


def test_a_reader_is_told_that_her_role_makes_no_volumes(
    snapshot: str, visit: Visit, shared_workshop: Workshop
) -> None:
    name = unique("forbidden")
    form = {"name": name, "description": "", "size": "1"}
    again = Dialog(visit("rita").post(volume_path(snapshot), form, dialog=True))
    assert "Your role does not allow this" in again.problem
    assert "Nothing was created." in again.problem
    assert volumes_named(shared_workshop, name) == []


def test_a_person_who_switched_project_meanwhile_is_told_so_and_makes_nothing(
    volume: str, login: LogIn, shared_workshop: Workshop
) -> None:
    bea = login("bea", "web-shop")
    dialog = opened(bea, snapshot_path(volume))
    bea.switch_to("research")
    again = Dialog(dialog.submit(bea, name="kept", description="kept too"))
    assert 'You have switched to project "research"' in again.problem
    assert 'This form was opened in project "web-shop". Nothing was created.' in again.problem
    assert (again.fields()["name"], again.fields()["description"]) == ("kept", "kept too")
    assert shared_workshop.snapshots_of(volume) == []


def test_after_switching_back_the_same_form_works(login: LogIn, workshop: Workshop) -> None:
    own = workshop.volume().id
    bea = login("bea", "web-shop")
    dialog = opened(bea, snapshot_path(own))
    bea.switch_to("research")
    again = Dialog(dialog.submit(bea, name="kept"))
    bea.get(again.way_back, allow_redirects=False)
    assert accepted(again.submit(bea))
    assert [each.name for each in workshop.snapshots_of(own)] == ["kept"]


def test_a_person_who_works_in_two_projects_makes_it_in_the_one_chosen(
    login: LogIn, workshop: Workshop, connect: Connect
) -> None:
    own = workshop.volume().id
    bea = login("bea", "research")
    bea.switch_to("web-shop")
    assert accepted(opened(bea, snapshot_path(own)).submit(bea))
    made = workshop.snapshots_of(own)
    assert [each.project_id for each in made] == [connect("bea", "web-shop").current_project_id]
