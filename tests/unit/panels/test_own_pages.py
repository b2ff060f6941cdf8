# SPDX-License-Identifier: Apache-2.0
"""Return URLs from a browser lead to our pages only; invalid ids lead nowhere."""

import ast
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from django.urls import get_script_prefix, set_script_prefix

import snapshot_dashboard
from snapshot_dashboard.cloud.errors import NotFound, checked
from snapshot_dashboard.panels.common.links import own_path
from tests.unit.cloud.wire import Wire
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.every_view import EVERY, OURS, Address, nothing_there
from tests.unit.panels.person import Person
from tests.unit.panels.support import support_user

VOLUME = "0a1b2c3d-0000-4000-8000-000000000001"
ELSEWHERE = [
    "/auth/logout/",
    "/auth/switch/p-research/?next=/project/volumes/",
    "/auth/switch_services_region/RegionTwo/",
    "/auth/login/",
    "/settings/",
    "/",
    "/project/",
    "/project/api_access/openrc/",
    "/project/images/",
    "/static/js/x.js",
    "/project/volumes/names/shown/?q=volume:1",
    f"/project/volumes/{VOLUME}/update/",
    f"/project/instances/{VOLUME}/vnc",
    "/admin/snapshots/export/",
    "https://example.com/project/volumes/",
    "//example.com/project/volumes/",
    "///example.com",
    "/\\example.com",
    "\\\\example.com",
    "javascript:alert(1)",
    "/project/volumes/..",
    "/project/volumes/../",
    "/project/volumes/%2e%2e/",
    "/project/volumes/..\\..\\auth\\logout/",
    "/project/volumes/..%5C..%5Cauth%5Clogout/",
    "/project/volumes/..%2f..%2fauth%2flogout/",
    "/project/volumes/../../auth/logout/",
    "/project/volumes/%00/",
    "/project/volumes/\r\nLocation: http://example.com/",
    "project/volumes/",
    "",
    " /project/volumes/",
]
OWN = [
    "/project/volumes/",
    "/project/volumes/?field=name&value=%7B%24x%24%7D&sort=size&page=2",
    f"/project/volumes/{VOLUME}/?tab=volume_details__snapshots_tab",
    f"/project/volumes/{VOLUME}/create_snapshot/?next=%2Fproject%2Fsnapshots%2F",
    f"/project/volumes/{VOLUME}/attach/",
    f"/project/volumes/create/?snapshot_id={VOLUME}",
    "/project/snapshots/",
    f"/project/snapshots/{VOLUME}",
    f"/project/snapshots/{VOLUME}/revert/",
    f"/project/snapshots/{VOLUME}/investigate/{VOLUME}/{VOLUME}/",
    "/project/instances/",
    f"/project/instances/{VOLUME}/",
    "/admin/volumes/?field=project&value=a",
    f"/admin/volumes/{VOLUME}/",
    "/admin/snapshots/attention/?status=error",
    "/admin/snapshots/report/",
    "/admin/snapshots/find/?q=x",
]
WITH_IDS = {name: each for name, each in EVERY.items() if each.words}
WORDS = ["detail", "summary", "action", "default", "os-volume-transfer", "..", ".", "%"]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_what_is_no_page_of_ours_is_not_gone_to(address: str) -> None:
    assert own_path(address) == ""


@pytest.mark.parametrize("address", OWN)
def test_a_page_of_ours_is_gone_back_to(address: str) -> None:
    assert own_path(address) == address


def test_a_dashboard_below_another_path_has_its_pages_there() -> None:
    before = get_script_prefix()
    set_script_prefix("/dashboard/")
    try:
        assert own_path("/dashboard/project/volumes/") == "/dashboard/project/volumes/"
        assert own_path("/project/volumes/") == ""
        assert own_path("/dashboard/auth/logout/") == ""
    finally:
        set_script_prefix(before)


@pytest.mark.parametrize("address", OURS.values(), ids=OURS)
def test_no_view_leads_where_the_browser_says(wire: Wire, log_in: LogIn, address: Address) -> None:
    nothing_there(wire)
    person = log_in(support_user())
    for elsewhere in ("/auth/logout/", "https://example.com/x", "/auth/switch/p-research/"):
        shown = person.get(f"{address.url(VOLUME)}?next={quote(elsewhere, safe='')}")
        sent = person.post(address.url(VOLUME), {"next": elsewhere})
        for answer in (shown, sent):
            led = [answer.headers.get("Location", ""), *_leads(answer)]
            assert elsewhere not in [unquote(each) for each in led]


def _leads(answer: object) -> list[str]:
    document = getattr(answer, "document", None)
    if document is None:
        return []
    found = document.xpath("//form//@href | //*[contains(@class, 'sd-')]//@href")
    return [*found, *document.xpath("//input[@name='next']/@value")]


def test_nothing_else_reads_where_to_go_back_to() -> None:
    """Whoever takes ``next`` from a request hands it to ``own_path``."""
    root = Path(snapshot_dashboard.__file__).parent
    found = {str(path.relative_to(root)) for path in root.glob("panels/**/*.py") if _raw(path)}
    # There it is part of another address of the same dialog, which reads it as a dialog does.
    assert found == {"panels/features/delete/made_from.py"}


def _raw(path: Path) -> list[ast.Call]:
    """Return the places where ``next`` is read, without those that ask ``own_path``."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    asked = [call for call in calls if ast.unparse(call.func).split(".")[-1] == "own_path"]
    inside = {node for call in asked for node in ast.walk(call)}
    return [call for call in calls if call not in inside and _reads_next(call)]


def _reads_next(call: ast.Call) -> bool:
    name, args = ast.unparse(call.func), call.args
    return name.endswith(".get") and bool(args) and ast.unparse(args[0]) == "'next'"


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("address", WITH_IDS.values(), ids=WITH_IDS)
def test_a_word_of_the_api_is_no_id(wire: Wire, log_in: LogIn, address: Address, word: str) -> None:
    nothing_there(wire)
    person: Person = log_in(support_user())
    usual = _asked(wire, person, address.url(VOLUME)) if address.is_ours else set()
    asked = _asked(wire, person, _quoted(address, word))
    assert {each for each in asked if word in each.split("/")} <= usual


def _asked(wire: Wire, person: Person, url: str) -> set[str]:
    """Open an address and send a form there; return the paths that services were asked for."""
    before = len(wire.mocker.request_history)
    for answer in (person.get(url), person.post(url, {})):
        assert answer.status != 500
    return {unquote(urlsplit(each.url).path) for each in wire.mocker.request_history[before:]}


def _quoted(address: Address, word: str) -> str:
    marker = "0marker0"
    return address.url(marker).replace(marker, quote(word, safe="").replace(".", "%2E"))


@pytest.mark.parametrize("word", [*WORDS, "a/b", "a?b", "1/../2", "", "1 ", "é1", "1\n", "x" * 65])
def test_what_is_no_id_does_not_go_into_an_address(word: str) -> None:
    with pytest.raises(NotFound):
        checked(word)


def test_ids_are_ids() -> None:
    for own in (VOLUME, VOLUME.replace("-", ""), VOLUME.upper()):
        assert checked(own) == own
