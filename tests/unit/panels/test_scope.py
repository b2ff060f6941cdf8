# SPDX-License-Identifier: Apache-2.0
"""A project or region switched in another tab: nothing is done or reported as gone.

Every view of ours is walked through: a new one that asks a service in the wrong place fails here.
"""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.views.generic import TemplateView, View
from horizon.forms import ModalFormView

from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.lists.view import AddressView
from snapshot_dashboard.panels.features.snapshot_set.result import SetResultView
from tests.unit.cloud.wire import OTHER_PROJECT, PROJECT, Wire
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import (
    CATALOG,
    CREATE_SNAPSHOT,
    Answer,
    Person,
    in_regions,
    service,
    user,
)

ROOT = Path(__file__).resolve().parents[3]
SOME_ID = str(uuid.UUID(int=7))
SWITCHED = {
    "project": ({"project": OTHER_PROJECT, "region": "RegionOne"}, "project"),
    "region": ({"project": PROJECT, "region": "RegionTwo"}, "region"),
}
EVERY_SWITCH = pytest.mark.parametrize("switched", SWITCHED)
# Links of a page that lead to a file: its name tells the region that it is of.
FILES = {"ExportView", "ReportCsvView"}


def views() -> Iterator[tuple[str, Any]]:
    """Yield the address and the class of each view of ours."""
    reverse("horizon:project:volumes:index")
    for panel, entries in _patterns(get_resolver(), ""):
        for entry in entries:
            view = getattr(entry.callback, "view_class", None)
            if view and view.__module__.startswith("snapshot_dashboard."):
                arguments = dict.fromkeys(entry.pattern.regex.groupindex, SOME_ID)
                yield reverse(f"{panel}:{entry.name}", kwargs=arguments), view


def _patterns(resolver: URLResolver, name: str) -> Iterator[tuple[str, list[URLPattern]]]:
    yield name, [each for each in resolver.url_patterns if isinstance(each, URLPattern)]
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            inner = f"{name}:{each.namespace}".strip(":") if each.namespace else name
            yield from _patterns(each, inner)


def named(switched: str) -> dict[str, str]:
    """Return what a form carries that was opened before."""
    said, _what = SWITCHED[switched]
    return {"opened_in": f"{said['project']} Research", "opened_in_region": said["region"]}


def query(switched: str) -> str:
    """Return what an address says that was made before."""
    said, _what = SWITCHED[switched]
    return f"project={said['project']}&region={said['region']}"


@pytest.fixture
def admin(log_in: LogIn, wire: Wire) -> Person:
    """Somebody who may do everything, so that every view is reached."""
    catalog = [*CATALOG, service("image", "http://image.test/v2")]
    return log_in(user("admin", "member", "reader", catalog=catalog))


def told(answer: Answer, switched: str) -> None:
    """Check that a dialog says what was switched, and offers the way back."""
    here = {"project": "Web & Shop", "region": "RegionOne"}[switched]
    assert answer.problem == f'You have switched to {switched} "{here}"'
    name = {"project": "Research", "region": "RegionTwo"}[switched]
    assert answer.said("//a[starts-with(., 'Switch to')]") == f'Switch to "{name}"'


DIALOGS = [each for each in views() if issubclass(each[1], DialogView)]
SCRIPTS = [
    each
    for each in views()
    # A stock dialog carries nothing; its object is not found elsewhere, and nothing is done.
    if issubclass(each[1], View) and not issubclass(each[1], TemplateView | ModalFormView)
]
LISTS = [each for each in views() if issubclass(each[1], AddressView)]


def name_of(each: Any) -> str:
    """Return what a case is called: by the class of its view."""
    return str(getattr(each, "__name__", ""))


def test_there_is_something_to_walk_through() -> None:
    assert len(DIALOGS) > 12
    assert len(SCRIPTS) > 12
    assert len(LISTS) == 4


@EVERY_SWITCH
@pytest.mark.parametrize(
    ("address", "view"),
    [each for each in DIALOGS if "post" in each[1].http_method_names],
    ids=name_of,
)
def test_a_form_from_elsewhere_is_not_acted_on(
    wire: Wire, admin: Person, address: str, view: Any, switched: str
) -> None:
    told(admin.post(address, named(switched), dialog=True), switched)
    assert wire.mocker.request_history == []


@EVERY_SWITCH
@pytest.mark.parametrize(("address", "view"), DIALOGS, ids=name_of)
def test_a_dialog_whose_address_is_from_elsewhere_says_so(
    wire: Wire, admin: Person, address: str, view: Any, switched: str
) -> None:
    answer = admin.get(f"{address}?{query(switched)}", dialog=True)
    assert answer.problem.startswith(f"You have switched to {switched}")
    assert wire.mocker.request_history == []


@EVERY_SWITCH
@pytest.mark.parametrize(
    ("address", "view"), [each for each in SCRIPTS if each[1].__name__ not in FILES], ids=name_of
)
def test_a_script_from_elsewhere_learns_nothing(
    wire: Wire, admin: Person, address: str, view: Any, switched: str
) -> None:
    said = f"{address}?{query(switched)}&request={SOME_ID}&q=volume:x1&size=1&type="
    ask = admin.client.get if hasattr(view, "get") else admin.client.post
    response = ask(said, headers={"X-Requested-With": "XMLHttpRequest"})
    assert response.status_code in (200, 409)
    assert b"no longer" not in response.content
    assert wire.mocker.request_history == []


@EVERY_SWITCH
def test_the_page_of_a_set_from_elsewhere_says_so(wire: Wire, admin: Person, switched: str) -> None:
    ((address, _view),) = [each for each in views() if each[1] is SetResultView]
    assert admin.get(f"{address}?{query(switched)}").problem.startswith("You have switched to")
    assert wire.mocker.request_history == []


@EVERY_SWITCH
@pytest.mark.parametrize(("address", "view"), LISTS, ids=name_of)
def test_rows_are_not_gone_because_the_list_is_another_one(
    wire: Wire, admin: Person, address: str, view: Any, switched: str
) -> None:
    wire.holds("volumes")
    wire.holds("snapshots")
    name = view.table_class._meta.name
    asked = f"{address}?action=rows_update&table={name}&obj_id=&{query(switched)}"
    answer = admin.get(asked, dialog=True)
    # A list of all projects is the same one in each of them.
    same = switched == "project" and address.startswith("/admin/")
    assert answer.status == (200 if same else 409)


@pytest.mark.parametrize(
    ("switched", "address", "view"),
    [
        (switched, *each)
        for switched in SWITCHED
        for each in LISTS
        if switched == "region" or each[0].startswith("/project/")
    ],
    ids=name_of,
)
def test_an_action_of_a_list_from_elsewhere_is_not_taken(
    wire: Wire, admin: Person, switched: str, address: str, view: Any
) -> None:
    action = {"action": f"{view.table_class._meta.name}__delete__{SOME_ID}"}
    response = admin.client.post(address, action | named(switched))
    assert (response.status_code, response["Location"]) == (302, address)
    assert wire.mocker.request_history == []
    (message,) = response.wsgi_request._messages._queued_messages
    assert "Nothing was done." in str(message)


@pytest.mark.parametrize(("address", "view"), LISTS, ids=name_of)
def test_a_list_says_where_it_was_opened(
    wire: Wire, admin: Person, address: str, view: Any
) -> None:
    for each in ("volumes", "snapshots"):
        wire.holds(each)
    wire.quota()
    page = admin.get(address)
    assert page.one("//form//input[@name='opened_in']").value == f"{PROJECT} Web & Shop"
    assert page.one("//form//input[@name='opened_in_region']").value == "RegionOne"
    asked = page.one("//*[@data-sd-refresh]").get("data-sd-scope")
    assert asked == f"project={PROJECT}&region=RegionOne"


@pytest.mark.parametrize(("regions", "told"), [(1, False), (2, True)])
def test_what_is_not_found_may_be_in_another_region(
    wire: Wire, log_in: LogIn, regions: int, *, told: bool
) -> None:
    catalog = in_regions(*["RegionOne", "RegionTwo"][:regions])
    wire.fails("GET", "/volumes/v1", 404)
    wire.records("v1")
    wire.quota()
    person = log_in(user("member", "reader", catalog=catalog))
    answer = person.get(CREATE_SNAPSHOT, dialog=True)
    assert answer.problem == "This volume no longer exists"
    assert ('You work in region "RegionOne".' in answer.problem_text) is told


# What a script asks without saying where its page is from, and why that is said all the same.
SAY_IT_THEMSELVES = {
    "form.action": "the form carries it in fields",
    "window.location.href": "the page's own address names it",
    "lines().dataset.sdSetLines": "the page's own address names it",
    "url": "refresh.js has put it into the address, before the ids",
}


def test_every_request_of_a_script_says_where_its_page_is_from() -> None:
    scripts = ROOT / "static/snapshot_dashboard/js"
    found = 0
    for path in sorted(scripts.rglob("*.js")):
        script = path.read_text("utf-8")
        if path.name != "shared.js":
            assert "fetch(" not in script, path.name
        for address, options in re.findall(r"\bsd\.request\((.*?), (\{.*?\})\)", script, re.DOTALL):
            found += 1
            unsaid = "scope: ''" in options
            assert unsaid or "scope" in options, (path.name, address)
            assert not unsaid or address in SAY_IT_THEMSELVES, (path.name, address)
    assert found == sum(
        path.read_text("utf-8").count("sd.request(") for path in scripts.rglob("*.js")
    )
    made = (scripts / "common/refresh.js").read_text("utf-8")
    assert "&${sdScope}&obj_id=" in made
