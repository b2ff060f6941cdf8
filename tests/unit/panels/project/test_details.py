# SPDX-License-Identifier: Apache-2.0
"""Stock's overview of a volume and a snapshot, in our pages."""

import pytest

from snapshot_dashboard.panels.admin.snapshots import tabs as admin_snapshots
from snapshot_dashboard.panels.admin.volumes import tabs as admin_volumes
from snapshot_dashboard.panels.project.snapshots.tabs import SnapshotDetailTabs
from snapshot_dashboard.panels.project.volumes.tabs import VolumeDetailTabs
from tests.unit.cloud.wire import Wire
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person, user
from tests.unit.panels.support import SNAPSHOT, VOLUME, be_quiet, support_user
from tests.unit.panels.support_dialogs import hear

NOTES = {"snapshot_dashboard:request": "r1", "snapshot_dashboard:taken_while": "detached"}


def detail(page: Answer, term: str) -> str:
    """Return what stands beside a term."""
    return page.said(f"//dt[normalize-space()='{term}']/following-sibling::dd[1]")


GROUPS = (
    VolumeDetailTabs,
    SnapshotDetailTabs,
    admin_volumes.VolumeDetailTabs,
    admin_snapshots.SnapshotDetailsTabs,
)
DETAILS = (f"{VOLUMES}v1/", f"{SNAPSHOTS}s1", VOLUME, SNAPSHOT)


@pytest.fixture
def anybody(wire: Wire, log_in: LogIn) -> Person:
    """Somebody who may open all of these pages, in the project of the volume."""
    be_quiet(wire)
    wire.snapshot()
    wire.says("GET", "/snapshots/detail?volume_id=v1", {"snapshots": [], "count": 0})
    return log_in(user("admin", "member", catalog=support_user().service_catalog))


def test_every_tab_is_ours() -> None:
    """Stock's tabs read by themselves, and fail, or find nothing, in ways of their own."""
    tabs = {tab for group in GROUPS for tab in group.tabs}
    assert {tab.__module__.partition(".")[0] for tab in tabs} == {"snapshot_dashboard"}


@pytest.mark.parametrize("address", DETAILS)
def test_stocks_question_before_a_deletion_names_what_is_deleted(
    anybody: Person, address: str
) -> None:
    """Its script finds the name there (horizon.tables.js), and says nothing without it."""
    shown = anybody.get(address)
    assert shown.all("//*[contains(@class, 'btn-danger')]")
    name = "name of v1" if "v1" in address else "name of s1"
    assert shown.all("//dd[@data-display]")[0].get("data-display") == name


MESSAGE = {
    "id": "m1",
    "event_id": "VOLUME_VOLUME_SNAPSHOT_009_013",
    "user_message": "create snapshot:Snapshot failed to create.",
    "message_level": "ERROR",
    "created_at": "2026-11-22T15:00:00.000000",
    "guaranteed_until": "2026-12-22T15:00:00.000000",
}


@pytest.mark.parametrize("address", DETAILS)
def test_the_messages_tab_has_the_messages_about_it(
    wire: Wire, anybody: Person, address: str
) -> None:
    """Cinder writes kinds in capitals; stock asks in small letters, and finds none."""
    object_id, kind = ("v1", "volume") if "v1" in address else ("s1", "snapshot")
    wire.says("GET", "/messages?resource_type=volume_snapshot", {"messages": []})
    wire.says("GET", "/messages?resource_type=volume", {"messages": []})
    about = {**MESSAGE, "resource_uuid": object_id}
    wire.says("GET", f"/messages?resource_uuid={object_id}", {"messages": [about]})
    opened = anybody.get(f"{address}?tab={kind}_details__messages_tab", dialog=True)
    (row,) = opened.all("//table//tr[@data-object-id='m1']")
    said = " ".join(row.text_content().split())
    for each in ("ERROR", MESSAGE["event_id"], MESSAGE["user_message"], "Nov. 22", "Dec. 22"):
        assert each in said
    assert "resource_type" not in wire.query("/messages")


@pytest.mark.parametrize("address", DETAILS)
def test_messages_that_cannot_be_read_are_not_none(
    wire: Wire, anybody: Person, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    heard = hear(monkeypatch)
    wire.fails("GET", "/messages", 500, "out of order")
    kind = "volume" if "v1" in address else "snapshot"
    anybody.get(f"{address}?tab={kind}_details__messages_tab", dialog=True)
    assert f"Unable to retrieve {kind} messages." in heard[-1]
    assert "out of order" in heard[-1]


@pytest.mark.parametrize(
    ("maker", "name"),
    [("u-anna", "anna"), ("u-bert", "u-bert")],
)
def test_who_made_a_snapshot_is_told_by_name_or_asked_for(
    wire: Wire, person: Person, maker: str, name: str
) -> None:
    wire.volume()
    wire.snapshot(user_id=maker)
    shown = person.get(f"{SNAPSHOTS}s1")
    assert detail(shown, "Created by") == name
    asked = shown.all("//dd//*[@data-sd-name='user:u-bert']")
    assert bool(asked) == (maker == "u-bert")


@pytest.fixture
def page(request: pytest.FixtureRequest, wire: Wire, person: Person) -> Answer:
    """The details of a volume or of a snapshot."""
    metadata = {**NOTES, "purpose": "tests"}
    wire.volume(metadata=metadata)
    wire.records("v1")
    wire.snapshot(metadata=metadata)
    return person.get(f"{VOLUMES}v1/" if request.param == "volume" else f"{SNAPSHOTS}s1")


@pytest.mark.parametrize("page", ["volume", "snapshot"], indirect=True)
def test_the_date_is_shown(page: Answer) -> None:
    assert "2026" in detail(page, "Created")


@pytest.mark.parametrize("page", ["volume", "snapshot"], indirect=True)
def test_other_peoples_metadata_are_listed_and_our_notes_are_not(page: Answer) -> None:
    assert detail(page, "purpose") == "tests"
    assert "snapshot_dashboard:" not in page.html


def test_the_status_of_a_volume_is_shown(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    page = person.get(f"{VOLUMES}v1/")
    assert page.said("//dt[.='Status']/following-sibling::dd[1]") == "In-use"


@pytest.mark.parametrize(
    ("status", "readable", "said"),
    [
        ("available", True, "Not attached"),
        ("error", True, "Not attached"),
        ("available", False, "Unknown"),
        ("in-use", True, "Unknown"),
        ("error", False, "Unknown"),
        ("uploading", False, "Unknown"),
        ("reserved", False, "Held for an instance"),
    ],
)
def test_not_attached_is_said_only_where_that_is_known(
    wire: Wire, person: Person, status: str, said: str, *, readable: bool
) -> None:
    wire.volume(status=status)
    if not readable:
        wire.fails("GET", "/attachments", 500)
    wire.says("GET", "/snapshots/detail", {"snapshots": []})
    assert detail(person.get(f"{VOLUMES}v1/"), "Attached To") == said


@pytest.mark.parametrize(
    ("of_image", "shown"), [({}, False), ({"image_id": "i1", "image_name": "Debian"}, True)]
)
def test_a_note_for_an_image_is_no_image(
    wire: Wire, person: Person, of_image: dict[str, str], *, shown: bool
) -> None:
    wire.volume(volume_image_metadata={**NOTES, **of_image})
    page = person.get(f"{VOLUMES}v1/")
    assert bool(page.all("//dt[.='Image']")) == shown


def test_the_status_of_a_volume_is_shown_to_support(wire: Wire, log_in: LogIn) -> None:
    be_quiet(wire)
    wire.attached(("i1", "ACTIVE"))
    page = log_in(support_user()).get("/admin/volumes/v1/")
    assert page.said("//dt[.='Status']/following-sibling::dd[1]") == "In-use"


@pytest.mark.parametrize("page", ["volume", "snapshot"], indirect=True)
def test_what_one_needs_first_stands_first(page: Answer) -> None:
    terms = [each.text_content().strip() for each in page.all("//div[@class='detail']//dt")]
    needed = {"Status", "Size", "Created", "Used by"}
    needed |= {"Taken while", "Volume"} if "Taken while" in terms else {"Attached To"}
    assert set(terms[: len(needed)]) == needed
    assert terms.index("Status") == 0
    assert terms.index("ID") > len(needed) - 1
    assert len(set(terms)) == len(terms), "nothing is said twice"
    assert "old" in detail(page, "Created")


@pytest.mark.parametrize("page", ["volume", "snapshot"], indirect=True)
def test_the_project_is_told_by_name(page: Answer) -> None:
    assert detail(page, "Project") == "Web & Shop"
    assert "Project ID" not in page.text


def test_who_made_a_volume_is_told_by_name(wire: Wire, person: Person) -> None:
    wire.volume(user_id="u-anna")
    wire.records("v1")
    page = person.get(f"{VOLUMES}v1/")
    assert detail(page, "Created by") == "anna"
    (first, *_others) = page.all("//div[contains(@class, 'detail-actions')]//a")
    assert first.text_content().strip() == "Create Snapshot"


@pytest.mark.parametrize("more", ["", "&marker=s9"])
def test_the_snapshots_tab_has_create_snapshot(wire: Wire, person: Person, more: str) -> None:
    wire.volume()
    wire.records("v1")
    wire.says("GET", "/snapshots/detail?volume_id=v1", {"snapshots": []})
    tab = f"{VOLUMES}v1/?tab=volume_details__snapshots_tab{more}"
    (button,) = person.get(tab).all("//caption//a[contains(@href, '/create_snapshot/')]")
    assert "ajax-modal" in button.get("class").split()
    assert button.get("href").startswith(f"{VOLUMES}v1/create_snapshot/?next=")
    assert "Create Snapshot" in button.text_content()
    assert person.get(SNAPSHOTS).all("//caption//a[contains(@href, 'create_snapshot')]") == []
