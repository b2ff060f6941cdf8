# SPDX-License-Identifier: Apache-2.0
"""What a volume's snapshots forbid is told in Horizon's dialogs before they are sent."""

from dataclasses import dataclass
from typing import Any

import pytest
from openstack_dashboard.usage import quotas

from tests.unit.cloud.wire import SILENT, Json, Wire, snapshot_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import VOLUMES, Answer, Person
from tests.unit.panels.support import HOSTILE, be_quiet, hosted, support_user

PANEL = "//*[@id='sd-snapshot-restrictions']"


@dataclass(frozen=True)
class StockDialog:
    """One of stock's dialogs: where it is, what it says of snapshots, and what stock says in it."""

    address: str
    consequence: str
    stocks: str
    field: str
    list: str = "/project/snapshots/"


RETYPE = StockDialog(
    f"{VOLUMES}v1/retype/",
    "A volume with snapshots cannot be moved to other storage. Where the new type needs that, the "
    "change is accepted and undone afterwards",
    "Change the volume type of a volume after its creation.",
    "id_migration_policy",
)
EXTEND = StockDialog(
    f"{VOLUMES}v1/extend/",
    "Once the volume is extended, it cannot be reverted to any snapshot that was taken before.",
    "Extend the size of a volume.",
    "id_new_size",
)
TRANSFER = StockDialog(
    f"{VOLUMES}v1/create_transfer/",
    "Snapshots go along with their volume, with their names, descriptions and metadata.",
    "Ownership of a volume can be transferred from one project to another.",
    "id_name",
)
MIGRATE = StockDialog(
    "/admin/volumes/v1/migrate",
    "The storage service refuses to migrate a volume that has snapshots, with Force Host Copy too.",
    "Migrate a volume to a specific host.",
    "id_host",
    "/admin/snapshots/",
)
DIALOGS = pytest.mark.parametrize(
    "stock_dialog",
    [RETYPE, EXTEND, TRANSFER, MIGRATE],
    ids=["retype", "extend", "transfer", "migrate"],
)


@pytest.fixture
def person(wire: Wire, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Somebody who may open all of the dialogs, of a volume with one snapshot."""
    be_quiet(wire)
    wire.says("GET", "/volumes/v1", {"volume": hosted()})
    wire.says("GET", "/types", {"volume_types": []})
    wire.says("GET", "/scheduler-stats/get_pools", {"pools": []})
    usage = quotas.QuotaUsage()
    usage.add_quota(quotas.base.Quota("gigabytes", 1000))
    usage.tally("gigabytes", 40)
    monkeypatch.setattr(quotas, "tenant_quota_usages", lambda *_args, **_more: usage)
    wire.holds("snapshots", snapshot_json("s1"))
    return log_in(support_user())


def panel(answer: Answer) -> str:
    """Return what the panel says, an empty text where there is none."""
    assert answer.status == 200, answer.html
    return answer.said(PANEL) if answer.all(PANEL) else ""


def snapshots(count: int, **more: Any) -> list[Json]:
    """Return snapshots of the volume."""
    return [snapshot_json(f"s{number}", **more) for number in range(count)]


@DIALOGS
@pytest.mark.parametrize("modal", [True, False], ids=["modal", "page"])
def test_number_consequence_and_link_stand_above_stocks_form(
    wire: Wire, person: Person, stock_dialog: StockDialog, modal: bool
) -> None:
    wire.holds("snapshots", *snapshots(3))
    answer = person.get(stock_dialog.address, dialog=modal)
    said = panel(answer)
    assert said.startswith("This volume has 3 snapshots. ")
    assert stock_dialog.consequence in said
    assert answer.one(f"{PANEL}//a").get("href") == f"{stock_dialog.list}?field=volume_id&value=v1"
    assert stock_dialog.stocks in answer.text and stock_dialog.stocks not in said
    assert answer.all(f"{PANEL}/following::*[@id='{stock_dialog.field}']")
    assert bool(answer.all("//title")) is not modal


@DIALOGS
def test_without_snapshots_the_dialog_is_stocks_own(
    wire: Wire, person: Person, stock_dialog: StockDialog
) -> None:
    wire.holds("snapshots")
    answer = person.get(stock_dialog.address, dialog=True)
    assert panel(answer) == ""
    assert stock_dialog.stocks in answer.text and answer.all(f"//*[@id='{stock_dialog.field}']")


@DIALOGS
def test_it_is_read_with_one_bounded_call(
    wire: Wire, person: Person, stock_dialog: StockDialog
) -> None:
    person.get(stock_dialog.address, dialog=True)
    assert len(wire.sent("GET", "/snapshots/detail")) == 1
    query = wire.query("/snapshots/detail")
    assert (query["volume_id"], query["limit"]) == ("v1", "20")
    # Only support staff reads the snapshots of all projects.
    assert query.get("all_tenants") == ("1" if stock_dialog is MIGRATE else None)


@DIALOGS
def test_beyond_the_bound_nothing_is_counted(
    wire: Wire, person: Person, stock_dialog: StockDialog
) -> None:
    more = [{"rel": "next", "href": "http://storage.test/v3/snapshots/detail?marker=s19"}]
    found = {"snapshots": snapshots(20), "snapshots_links": more}
    wire.says("GET", "/snapshots/detail", found)
    assert panel(person.get(stock_dialog.address, dialog=True)).startswith(
        "This volume has 20 or more snapshots. "
    )


@DIALOGS
def test_what_cannot_be_read_is_never_none(
    wire: Wire, person: Person, stock_dialog: StockDialog
) -> None:
    wire.breaks("GET", "/snapshots/detail", SILENT)
    said = panel(person.get(stock_dialog.address, dialog=True))
    assert said.startswith("It is not known whether this volume has snapshots. ")
    assert "The storage service did not answer." in said
    assert stock_dialog.consequence in said


def test_a_service_that_filters_nothing_is_not_taken_at_its_word(
    wire: Wire, person: Person
) -> None:
    others = snapshots(20, volume_id="v2")
    wire.holds("snapshots", *others)
    said = panel(person.get(RETYPE.address, dialog=True))
    assert said.startswith("It is not known whether this volume has snapshots. ")
    wire.holds("snapshots", *others[:3], *snapshots(1))
    said = panel(person.get(RETYPE.address, dialog=True))
    assert said.startswith("This volume has 1 snapshot. ")
    wire.holds("snapshots", *others[:3])
    assert panel(person.get(RETYPE.address, dialog=True)) == ""


def test_a_record_without_an_id_is_a_snapshot_all_the_same(wire: Wire, person: Person) -> None:
    wire.holds("snapshots", snapshot_json("s1", id=None))
    said = panel(person.get(RETYPE.address, dialog=True))
    assert said.startswith("This volume has 1 snapshot. ")


def test_what_keeps_a_transfer_from_being_made_is_named(wire: Wire, person: Person) -> None:
    failed = snapshot_json("bad", name=HOSTILE, status="error")
    wire.holds("snapshots", *snapshots(2), failed)
    answer = person.get(TRANSFER.address, dialog=True)
    said = panel(answer)
    assert "The transfer is refused while a snapshot of the volume is not Available." in said
    assert "1 of them is not Available now:" in said
    assert answer.said(f"{PANEL}//li") == f"{HOSTILE} - Error"
    assert answer.one(f"{PANEL}//li/a").get("href") == "/project/snapshots/bad"
    for other in (RETYPE, EXTEND, MIGRATE):
        assert "not Available now" not in panel(person.get(other.address, dialog=True))


def test_more_than_a_few_of_these_are_counted(wire: Wire, person: Person) -> None:
    wire.holds("snapshots", *snapshots(8, status="creating"))
    answer = person.get(TRANSFER.address, dialog=True)
    items = answer.all(f"{PANEL}//li")
    assert len(items) == 6
    assert items[-1].text_content() == "and 3 more"


@DIALOGS
def test_the_setting_brings_stocks_dialog_back(
    wire: Wire, person: Person, settings: Any, stock_dialog: StockDialog
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"SNAPSHOT_RESTRICTIONS": "stock"}
    answer = person.get(stock_dialog.address, dialog=True)
    assert panel(answer) == ""
    assert stock_dialog.stocks in answer.text
    assert wire.sent("GET", "/snapshots/detail") == []


@DIALOGS
def test_a_form_that_comes_back_tells_it_again(
    wire: Wire, person: Person, stock_dialog: StockDialog
) -> None:
    assert stock_dialog.consequence in panel(person.post(stock_dialog.address, {}, dialog=True))


def test_nothing_is_read_for_a_form_that_is_sent(wire: Wire, person: Person) -> None:
    types: list[Json] = [{"id": each, "name": each} for each in ("ssd", "hdd")]
    wire.says("GET", "/types", {"volume_types": types})
    wire.says("POST", "/volumes/v1/action", None, 202)
    form = {"name": "x", "volume_type": "hdd", "migration_policy": "never"}
    assert person.post(RETYPE.address, form, dialog=True).status == 200
    (sent,) = wire.sent("POST", "/volumes/v1/action")
    assert sent.json()["os-retype"] == {"new_type": "hdd", "migration_policy": "never"}
    assert wire.sent("GET", "/snapshots/detail") == []
