# SPDX-License-Identifier: Apache-2.0
"""Each fact of the details is read on its own: a failure leaves the others."""

from urllib.parse import urlsplit

import pytest

from tests.unit.cloud.wire import (
    KEYSTONE,
    PROJECT,
    REFUSED,
    SILENT,
    Wire,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import Person
from tests.unit.panels.support import (
    DETACHED,
    HOST,
    IMAGES,
    SNAPSHOT,
    UNREAD,
    VOLUME,
    be_quiet,
    line,
    lines,
    spaced,
    support_user,
    there_is,
    ticket,
)

QUOTA = f"/os-quota-sets/{PROJECT}"

PAGES = pytest.mark.parametrize("address", [SNAPSHOT, VOLUME])


@pytest.fixture
def support(wire: Wire, log_in: LogIn) -> Person:
    """A member of support staff, of a cloud in which nothing is wrong."""
    be_quiet(wire)
    wire.snapshot()
    wire.says(
        "GET", "/snapshots/detail?volume_id=v1&with_count=true", {"snapshots": [], "count": 0}
    )
    there_is(wire)
    return log_in(support_user())


# What each line says when everything can be read and nothing is wrong.
OF_BOTH = {
    "Project": f"name of {PROJECT}",
    "Created by": "name of u-anna",
    "Attached To": "Not attached",
    "Storage Service": f"{HOST}#p1 - Up",
    "Messages": "None",
    "Quota of the project": (
        "Volumes: 4 of 20 used. Snapshots: 7 of 10 used. Storage: 940 of 1,000 GiB used."
    ),
}


OF_SNAPSHOT = OF_BOTH | {
    "Volume": "name of v1 - Available",
    "Temporary snapshots of the volume": "None",
    "Images made of it": "None",
}


OF_VOLUME = OF_BOTH | {"Snapshots": "0"}


@pytest.mark.parametrize(("address", "expected"), [(SNAPSHOT, OF_SNAPSHOT), (VOLUME, OF_VOLUME)])
def test_every_fact_is_told(support: Person, address: str, expected: dict[str, str]) -> None:
    page = support.get(address)
    assert {term: spaced(said) for term, said in lines(page).items()} == expected
    assert "Nothing is known that would keep it from being deleted." in page.text
    assert DETACHED in page.text


# Where each fact comes from, and the lines that cannot be told without it.
SOURCES: dict[str, tuple[str, set[str], set[str]]] = {
    "volume": ("/volumes/v1", {"Volume", "Attached To"}, {"Storage Service"}),
    "services": ("/os-services", {"Storage Service"}, set()),
    "messages": ("/messages", {"Messages"}, set()),
    "quota": (QUOTA, {"Quota of the project"}, set()),
    "temporary": (
        "/snapshots/detail?consumes_quota=false",
        {"Temporary snapshots of the volume"},
        set(),
    ),
    "images": (IMAGES, {"Images made of it"}, set()),
    "project": (f"{KEYSTONE}/projects/{PROJECT}", set(), {"Project"}),
    "user": (f"{KEYSTONE}/users/u-anna", set(), {"Created by"}),
    "records": ("/attachments", set(), {"Attached To"}),
    "snapshots": ("/snapshots/detail", {"Snapshots"}, set()),
}


OF_SNAPSHOTS_PAGE = sorted(SOURCES.keys() - {"snapshots"})


OF_VOLUMES_PAGE = sorted(SOURCES.keys() - {"volume", "temporary", "images"})


CASES = [
    *((SNAPSHOT, OF_SNAPSHOT, each) for each in OF_SNAPSHOTS_PAGE),
    *((VOLUME, OF_VOLUME, each) for each in OF_VOLUMES_PAGE),
]


@pytest.mark.parametrize(("address", "usual", "source"), CASES)
@pytest.mark.parametrize("how", [403, 500, SILENT, REFUSED])
def test_a_fact_that_cannot_be_read_says_so_and_leaves_the_others(
    wire: Wire,
    support: Person,
    address: str,
    usual: dict[str, str],
    source: str,
    how: int | type[Exception],
) -> None:
    where, unread, unlike = SOURCES[source]
    if isinstance(how, int):
        wire.fails("GET", where, how, "the service's reason")
    else:
        wire.breaks("GET", where, how)
    page = support.get(address)
    assert page.status == 200
    said = lines(page)
    assert said.keys() == usual.keys()
    for term, text in usual.items():
        if term in unread:
            assert said[term].startswith(UNREAD)
            assert ("the service's reason" in said[term]) == isinstance(how, int)
        elif term in unlike:
            assert said[term] != text
        else:
            assert spaced(said[term]) == text
    assert ticket(page)


@pytest.mark.parametrize(
    ("address", "source"),
    [(page, source) for page, _usual, source in CASES if source not in ("project", "user")],
)
def test_an_expired_session_leads_to_the_login(
    wire: Wire, support: Person, address: str, source: str
) -> None:
    wire.fails("GET", SOURCES[source][0], 401)
    answer = support.get(address)
    assert answer.status == 302
    assert urlsplit(answer.headers["Location"]).path == "/auth/login/"


def test_what_is_not_known_is_not_claimed(wire: Wire, support: Person) -> None:
    wire.fails("GET", "/volumes/v1", 503)
    page = support.get(SNAPSHOT)
    said = lines(page)
    assert said["Storage Service"] == "unknown - Unknown"
    assert "What the owner is told" not in page.text
    assert DETACHED not in page.text
    assert ticket(page)[1] == "Volume v1 status unknown, attachments unknown"


@PAGES
@pytest.mark.parametrize("status", ["available", "in-use", "reserved"])
def test_attachments_that_cannot_be_read_are_unknown(
    wire: Wire, support: Person, address: str, status: str
) -> None:
    there_is(wire, status=status)
    wire.fails("GET", "/attachments", 500)
    page = support.get(address)
    assert line(page, "Attached To") == "Unknown"
    said = "\n".join(ticket(page))
    assert "attachments unknown" in said or "attached to unknown" in said
    assert "not attached" not in said
    assert DETACHED not in page.text


@PAGES
@pytest.mark.parametrize("status", ["in-use", "reserved"])
def test_an_empty_list_proves_nothing_for_a_volume_in_use(
    wire: Wire, support: Person, address: str, status: str
) -> None:
    there_is(wire, status=status)
    page = support.get(address)
    assert line(page, "Attached To") == "Unknown"
    assert DETACHED not in page.text
