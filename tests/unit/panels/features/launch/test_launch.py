# SPDX-License-Identifier: Apache-2.0
"""Launch as Instance: the advice, its steps, and the operator's setting."""

from typing import Any

import pytest

from tests.unit.cloud.wire import OTHER_PROJECT, SILENT, Wire, snapshot_json, volume_json
from tests.unit.panels.person import CREATE_VOLUME, SNAPSHOTS, Answer, Person

ADVICE = f"{SNAPSHOTS}s1/launch/"
TITLE = "An image is the better source for a new instance"
STOCK = "modal.openLaunchInstanceWizard({successUrl: '/project/snapshots/', snapshotId: 's1'})"


@pytest.fixture(autouse=True)
def a_snapshot(wire: Wire) -> None:
    """There is a snapshot whose name is somebody's joke."""
    wire.snapshot("s1", name="<b>before</b> {$ 6 * 7 $}")


def steps(answer: Answer) -> list[str]:
    found = answer.all("//ol[@class='sd-launch-steps']/li")
    return [" ".join(each.text_content().split()) for each in found]


def links(answer: Answer) -> list[str]:
    return [each.get("href") for each in answer.all("//ol[@class='sd-launch-steps']//a")]


def main_button(answer: Answer) -> Any:
    return answer.one("//div[@class='modal-footer']//a[contains(@class, 'btn-primary')]")


def rows_action(person: Person, wire: Wire) -> list[Any]:
    wire.holds("snapshots", snapshot_json("s1"))
    return person.get(SNAPSHOTS).all("//a[contains(text(), 'Launch as Instance')]")


def test_the_advice_says_why_and_shows_the_way(person: Person) -> None:
    advice = person.get(f"{ADVICE}?next={SNAPSHOTS}%3Fmarker%3Dx", dialog=True)
    assert TITLE in advice.text
    assert "may keep the snapshot, and the volume it was taken from, from being del" in advice.text
    assert steps(advice) == [
        "Create a volume from this snapshot",
        "Upload that volume to an image",
        "Launch instances from the image",
        "Delete the helper volume",
    ]
    create = f"/project/volumes/create/?snapshot_id=s1&next={SNAPSHOTS.replace('/', '%2F')}"
    assert links(advice) == [
        f"{create}%3Fmarker%3Dx",
        "/project/volumes/",
        "/project/images/",
        "/project/volumes/",
    ]
    assert main_button(advice).text_content() == "Start with Step 1"
    assert "ajax-modal" in main_button(advice).get("class")
    assert "Launching from the snapshot is fine." in advice.text


def test_launch_anyway_is_exactly_stocks_launch_and_no_more(person: Person) -> None:
    button = person.get(ADVICE, dialog=True).one("//button[contains(text(), 'Launch Anyway')]")
    assert button.get("ng-click") == STOCK and button.get("type") == "button"
    assert button.get("ng-controller") == "LaunchInstanceModalController as modal"
    # What Horizon's script reads as a template holds nobody's name.
    assert "6 * 7" not in button.getparent().text_content()


@pytest.mark.parametrize(
    ("status", "said", "second"),
    [
        ("creating", ["Under way", ""], "/project/volumes/v7/"),
        ("available", ["Done", ""], "/project/volumes/v7/upload_to_image/"),
        ("uploading", ["Done", "Under way"], "/project/volumes/v7/upload_to_image/"),
    ],
)
def test_steps_that_are_known_to_be_done_are_marked(
    person: Person, wire: Wire, status: str, said: list[str], second: str
) -> None:
    wire.holds("volumes", volume_json("v7", name="<i>", snapshot_id="s1", status=status))
    advice = person.get(ADVICE, dialog=True)
    shown = steps(advice)
    assert [each.rpartition("snapshot")[2].strip() for each in shown[:1]] == said[:1]
    assert shown[1].startswith("Upload that volume to an image - <i>")
    assert shown[1].endswith(said[1]) and shown[3] == "Delete the helper volume - <i>"
    assert links(advice)[1::2] == [second, "/project/volumes/v7/"]
    assert main_button(advice).text_content() == "Continue with Step 2"
    assert main_button(advice).get("href") == second


def test_a_volume_of_another_snapshot_is_no_helper(person: Person, wire: Wire) -> None:
    wire.holds("volumes", volume_json("v7", snapshot_id="s2"), volume_json("v8"))
    assert main_button(person.get(ADVICE, dialog=True)).text_content() == "Start with Step 1"


def test_without_the_list_of_volumes_the_advice_is_given_all_the_same(
    person: Person, wire: Wire
) -> None:
    wire.breaks("GET", "/volumes/detail", SILENT)
    advice = person.get(ADVICE, dialog=True)
    assert TITLE in advice.text and advice.problem == ""


@pytest.mark.parametrize(
    ("dependency", "said"),
    [
        ("always", "An instance launched from a snapshot keeps the snapshot"),
        ("never", "An image stays when the snapshot and the volume it was taken from are deleted."),
    ],
)
def test_the_reason_is_the_one_of_this_storage(
    person: Person, settings: Any, dependency: str, said: str
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"SNAPSHOT_DEPENDENCY": dependency}
    assert said in person.get(ADVICE, dialog=True).text


@pytest.mark.parametrize(
    ("more", "title"),
    [
        (
            {"os-extended-snapshot-attributes:project_id": OTHER_PROJECT},
            "This snapshot belongs to another project",
        ),
        ({"status": "creating"}, "An instance cannot be launched from this snapshot now"),
        ({"status": "error"}, "An instance cannot be launched from this snapshot now"),
    ],
)
def test_a_snapshot_that_cannot_be_used_leads_nowhere(
    person: Person, wire: Wire, more: dict[str, Any], title: str
) -> None:
    wire.snapshot("s1", **more)
    advice = person.get(ADVICE, dialog=True)
    assert advice.problem == title
    assert not advice.all("//button[@ng-click] | //ol[@class='sd-launch-steps']")
    assert not advice.all("//a[contains(@class, 'btn-primary')]")


def test_a_snapshot_that_is_gone_is_told(person: Person, wire: Wire) -> None:
    wire.fails("GET", "/snapshots/s1", 404)
    advice = person.get(ADVICE, dialog=True)
    assert advice.problem == "This snapshot no longer exists"
    assert not advice.all("//button[@ng-click]")


def test_nothing_can_be_sent(person: Person) -> None:
    assert person.post(ADVICE, {}).status == 405


def test_the_row_leads_to_the_advice(person: Person, wire: Wire) -> None:
    (action,) = rows_action(person, wire)
    assert action.get("href") == f"{ADVICE}?next=%2Fproject%2Fsnapshots%2F"
    assert "ajax-modal" in action.get("class") and action.get("ng-click") is None


def test_stock_stays_stock_where_the_operator_says_so(
    person: Person, wire: Wire, settings: Any
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"LAUNCH_FROM_SNAPSHOT": "stock"}
    (action,) = rows_action(person, wire)
    assert action.get("ng-click") == STOCK and action.get("href") == "javascript:void(0);"
    assert "ajax-modal" not in action.get("class")


def test_the_action_is_left_out_where_the_operator_says_so(
    person: Person, wire: Wire, settings: Any
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"LAUNCH_FROM_SNAPSHOT": "hide"}
    assert not rows_action(person, wire)


@pytest.mark.parametrize(
    ("configured", "bootable", "shown"),
    [("advise", "true", 1), ("advise", "false", 0), ("hide", "true", 0), ("stock", "true", 0)],
)
def test_create_volume_leads_to_the_advice(
    person: Person, wire: Wire, settings: Any, configured: str, bootable: str, shown: int
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"LAUNCH_FROM_SNAPSHOT": configured}
    wire.volume("v1", bootable=bootable)
    wire.says("GET", "/types", {"volume_types": []})
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": []})
    dialog = person.get(CREATE_VOLUME, dialog=True)
    assert len(dialog.all(f"//details//a[@href='{ADVICE}']")) == shown
