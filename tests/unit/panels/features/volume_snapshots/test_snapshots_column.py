# SPDX-License-Identifier: Apache-2.0
"""The column "Snapshots": a link in the page, filled from one bounded read after it."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import lxml.html
import pytest

from tests.unit.cloud.wire import OTHER_PROJECT, PROJECT, Json, Wire, snapshot_json, volume_json
from tests.unit.panels import support as support_pages
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import VOLUMES, Answer, Person

HOSTILE = "<img src=x onerror=alert(1)>"
FAILURE = "VOLUME_VOLUME_SNAPSHOT_009_013"
NEXT = [{"rel": "next", "href": "http://storage.test/v3/more"}]


def ago(**how: int) -> str:
    """Return a moment as Cinder tells it."""
    return (datetime.now(timezone.utc) - timedelta(**how)).strftime("%Y-%m-%dT%H:%M:%S.%f")


def counted(
    person: Person, *ids: str, page: str = VOLUMES, tag: str = "", query: str = ""
) -> Answer:
    """Ask as the script does."""
    headers = {"X-Requested-With": "XMLHttpRequest", **({"If-None-Match": tag} if tag else {})}
    address = f"{page}snapshots/counted/?{query}&q={','.join(ids)}"
    return Answer(person.client.get(address, headers=headers))


def cells(answer: Answer) -> dict[str, str]:
    """Return the words of each cell."""
    assert answer.status == 200, answer.html
    boxes = json.loads(answer.html)["boxes"]
    return {key: words(html) for key, html in boxes.items()}


def words(html: str) -> str:
    """Return the lines that a person reads."""
    found = lxml.html.fromstring(f"<div>{html}</div>")
    return "; ".join(" ".join(each.text_content().split()) for each in found)


def asked(wire: Wire) -> list[str]:
    """Return the paths that were asked for, but for Cinder's version."""
    return [each.path for each in wire.mocker.request_history if each.path != "/"]


def test_the_page_has_a_link_and_asks_for_nothing_more(wire: Wire, person: Person) -> None:
    wire.holds("volumes", volume_json("v1"), volume_json("v2"))
    page = person.get(VOLUMES)
    assert sorted(asked(wire)) == [f"/v3/os-quota-sets/{PROJECT}", "/v3/volumes/detail"]
    link = page.one("//tr[@data-object-id='v1']//div[@data-sd-later='v1']/a")
    assert link.text_content() == "Show"
    assert link.get("href") == "/project/snapshots/?field=volume_id&value=v1"
    head = page.one("//div[@data-sd-later-url]")
    assert head.get("data-sd-later-url") == f"{VOLUMES}snapshots/counted/"


def test_the_column_stands_beside_the_status(wire: Wire, person: Person) -> None:
    wire.holds("volumes", volume_json("v1"))
    heads = [" ".join(each.text_content().split()) for each in person.get(VOLUMES).all("//th")]
    assert heads[heads.index("Status") + 1] == "Snapshots"


@pytest.mark.parametrize("rows", [1, 100])
def test_all_cells_of_a_page_cost_one_request(wire: Wire, person: Person, rows: int) -> None:
    wire.holds("snapshots", *(snapshot_json(f"s{each}") for each in range(400)))
    found = cells(counted(person, *(f"v{each}" for each in range(rows))))
    assert len(found) == rows
    assert asked(wire) == ["/v3/snapshots/detail"]
    assert wire.query("/snapshots/detail") == {"limit": "500", "sort": "created_at:desc"}


def test_a_cell_tells_how_many_and_how_old_the_newest_is(wire: Wire, person: Person) -> None:
    wire.holds(
        "snapshots",
        snapshot_json("s1", created_at=ago(seconds=5), volume_id="v1"),
        snapshot_json("s2", created_at=ago(hours=3, seconds=5), volume_id="v2"),
        snapshot_json("s3", created_at=ago(days=9), volume_id="v2"),
    )
    answer = counted(person, "v1", "v2", "v3")
    assert cells(answer) == {
        "v1": "1 snapshot; newest just made",
        "v2": "2 snapshots; newest 3 hours old",
        "v3": "None",
    }
    boxes = json.loads(answer.html)["boxes"]
    assert 'href="/project/snapshots/?field=volume_id&amp;value=v2"' in boxes["v2"]


def test_where_not_all_were_read_no_cell_says_that_there_is_none(
    wire: Wire, person: Person
) -> None:
    """A project with more snapshots than are read at once."""
    found = [snapshot_json("s1", created_at=ago(hours=2), volume_id="v1")]
    found += [snapshot_json("s2", created_at="2026-11-01T08:00:00.000000", volume_id="v9")]
    wire.says("GET", "/snapshots/detail", {"snapshots": found, "snapshots_links": NEXT})
    said = cells(counted(person, "v1", "v2"))
    assert said["v1"] == "1 or more; newest 2 hours old"
    assert said["v2"].startswith("None since 11/01/2026")


def test_where_nothing_is_known_that_is_what_it_says(wire: Wire, person: Person) -> None:
    odd = snapshot_json("s1", created_at=None, volume_id="v9")
    wire.says("GET", "/snapshots/detail", {"snapshots": [odd], "snapshots_links": NEXT})
    assert cells(counted(person, "v1")) == {"v1": "Not counted"}


def test_a_record_that_cannot_be_read_may_be_a_snapshot_of_the_volume(
    wire: Wire, person: Person
) -> None:
    wire.holds("snapshots", snapshot_json("s1", created_at=ago(hours=2)), {"name": "odd"})
    said = cells(counted(person, "v1", "v2"))
    assert said == {"v1": "1 or more; newest 2 hours old", "v2": "Not counted"}


@pytest.mark.parametrize(("status", "word"), [("creating", "Creating"), ("deleting", "Deleting")])
def test_what_goes_on_is_asked_for_again_until_it_has_ended(
    wire: Wire, person: Person, status: str, word: str
) -> None:
    changing = snapshot_json("s1", created_at=ago(seconds=1), status=status)
    wire.holds("snapshots", changing)
    first = counted(person, "v1", "v2")
    assert cells(first)["v1"] == f"None; {word}"
    assert json.loads(first.html)["moving"] == ["v1"]
    wire.holds("snapshots", changing | {"status": "available"})
    assert json.loads(counted(person, "v1", "v2").html)["moving"] == []


def test_an_unchanged_answer_costs_one_request_and_is_not_sent_again(
    wire: Wire, person: Person
) -> None:
    wire.holds("snapshots", snapshot_json("s1", status="creating"))
    tag = counted(person, "v1").headers["ETag"]
    wire.mocker.reset_mock()
    again = counted(person, "v1", tag=tag)
    assert (again.status, again.html) == (304, "")
    assert asked(wire) == ["/v3/snapshots/detail"]
    wire.holds("snapshots", snapshot_json("s1"))
    assert counted(person, "v1", tag=tag).status == 200


def _failed(**more: Any) -> Json:
    said = {"status": "error", "created_at": ago(minutes=2), "updated_at": ago(minutes=1)}
    return snapshot_json("s1", **said | more)


def _message(snapshot_id: str = "s1") -> Json:
    return {
        "id": "m1",
        "event_id": FAILURE,
        "user_message": HOSTILE,
        "created_at": ago(minutes=1),
        "resource_uuid": snapshot_id,
    }


def test_a_failure_is_told_with_its_reason_which_is_asked_for_once(
    wire: Wire, person: Person
) -> None:
    wire.holds("snapshots", _failed())
    wire.messages(_message())
    reason = "Not created: The storage could not make the snapshot. What now? Hide"
    first = counted(person, "v1")
    assert cells(first) == {"v1": f"None; 1 failed; {reason}"}
    html = json.loads(first.html)["boxes"]["v1"]
    assert 'data-sd-remark="s1"' in html and "/project/snapshots/s1#sd-what-now" in html
    assert cells(counted(person, "v1")) == cells(first)
    assert asked(wire).count("/v3/messages") == 1


def test_an_old_failure_is_counted_and_costs_nothing_more(wire: Wire, person: Person) -> None:
    wire.holds("snapshots", _failed(updated_at=ago(days=3)))
    wire.messages(_message())
    assert cells(counted(person, "v1")) == {"v1": "None; 1 failed"}
    assert asked(wire) == ["/v3/snapshots/detail"]


def test_a_failure_whose_reason_cannot_be_read_is_told_all_the_same(
    wire: Wire, person: Person
) -> None:
    wire.holds("snapshots", _failed())
    wire.fails("GET", "/messages", 500)
    said = cells(counted(person, "v1"))["v1"]
    assert said.startswith("None; 1 failed; The reason could not be read.")


@pytest.mark.parametrize(
    ("ids", "said"),
    [("1", "gave no reason."), ("12", "gave no reason that is still known.")],
)
def test_of_several_failures_not_all_messages_are_known(
    wire: Wire, person: Person, ids: str, said: str
) -> None:
    wire.holds("snapshots", *(_failed(id=f"s{each}", volume_id=f"v{each}") for each in ids))
    assert f"The storage service {said}" in cells(counted(person, "v1", "v2"))["v1"]


def test_a_snapshot_that_could_not_be_deleted_is_still_there(wire: Wire, person: Person) -> None:
    wire.holds("snapshots", _failed(status="error_deleting", updated_at=ago(days=3)))
    assert cells(counted(person, "v1")) == {"v1": "1 snapshot; 1 failed"}


def test_what_cannot_be_read_leaves_the_links_of_the_page(wire: Wire, person: Person) -> None:
    wire.fails("GET", "/snapshots/detail", 500)
    assert counted(person, "v1").status == 503


def test_in_another_project_nothing_is_told(wire: Wire, person: Person) -> None:
    answer = counted(person, "v1", query=f"project={OTHER_PROJECT}&region=RegionOne")
    assert (answer.status, asked(wire)) == (409, [])


def test_support_staff_count_in_all_projects(wire: Wire, log_in: LogIn) -> None:
    """Whoever owns them: a snapshot of another project than its volume's is one of them."""
    staff = log_in(support_pages.support_user())
    support_pages.be_quiet(wire)
    wire.holds("snapshots", _failed(created_at=ago(hours=2)), snapshot_json("s2", volume_id="v2"))
    wire.holds("volumes", volume_json("v1"), volume_json("v2"))
    page = staff.get(support_pages.VOLUMES)
    url = f"{support_pages.VOLUMES}snapshots/counted/"
    assert page.one("//div[@data-sd-later-url]").get("data-sd-later-url") == url
    wire.mocker.reset_mock()
    answer = counted(staff, "v1", "v2", page=support_pages.VOLUMES)
    assert cells(answer)["v1"] == "None; 1 failed"
    assert asked(wire) == ["/v3/snapshots/detail"]
    assert wire.query("/snapshots/detail")["all_tenants"] == "1"
    assert "/admin/snapshots/?field=volume_id" in json.loads(answer.html)["boxes"]["v1"]


def test_a_message_of_create_snapshot_names_its_volume(wire: Wire, person: Person) -> None:
    """By that the script finds the row that it shows once."""
    wire.volume()
    wire.says("POST", "/snapshots", {"snapshot": snapshot_json(status="creating")}, 202)
    dialog = person.get(f"{VOLUMES}v1/create_snapshot/", dialog=True)
    fields = {each.name: each.value or "" for each in dialog.all("//form//input[@name]")}
    person.post(f"{VOLUMES}v1/create_snapshot/", {**fields, "name": "x"})
    wire.holds("volumes", volume_json("v1"))
    page = person.get(VOLUMES)
    assert page.one("//div[@class='messages']//*[@data-sd-made-of]").get("data-sd-made-of") == "v1"
