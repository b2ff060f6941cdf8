# SPDX-License-Identifier: Apache-2.0
"""Clean Up over one project for support staff: under their own token, of that project alone."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.unit.cloud.wire import NOVA, OTHER_PROJECT, Json, Wire, volume_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.clean_up.test_clean_up import (
    FRESH,
    GLANCE,
    OF_I1,
    PAST,
    look,
    snapshot,
    ticked,
)
from tests.unit.panels.features.keeping.holding import HOSTILE, held
from tests.unit.panels.person import CATALOG, Person, service, user

LIST = "/admin/snapshots/"
REPORT = f"{LIST}report/"
PAGE = f"{LIST}clean_up/{OTHER_PROJECT}/"
LOOK = f"{PAGE}?read=1&newest=2&days=90"
QUOTA = f"/os-quota-sets/{OTHER_PROJECT}?usage=True"


@pytest.fixture
def admin(wire: Wire, person: Person, log_in: LogIn) -> Person:
    """An administrator who works in our project."""
    wire.says("GET", f"{NOVA}/servers", {"servers": []})
    wire.says("GET", f"{GLANCE}/images", {"images": []})
    return log_in(user("admin", catalog=[*CATALOG, service("image", GLANCE)]))


def theirs(snapshot_id: str, **more: Any) -> Json:
    """Return a snapshot of the other project."""
    return snapshot(
        snapshot_id, **{"os-extended-snapshot-attributes:project_id": OTHER_PROJECT, **more}
    )


def test_the_snapshots_of_that_project_alone_are_listed(wire: Wire, admin: Person) -> None:
    """Ours are there, too, where Cinder does not heed the filter."""
    wire.holds(
        "snapshots",
        theirs("s1", metadata=PAST | OF_I1, name=HOSTILE),
        theirs("s2", metadata=PAST | held()),
        snapshot("s3", metadata=PAST, name="ours"),
    )
    wire.holds("volumes", volume_json("v7", snapshot_id="s1", created_at=FRESH))
    usage = {"gigabytes": {"in_use": 90, "reserved": 0, "limit": 100}}
    wire.says("GET", QUOTA, {"quota_set": usage})
    page = look(admin, LOOK)
    assert ticked(page) == ["s1"] and "ours" not in page.said("//form[@data-sd-clean-up]")
    assert "Snapshots of this project that your role may see: 2." in page.text
    assert "put on hold by bert" in page.text and HOSTILE not in page.html
    assert "Frees up to 20 GiB: 90 \u2192 70 of 100." in page.text
    for path in ("/snapshots/detail", "/volumes/detail", f"{NOVA}/servers"):
        sent = wire.query(path)
        assert (sent["all_tenants"], sent["project_id"]) == ("1", OTHER_PROJECT)
    assert wire.query(f"{GLANCE}/images")["owner"] == OTHER_PROJECT
    links = [each.get("href") for each in page.all("//form[@data-sd-clean-up]//tbody//a")]
    assert f"{LIST}s1" in links and "/admin/volumes/v7" in " ".join(links)
    assert not any(each.startswith("/project/volumes") for each in links)


def test_whoever_may_not_see_other_projects_is_told_nothing_of_them(
    wire: Wire, admin: Person
) -> None:
    """Cinder answers with the own ones then, and refuses the limits of others."""
    wire.holds("snapshots", snapshot("s1", metadata=PAST, name="ours"))
    wire.fails("GET", QUOTA, 403, "no")
    page = look(admin, LOOK)
    assert ticked(page) == [] and "ours" not in page.text
    assert "Snapshots of this project that your role may see: 0." in page.text


def test_limits_that_cannot_be_read_are_told(wire: Wire, admin: Person) -> None:
    wire.holds("snapshots", theirs("s1", metadata=PAST))
    wire.fails("GET", QUOTA, 403, "no")
    page = look(admin, LOOK)
    assert "Frees up to 20 GiB." in page.text
    told = "The limits of the project cannot be read. Your role does not allow this."
    assert told in page.said("//form[@data-sd-clean-up]")
    assert ticked(page) == ["s1"]


def test_what_was_ticked_goes_to_the_dialog_of_administrators(wire: Wire, admin: Person) -> None:
    answer = admin.post(PAGE, {"id": ["s1", "s2"]})
    address = urlsplit(answer.headers["Location"])
    assert address.path == f"{LIST}delete/several/"
    assert parse_qsl(address.query) == [("id", "s1"), ("id", "s2"), ("next", REPORT)]
    many = admin.post(PAGE, {"id": [f"s{number}" for number in range(60)]})
    back = dict(parse_qsl(urlsplit(many.headers["Location"]).query))["next"]
    assert back == f"{PAGE}?newest=3&days=90&read=1"


def test_that_dialog_refuses_what_is_on_hold(wire: Wire, admin: Person) -> None:
    wire.volume()
    wire.snapshot("s1", **{"metadata": held()})
    dialog = admin.get(f"{LIST}delete/several/?id=s1", dialog=True)
    assert "put on hold by bert" in dialog.text and not wire.sent("DELETE", "/snapshots/s1")


def test_the_page_says_which_project_it_is_about_and_reads_nothing_before(
    wire: Wire, admin: Person
) -> None:
    page = admin.get(PAGE)
    assert OTHER_PROJECT in page.said("//*[contains(@class, 'sd-clean-up')]/p[1]")
    assert page.one("//a[.='Back']").get("href") == REPORT
    assert not wire.sent("GET", "/snapshots/detail")


def test_a_project_in_the_address_stays_text(wire: Wire, admin: Person) -> None:
    page = admin.get(f"{LIST}clean_up/%3Cimg src=x onerror=alert(1)%3E/")
    assert "Look for Snapshots" in page.html and "<img src=x" not in page.html


def test_a_member_is_not_let_in(wire: Wire, person: Person, log_in: LogIn) -> None:
    page = log_in(user("member")).get(PAGE)
    assert "data-sd-clean-up" not in page.html and "Look for Snapshots" not in page.html
    assert not wire.sent("GET", "/snapshots/detail")
