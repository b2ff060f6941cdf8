# SPDX-License-Identifier: Apache-2.0
"""What an administrator has read into the shared cache is shown to nobody else.

Anna and Rita work in web-shop, Otto in research, Bea in both. Everything here is web-shop's, and
has a name that tells where it was seen.
"""

import re
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import quote, urlencode

import pytest

from demo.layout import Home
from demo.visitor import Visitor
from devcloud.access import Access
from devcloud.whole_cloud import WholeCloud
from tests.cloud.conftest import Visit
from tests.cloud.dialogs import snapshot_path, volume_path
from tests.cloud.whole_cloud import whole_cloud
from tests.cloud.workshop import Workshop, unique
from tests.conftest import Connect, LogIn

NAMES = "/project/volumes/names/shown/"
SNAPSHOTS = "/project/snapshots/"
VOLUMES = "/project/volumes/"
PAGES = "/admin/snapshots/"
CLEAN_UP = f"{PAGES}clean_up/{{}}/?read=1&newest=1"
_VERSION = "3.65"
# A project of the whole cloud by its name.
CUSTOMER = re.compile(r"customer-\d{3}")

# The ids of what everybody wants to know the name of, by the kinds that the page asks for.
Ids = dict[str, str]


@pytest.fixture(scope="module")
def things(shared_workshop: Workshop, connect: Connect) -> Ids:
    """One of each kind in web-shop: used, held, failed, alone, and with snapshots."""
    shop = shared_workshop
    instance, volume = shop.attached("secret-instance")
    held = shop.volume("secret-held")
    record = shop.record(held.id, instance.id, complete=False)
    shop.later(shop.forget_record, record)
    snapshot = shop.snapshot(volume.id, "secret-snapshot", force=True)
    shop.broken_storage("create_snapshot")
    failing = shop.owner.block_storage.create_snapshot(
        volume_id=volume.id, name=unique("secret-failed"), force=True
    )
    shop.settled_snapshot(failing.id, "error")
    shop.storage_as_usual()
    anna: Any = connect("anna")
    return {
        "project": anna.current_project_id,
        "user": anna.current_user_id,
        "volume": volume.id,
        "instance": instance.id,
        "holder": held.id,
        "snapshot": snapshot.id,
        "failed": failing.id,
    }


@pytest.fixture(scope="module")
def words(things: Ids, shared_workshop: Workshop) -> tuple[str, ...]:
    """The names of all that, which nobody else has, and Cinder's word on what failed."""
    told = messages(shared_workshop, things["failed"])
    assert told
    return ("secret-", *(each["request_id"] for each in told))


def messages(workshop: Workshop, object_id: str, *, as_owner: bool = False) -> list[Any]:
    """Return what Cinder itself tells of an object."""
    client: Any = (workshop.owner if as_owner else workshop.admin).block_storage
    answer = client.get(f"/messages?resource_uuid={object_id}", microversion=_VERSION)
    return list(answer.json()["messages"])


def asking(things: Ids, *kinds: str) -> str:
    """Return the address that asks for the names of some of them."""
    pairs = [("q", f"{kind}:{things[kind]}") for kind in kinds or ALL]
    return f"{NAMES}?{urlencode(pairs)}"


ALL = ("project", "user", "volume", "instance", "holder")


def names(visitor: Visitor, address: str) -> dict[str, str]:
    """Return the names that somebody is told."""
    answer = visitor.get(address, dialog=True)
    assert answer.status_code == 200
    return dict(answer.json()["names"])


@pytest.fixture(scope="module")
def customers(home: Home, cloud: Access) -> WholeCloud:
    """Many other projects."""
    return whole_cloud(home)


@pytest.fixture(scope="module", autouse=True)
def warm(things: Ids, visit: Visit, customers: WholeCloud) -> dict[str, str]:
    """Let administrators look at everything, in a project of their own and in Anna's.

    What they were told is what a leak could tell.
    """
    told: dict[str, str] = {}
    for project in ("admin", "web-shop"):
        admin = visit("admin", project)
        for path in (
            PAGES,
            f"{PAGES}?field=project&value=web-shop",
            "/admin/volumes/?field=project&value=web-shop",
            f"{PAGES}{things['snapshot']}",
            f"{PAGES}{things['failed']}",
            f"/admin/volumes/{things['volume']}/",
            f"/admin/volumes/{things['holder']}/",
            f"{PAGES}find/?q=secret",
            f"{PAGES}attention/",
            CLEAN_UP.format(things["project"]),
            asking(things),
        ):
            answer = admin.get(path)
            assert answer.status_code == 200, path
        assert "secret-failed" in admin.get(f"{PAGES}?field=status&value=error").text
        told = names(admin, asking(things))
    # The report is kept in the cache: the name of every customer is in it.
    assert "# complete" in visit("admin", "admin").get(f"{PAGES}report/csv/").text
    return told


def test_an_administrator_is_told_all_of_them(things: Ids, warm: dict[str, str]) -> None:
    assert warm[f"project:{things['project']}"] == "web-shop"
    assert warm[f"user:{things['user']}"] == "anna"
    for kind in ("volume", "instance", "holder"):
        assert warm[f"{kind}:{things[kind]}"]
    assert warm[f"holder:{things['holder']}"].startswith("secret-instance")


@pytest.mark.parametrize("kind", ALL)
def test_another_projects_member_is_told_no_name(things: Ids, visit: Visit, kind: str) -> None:
    assert names(visit("otto"), asking(things, kind)) == {}


def test_asking_for_all_at_once_or_in_another_spelling_tells_no_more(
    things: Ids, visit: Visit
) -> None:
    otto = visit("otto")
    assert names(otto, asking(things)) == {}
    for kind in ALL:
        for text in (things[kind].upper(), f"{things[kind]} ", f"../{kind}s/{things[kind]}"):
            assert names(otto, f"{NAMES}?q={kind}:{quote(text)}") == {}


def test_a_member_is_told_the_names_of_her_own(things: Ids, visit: Visit) -> None:
    anna = names(visit("anna"), asking(things))
    assert anna[f"project:{things['project']}"] == "web-shop"
    assert anna[f"user:{things['user']}"] == "anna"
    assert anna[f"volume:{things['volume']}"].startswith("data-")
    assert anna[f"holder:{things['holder']}"].startswith("secret-instance")


def test_a_reader_is_not_told_who_somebody_is_because_that_person_was(
    things: Ids, visit: Visit
) -> None:
    """Keystone tells Anna her own name; Rita may not read it."""
    assert names(visit("anna"), asking(things, "user"))
    assert names(visit("rita"), asking(things, "user")) == {}
    assert names(visit("bea", "web-shop"), asking(things, "user")) == {}


def test_a_name_does_not_follow_somebody_into_another_project(things: Ids, login: LogIn) -> None:
    bea = login("bea", "web-shop")
    own = asking(things, "volume", "instance", "holder")
    assert len(names(bea, own)) == 3
    assert "secret-" in bea.get(SNAPSHOTS).text
    bea.switch_to("research")
    assert names(bea, own) == {}
    for page in (SNAPSHOTS, VOLUMES):
        assert "secret-" not in bea.get(page).text


def customers_of(connect: Connect) -> Iterator[tuple[str, str]]:
    """Yield what customers of the whole cloud have, as kinds and ids."""
    admin: Any = connect("admin")
    project = admin.identity.find_project("customer-001")
    yield "project", project.id
    path = f"/snapshots/detail?all_tenants=1&limit=3&project_id={project.id}"
    for each in admin.block_storage.get(path).json()["snapshots"]:
        yield "volume", each["volume_id"]
        if each.get("user_id"):
            yield "user", each["user_id"]


@pytest.mark.parametrize("who", ["anna", "rita", "otto"])
def test_nobody_is_told_the_names_of_customers(who: str, visit: Visit, connect: Connect) -> None:
    asked = [f"q={kind}:{object_id}" for kind, object_id in customers_of(connect)]
    assert len(asked) > 3
    address = f"{NAMES}?{'&'.join(asked)}"
    assert names(visit("admin", "admin"), address)
    assert names(visit(who), address) == {}


def others_pages(things: Ids) -> dict[str, str]:
    """Return every page on which a member of another project could look for these."""
    volume, snapshot, failed = things["volume"], things["snapshot"], things["failed"]
    row = "?action=row_update&table={}&obj_id={}"
    filters = [
        ("project", things["project"]),
        ("project", "web-shop"),
        ("project_id", things["project"]),
        ("user", things["user"]),
        ("volume_id", volume),
        ("name", "secret-snapshot"),
        ("name_part", "secret"),
        ("status", "error"),
        ("host", "devcloud@files"),
    ]
    found = {
        f"{page} by {field} {value[:8]}": f"{page}?{urlencode({'field': field, 'value': value})}"
        for page in (SNAPSHOTS, VOLUMES)
        for field, value in filters
    }
    return found | {
        "volumes": VOLUMES,
        "snapshots": SNAPSHOTS,
        "all volumes": f"{VOLUMES}?all_tenants=1&project_id={things['project']}",
        "all snapshots": f"{SNAPSHOTS}?all_tenants=True",
        "after another's": f"{SNAPSHOTS}?snapshot_marker={snapshot}",
        "before another's": f"{VOLUMES}?prev_marker={volume}",
        "volume": f"{VOLUMES}{volume}/",
        "held volume": f"{VOLUMES}{things['holder']}/",
        "volume's snapshots": f"{VOLUMES}{volume}/?tab=volume_details__snapshots_tab",
        "volume's messages": f"{VOLUMES}{volume}/?tab=volume_details__messages_tab",
        "snapshot": f"{SNAPSHOTS}{snapshot}",
        "failed snapshot": f"{SNAPSHOTS}{failed}",
        "failed snapshot's messages": f"{SNAPSHOTS}{failed}?tab=snapshot_details__messages_tab",
        "create snapshot": snapshot_path(volume),
        "create volume": volume_path(snapshot),
        "volume's row": VOLUMES + row.format("volumes", volume),
        "snapshot's row": SNAPSHOTS + row.format("volume_snapshots", failed),
        "find": f"{PAGES}find/?q=secret",
        "report": f"{PAGES}report/",
        "report's file": f"{PAGES}report/csv/",
        "attention": f"{PAGES}attention/",
        "clean up": f"{PAGES}clean_up/{things['project']}/",
        "what is cleaned up": CLEAN_UP.format(things["project"]),
        "own clean up": f"{SNAPSHOTS}clean_up/?read=1&newest=1&project_id={things['project']}",
        "deletion": f"{PAGES}delete/several/?id={snapshot}&id={failed}",
    }


def test_no_page_shows_another_projects_member_a_name_an_id_or_a_message(
    things: Ids, words: tuple[str, ...], visit: Visit
) -> None:
    otto = visit("otto")
    hidden = (*words, "web-shop", *things.values())
    for name, path in others_pages(things).items():
        text = otto.get(path).text
        asked = {each for each in hidden if each in path or quote(each) in path}
        # "secret" is what was looked for, "secret-" is not in any address but one.
        leaked = [each for each in hidden if each not in asked and each in text]
        assert leaked == [], name
        assert not CUSTOMER.search(text), name
        assert "Snapshot failed" not in text, name
        assert "failed to be created" not in text, name


def test_clean_up_of_one_project_tells_of_no_other(
    things: Ids, words: tuple[str, ...], visit: Visit, connect: Connect
) -> None:
    admin, others = visit("admin", "admin"), cast(Any, connect("otto"))
    page = admin.get(CLEAN_UP.format(things["project"])).text
    assert f'value="{things["failed"]}"' in page
    # Cinder tells an administrator the limits of each project.
    assert "The limits of the project cannot be read" not in page
    assert re.search(r"Frees up to 0 GiB: \d", page)
    page = admin.get(CLEAN_UP.format(others.current_project_id)).text
    # The menu of the administrator's own projects is on each page.
    hidden = (*words, *(each for kind, each in things.items() if kind not in ("project", "user")))
    assert [each for each in hidden if each in page] == []


def test_what_does_not_exist_and_what_is_anothers_are_answered_alike(
    things: Ids, visit: Visit
) -> None:
    otto = visit("otto")
    nobodys = "00000000-0000-4000-8000-000000000000"
    for kind, path in (("volume", VOLUMES + "{}/"), ("snapshot", SNAPSHOTS + "{}")):
        answers = [
            otto.get(path.format(each), allow_redirects=False) for each in (things[kind], nobodys)
        ]
        (theirs, none) = [(each.status_code, each.headers.get("Location")) for each in answers]
        assert theirs == none


def test_cinder_itself_would_have_told_the_message(
    things: Ids, connect: Connect, visit: Visit
) -> None:
    """That is why a page must not: Cinder does not ask whose a message is."""
    otto: Any = connect("otto")
    path = f"/messages?resource_uuid={things['failed']}"
    assert otto.block_storage.get(path, microversion=_VERSION).json()["messages"]
    path = f"{SNAPSHOTS}{things['failed']}?tab=snapshot_details__messages_tab"
    answer = visit("otto").get(path, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, SNAPSHOTS)


def test_the_owner_and_support_read_the_message(
    things: Ids, words: tuple[str, ...], visit: Visit
) -> None:
    _name, *request_ids = words
    for who, path in (
        ("anna", f"{SNAPSHOTS}{things['failed']}?tab=snapshot_details__messages_tab"),
        ("admin", f"{PAGES}{things['failed']}"),
    ):
        page = visit(who, "admin" if who == "admin" else None).get(path).text
        assert "failed" in page
        if who == "admin":
            assert all(each in page for each in request_ids)


def test_a_member_of_the_project_sees_no_customer(
    things: Ids, visit: Visit, customers: WholeCloud
) -> None:
    for who in ("anna", "rita"):
        for name, path in others_pages(things).items():
            if " by " in name:
                continue
            text = visit(who).get(path).text
            assert not CUSTOMER.search(text), (who, name)
            assert "devcloud@fake" not in text, (who, name)
