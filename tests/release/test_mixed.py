# SPDX-License-Identifier: Apache-2.0
"""Two releases behind one address during an upgrade: opened on one, sent to the other.

Never an error page; at worst the warning is shown once more; and nothing of an attached volume is
created that nobody was warned about.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import lxml.html
import pytest
import requests

from demo.dashboard import Dashboard
from demo.visitor import Visitor
from devcloud.access import Access
from tests.browser.oracle import tracebacks
from tests.cloud.dialogs import SNAPSHOTS, VOLUMES, accepted, snapshot_path, volume_path
from tests.cloud.workshop import Workshop, unique
from tests.release.forms import Form, opened, sent_until_accepted
from tests.release.pages import Things, log_of

pytestmark = pytest.mark.extended

Host = tuple[str, str]
OLD: Host = ("26", "stock")
OLD_OURS: Host = ("26", "ours")
NEW: Host = ("27", "ours")


@dataclass(frozen=True)
class Way:
    """A user whose pages come from one host and whose forms go to another."""

    opens: Visitor
    sends: Visitor
    from_ours: bool
    to_ours: bool


@pytest.fixture(
    params=[(OLD, NEW), (NEW, OLD), (OLD_OURS, NEW), (NEW, OLD_OURS)],
    ids=["26 stock to 27", "27 to 26 stock", "26 to 27", "27 to 26"],
)
def way(
    request: pytest.FixtureRequest, serving: Callable[[str, str], Dashboard], cloud: Access
) -> Iterator[Way]:
    """Two hosts and one session; neither host logs an error."""
    first, second = (serving(*host) for host in request.param)
    opens, sends = Visitor(first.url), Visitor(second.url)
    # Cookies know no ports: this is what a load balancer without sticky sessions does.
    sends.session = opens.session
    opens.log_in(cloud.login("otto"))
    yield Way(opens, sends, request.param[0][1] == "ours", request.param[1][1] == "ours")
    for host in (first, second):
        assert tracebacks(log_of(host)) == []


def test_create_snapshot_of_a_detached_volume(way: Way, workshop: Workshop) -> None:
    volume, name = workshop.volume().id, unique("mixed")
    form = opened(way.opens, snapshot_path(volume))
    assert form.ours is way.from_ours
    assert sent_until_accepted(form, way.sends, name=name) <= 1
    assert [made.name for made in workshop.snapshots_of(volume)] == [name]


def test_create_snapshot_of_an_attached_volume(
    way: Way, workshop: Workshop, things: Things
) -> None:
    name = unique("mixed")
    form = opened(way.opens, snapshot_path(things.attached))
    answer = form.send(way.sends, name=name)
    if way.to_ours and not way.from_ours:
        # Stock's form said nothing of a risk that anybody could have acknowledged.
        assert not accepted(answer)
        assert name not in _names(workshop, things.attached)
        again = Form(answer)
        assert again.asks_for_tick
        answer = again.send(way.sends, name=name)
    assert accepted(answer)
    assert _names(workshop, things.attached).count(name) == 1


def _names(workshop: Workshop, volume: str) -> list[str]:
    return [str(made.name) for made in workshop.snapshots_of(volume)]


def test_create_volume(way: Way, workshop: Workshop, things: Things) -> None:
    name = unique("mixed")
    form = opened(way.opens, volume_path(things.snapshot))
    assert sent_until_accepted(form, way.sends, name=name) <= 1
    made: list[Any] = list(workshop.owner.block_storage.volumes(name=name))
    for volume in made:
        workshop.adopt_volume(volume.id)
    assert [volume.snapshot_id for volume in made] == [things.snapshot]


@pytest.mark.parametrize("path", [VOLUMES, SNAPSHOTS])
def test_row_refresh(way: Way, things: Things, path: str) -> None:
    page = lxml.html.fromstring(way.opens.get(path).text)
    wanted = things.volume if path == VOLUMES else things.snapshot
    (row,) = page.xpath(f"//tr[@data-object-id='{wanted}']")
    table = row.get("id").partition("__")[0]
    address = f"{path}?action=row_update&table={table}&obj_id={wanted}"
    answer = way.sends.get(address, dialog=True)
    assert answer.status_code == requests.codes.ok
    assert row.get("id") in answer.text


def test_names_that_are_filled_in_later(way: Way, things: Things) -> None:
    answer = way.sends.get(f"{VOLUMES}names/shown/?q=volume:{things.volume}", dialog=True)
    # The script leaves the short ids where they are then.
    assert answer.status_code == (200 if way.to_ours else 404)
    assert "Unable to retrieve" not in way.sends.get(VOLUMES).text
