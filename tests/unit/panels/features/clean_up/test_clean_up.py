# SPDX-License-Identifier: Apache-2.0
"""Clean Up: read page by page, listed by reason, ticked, and handed to the dialog that deletes."""

from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import lxml.html
import pytest

from tests.unit.cloud.wire import NOVA, SILENT, Json, Wire, snapshot_json, volume_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.keeping.holding import HOSTILE, held
from tests.unit.panels.person import CATALOG, SNAPSHOTS, Answer, Person, service, user
from tests.unit.panels.support_dialogs import hear

PAGE = f"{SNAPSHOTS}clean_up/"
LOOK = f"{PAGE}?read=1&newest=2&days=90"
GLANCE = "http://image.test/v2"
PAST = {"snapshot_dashboard:keep_until": "2020-01-31"}
OF_I1 = {"snapshot_dashboard:taken_while": "running", "snapshot_dashboard:instances": "i1=ACTIVE"}
FRESH = "2099-01-01T00:00:00"


@pytest.fixture
def anna(wire: Wire, person: Person, log_in: LogIn) -> Person:
    """A member, in a cloud with images and one instance, which is not i1."""
    wire.says("GET", f"{NOVA}/servers", {"servers": [{"id": "i9", "name": "another"}]})
    wire.says("GET", f"{GLANCE}/images", {"images": []})
    catalog = [*CATALOG, service("image", GLANCE)]
    return log_in(user("member", "reader", catalog=catalog))


def snapshot(snapshot_id: str, **more: Any) -> Json:
    """Return a snapshot that is new, and of a volume of its own."""
    said = {"created_at": FRESH, "volume_id": f"v-{snapshot_id}", "size": 20}
    return snapshot_json(snapshot_id, **{**said, **more})


def look(person: Person, address: str = LOOK) -> Answer:
    """Open the page, and wait until all of it is there."""
    response: Any = person.client.get(address)
    assert response.streaming
    body = b"".join(response.streaming_content).decode()
    shown = Answer.__new__(Answer)
    shown.status, shown.headers, shown.html = response.status_code, response.headers, body
    shown.cookies, shown.document = response.cookies, lxml.html.fromstring(body)
    return shown


def listed(page: Answer) -> dict[str, list[str]]:
    """Return the names under each head."""
    return {
        " ".join(head.text_content().split()): [
            " ".join(each.text_content().split())
            for each in head.xpath("following::table[1]/tbody/tr/th")
        ]
        for head in page.all("//form[@data-sd-clean-up]/h3")
    }


def ticked(page: Answer) -> list[str]:
    """Return the ids that are ticked."""
    return [str(each.get("value")) for each in page.all("//input[@name='id'][@checked]")]


def row(page: Answer, snapshot_id: str) -> str:
    """Return what is said of a snapshot."""
    return page.said(f"//tr[.//a[@href='{SNAPSHOTS}{snapshot_id}']]")


def test_nothing_is_read_before_it_is_asked_for(wire: Wire, anna: Person) -> None:
    page = anna.get(PAGE)
    assert "Nothing is deleted before you have ticked it" in page.text
    assert (page.value("id_newest"), page.value("id_days")) == ("3", "90")
    assert not wire.sent("GET", "/snapshots/detail")


def test_the_list_leads_to_it(wire: Wire, anna: Person) -> None:
    wire.holds("snapshots", snapshot("s1"))
    assert anna.get(SNAPSHOTS).all(f"//a[@href='{PAGE}'][contains(., 'Clean Up')]")


def test_snapshots_are_listed_by_reason_with_what_is_past_its_day_ticked(
    wire: Wire, anna: Person
) -> None:
    wire.holds(
        "snapshots",
        snapshot("s1", metadata=PAST),
        snapshot("s2", metadata={**PAST, **held()}),
        snapshot("s3", status="error"),
        snapshot("s4", metadata=OF_I1),
        snapshot("s5", created_at="2020-01-31T00:00:00"),
        snapshot("s6"),
        *(
            snapshot(f"t{n}", volume_id="v1", created_at=f"2098-01-0{n}T00:00:00")
            for n in (1, 2, 3)
        ),
    )
    page = look(anna)
    assert listed(page) == {
        "Past the day until which they were to be kept": ["name of s1", "name of s2"],
        "Failed": ["name of s3"],
        "Of instances that no longer exist, or that you cannot see": ["name of s4"],
        "Older than the newest 2 of their volume": ["name of t1"],
        "Older than 90 days": ["name of s5"],
        "The biggest": ["name of t2", "name of t3", "name of s6"],
    }
    assert ticked(page) == ["s1"]
    assert "put on hold by bert" in row(page, "s2")
    assert not page.all("//input[@name='id'][@value='s2']")
    assert "Frees up to 20 GiB: 940 \u2192 920 of 1,000." in page.text
    assert "Snapshots: 1. 7 \u2192 6 of 10." in page.text
    assert "Snapshots read: 9." in page.text and "Instances read: 1." in page.text


def priced(settings: Any, **types: str) -> None:
    """Let the operator give prices by type."""
    settings.SNAPSHOT_DASHBOARD = {"PRICES": {"currency": "<NZD>", "types": types}}


def test_what_the_ticked_ones_cost_is_told(wire: Wire, anna: Person, settings: Any) -> None:
    wire.holds("snapshots", snapshot("s1", metadata=PAST), snapshot("s2", status="error"))
    assert not look(anna).all("//*[@data-sd-price]")
    priced(settings, **{"*": "0.05"})
    page = look(anna)
    assert "Price: about <NZD> 1.00 a month." in page.text
    line = page.one("//*[@data-sd-price]")
    assert line.get("data-text") == "Price: about <NZD> {price} a month."
    assert line.get("data-tiny") == "Price: less than <NZD> 0.01 a month."
    boxes = page.all("//input[@name='id']")
    assert [each.get("data-price") for each in boxes] == ["1000000", "1000000"]


def test_prices_by_type_are_those_of_the_volumes_that_are_read_anyway(
    wire: Wire, anna: Person, settings: Any
) -> None:
    wire.holds("snapshots", snapshot("s1", metadata=PAST), snapshot("s2", metadata=PAST))
    wire.holds("volumes", volume_json("v-s1", volume_type="ssd", created_at="2020-01-01T00:00:00"))
    look(anna)
    before = len(wire.mocker.request_history)
    priced(settings, ssd="0.05")
    wire.mocker.reset_mock()
    page = look(anna)
    assert len(wire.mocker.request_history) <= before
    # Also the volumes that are older than every snapshot.
    assert "created_at" not in wire.query("/volumes/detail")
    assert "about <NZD> 1.00 a month. Those whose price is not known are left out." in page.text
    prices = [each.get("data-price") for each in page.all("//input[@name='id']")]
    assert prices == ["1000000", None]


def test_where_no_price_is_known_none_is_told(wire: Wire, anna: Person, settings: Any) -> None:
    priced(settings, ssd="0.05")
    wire.holds("snapshots", snapshot("s1", metadata=PAST))
    assert not look(anna).all("//*[@data-sd-price]")


def test_what_depends_on_a_snapshot_is_told(wire: Wire, anna: Person) -> None:
    wire.holds("snapshots", snapshot("s1", metadata=PAST))
    wire.holds("volumes", volume_json("v7", snapshot_id="s1", created_at=FRESH))
    mapping = '[{"snapshot_id": "s1"}]'
    image = {"id": "g1", "name": "golden", "block_device_mapping": mapping}
    wire.says("GET", f"{GLANCE}/images", {"images": [image]})
    said = row(look(anna), "s1")
    assert "Volumes made from it: name of v7" in said
    assert 'Image "golden"' in said
    assert "Until Jan. 31, 2020 (past by" in said


@pytest.mark.parametrize("address", ["/volumes/detail", f"{NOVA}/servers", f"{GLANCE}/images"])
def test_what_cannot_be_read_beside_is_told_and_claims_nothing(
    wire: Wire, anna: Person, address: str
) -> None:
    wire.holds("snapshots", snapshot("s1", metadata={**PAST, **OF_I1}))
    wire.breaks("GET", address, SILENT)
    page = look(anna)
    assert ticked(page) == ["s1"]
    warned = [each.text_content() for each in page.all("//*[contains(@class, 'alert-warning')]")]
    assert len(warned) == (0 if address.startswith(NOVA) else 1)
    assert ("no longer exist" in row(page, "s1")) == (not address.startswith(NOVA))


def test_snapshots_that_cannot_be_read_are_told(wire: Wire, anna: Person) -> None:
    wire.fails("GET", "/snapshots/detail", 500, "broken")
    page = look(anna)
    assert page.problem == "Not every snapshot could be read"
    assert "There is no snapshot" not in page.text
    wire.holds("snapshots")
    assert "There is no snapshot for which" in look(anna).text


def test_every_page_is_read_and_only_the_projects_own(wire: Wire, log_in: LogIn) -> None:
    """An administrator in a project of his own cleans up that one."""
    wire.quota()
    wire.holds("volumes")
    foreign = {"os-extended-snapshot-attributes:project_id": "p-research"}
    wire.holds("snapshots", snapshot("s1", metadata=PAST), snapshot("s2", metadata=PAST, **foreign))
    page = look(log_in(user("admin", "member")))
    assert ticked(page) == ["s1"] and "name of s2" not in page.text
    assert "all_tenants" not in wire.query("/snapshots/detail")


def test_hostile_names_stay_text(wire: Wire, anna: Person) -> None:
    wire.holds("snapshots", snapshot("s1", name=HOSTILE, metadata={**PAST, **held(HOSTILE)}))
    page = look(anna)
    assert "<script>alert" not in page.html and "{$1+1$}" not in page.html
    assert "<script>alert('x')</script>" in row(page, "s1")


# Sending.


def test_what_was_ticked_goes_to_the_dialog_that_explains(wire: Wire, anna: Person) -> None:
    answer = anna.post(PAGE, {"id": ["s1", "s2", "s1"]})
    address = urlsplit(answer.headers["Location"])
    assert address.path == f"{SNAPSHOTS}delete/several/"
    assert parse_qsl(address.query) == [("id", "s1"), ("id", "s2"), ("next", SNAPSHOTS)]


@pytest.mark.parametrize(("ticked", "left"), [(12, 0), (50, 0), (51, 1), (60, 10), (300, 250)])
def test_of_what_is_ticked_the_dialog_takes_fifty_and_the_others_are_told(
    wire: Wire, anna: Person, monkeypatch: pytest.MonkeyPatch, ticked: int, left: int
) -> None:
    told = hear(monkeypatch)
    ids = [f"s{number}" for number in range(ticked)]
    answer = anna.post(f"{PAGE}?newest=2&days=30", {"id": ids})
    sent = parse_qsl(urlsplit(answer.headers["Location"]).query)
    assert [value for key, value in sent if key == "id"] == ids[: ticked - left]
    back = f"{PAGE}?newest=2&days=30&read=1" if left else SNAPSHOTS
    assert dict(sent)["next"] == back
    assert len(told) == bool(left)
    if left:
        assert f"The {left} others" in told[0] or f"The {left} other" in told[0]
    wire.volume()
    for each in ids[: ticked - left]:
        wire.snapshot(each)
    dialog = anna.get(answer.headers["Location"])
    assert dialog.problem == "" and all(f"name of {each}" in dialog.text for each in ids[:50])
    assert left == 0 or escape(back) in dialog.html


def test_nothing_ticked_is_told(wire: Wire, anna: Person) -> None:
    assert anna.post(PAGE, {}).problem == "No snapshot was chosen"


def test_a_page_of_another_project_deletes_nothing(wire: Wire, anna: Person) -> None:
    form = {"id": "s1", "opened_in": "p-research", "opened_in_region": "RegionOne"}
    answer = anna.post(PAGE, form)
    assert "Nothing was deleted." in answer.problem_text


def test_the_dialog_says_what_is_freed(wire: Wire, anna: Person) -> None:
    wire.volume()
    for each in ("s1", "s2"):
        wire.snapshot(each)
    dialog = anna.get(f"{SNAPSHOTS}delete/several/?id=s1&id=s2", dialog=True)
    assert "Frees up to 40 GiB: 940 \u2192 900 of 1,000." in dialog.text
    assert "Snapshots: 2. 7 \u2192 5 of 10." in dialog.text
    assert "Price" not in dialog.text


def test_the_dialog_says_what_they_cost_where_one_price_is_for_all(
    wire: Wire, anna: Person, settings: Any
) -> None:
    wire.volume()
    wire.snapshot()
    priced(settings, **{"*": "0.05"})
    dialog = anna.get(f"{SNAPSHOTS}delete/several/?id=s1", dialog=True)
    assert "Price: about <NZD> 1.00 a month." in dialog.text
    priced(settings, **{"*": "0.05", "nvme-*": "1"})
    assert "Price" not in anna.get(f"{SNAPSHOTS}delete/several/?id=s1", dialog=True).text


def test_a_session_that_ends_meanwhile_is_told(wire: Wire, anna: Person) -> None:
    wire.fails("GET", "/snapshots/detail", 401)
    wire.fails("GET", "/os-quota-sets/p-web-shop?usage=True", 401)
    page = look(anna)
    assert page.problem == "Your session ended before every snapshot was read"
    assert "</html>" in page.html
