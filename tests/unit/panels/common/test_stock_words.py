# SPDX-License-Identifier: Apache-2.0
"""Stock's texts are used unchanged, so that Horizon's catalogues translate them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import horizon
import openstack_dashboard
import pytest

from tests.unit.cloud.wire import Wire, snapshot_json, volume_json
from tests.unit.panels.person import (
    CREATE_SNAPSHOT,
    CREATE_VOLUME,
    SNAPSHOTS,
    VOLUMES,
    Answer,
    Person,
)

# Column heads of ours: the note of a snapshot, and the head of the tick boxes, which is there for
# screen readers only (stock leaves it empty).
OUR_HEADS = {"Taken while", "Keep", "Select", "Schedule"}
OUR_ACTIONS = {"Create Volume and Attach", "Revert Volume", "Hold", "Keep Until"}
OUR_ACTIONS |= {"Schedule Snapshots"}
_MSGID = re.compile(r'^msgid ((?:".*"\n?)+)', re.MULTILINE)


@pytest.fixture(scope="module")
def stock() -> frozenset[str]:
    """Every text that Horizon's own catalogues can translate."""
    return frozenset(_msgids())


def _msgids() -> Iterator[str]:
    for package in (horizon, openstack_dashboard):
        path = Path(str(package.__file__)).parent / "locale/de/LC_MESSAGES/django.po"
        for match in _MSGID.finditer(path.read_text("utf-8")):
            yield "".join(ast.literal_eval(line) for line in match[1].splitlines())


def texts(page: Answer, path: str) -> set[str]:
    """Return the texts of all matches of an XPath."""
    return {" ".join(each.text_content().split()) for each in page.all(path)} - {""}


def test_the_snapshot_dialog_speaks_in_words_of_stock(
    wire: Wire, person: Person, stock: frozenset[str]
) -> None:
    wire.attached(("i1", "ACTIVE"))
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    said = texts(dialog, "//label[@class='control-label']") | {dialog.said("//h3")}
    said -= {"How long", "Keep Until", "One in a line: name=value"}
    said |= texts(dialog, "//*[@class='modal-footer']//a") | {dialog.submits[0][1]}
    assert said == {
        "Snapshot Name",
        "Description",
        "Create Volume Snapshot",
        "Create Volume Snapshot (Force)",
        "Cancel",
    }
    assert said <= stock


def test_the_volume_dialog_speaks_in_words_of_stock(
    wire: Wire, person: Person, stock: frozenset[str]
) -> None:
    wire.snapshot()
    wire.volume()
    wire.says("GET", "/types", {"volume_types": []})
    zones = [{"zoneName": each, "zoneState": {"available": True}} for each in ("nova", "az2")]
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": zones})
    dialog = person.get(CREATE_VOLUME, dialog=True)
    said = texts(dialog, "//label") | {dialog.said("//h3"), dialog.submits[0][1]}
    assert said - stock == set()


@pytest.mark.parametrize(
    ("address", "resource", "row"),
    [(VOLUMES, "volumes", volume_json()), (SNAPSHOTS, "snapshots", snapshot_json())],
)
def test_columns_and_actions_of_a_list_are_words_of_stock(
    wire: Wire,
    person: Person,
    stock: frozenset[str],
    address: str,
    resource: str,
    row: dict[str, object],
) -> None:
    wire.says("GET", f"/{resource}/detail", {resource: [row]})
    page = person.get(address)
    table = "//table[contains(@class, 'datatable')]"
    said = texts(page, f"{table}//tr[@class='table_column_header']/th")
    said |= texts(page, f"{table}//td[contains(@class, 'actions_column')]//li")
    assert len(said) > 8
    assert said - stock - OUR_HEADS - OUR_ACTIONS == set()


@pytest.mark.parametrize(
    "msgid",
    [
        "Manage Attachments",
        "Create Snapshot",
        "(Quota exceeded)",
        "%(dev)s on %(instance)s",
        "Unable to retrieve volume details.",
        "Unable to retrieve snapshot details.",
        "Unable to retrieve volume information.",
        'Unable to retrieve volume information for volume: "%s"',
        "Volume %(volume_name)s on instance %(instance_name)s",
    ],
)
def test_messages_that_we_took_over_are_words_of_stock(stock: frozenset[str], msgid: str) -> None:
    assert msgid in stock
