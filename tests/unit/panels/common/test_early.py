# SPDX-License-Identifier: Apache-2.0
"""Optimisations of the dialogs that do not change their content."""

import threading
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from openstack_auth import utils

from snapshot_dashboard.cloud import block_storage, compute
from tests.unit.cloud.wire import NOVA, Wire, attachment_json, snapshot_json, volume_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import (
    CREATE_SNAPSHOT,
    CREATE_VOLUME,
    SNAPSHOTS,
    VOLUMES,
    Answer,
    Person,
    user,
)

I1, I2 = "1" * 8 + "-aaaa-bbbb-cccc-" + "1" * 12, "2" * 8 + "-aaaa-bbbb-cccc-" + "2" * 12


def hinted(*instances: str) -> str:
    """Return the dialog's address with the hint."""
    return CREATE_SNAPSHOT + "?" + "&".join(f"holder={each}" for each in instances)


def link(page: Answer) -> str:
    """Return the address of Create Snapshot in the first row."""
    return str(page.all("//a[contains(@href, '/create_snapshot/')]")[0].get("href"))


def test_the_row_says_where_the_volume_is(wire: Wire, person: Person) -> None:
    attached = volume_json(
        "v1", status="in-use", attachments=[attachment_json(I1), attachment_json(I2)]
    )
    wire.holds("volumes", attached)
    address = urlsplit(link(person.get(VOLUMES)))
    assert address.path == CREATE_SNAPSHOT
    assert parse_qs(address.query) == {"holder": [I1, I2], "next": [VOLUMES]}


def test_the_row_of_a_detached_volume_says_nothing(wire: Wire, person: Person) -> None:
    wire.holds("volumes", volume_json("v1"))
    assert parse_qs(urlsplit(link(person.get(VOLUMES))).query) == {"next": [VOLUMES]}


def test_the_instance_is_read_beside_the_volume(
    wire: Wire, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.attached((I1, "SHUTOFF"))
    nova_was_asked = threading.Event()
    read_instance, read_volume = compute.instance, block_storage.volume

    def instance(*asked: Any) -> Any:
        nova_was_asked.set()
        return read_instance(*asked)

    def volume(*asked: Any) -> Any:
        assert nova_was_asked.wait(10)
        return read_volume(*asked)

    monkeypatch.setattr(compute, "instance", instance)
    monkeypatch.setattr(block_storage, "volume", volume)
    dialog = person.get(hinted(I1), dialog=True)
    assert f"name of {I1}" in dialog.explanation
    assert len(wire.sent("GET", f"{NOVA}/servers/{I1}")) == 1


def test_with_and_without_the_hint_it_says_the_same(wire: Wire, person: Person) -> None:
    wire.attached((I1, "ACTIVE"), (I2, "SHUTOFF"))
    plain = person.get(CREATE_SNAPSHOT, dialog=True)
    for hints in [(I1,), (I1, I2), (I1, I1, I1)]:
        hint = person.get(hinted(*hints), dialog=True)
        assert (hint.explanation, hint.tick, hint.submits) == (
            plain.explanation,
            plain.tick,
            plain.submits,
        )


def test_a_hint_that_is_no_longer_true_changes_nothing(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.instance(I1)
    dialog = person.get(hinted(I1), dialog=True)
    assert dialog.all("//*[@id='sd-explanation']") == []
    assert dialog.submits == [("btn btn-primary", "Create Volume Snapshot")]


def test_an_instance_that_cannot_be_read_is_unknown_with_a_hint_too(
    wire: Wire, person: Person
) -> None:
    wire.attached((I1, "SHUTOFF"))
    wire.fails("GET", f"{NOVA}/servers/{I1}", 500)
    without = person.get(CREATE_SNAPSHOT, dialog=True)
    assert person.get(hinted(I1), dialog=True).explanation == without.explanation


@pytest.mark.parametrize("hint", ["", "x", "../v1", I1 + "/action", "a" * 31, f"{I1}?x=1"])
def test_what_is_no_id_is_not_asked_for(wire: Wire, person: Person, hint: str) -> None:
    wire.volume()
    assert person.get(hinted(hint), dialog=True).status == 200
    assert [each for each in wire.mocker.request_history if each.url.startswith(NOVA)] == []


def test_no_more_than_a_few_are_asked_for(wire: Wire, person: Person) -> None:
    wire.volume()
    ids = [f"{number:032x}" for number in range(20)]
    for each in ids:
        wire.instance(each)
    person.get(hinted(*ids), dialog=True)
    asked = [each for each in wire.mocker.request_history if each.url.startswith(NOVA)]
    assert len(asked) == 4


def test_what_is_sent_is_read_in_its_order(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.says("POST", "/snapshots", {"snapshot": snapshot_json("s1")}, 202)
    person.post(hinted(I1), {})
    assert len(wire.sent("POST", "/snapshots")) == 1
    assert [each for each in wire.mocker.request_history if each.url.startswith(NOVA)] == []


@pytest.fixture
def read_menus(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose projects Keystone was asked for, once for each time."""
    asked: list[str] = []

    def projects(*_args: Any, **_options: Any) -> list[Any]:
        asked.append("anna")
        return []

    monkeypatch.setattr(utils, "get_project_list", projects)
    return asked


@pytest.mark.parametrize("address", [CREATE_SNAPSHOT, CREATE_VOLUME])
@pytest.mark.parametrize(("modal", "times"), [(True, 0), (False, 1)])
def test_the_menu_of_projects_is_read_for_a_whole_page_only(
    wire: Wire,
    person: Person,
    log_in: LogIn,
    read_menus: list[str],
    address: str,
    modal: bool,
    times: int,
) -> None:
    wire.volume()
    wire.snapshot()
    wire.says("GET", "/types", {"volume_types": []})
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": []})
    anna = user("member", "reader")
    anna.authorized_tenants = None
    assert log_in(anna).get(address, dialog=modal).status == 200
    assert len(read_menus) == times


@pytest.mark.parametrize(
    "address",
    [
        f"{CREATE_SNAPSHOT}live/",
        f"{VOLUMES}gone/create_snapshot/live/",
        f"{VOLUMES}groups/g1/create_snapshot/live/",
        f"{VOLUMES}groups/g1/clone/live/",
        f"{SNAPSHOTS}gone/revert/live/",
    ],
)
def test_the_menu_of_projects_is_not_read_for_a_script(
    wire: Wire, person: Person, log_in: LogIn, read_menus: list[str], address: str
) -> None:
    wire.attached(("i1", "ACTIVE"), group_id="g1")
    group = {"id": "g1", "name": "", "status": "available", "volumes": ["v1"]}
    wire.says("GET", "/groups/g1?list_volume=true", {"group": group})
    wire.says("GET", "/volumes/detail?group_id=g1", {"volumes": []})
    wire.fails("GET", "/volumes/gone", 404)
    wire.fails("GET", "/snapshots/gone", 404)
    wire.says("GET", "/attachments?volume_id=gone", {"attachments": []})
    anna = user("member", "reader")
    anna.authorized_tenants = None
    answer = log_in(anna).client.get(address, headers={"X-Requested-With": "XMLHttpRequest"})
    said = answer.json()
    assert said.get("explanation") or said.get("gone")
    assert read_menus == []
