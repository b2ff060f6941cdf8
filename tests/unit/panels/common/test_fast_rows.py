# SPDX-License-Identifier: Apache-2.0
"""Rows rendered without templates equal stock's; each policy rule is checked once."""

from collections import Counter
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.urls import NoReverseMatch, path

from snapshot_dashboard.panels.common import links
from snapshot_dashboard.panels.common.lists import fast_rows
from tests.unit.cloud.wire import Wire, attachment_json, snapshot_json, volume_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person, user
from tests.unit.panels.support import HOSTILE, be_quiet

LISTS = pytest.mark.parametrize(
    "address", [VOLUMES, SNAPSHOTS, "/admin/volumes/", "/admin/snapshots/"]
)
ROW = "horizon/common/_data_table_row.html"
ACTION = "horizon/common/_data_table_action.html"


@pytest.fixture
def staff(wire: Wire, person: Person, log_in: LogIn) -> Person:
    """Somebody who may look at all four lists, in which there is something of everything."""
    be_quiet(wire)
    volumes = [
        volume_json("v1", name=HOSTILE, description="d" * 60, bootable="true"),
        volume_json("v2", status="in-use", attachments=[attachment_json("i1")]),
        volume_json("v3", status="creating", encrypted=True),
        volume_json("v4", status="error", name=""),
    ]
    snapshots = [
        snapshot_json("s1", name=HOSTILE, metadata={"snapshot_dashboard:taken_while": "stopped"}),
        snapshot_json("s2", status="creating", description=HOSTILE),
        snapshot_json("s3", status="error", consumes_quota=False),
    ]
    wire.holds("volumes", *volumes)
    wire.holds("snapshots", *snapshots)
    return log_in(user("admin", "member", "reader"))


def tree(element: Any) -> Any:
    """Return an element as it means: classes in any order, no matter the space around things."""
    attributes = {name: " ".join(value.split()) for name, value in element.items()}
    if "class" in attributes:
        attributes["class"] = " ".join(sorted(attributes["class"].split()))
    if "themable-checkbox" in (element.getparent().get("class") or ""):
        # Horizon gives each box an id by chance.
        attributes = {
            name: value for name, value in attributes.items() if name not in ("id", "for")
        }
    said = [" ".join((text or "").split()) for text in (element.text, element.tail)]
    return element.tag, attributes, said, [tree(each) for each in element]


def rows(page: Answer) -> list[Any]:
    """Return the rows of a list as they mean."""
    found = page.all("//tr[@data-object-id]")
    assert found
    return [tree(each) for each in found]


@LISTS
def test_rows_are_what_stocks_templates_make_of_them(
    staff: Person, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    ours = rows(staff.get(address))
    monkeypatch.setattr(fast_rows, "is_stocks", lambda *_names: False)
    assert rows(staff.get(address)) == ours


@LISTS
@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        (ROW, '<tr data-object-id="themed"></tr>', "//tr[@data-object-id='themed']"),
        (ACTION, '<i class="themed"></i>', "//td//i[@class='themed']"),
    ],
)
def test_a_template_of_a_theme_is_used(
    staff: Person, settings: Any, tmp_path: Path, address: str, name: str, text: str, found: str
) -> None:
    before = staff.get(address)
    assert before.all(found) == []
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text(text, encoding="utf-8")
    (templates,) = settings.TEMPLATES
    settings.TEMPLATES = [{**templates, "DIRS": [str(tmp_path), *templates["DIRS"]]}]
    assert len(staff.get(address).all(found)) >= len(before.all("//tr[@data-object-id]"))


def counted(settings: Any, answer: bool = True) -> Counter[Any]:
    """Let the policy say this of everything, and count what it is asked."""
    asked: Counter[Any] = Counter()

    def check(rules: Any, _request: Any, target: dict[str, Any] | None = None) -> bool:
        for rule in rules:
            asked[rule, (target or {}).get("project_id"), (target or {}).get("user_id")] += 1
        # As the real one does: what it is told is changed.
        (target or {})["project_id"] = "written by the policy"
        return answer

    settings.POLICY_CHECK_FUNCTION = check
    return asked


def of_rows(page: Answer) -> set[str]:
    """Return which actions the rows have."""
    ids = [each.get("id") for each in page.all("//td//*[contains(@id, '__action_')]")]
    return {each.rpartition("__action_")[2] for each in ids}


@pytest.mark.parametrize(("address", "resource"), [(VOLUMES, "volumes"), (SNAPSHOTS, "snapshots")])
def test_rows_that_are_alike_ask_the_policy_once(
    wire: Wire, person: Person, settings: Any, address: str, resource: str
) -> None:
    one = volume_json if resource == "volumes" else snapshot_json
    wire.holds(resource, one("x1"))
    asked = counted(settings)
    assert person.get(address).status == 200
    alone = Counter(asked)
    asked.clear()
    wire.holds(resource, *[one(f"x{number}") for number in range(12)])
    assert person.get(address).status == 200
    assert asked == alone


@LISTS
def test_what_rows_share_is_made_once_for_a_page(
    wire: Wire, staff: Person, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    made: Counter[str] = Counter()
    _count(monkeypatch, made, links, "reverse")
    _count(monkeypatch, made, links, "may_open")
    _count(monkeypatch, made, fast_rows, "ThemableCheckboxInput")
    found = []
    for size in (2, 12):
        wire.holds("volumes", *[volume_json(f"v{number}") for number in range(size)])
        wire.holds("snapshots", *[snapshot_json(f"s{number}") for number in range(size)])
        made.clear()
        templates = staff.client.get(address).templates
        found.append((Counter(made), Counter(each.name for each in templates)))
    assert found[0] == found[1]
    assert made["ThemableCheckboxInput"] == 1


def test_each_panel_is_asked_for_once(
    wire: Wire, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.holds("volumes", volume_json("v1"))
    asked: Counter[str] = Counter()

    def may_open(panel: str, _request: Any) -> bool:
        asked[panel] += 1
        return True

    monkeypatch.setattr(links, "may_open", may_open)
    assert person.get(VOLUMES).status == 200
    assert set(asked.values()) == {1}


def _count(monkeypatch: pytest.MonkeyPatch, made: Counter[str], module: Any, name: str) -> None:
    real = getattr(module, name)

    def counting(*args: Any, **options: Any) -> Any:
        made[name] += 1
        return real(*args, **options)

    monkeypatch.setattr(module, name, counting)


def test_an_address_that_is_known_is_filled_in_with_plain_ids_only(wire: Wire, rf: Any) -> None:
    name, odd = "horizon:project:volumes:detail", 'é/%2F?"<'
    ids = ["v-1", "V_2", odd, "00000000-any-id", "", "-"]
    alone = {each: _address(name, each) for each in ids}
    seen: dict[str, str] = {}

    def view(_request: Any) -> HttpResponse:
        seen.update({each: _address(name, each) for each in ids})
        return HttpResponse()

    request = rf.get("/")
    request.user = AnonymousUser()
    links.for_reader([path("", view)])[0].callback(request)
    assert seen == alone
    assert _address("horizon:project:volumes:none", "v-1") == "none"


def _address(name: str, object_id: str) -> str:
    try:
        return links.address(name, object_id)
    except NoReverseMatch:
        return "none"


def test_a_row_of_another_project_asks_anew(wire: Wire, person: Person, settings: Any) -> None:
    asked = counted(settings)
    owner = "os-extended-snapshot-attributes:project_id"
    found = [snapshot_json("s1", **{owner: "p-1"}), snapshot_json("s2", **{owner: "p-2"})]
    wire.holds("snapshots", *found)
    assert person.get(SNAPSHOTS).status == 200
    assert {"p-1", "p-2"} <= {project for _rule, project, _user in asked}


@pytest.mark.parametrize(("address", "resource"), [(VOLUMES, "volumes"), (SNAPSHOTS, "snapshots")])
def test_what_the_policy_forbids_is_not_offered(
    wire: Wire, person: Person, settings: Any, address: str, resource: str
) -> None:
    one = volume_json if resource == "volumes" else snapshot_json
    wire.holds(resource, one("x1"), one("x2"))
    counted(settings)
    everything = of_rows(person.get(address))
    counted(settings, answer=False)
    left = of_rows(person.get(address))
    assert {"edit", "delete"} <= everything
    assert not {"edit", "delete", "snapshots", "attachments", "create_from_snapshot"} & left


def test_without_a_policy_everything_is_offered(wire: Wire, person: Person, settings: Any) -> None:
    wire.holds("volumes", volume_json("v1"))
    settings.POLICY_CHECK_FUNCTION = None
    assert {"edit", "delete", "attachments"} <= of_rows(person.get(VOLUMES))


def test_a_class_of_an_action_cannot_break_out_of_it() -> None:
    assert lxml.html.fromstring(str(fast_rows.menu([_Hostile()], '"><b>'))).xpath("//b") == []


class _Table:
    name = "t"
    has_stocks_actions = True


class _Hostile:
    """A button whose every text is hostile."""

    table = _Table()
    method = "POST"
    action_type = '"><b>'
    name = '"><b>'
    verbose_name = "<b>"
    help_text = '"><b>'

    def get_final_attrs(self, _classes: bool) -> dict[str, str]:
        return {'"><b>': '"><b>'}

    def get_default_classes(self) -> tuple[str, ...]:
        return ('"><b>',)


@LISTS
def test_what_is_drawn_as_cards_is_a_table_to_hear(staff: Person, address: str) -> None:
    page = staff.get(address)
    (table,) = page.all("//table[contains(@class, 'sd-list')]")
    rows = table.xpath(".//tr[@data-object-id]")
    assert rows
    assert all(row.get("role") == "row" for row in rows)
    assert all(cell.get("role") == "cell" for row in rows for cell in row)
    heads = table.xpath(".//tr[@role='row']/th[@role='columnheader']")
    assert len(heads) == len(rows[0])
    names = [row.xpath("td[@data-sd-column='name']")[0] for row in rows]
    assert {name.get("data-label") for name in names} == {"Name"}
    empty = table.xpath(".//td[@data-sd-empty]")
    assert empty and {each.text_content() for each in empty} == {"-"}
