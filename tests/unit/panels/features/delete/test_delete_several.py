# SPDX-License-Identifier: Apache-2.0
"""Delete above a list: warns as the deletion of one row does."""

from collections.abc import Mapping
from typing import Any

import horizon
import pytest
from horizon.tables import DeleteAction
from horizon.utils import functions

from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.chosen_rows import MOST_ALONE
from snapshot_dashboard.panels.features.delete.dialog import ExplainedDelete
from tests.unit.cloud.wire import (
    OTHER_PROJECT,
    PROJECT,
    Json,
    Wire,
    attachment_json,
    snapshot_json,
    volume_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.delete.deletion import HOSTILE, deleted, dependency
from tests.unit.panels.person import CATALOG, SNAPSHOTS, VOLUMES, Answer, Person, service, user
from tests.unit.panels.support_dialogs import fill, hear
from tests.unit.panels.test_rows_elsewhere import LISTS

GLANCE = "http://image.test/v2"
BOTH_DASHBOARDS = pytest.mark.parametrize("dashboard", ["/project", "/admin"])


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages for the page that follows."""
    return hear(monkeypatch)


@pytest.fixture
def anybody(wire: Wire, person: Person, log_in: LogIn) -> Person:
    """Somebody who may do everything, in a cloud with images."""
    wire.says("GET", "http://identity.test/v3/projects", {"projects": []})
    wire.says("GET", f"http://identity.test/v3/projects/{PROJECT}", {"project": {"id": PROJECT}})
    wire.volume("v1", name="wiki-data")
    images(wire)
    catalog = [*CATALOG, service("image", GLANCE)]
    return log_in(user("admin", "member", "reader", catalog=catalog))


def images(wire: Wire, **of: str) -> None:
    """Let there be images, each made of one snapshot, by name."""
    found = [
        {"id": f"id-{name}", "name": name, "block_device_mapping": f'[{{"snapshot_id": "{each}"}}]'}
        for name, each in of.items()
    ]
    wire.says("GET", f"{GLANCE}/images", {"images": found})


def there_are(wire: Wire, kind: str, *found: Json) -> list[str]:
    """Let these be all that there is, and let Cinder delete whatever is asked; return the ids."""
    wire.holds(kind, *found)
    for each in found:
        wire.says("GET", f"/{kind}/{each['id']}", {kind[:-1]: each})
        wire.says("DELETE", f"/{kind}/{each['id']}", None, 202)
    return [each["id"] for each in found]


def press(person: Person, dashboard: str, kind: str, *ids: str) -> Answer:
    """Tick rows and press Delete above the list."""
    table = "volumes" if kind == "volumes" else "volume_snapshots"
    data = {"action": f"{table}__delete", "object_ids": list(ids)}
    return person.post(f"{dashboard}/{kind}/", data)


def asked(person: Person, dashboard: str, kind: str, *ids: str) -> Answer:
    """Tick rows, press Delete, and return the dialog that has to be confirmed first."""
    answer = press(person, dashboard, kind, *ids)
    assert answer.headers["Location"].startswith(f"{dashboard}/{kind}/delete/several/?next=")
    return person.get(answer.headers["Location"], dialog=True)


def confirm(person: Person, dialog: Answer, **more: str) -> Answer:
    """Press the button of the dialog."""
    (form,) = dialog.all("//form[@data-sd-dialog]")
    return person.post(form.get("action"), {**fill(dialog), **more}, dialog=True)


def rows(dialog: Answer) -> list[list[str]]:
    """Return the cells of each row that will be deleted."""
    found = dialog.all("//table[contains(@class, 'sd-chosen')]/tbody/tr[th]")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in found]


def staying(dialog: Answer) -> list[str]:
    """Return what is said of each that stays."""
    found = dialog.all("//ul[@class='sd-staying']/li")
    return [" ".join(each.text_content().split()) for each in found]


def test_every_deletion_of_a_list_of_ours_is_explained() -> None:
    for _kind, table in LISTS.values():
        found = [each for each in table.base_actions.values() if isinstance(each, DeleteAction)]
        assert found
        for each in found:
            assert isinstance(each, ExplainedDelete)
            assert page(each.several) and page(each.support_several)
            assert type(each).look is not ExplainedDelete.look


@BOTH_DASHBOARDS
def test_an_image_that_will_stop_working_is_told_before_anything_is_deleted(
    wire: Wire, anybody: Person, told: list[str], dashboard: str
) -> None:
    there_are(wire, "snapshots", snapshot_json("s1"), snapshot_json("s2"))
    images(wire, golden="s2")
    dialog = asked(anybody, dashboard, "snapshots", "s1", "s2")
    assert deleted(wire) == []
    assert 'Image "golden" starts instances from this snapshot' in dialog.text
    assert [each[0] for each in rows(dialog)] == ["name of s1", "name of s2"]
    confirm(anybody, dialog)
    assert deleted(wire) == ["/snapshots/s1", "/snapshots/s2"]
    names = "<bdi>name of s1</bdi>, <bdi>name of s2</bdi>"
    assert told == [f"Scheduled deletion of Volume Snapshots: {names}"]


@BOTH_DASHBOARDS
def test_two_of_one_name_are_told_apart_by_volume_date_and_size(
    wire: Wire, anybody: Person, dashboard: str
) -> None:
    wire.volume("v2", name="mail")
    pair = [
        snapshot_json("s1", name="before upgrade", size=3),
        snapshot_json("s2", name="before upgrade", volume_id="v2", size=40),
    ]
    pair[1]["created_at"] = "2026-11-23T07:00:00.000000"
    there_are(wire, "snapshots", *pair)
    wire.says("GET", "/volumes/detail", {"volumes": []})
    images(wire, golden="s2")
    first, second = rows(asked(anybody, dashboard, "snapshots", "s1", "s2"))
    assert first[:4] == ["before upgrade", "wiki-data", "Nov. 22, 2026, 6:10 a.m.", "3GiB"]
    assert second[:4] == ["before upgrade", "mail", "Nov. 23, 2026, 7 a.m.", "40GiB"]


VOLUME_KEPT: Mapping[str, tuple[Json, str]] = {
    "attached": (
        {"status": "in-use", "attachments": [attachment_json("i1")]},
        "This volume is attached to",
    ),
    "group": ({"group_id": "g1"}, "This volume belongs to the group"),
}


@BOTH_DASHBOARDS
@pytest.mark.parametrize("why", VOLUME_KEPT)
def test_a_volume_that_something_keeps_stays_with_the_reason_and_the_others_go(
    wire: Wire, anybody: Person, told: list[str], dashboard: str, why: str
) -> None:
    more, reason = VOLUME_KEPT[why]
    there_are(wire, "volumes", volume_json("x1"), volume_json("x2", **more))
    dialog = asked(anybody, dashboard, "volumes", "x1", "x2")
    assert [each[0] for each in rows(dialog)] == ["name of x1"]
    (kept,) = staying(dialog)
    assert kept.startswith("name of x2 (") and reason in kept and kept.endswith("Why?")
    confirm(anybody, dialog)
    assert deleted(wire) == ["/volumes/x1"]
    assert "Unable to delete volume: <bdi>name of x2</bdi>. " in told[0] and reason in told[0]
    assert told[1] == "Scheduled deletion of Volume: <bdi>name of x1</bdi>"


@BOTH_DASHBOARDS
def test_a_volumes_snapshots_must_go_first(wire: Wire, anybody: Person, dashboard: str) -> None:
    there_are(wire, "volumes", volume_json("x1"), volume_json("x2"))
    wire.says("GET", "/snapshots/detail?volume_id=x2", {"snapshots": [snapshot_json()]})
    dialog = asked(anybody, dashboard, "volumes", "x1", "x2")
    (kept,) = staying(dialog)
    assert "This volume has 1 snapshot, which must go first." in kept
    confirm(anybody, dialog)
    assert deleted(wire) == ["/volumes/x1"]


@BOTH_DASHBOARDS
def test_a_volume_made_from_a_snapshot_is_told(wire: Wire, anybody: Person, dashboard: str) -> None:
    there_are(wire, "snapshots", snapshot_json("s1"), snapshot_json("s2"))
    made = volume_json("child", snapshot_id="s1", created_at="2026-11-23T06:10:00.000000")
    wire.says("GET", "/volumes/detail", {"volumes": [made]})
    dialog = asked(anybody, dashboard, "snapshots", "s1", "s2")
    assert "1 volume was made from this snapshot: name of child." in dialog.text


def test_a_remembered_type_never_makes_it_safe(wire: Wire, person: Person, settings: Any) -> None:
    dependency(settings, {"*": "may", "ssd": "never"})
    there_are(wire, "snapshots", snapshot_json("s1"), snapshot_json("s2"))
    made = volume_json("child", snapshot_id="s1", created_at="2026-11-23T06:10:00.000000")
    wire.says("GET", "/volumes/detail", {"volumes": [made]})
    wire.volume(volume_type="ssd")
    person.get(f"{SNAPSHOTS}s1")
    assert "1 volume was made" in asked(person, "/project", "snapshots", "s1", "s2").text


@BOTH_DASHBOARDS
@pytest.mark.parametrize(("what", "said"), [("images", "images"), ("volumes", "volumes were made")])
def test_what_cannot_be_read_is_never_taken_for_nothing(
    wire: Wire, anybody: Person, dashboard: str, what: str, said: str
) -> None:
    there_are(wire, "snapshots", snapshot_json("s1"), snapshot_json("s2"))
    wire.fails("GET", f"{GLANCE}/images" if what == "images" else "/volumes/detail", 503)
    dialog = asked(anybody, dashboard, "snapshots", "s1", "s2")
    assert f"It could not be read whether {said}" in dialog.text


def test_where_nothing_is_to_be_told_they_are_deleted_as_ever(wire: Wire, anybody: Person) -> None:
    there_are(wire, "snapshots", snapshot_json("s1"), snapshot_json("s2"))
    assert press(anybody, "/project", "snapshots", "s1", "s2").headers["Location"] == SNAPSHOTS
    assert deleted(wire) == ["/snapshots/s1", "/snapshots/s2"]


def test_a_rows_own_button_without_scripts_leads_to_its_dialog(wire: Wire, anybody: Person) -> None:
    there_are(wire, "snapshots", snapshot_json("s1"))
    images(wire, golden="s1")
    answer = anybody.post(SNAPSHOTS, {"action": "volume_snapshots__delete__s1"})
    assert answer.headers["Location"].startswith(f"{SNAPSHOTS}s1/delete/?next=")
    assert deleted(wire) == []


@BOTH_DASHBOARDS
def test_an_image_that_appears_meanwhile_is_shown_before_anything_is_deleted(
    wire: Wire, anybody: Person, dashboard: str
) -> None:
    there_are(wire, "snapshots", snapshot_json("s1"))
    address = f"{dashboard}/snapshots/delete/several/?id=s1"
    dialog = anybody.get(address, dialog=True)
    images(wire, golden="s1")
    again = confirm(anybody, dialog)
    assert again.problem.startswith("Nothing was deleted: the situation changed")
    assert 'Image "golden"' in again.text and deleted(wire) == []
    confirm(anybody, again)
    assert deleted(wire) == ["/snapshots/s1"]


@BOTH_DASHBOARDS
def test_what_could_not_be_deleted_when_it_was_shown_is_not_deleted(
    wire: Wire, anybody: Person, told: list[str], dashboard: str
) -> None:
    there_are(wire, "snapshots", snapshot_json("s1"), snapshot_json("s2", status="creating"))
    dialog = anybody.get(f"{dashboard}/snapshots/delete/several/?id=s1&id=s2", dialog=True)
    there_are(wire, "snapshots", snapshot_json("s1"), snapshot_json("s2"))
    confirm(anybody, dialog)
    assert deleted(wire) == ["/snapshots/s1"]
    assert "name of s2" in told[0] and "when you were asked" in told[0]


@BOTH_DASHBOARDS
def test_one_that_is_gone_is_named_and_the_others_go(
    wire: Wire, anybody: Person, told: list[str], dashboard: str
) -> None:
    there_are(wire, "snapshots", snapshot_json("s1"))
    wire.fails("GET", "/snapshots/gone", 404)
    dialog = anybody.get(f"{dashboard}/snapshots/delete/several/?id=gone&id=s1", dialog=True)
    assert staying(dialog) == ["gone: It no longer exists."]
    confirm(anybody, dialog)
    assert deleted(wire) == ["/snapshots/s1"]
    assert "gone" in told[0] and "no longer exists" in told[0]


def test_another_projects_is_left_alone(wire: Wire, anybody: Person) -> None:
    key = "os-extended-snapshot-attributes:project_id"
    there_are(wire, "snapshots", snapshot_json("s1", **{key: OTHER_PROJECT}))
    dialog = anybody.get(f"{SNAPSHOTS}delete/several/?id=s1", dialog=True)
    assert dialog.problem == "None of these exists any more"
    assert not dialog.all("//*[@type='submit']")


@pytest.mark.parametrize("count", [0, MOST_ALONE + 1])
def test_none_and_too_many_are_not_read(wire: Wire, anybody: Person, count: int) -> None:
    query = "&".join(f"id=x{each}" for each in range(count))
    dialog = anybody.get(f"{VOLUMES}delete/several/?{query}", dialog=True)
    assert dialog.problem in ("None of these exists any more", "Too many were chosen")
    assert not dialog.all("//*[@type='submit']")
    assert [each for each in wire.mocker.request_history if "/volumes/x" in each.path] == []


@BOTH_DASHBOARDS
def test_names_are_text_and_nothing_else(wire: Wire, anybody: Person, dashboard: str) -> None:
    wire.volume("v1", name=HOSTILE)
    there_are(wire, "snapshots", snapshot_json("s1", name=HOSTILE))
    images(wire, **{HOSTILE: "s1"})
    dialog = anybody.get(f"{dashboard}/snapshots/delete/several/?id=s1", dialog=True)
    assert "<script>alert" not in dialog.html
    assert rows(dialog)[0][0] == HOSTILE


@pytest.mark.parametrize("kind", ["volumes", "snapshots"])
def test_a_rows_own_dialog_names_date_and_size_too(wire: Wire, anybody: Person, kind: str) -> None:
    wire.snapshot(size=7)
    wire.says("GET", "/backups/detail", {"backups": []})
    address = f"{VOLUMES}v1/delete/" if kind == "volumes" else f"{SNAPSHOTS}s1/delete/"
    facts = anybody.get(address, dialog=True).said("//*[@class='sd-facts']")
    date = "Nov. 22, 2026, 6:10 a.m."
    expected = {
        "volumes": f"Created {date}, 20 GiB",
        "snapshots": f'Of volume "wiki-data", created {date}, 7 GiB',
    }
    assert facts == expected[kind]


@BOTH_DASHBOARDS
@pytest.mark.parametrize("kind", ["volumes", "snapshots"])
def test_the_button_above_a_list_knows_the_dialog(
    wire: Wire, anybody: Person, dashboard: str, kind: str
) -> None:
    there_are(wire, kind, (volume_json if kind == "volumes" else snapshot_json)("x1"))
    table = "volumes" if kind == "volumes" else "volume_snapshots"
    button: Any = anybody.get(f"{dashboard}/{kind}/").one(f"//*[@id='{table}__action_delete']")
    several = button.get("data-sd-delete-several")
    assert several.startswith(f"{dashboard}/{kind}/delete/several/?next=")


@pytest.mark.parametrize("ids", [("s1",), ("s1", "s2")], ids=["one", "several"])
def test_force_delete_warns_of_images_too(
    wire: Wire, anybody: Person, ids: tuple[str, ...]
) -> None:
    there_are(wire, "snapshots", *(snapshot_json(each) for each in ids))
    images(wire, golden=ids[-1])
    address = "/admin/snapshots/s1/force_delete/"
    if len(ids) > 1:
        address = "/admin/snapshots/force_delete/?" + "&".join(f"id={each}" for each in ids)
    dialog = anybody.get(address, dialog=True)
    assert 'Image "golden" starts instances from this snapshot' in dialog.text
    wire.fails("GET", f"{GLANCE}/images", 503)
    assert "It could not be read whether images are made" in anybody.get(address, dialog=True).text


@BOTH_DASHBOARDS
def test_ever_so_many_rows_fit_into_the_address_of_the_dialog(
    wire: Wire, anybody: Person, monkeypatch: pytest.MonkeyPatch, dashboard: str
) -> None:
    monkeypatch.setattr(functions, "get_page_size", lambda _request: 200)
    ids = [f"0a1b2c3d-0000-4000-8000-{number:012}" for number in range(200)]
    there_are(wire, "snapshots", *(snapshot_json(each) for each in ids))
    address = press(anybody, dashboard, "snapshots", *ids).headers["Location"]
    assert len(address) < 4000
    assert anybody.get(address, dialog=True).problem == "Too many were chosen"


@pytest.mark.parametrize("ids", [("s1",), ("s1", "s2")])
def test_nothing_is_deleted_untold_where_the_dialogs_panel_is_closed(
    wire: Wire, anybody: Person, monkeypatch: pytest.MonkeyPatch, told: list[str], ids: list[str]
) -> None:
    there_are(wire, "snapshots", *(snapshot_json(each) for each in ids))
    images(wire, golden="s1")
    anybody.get(SNAPSHOTS)
    panel = horizon.get_dashboard("project").get_panel("snapshots")
    monkeypatch.setattr(panel, "can_access", lambda context: False)
    tab = f"{VOLUMES}v1/?tab=volume_details__snapshots_tab"
    # Without an address the script would open this very page as a dialog.
    assert not anybody.get(tab).all("//*[@data-sd-delete-several]")
    data = {"action": "volume_snapshots__delete", "object_ids": list(ids)}
    anybody.post(tab, data)
    assert deleted(wire) == []
    assert len(told) == 1 and told[0].startswith("Nothing was deleted: something has to be read")
    images(wire)
    anybody.post(tab, data)
    assert deleted(wire) == [f"/snapshots/{each}" for each in ids]
