# SPDX-License-Identifier: Apache-2.0
"""Our messages have the visible text and the level of Horizon's."""

from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from django.contrib.messages.constants import DEFAULT_TAGS
from django.utils.html import conditional_escape
from horizon import messages
from horizon.tables import BatchAction
from openstack_dashboard.dashboards.project.snapshots import tables as stock_snapshots
from openstack_dashboard.dashboards.project.volumes import tables as stock_volumes

from tests.unit.cloud.wire import (
    NOVA,
    Wire,
    attachment_json,
    snapshot_json,
    volume_json,
)
from tests.unit.panels import stock_messages
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.delete.deletion import OF_SNAPSHOT, OF_VOLUME, backups, send
from tests.unit.panels.features.upload_to_image import upload_dialog
from tests.unit.panels.person import (
    CATALOG,
    CREATE_SNAPSHOT,
    CREATE_VOLUME,
    SNAPSHOTS,
    VOLUMES,
    Person,
    service,
    user,
)
from tests.unit.panels.support_dialogs import UPDATE, fill, there_is

NAME = '<b>"it\'s"</b> {$1+1$} 50% %s %(name)s {0} \u202egpj'
Told = list[tuple[str, str]]
Provoke = Callable[[Wire, Person], object]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Level and visible text of every message for the next page."""
    heard: Told = []

    def add_message(request: Any, level: int, message: object, *args: Any, **kwargs: Any) -> None:
        heard.append((DEFAULT_TAGS[level], visible(message)))

    monkeypatch.setattr(messages, "add_message", add_message)
    return heard


def visible(message: object) -> str:
    """Return what a person reads of a message, as the page writes it."""
    return str(lxml.html.fromstring(f"<p>{conditional_escape(message)}</p>").text_content())


@pytest.fixture
def anybody(wire: Wire, person: Person, log_in: LogIn) -> Person:
    """Somebody who may do everything."""
    wire.volume(name=NAME)
    wire.snapshot(name=NAME)
    backups(wire)
    wire.says("GET", "/types", {"volume_types": []})
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": []})
    wire.says("POST", "/snapshots", {"snapshot": snapshot_json("s9", name=NAME)}, 202)
    wire.says("POST", "/volumes", {"volume": volume_json("v9", name=NAME)}, 202)
    upload_dialog.there_are_images(wire)
    catalog = [*CATALOG, service("image", upload_dialog.GLANCE)]
    return log_in(user("admin", "member", "reader", catalog=catalog))


def create_snapshot(wire: Wire, person: Person) -> None:
    """Make a snapshot of a detached volume."""
    person.post(CREATE_SNAPSHOT, fill(person.get(CREATE_SNAPSHOT)))


def force_snapshot(wire: Wire, person: Person) -> None:
    """Make a snapshot of a volume in use, its warning accepted."""
    wire.attached(("i1", "ACTIVE"), name=NAME)
    form = fill(person.get(CREATE_SNAPSHOT))
    person.post(CREATE_SNAPSHOT, {**form, "acknowledged": "corrupted"})


def create_volume(wire: Wire, person: Person) -> None:
    """Make a volume of a snapshot."""
    form = {**fill(person.get(CREATE_VOLUME)), "name": NAME, "description": "", "size": "20"}
    person.post(CREATE_VOLUME, {**form, "type": "ssd"})


def upload(wire: Wire, person: Person) -> None:
    """Upload a detached volume to an image."""
    upload_dialog.send(person)


def open_what_is_gone(address: str) -> Provoke:
    """Return what opens the page of an object that is not there any more."""

    def provoke(wire: Wire, person: Person) -> None:
        wire.fails("GET", "/volumes/v1", 404, "could not be found")
        wire.fails("GET", "/snapshots/s1", 404, "could not be found")
        person.get(address)

    return provoke


def update_status(wire: Wire, person: Person) -> None:
    """Set the status of somebody's snapshot."""
    there_is(wire, "error")
    person.post(UPDATE, {**fill(person.get(UPDATE)), "status": "error_deleting"})


# What is told on the page or in the dialog itself, where stock leaves it with a message.
ON_THE_PAGE = {
    # Lists: a panel above the table says why there is nothing in it.
    "VolumeTableMixIn._get_volumes",
    "SnapshotsView.get_data",
    "VolumesView.get_data",
    # Names and groups that cannot be read stay short ids; nothing else of these is read.
    "VolumeTableMixIn._get_instances",
    "VolumeTableMixIn._get_volumes_ids_with_snapshots",
    "VolumeTableMixIn._get_groups",
    "UpdateRow.get_data",
    "get_attachment_name",
    # The limits are left out where they cannot be read: the service decides.
    "CreateSnapshot.allowed",
    # The tabs that are ours say it in themselves.
    "SnapshotTab.get_volume_snapshots_data",
    "OverviewTab.get_context_data",
    "VolumeMessagesTab.get_volume_messages_data",
    "SnapshotMessagesTab.get_snapshot_messages_data",
    # Our dialogs stay open and say it with the reason; nothing that was typed is lost.
    "CreateSnapshotView.get_context_data",
    "UpdateStatusView.get_object",
    "UploadToImageView.get_data",
}
IN_THE_DIALOG = {
    "Unable to create volume snapshot.",
    "Requested snapshot would exceed the allowed quota.",
    "Unable to update volume snapshot status.",
    'Unable to upload volume to image for volume: "%s"',
}
# Functions of stock's forms, not methods; the form for other sources than a snapshot is stock's.
STOCKS_FUNCTIONS = {"cinder_az_supported", "availability_zones"}
OURS: dict[str, tuple[Provoke, tuple[str, ...]]] = {
    'Creating volume snapshot "%s".': (create_snapshot, (NAME,)),
    'Forcing to create snapshot "%s" from attached volume.': (force_snapshot, (NAME,)),
    'Creating volume "%s"': (create_volume, (NAME,)),
    'Successfully sent the request to upload volume to image for volume: "%s"': (upload, (NAME,)),
    "Unable to retrieve volume details.": (open_what_is_gone(f"{VOLUMES}v1/"), ()),
    "Unable to retrieve snapshot details.": (open_what_is_gone(f"{SNAPSHOTS}s1"), ()),
    "Unable to retrieve volume information.": (open_what_is_gone(f"{VOLUMES}v1/attach/"), ()),
    'Unable to retrieve volume information for volume: "%s"': (
        open_what_is_gone(f"{VOLUMES}v1/retype/"),
        ("v1",),
    ),
    'Successfully updated volume snapshot status: "%s".': (update_status, ("Error deleting",)),
}


def test_every_message_of_the_four_panels_is_stocks_own_or_has_its_place_here(
    anybody: Person,
) -> None:
    found = stock_messages.messages()
    replaced = [each for each in found if (each.module, each.method) not in stock_messages.served()]
    unknown = [
        each.label
        for each in replaced
        if each.method not in ON_THE_PAGE | STOCKS_FUNCTIONS
        and each.text not in IN_THE_DIALOG | OURS.keys()
    ]
    assert unknown == []
    texts, methods = {each.text for each in found}, {each.method for each in found}
    assert (IN_THE_DIALOG | OURS.keys()) - texts == set()
    assert (ON_THE_PAGE | STOCKS_FUNCTIONS) - methods == set()
    assert len(found) > 60


@pytest.mark.parametrize("text", OURS)
def test_a_message_of_ours_reads_as_stocks_and_has_its_level(
    wire: Wire, anybody: Person, told: Told, text: str
) -> None:
    provoke, named = OURS[text]
    level = next(each.level for each in stock_messages.messages() if each.text == text)
    provoke(wire, anybody)
    said = visible(text % named)
    assert (told[0][0], told[0][1].strip()) == (level, said)


@pytest.mark.parametrize("text", [each for each in OURS if "%s" in each])
def test_no_translation_makes_a_name_a_placeholder(
    wire: Wire, anybody: Person, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(messages, "add_message", lambda _r, _l, said, *_a, **_k: heard.append(said))
    OURS[text][0](wire, anybody)
    assert "<b>" not in heard[0] and "{$" not in heard[0]


def test_the_name_in_a_message_is_the_way_to_what_was_made(
    wire: Wire, anybody: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(messages, "add_message", lambda _r, _l, said, *_a, **_k: heard.append(said))
    create_snapshot(wire, anybody)
    create_volume(wire, anybody)
    links = [lxml.html.fromstring(f"<p>{each}</p>").xpath(".//a")[0] for each in heard[:2]]
    assert [each.text_content() for each in links] == [visible(NAME)] * 2
    assert [each.get("href") for each in links] == [
        f"{SNAPSHOTS}?field=volume_id&value=v1",
        f"{VOLUMES}v9/",
    ]


DELETED = pytest.mark.parametrize(
    ("address", "table", "one", "action"),
    [
        (VOLUMES, "volumes", volume_json, stock_volumes.DeleteVolume),
        (SNAPSHOTS, "volume_snapshots", snapshot_json, stock_snapshots.DeleteVolumeSnapshot),
        ("/admin/volumes/", "volumes", volume_json, stock_volumes.DeleteVolume),
        (
            "/admin/snapshots/",
            "volume_snapshots",
            snapshot_json,
            stock_snapshots.DeleteVolumeSnapshot,
        ),
    ],
)


def as_stock(action: type[BatchAction], count: int, *, past: bool) -> str:
    """Return stock's words for what an action does, or has done, to some rows."""
    return str(action.action_past(count) if past else action.action_present(count))


@DELETED
@pytest.mark.parametrize("count", [1, 2])
def test_a_deletion_is_told_as_stock_tells_it(
    wire: Wire,
    anybody: Person,
    told: Told,
    address: str,
    table: str,
    one: Any,
    action: type[BatchAction],
    count: int,
) -> None:
    kind = address.strip("/").split("/")[1]
    ids = [f"x{number}" for number in range(count)]
    wire.holds(kind, *(one(each, name=NAME) for each in ids))
    for each in ids:
        wire.says("DELETE", f"/{kind}/{each}", None, 202)
    anybody.post(address, {"action": f"{table}__delete", "object_ids": ids})
    said = f"{as_stock(action, count, past=True)}: " + ", ".join([visible(NAME)] * count)
    assert told == [(action.default_message_level, said)]


@DELETED
def test_a_deletion_that_is_refused_begins_as_stocks_and_the_others_are_an_info(
    wire: Wire,
    anybody: Person,
    told: Told,
    address: str,
    table: str,
    one: Any,
    action: type[BatchAction],
) -> None:
    kind = address.strip("/").split("/")[1]
    wire.holds(kind, one("x1", name=NAME), one("x2", name="other"))
    wire.fails("DELETE", f"/{kind}/x1", 400, "generic")
    wire.says("DELETE", f"/{kind}/x2", None, 202)
    anybody.post(address, {"action": f"{table}__delete", "object_ids": ["x1", "x2"]})
    (level, refused), done = told
    verb = as_stock(action, 1, past=False).lower()
    assert level == "error" and refused.startswith(f"Unable to {verb}: {visible(NAME)}. ")
    assert "generic" in refused
    assert done == ("info", f"{as_stock(action, 1, past=True)}: other")


@pytest.mark.parametrize(
    ("address", "path", "action"),
    [
        (OF_VOLUME, "/volumes/v1", stock_volumes.DeleteVolume),
        (OF_SNAPSHOT, "/snapshots/s1", stock_snapshots.DeleteVolumeSnapshot),
    ],
)
def test_a_deletion_from_its_dialog_is_told_as_stock_tells_it(
    wire: Wire, anybody: Person, told: Told, address: str, path: str, action: type[BatchAction]
) -> None:
    wire.says("DELETE", path, None, 202)
    send(anybody, address)
    said = f"{as_stock(action, 1, past=True)}: {visible(NAME)}"
    assert told == [(action.default_message_level, said)]


@pytest.mark.parametrize("status", [202, 400])
def test_a_detachment_is_told_as_stock_tells_it(
    wire: Wire, anybody: Person, told: Told, status: int
) -> None:
    entry = attachment_json("i1")
    wire.volume("v1", name=NAME, status="in-use", attachments=[entry])
    wire.records("v1", "i1")
    wire.instance("i1")
    wire.says("DELETE", f"{NOVA}/servers/i1/os-volume_attachments/v1", None, status)
    anybody.post(f"{VOLUMES}v1/attach/", {"action": "attachments__detach__a-i1"})
    what = f"Volume {visible(NAME)} on instance name of i1"
    if status == 202:
        assert told == [("success", f"Detaching Volume: {what}")]
    else:
        ((level, said),) = told
        assert level == "error" and said.startswith(f"Unable to detach volume: {what}. ")
