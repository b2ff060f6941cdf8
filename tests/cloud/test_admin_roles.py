# SPDX-License-Identifier: Apache-2.0
"""Pages and actions of support staff by role: administrators only.

Refused are a reader and a member of the project that everything here belongs to, a member of
another one, and whoever is not logged in.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from demo.dashboard import Dashboard
from demo.visitor import Visitor
from devcloud.waiting import wait_until
from tests.cloud.conftest import Visit
from tests.cloud.dialogs import opened
from tests.cloud.workshop import PATIENCE, Workshop

OTHERS = ("rita", "anna", "otto")
SNAPSHOTS = "/admin/snapshots/"
VOLUMES = "/admin/volumes/"
_VERSION = "3.65"

Raw = dict[str, Any]


@dataclass(frozen=True)
class Things:
    """A volume of web-shop with a snapshot, both with names that nobody else uses."""

    volume: str
    volume_name: str
    snapshot: str
    snapshot_name: str

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that tells that they exist."""
        return (self.volume, self.volume_name, self.snapshot, self.snapshot_name)


def things(workshop: Workshop) -> Things:
    """Make a volume with a snapshot."""
    volume = workshop.volume("roles")
    snapshot = workshop.snapshot(volume.id, "roles-snapshot")
    return Things(volume.id, volume.name, snapshot.id, snapshot.name)


@pytest.fixture(scope="module")
def shared(shared_workshop: Workshop) -> Things:
    """What is only looked at."""
    return things(shared_workshop)


@pytest.fixture
def own(workshop: Workshop) -> Things:
    """What one test may change."""
    return things(workshop)


@pytest.fixture(scope="module")
def admin(visit: Visit) -> Visitor:
    """A member of support staff, in a project of her own."""
    return visit("admin", "admin")


@pytest.fixture(scope="module")
def stranger(dashboard: Dashboard) -> Visitor:
    """Somebody who has seen the login page and not logged in."""
    visitor = Visitor(dashboard.url)
    visitor.get("/auth/login/")
    return visitor


def sent_to_login(answer: requests.Response) -> bool:
    """Tell whether somebody has to log in first, and comes back then."""
    address = urlsplit(answer.headers.get("Location", ""))
    return address.path == "/auth/login/" and address.query.startswith("next=/admin/")


def row(page: str, table: str, object_id: str) -> str:
    """Return the address of a row's refresh."""
    return f"{page}?action=row_update&table={table}&obj_id={object_id}"


# Name: address, and the status with which it is answered to an administrator; 0 where that
# reads the whole cloud, and test_admin_report.py looks at the answer.
PAGES: dict[str, tuple[Callable[[Things], str], int]] = {
    "snapshots": (lambda of: f"{SNAPSHOTS}?field=volume_id&value={of.volume}", 200),
    "snapshots, by status": (lambda _: f"{SNAPSHOTS}?field=status&value=error", 200),
    "snapshots, by project": (lambda _: f"{SNAPSHOTS}?field=project&value=web-shop", 200),
    "snapshots, by user": (lambda _: f"{SNAPSHOTS}?field=user&value=anna", 200),
    "snapshots, by host": (lambda _: f"{SNAPSHOTS}?field=host&value=devcloud%40files", 200),
    "snapshots, by a part of the name": (
        lambda of: f"{SNAPSHOTS}?field=name_part&value={of.snapshot_name[:-1]}",
        200,
    ),
    "volumes": (lambda of: f"{VOLUMES}?field=name&value={of.volume_name}", 200),
    "volumes, by project and status": (
        lambda _: f"{VOLUMES}?field=project&value=web-shop&field=status&value=in-use",
        200,
    ),
    "snapshot": (lambda of: f"{SNAPSHOTS}{of.snapshot}", 200),
    "snapshot's messages": (
        lambda of: f"{SNAPSHOTS}{of.snapshot}?tab=snapshot_details__messages_tab",
        200,
    ),
    "volume": (lambda of: f"{VOLUMES}{of.volume}/", 200),
    "volume's snapshots": (
        lambda of: f"{VOLUMES}{of.volume}/?tab=volume_details__snapshots_tab",
        200,
    ),
    "volume's messages": (
        lambda of: f"{VOLUMES}{of.volume}/?tab=volume_details__messages_tab",
        200,
    ),
    "find": (lambda _: f"{SNAPSHOTS}find/", 200),
    "find, by id": (lambda of: f"{SNAPSHOTS}find/?q={of.snapshot}", 302),
    "find, by name": (lambda of: f"{SNAPSHOTS}find/?q={of.volume_name}", 302),
    "attention": (lambda _: f"{SNAPSHOTS}attention/", 200),
    "report, made": (lambda _: f"{SNAPSHOTS}report/?make=1", 0),
    "report": (lambda _: f"{SNAPSHOTS}report/", 200),
    "report, as a file": (lambda _: f"{SNAPSHOTS}report/csv/", 0),
    "list, as a file": (
        lambda of: f"{SNAPSHOTS}export/?field=volume_id&value={of.volume}",
        200,
    ),
    "update status": (lambda of: f"{SNAPSHOTS}{of.snapshot}/update_status/", 200),
    "force delete": (lambda of: f"{SNAPSHOTS}{of.snapshot}/force_delete/", 200),
    "update several": (lambda of: f"{SNAPSHOTS}update_status/?id={of.snapshot}", 200),
    "force delete several": (lambda of: f"{SNAPSHOTS}force_delete/?id={of.snapshot}", 200),
    "snapshot's row": (lambda of: row(SNAPSHOTS, "volume_snapshots", of.snapshot), 200),
    "volume's row": (lambda of: row(VOLUMES, "volumes", of.volume), 200),
    "volume's status": (lambda of: f"{VOLUMES}{of.volume}/update_status", 200),
    "unmanage": (lambda of: f"{VOLUMES}{of.volume}/unmanage", 200),
    "migrate": (lambda of: f"{VOLUMES}{of.volume}/migrate", 200),
    "manage": (lambda _: f"{VOLUMES}manage/", 200),
}


AS_DIALOGS = ("update status", "force delete several", "snapshot's row", "volume's row", "migrate")


@pytest.mark.parametrize("name", [name for name, (_path, status) in PAGES.items() if status])
def test_an_administrator_sees_it(shared: Things, admin: Visitor, name: str) -> None:
    path, status = PAGES[name]
    answer = admin.get(path(shared), allow_redirects=False)
    assert answer.status_code == status, answer.text[:500]
    assert not sent_to_login(answer)


@pytest.mark.parametrize(
    "name",
    ["snapshots", "volumes", "snapshot", "volume", "volume's snapshots", "list, as a file"],
)
def test_an_administrator_sees_what_is_another_projects(
    shared: Things, admin: Visitor, name: str
) -> None:
    text = admin.get(PAGES[name][0](shared)).text
    expected = shared.volume_name if name in ("volumes", "volume") else shared.snapshot_name
    assert expected in text


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", OTHERS)
def test_others_are_refused_and_told_nothing(
    shared: Things, visit: Visit, who: str, name: str
) -> None:
    path = PAGES[name][0](shared)
    modal = name in AS_DIALOGS
    answer = visit(who).get(path, dialog=modal, allow_redirects=False)
    assert answer.status_code == 403
    assert "You are not authorized to access this page" in answer.text
    told = answer.text.replace(path, "").replace(path.replace("&", "&amp;"), "")
    assert not [each for each in shared.words if each in told]
    assert not re.search(r"customer-\d{3}", answer.text)


@pytest.mark.parametrize("name", PAGES)
def test_whoever_is_not_logged_in_is_asked_to(shared: Things, stranger: Visitor, name: str) -> None:
    answer = stranger.get(PAGES[name][0](shared), allow_redirects=False)
    assert answer.status_code == 302
    assert sent_to_login(answer)
    assert answer.text == ""


@pytest.mark.parametrize("who", OTHERS)
def test_being_refused_does_not_end_the_session(shared: Things, visit: Visit, who: str) -> None:
    visit(who).get(SNAPSHOTS)
    answer = visit(who).get("/project/snapshots/", allow_redirects=False)
    assert answer.status_code == 200


@pytest.mark.parametrize("who", OTHERS)
def test_others_have_no_link_to_the_desk(visit: Visit, who: str) -> None:
    for page in ("/project/snapshots/", "/project/volumes/"):
        assert "/admin/" not in visit(who).get(page).text


@dataclass(frozen=True)
class Form:
    """The URL and data of a form."""

    path: str
    data: Raw


def dialog(path: str, **typed: str) -> Callable[[Visitor, Things], Form]:
    """Return a form as an administrator has filled it in."""

    def filled(admin: Visitor, of: Things) -> Form:
        shown = opened(admin, path.format(**vars(of)))
        said = {key: each.format(**vars(of), short=of.snapshot[:8]) for key, each in typed.items()}
        return Form(shown.form.get("action"), {**shown.fields(), **said})

    return filled


def button(page: str, action: str, *ids: str) -> Callable[[Visitor, Things], Form]:
    """Return the form of a table with one row ticked."""

    def pressed(_admin: Visitor, of: Things) -> Form:
        ticked = [each.format(**vars(of)) for each in ids]
        return Form(page, {"action": action.format(**vars(of)), "object_ids": ticked})

    return pressed


def state(workshop: Workshop, of: Things) -> dict[str, Raw | None]:
    """Return what Cinder says of both to another client, None for what is gone."""
    api: Any = workshop.admin.block_storage
    found: dict[str, Raw | None] = {}
    for kind, object_id in (("volume", of.volume), ("snapshot", of.snapshot)):
        answer = api.get(f"/{kind}s/{object_id}", microversion=_VERSION)
        found[kind] = answer.json()[kind] if answer.status_code == 200 else None
    return found


def gone(kind: str) -> Callable[[dict[str, Raw | None]], bool]:
    """Return whether one of the two was deleted, or is being."""
    return lambda now: now[kind] is None or now[kind]["status"] == "deleting"  # type: ignore[index]


def has(kind: str, status: str) -> Callable[[dict[str, Raw | None]], bool]:
    """Return whether one of the two has a status."""
    return lambda now: (now[kind] or {}).get("status") == status


_SEVERAL = "?id={snapshot}"
# Name: the form, and what shows that it was done.
ACTIONS: dict[
    str, tuple[Callable[[Visitor, Things], Form], Callable[[dict[str, Raw | None]], bool]]
] = {
    "delete in the row": (
        button(SNAPSHOTS, "volume_snapshots__delete__{snapshot}"),
        gone("snapshot"),
    ),
    "delete the ticked": (
        button(SNAPSHOTS, "volume_snapshots__delete", "{snapshot}"),
        gone("snapshot"),
    ),
    "update status": (
        dialog(SNAPSHOTS + "{snapshot}/update_status/", status="error"),
        has("snapshot", "error"),
    ),
    "update several": (
        dialog(SNAPSHOTS + "update_status/" + _SEVERAL, status="error"),
        has("snapshot", "error"),
    ),
    "force delete": (
        dialog(SNAPSHOTS + "{snapshot}/force_delete/", confirm="{short}"),
        gone("snapshot"),
    ),
    "force delete several": (
        dialog(SNAPSHOTS + "force_delete/" + _SEVERAL, confirm="{short}"),
        gone("snapshot"),
    ),
    "volume's status": (
        lambda _admin, of: Form(f"{VOLUMES}{of.volume}/update_status", {"status": "maintenance"}),
        has("volume", "maintenance"),
    ),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_done_for_an_administrator_and_for_nobody_else(
    name: str, own: Things, workshop: Workshop, admin: Visitor, visit: Visit, stranger: Visitor
) -> None:
    fill, done = ACTIONS[name]
    form = fill(admin, own)
    before = state(workshop, own)
    for who in OTHERS:
        for modal in (False, True):
            answer = post(visit(who), form, modal=modal)
            assert answer.status_code == 403
    assert sent_to_login(post(stranger, form))
    assert state(workshop, own) == before
    answer = post(admin, form)
    assert answer.status_code in (200, 302), answer.text[:500]
    wait_until(lambda: done(state(workshop, own)), seconds=PATIENCE, what=name)


def post(visitor: Visitor, form: Form, *, modal: bool = False) -> requests.Response:
    """Send a form with a person's own session."""
    return visitor.post(form.path, form.data, dialog=modal, allow_redirects=False)


def test_a_volume_is_deleted_for_an_administrator_and_for_nobody_else(
    workshop: Workshop, admin: Visitor, visit: Visit
) -> None:
    volume = workshop.volume("roles").id
    form = Form(VOLUMES, {"action": f"volumes__delete__{volume}"})
    for who in OTHERS:
        assert post(visit(who), form).status_code == 403
    assert workshop.admin.block_storage.get_volume(volume).status == "available"
    assert post(admin, form).status_code == 302
    workshop.gone(volume)


@pytest.mark.parametrize("action", ["update_statuses", "force_deletes"])
def test_the_buttons_above_the_table_lead_an_administrator_to_the_dialog(
    action: str, shared: Things, shared_workshop: Workshop, admin: Visitor, visit: Visit
) -> None:
    form = button(SNAPSHOTS, f"volume_snapshots__{action}", "{snapshot}")(admin, shared)
    before = state(shared_workshop, shared)
    answer = post(admin, form)
    assert answer.status_code == 302
    assert shared.snapshot in answer.headers["Location"]
    for who in OTHERS:
        assert post(visit(who), form).status_code == 403
    assert state(shared_workshop, shared) == before


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("{volume}/unmanage", {"name": "x", "host": "x", "volume_id": "{volume}"}),
        ("{volume}/migrate", {"name": "x", "current_host": "x", "host": "devcloud@old#old"}),
    ],
)
def test_stocks_other_actions_are_refused_too(
    path: str,
    data: dict[str, str],
    shared: Things,
    shared_workshop: Workshop,
    visit: Visit,
) -> None:
    before = state(shared_workshop, shared)
    said = {key: each.format(**vars(shared)) for key, each in data.items()}
    for who in OTHERS:
        form = Form(VOLUMES + path.format(**vars(shared)), said)
        assert post(visit(who), form).status_code == 403
    assert state(shared_workshop, shared) == before


# The project's own pages: a reader changes nothing, another project's member finds nothing.


@pytest.mark.parametrize("who", ["rita", "otto"])
@pytest.mark.parametrize(
    ("page", "action"),
    [
        ("/project/snapshots/", "volume_snapshots__delete__{snapshot}"),
        ("/project/volumes/", "volumes__delete__{volume}"),
    ],
)
def test_deleting_in_the_project_is_for_its_members(
    who: str, page: str, action: str, shared: Things, shared_workshop: Workshop, visit: Visit
) -> None:
    before = state(shared_workshop, shared)
    visit(who).post(page, {"action": action.format(**vars(shared))})
    assert state(shared_workshop, shared) == before


def test_a_member_deletes_what_is_the_projects(
    own: Things, workshop: Workshop, visit: Visit
) -> None:
    data = {"action": f"volume_snapshots__delete__{own.snapshot}"}
    visit("anna").post("/project/snapshots/", data)
    wait_until(
        lambda: gone("snapshot")(state(workshop, own)), seconds=PATIENCE, what="the deletion"
    )


@pytest.mark.parametrize("who", ["anna", "rita"])
def test_a_project_sees_its_own(who: str, shared: Things, visit: Visit) -> None:
    page = visit(who).get(f"/project/snapshots/?field=volume_id&value={shared.volume}")
    assert shared.snapshot_name in page.text
    assert shared.volume_name in visit(who).get(f"/project/volumes/{shared.volume}/").text
