# SPDX-License-Identifier: Apache-2.0
"""One request of a browser causes a bounded number of calls, however long its URL."""

import pytest

from tests.unit.cloud.wire import Wire
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.every_view import OURS, Address, nothing_there
from tests.unit.panels.person import Person
from tests.unit.panels.support import support_user

# Eight that find nothing, what each thread of a test has begun by then, and the page's own.
MOST = 8 + 4 + 12
KINDS = ("volume", "holder", "instance", "group", "group_snapshot", "project", "user")
TABLES = ("volumes", "volume_snapshots", "attachments")
ACTIONS = ("delete", "update_statuses", "force_deletes", "snapshot_set", "detach")


def ids(count: int) -> list[str]:
    """Return ids of nothing."""
    return [f"0a1b2c3d-0000-4000-8000-{number:012}" for number in range(count)]


def calls(wire: Wire) -> int:
    """Count what services were asked, without their versions."""
    sent = [each for each in wire.mocker.request_history if each.path != "/"]
    wire.mocker.reset_mock()
    return len(sent)


@pytest.fixture
def person(wire: Wire, log_in: LogIn) -> Person:
    """Somebody who may do everything, where there is nothing."""
    nothing_there(wire)
    return log_in(support_user())


@pytest.mark.parametrize("count", [50, 200])
@pytest.mark.parametrize("address", OURS.values(), ids=OURS)
def test_a_long_address_of_nothing_costs_a_few_calls(
    wire: Wire, person: Person, address: Address, count: int
) -> None:
    unknown = ids(count)
    named = [f"{KINDS[number % len(KINDS)]}:{each}" for number, each in enumerate(unknown)]
    queries = {
        "id": "&".join(f"id={each}" for each in unknown),
        "q": "&".join(f"q={each}" for each in named),
        "found": f"look=&found={','.join(unknown)}",
        "size": "&".join("size=1&type=ssd" for _each in unknown),
        **{
            f"rows of {table}": f"action=rows_update&table={table}&obj_id={','.join(unknown)}"
            for table in TABLES
        },
    }
    url = address.url(unknown[0])
    found = {}
    for name, query in queries.items():
        person.get(f"{url}?{query}", dialog=True)
        found[name] = calls(wire)
        person.post(f"{url}?{query}", {"include": unknown, "expected": "50"}, dialog=True)
        found[f"{name}, sent"] = calls(wire)
    assert max(found.values()) <= MOST, found


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "page", ["/project/volumes/", "/project/snapshots/", "/admin/volumes/", "/admin/snapshots/"]
)
def test_ticking_rows_of_nothing_costs_a_few_calls(
    wire: Wire, person: Person, page: str, table: str, action: str
) -> None:
    person.post(page, {"action": f"{table}__{action}", "object_ids": ids(200)})
    assert calls(wire) <= MOST
