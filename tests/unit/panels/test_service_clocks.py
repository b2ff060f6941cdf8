# SPDX-License-Identifier: Apache-2.0
"""Pages of a Horizon whose clock is an hour off that of Cinder."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.unit.cloud.wire import Json, Wire, snapshot_json
from tests.unit.panels import support
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.support_attention import attention_page
from tests.unit.panels.person import SNAPSHOTS, Answer, Person, user

OFF = pytest.mark.parametrize("hours", [-1, 1], ids=["behind", "ahead"])


@pytest.fixture
def cinder(wire: Wire, hours: int) -> Any:
    """Function: a moment so long ago, as this Cinder writes it."""
    wire.tells_time(hours=hours)

    def ago(**how: float) -> str:
        moment = datetime.now(timezone.utc) + timedelta(hours=hours) - timedelta(**how)
        return f"{moment:%Y-%m-%dT%H:%M:%S.%f}"

    return ago


def creating(since: str, **more: Any) -> Json:
    """Return a snapshot that is being created."""
    return snapshot_json("s1", status="creating", created_at=since, **more)


def remark(page: Answer) -> str:
    """Return what stands below the status of the only row."""
    found = page.all("//div[@class='sd-remark']")
    return " ".join(found[0].text_content().split()) if found else ""


@OFF
def test_a_snapshot_does_not_take_longer_than_usual_because_of_a_clock(
    wire: Wire, person: Person, cinder: Any
) -> None:
    wire.holds("snapshots", creating(cinder(minutes=3)))
    assert remark(person.get(SNAPSHOTS)) == ""
    wire.holds("snapshots", creating(cinder(minutes=70)))
    assert remark(person.get(SNAPSHOTS)).startswith("Creating for 70 minutes, longer than usual.")


@OFF
def test_the_age_of_a_snapshot_is_that_by_its_own_clock(
    wire: Wire, person: Person, cinder: Any
) -> None:
    wire.holds("snapshots", snapshot_json("s1", created_at=cinder(minutes=20, seconds=5)))
    (age,) = person.get(SNAPSHOTS).all("//small[@class='sd-age']")
    assert age.text_content().replace("\N{NO-BREAK SPACE}", " ") == "20 minutes old"


@OFF
def test_an_age_is_searched_for_by_the_clock_of_cinder(
    wire: Wire, person: Person, cinder: Any
) -> None:
    young, old = cinder(minutes=30), cinder(minutes=70)
    found = (snapshot_json("s1", created_at=young), snapshot_json("s2", created_at=old))
    for age, ids, rows in (("newer:1h", ["s1"], found), ("older:1h", ["s2"], found[::-1])):
        wire.holds("snapshots", *rows)
        page = person.get(f"{SNAPSHOTS}?field=age&value={age}")
        assert support.shown(page) == ids


@OFF
def test_what_is_young_by_the_clock_of_cinder_needs_no_attention(
    wire: Wire, log_in: LogIn, cinder: Any
) -> None:
    admin = log_in(user("admin", "member", "reader"))
    attention_page.be_quiet(wire)
    attention_page.holds(wire, "creating", creating(cinder(minutes=3)))
    assert "No snapshot has failed" in admin.get(attention_page.PAGE).text
    attention_page.holds(wire, "creating", creating(cinder(minutes=70)))
    page = admin.get(attention_page.PAGE)
    assert support.shown(page) == ["s1"]
    assert any("for 70 minutes" in each for each in attention_page.cells(page))


@OFF
def test_support_is_told_of_no_concern_because_of_a_clock(
    wire: Wire, log_in: LogIn, cinder: Any
) -> None:
    admin = log_in(support.support_user())
    support.be_quiet(wire)
    none = {"snapshots": [], "count": 0}
    wire.says("GET", "/snapshots/detail?volume_id=v1&with_count=true", none)
    support.there_is(wire)
    wire.says("GET", "/snapshots/s1", {"snapshot": creating(cinder(minutes=3))})
    assert not admin.get(support.SNAPSHOT).all("//strong[.='Next step']")
    wire.says("GET", "/snapshots/s1", {"snapshot": creating(cinder(minutes=70))})
    assert admin.get(support.SNAPSHOT).all("//strong[.='Next step']")
