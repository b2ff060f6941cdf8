# SPDX-License-Identifier: Apache-2.0
"""JSON answers never hold a name as an AngularJS expression."""

import ast
import inspect
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve

import snapshot_dashboard
from snapshot_dashboard.cloud import names
from snapshot_dashboard.panels.common import json_answers
from snapshot_dashboard.panels.common.json_answers import JsonAnswer
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.consistency import SNAPSHOT
from snapshot_dashboard.rules.revert_record import RECORD, Before, Record, write
from snapshot_dashboard.rules.set_launch import LAUNCH
from tests.unit.cloud.test_images import GLANCE, IMAGES, image
from tests.unit.cloud.wire import NOVA, PROJECT, Json, Wire, backup_json, snapshot_json, volume_json
from tests.unit.panels import support as support_pages
from tests.unit.panels.common.refresh.lists import LISTS, List, refresh, told
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.delete.deletion import OF_SNAPSHOT, OF_VOLUME, backups
from tests.unit.panels.features.group_copies.group_dialogs import group_json, there_is_a_group
from tests.unit.panels.features.instance_snapshot.instance_dialog import tell as instance
from tests.unit.panels.features.investigate.analysis import (
    INSTANCES,
    PROGRESS,
    STEP,
    copy,
    server_json,
    there_are,
)
from tests.unit.panels.features.lineage.lineage_wire import list_snapshots, list_volumes
from tests.unit.panels.features.revert.reverting import LIVE as REVERT_LIVE
from tests.unit.panels.features.snapshot_set.snapshot_sets import SET
from tests.unit.panels.person import (
    CATALOG,
    CREATE_BACKUP,
    CREATE_SNAPSHOT,
    SNAPSHOTS,
    VOLUMES,
    Answer,
    Person,
    service,
    user,
)

CODE = "{$constructor.constructor('window.XSS=77')()$}"
INERT = "{%constructor"
# What people choose in the services' answers, by its key.
CHOSEN = frozenset(
    {
        "name",
        "description",
        "volume_type",
        "availability_zone",
        "host_name",
        "os-vol-host-attr:host",
        "host",
        "user_message",
        "purpose",
    }
)
REQUEST = "6f1c2b1e-0000-4000-8000-000000000001"
MINE = {"snapshot_dashboard:request": REQUEST, "purpose": "any"}
SET_ID = "6f1c2b1e-0000-4000-8000-00000000000a"
LAUNCHED = f"{SNAPSHOTS}launch_set/{REQUEST}/"
_LAUNCHED = f"id=s1&name={CODE}"


def _chosen(said: object, key: str = "") -> object:
    """Return an answer of a service in which whatever people may choose is code."""
    if isinstance(said, dict):
        return {name: _chosen(each, name) for name, each in said.items()}
    if isinstance(said, list):
        return [_chosen(each, key) for each in said]
    return f"{said} {CODE}" if key in CHOSEN and isinstance(said, str) else said


@pytest.fixture
def person(person: Person, log_in: LogIn) -> Person:
    """A member in a region that has images, too."""
    return log_in(user("member", "reader", catalog=[*CATALOG, service("image", GLANCE)]))


@pytest.fixture
def hostile(wire: Wire, person: Person, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Services in which everything that a person may name is named with code."""
    says = wire.says

    def say(method: str, url: str, body: object = None, status: int = 200) -> None:
        says(method, url, _chosen(body), status)

    monkeypatch.setattr(wire, "says", say)
    support_pages.be_quiet(wire)
    support_pages.alive(wire)
    wire.attached(("i1", "ACTIVE"))
    wire.snapshot()
    wire.holds("snapshots", snapshot_json(metadata=MINE))
    wire.holds("volumes", volume_json(metadata=MINE))
    backups(wire, backup_json(metadata=MINE))
    copy(wire)
    there_are(wire, server_json("i1"), server_json("i2"))
    wire.says("GET", "/types", {"volume_types": [{"id": "t1", "name": "ssd"}]})
    wire.says("GET", IMAGES, {"images": [image("g1", "s1")]})
    for kind in ("group", "group_snapshot"):
        wire.says("GET", f"/{kind}s/x1", {kind: {"id": "x1", "name": "x1"}})
    return wire


_MADE_FROM = [volume_json("v8", snapshot_id="s1"), volume_json("v9", snapshot_id="s1")]


def _nothing_more(wire: Wire) -> None:
    """Let there be nothing else."""


def _made_from(wire: Wire) -> None:
    """Let volumes be made from the snapshot; Cinder counts them."""
    wire.says("GET", "/volumes/detail", {"volumes": _MADE_FROM, "count": 2})


def _lineage(wire: Wire) -> None:
    """Let the volume have a snapshot, of which volumes are made."""
    list_snapshots(wire, "v1", snapshot_json("s1"))
    list_volumes(wire, *_MADE_FROM, marker="v1")


def _set(wire: Wire) -> None:
    """Let there be a snapshot of a set."""
    wire.holds("snapshots", snapshot_json("s7", metadata=sets.metadata(SET_ID, 2)))


def _group(wire: Wire) -> None:
    """Let the volume be in a group."""
    there_is_a_group(wire)
    wire.says("GET", "/groups/g1?list_volume=true", {"group": group_json("g1", "v1")})
    wire.attached(("i1", "ACTIVE"))
    _no_lists(wire)


def _instance(wire: Wire) -> None:
    """Let the instance be started from the volume."""
    instance(wire, "ACTIVE", with_volumes=True)
    _no_lists(wire)


def _no_lists(wire: Wire) -> None:
    """Let each volume be read by itself."""
    odd = {"id": "a1", "instance": None, "volume_id": None}
    wire.says("GET", "/attachments?limit=500", {"attachments": [odd]})


def _failed(wire: Wire) -> None:
    """Let a snapshot have failed just now, for a reason that only Cinder has words for."""
    wire.holds(
        "snapshots", snapshot_json(status="error", updated_at=f"{datetime.now(timezone.utc):%FT%T}")
    )
    said = {"id": "m1", "event_id": "VOLUME_VOLUME_SNAPSHOT_009_099", "resource_uuid": "s1"}
    wire.says("GET", "/messages", {"messages": [said | {"user_message": "any"}]})


def _plan_of_instance(wire: Wire) -> None:
    """Let a revert in place of the instance have halted: nothing is sent."""
    wire.instance("i1", "ACTIVE", tenant_id=PROJECT)
    attached = {"volumeAttachments": [{"volumeId": "v1"}]}
    wire.says("GET", f"{NOVA}/servers/i1/os-volume_attachments", attached)
    _plan(wire, "i1")


def _plan_of_volume(wire: Wire) -> None:
    """Let a revert in place of the detached volume have halted: nothing is sent."""
    _plan(wire, "")


def _plan(wire: Wire, instance_id: str) -> None:
    before = Before.RUNNING if instance_id else Before.NONE
    written = Record(REQUEST, "s1", instance_id, before, halted=True)
    wire.volume("v1", metadata={RECORD: write(written)})
    wire.snapshot("s1")


def _launch(wire: Wire) -> None:
    """Let the volumes of a form that launches a set be on their way."""
    wire.says("GET", f"{NOVA}/servers/detail?limit=50", {"servers": []})
    made = {LAUNCH: REQUEST, SNAPSHOT: "s1"}
    wire.holds("volumes", volume_json("n1", status="creating", snapshot_id="s1", metadata=made))


@dataclass(frozen=True)
class Asked:
    """A request of a script; ``named`` tells that names are in the answer."""

    address: str
    query: str = ""
    fields: Json = field(default_factory=dict)
    named: bool = True
    prepare: Callable[[Wire], None] = _nothing_more

    def answer(self, person: Person) -> Answer:
        """Ask."""
        url = f"{self.address}?{self.query}" if self.query else self.address
        if self.fields:
            return person.post(url, self.fields, dialog=True)
        return person.get(url, dialog=True)


_ODD = {"user": "u-anna", "project": "p-web-shop"}
_IDS = {kind: _ODD.get(kind, "x1") for kind in sorted(names.KINDS)}
_IDS |= {"volume": "v1", "instance": "i1", "holder": "v1"}
_MADE = f"request={REQUEST}"
_OLDER, _PAGE = "after=s9&past=20", {"page": "volume"}
_ONE_STEP = {"do": "step", "auto": "1"}
_MARKER = "2026-11-22T06:10:00+00:00,v1"
ASKED = [
    Asked(f"{VOLUMES}names/shown/", "&".join(f"q={kind}:{each}" for kind, each in _IDS.items())),
    Asked(f"{CREATE_SNAPSHOT}live/", "seen=x"),
    Asked(f"{CREATE_SNAPSHOT}outcome/", _MADE, named=False),
    Asked(f"{CREATE_BACKUP}live/", "seen=x"),
    Asked(f"{CREATE_BACKUP}outcome/", _MADE, named=False),
    Asked(f"{VOLUMES}v1/upload_to_image/live/", "seen=x"),
    Asked(f"{VOLUMES}v1/upload_to_image/outcome/", _MADE, named=False),
    Asked("/project/images/i1/create/live/", "seen=x", prepare=_instance),
    Asked(f"{VOLUMES}groups/g1/create_snapshot/live/", "seen=x", prepare=_group),
    Asked(f"{VOLUMES}groups/g1/clone/live/", "seen=x", prepare=_group),
    Asked(f"{VOLUMES}create/outcome/", _MADE, named=False),
    Asked(f"{SNAPSHOTS}images/shown/"),
    Asked("/project/images/i1/create/outcome/", _MADE, named=False),
    Asked(f"{VOLUMES}v1/create_frozen/outcome/", _MADE, named=False),
    Asked(f"{VOLUMES}groups/create_snapshot/outcome/", _MADE, named=False),
    Asked(f"{VOLUMES}groups/clone/outcome/", _MADE, named=False),
    Asked(f"{SNAPSHOTS}s1/create_volume_and_attach/outcome/", _MADE, named=False),
    Asked(f"{SET}chosen/", f"size=20&type={CODE}&force=1", named=False),
    Asked(f"{SET}outcome/", _MADE, named=False),
    Asked(f"{SET}{SET_ID}/", "id=v1", named=False, prepare=_set),
    Asked(OF_VOLUME, "ask", named=False),
    Asked(OF_SNAPSHOT, "ask", named=False),
    Asked(f"{VOLUMES}v1/dependents/", "done=0&found=0", prepare=_made_from),
    Asked(f"{SNAPSHOTS}s1/dependents/", "done=0&found=0", prepare=_made_from),
    Asked(f"{VOLUMES}v1/lineage/", _OLDER, _PAGE, prepare=_lineage),
    Asked(f"{VOLUMES}v1/lineage/", fields={"of": ["s1"], "marker": _MARKER}, prepare=_lineage),
    Asked(f"{VOLUMES}snapshots/counted/", "q=v1", prepare=_failed),
    Asked(f"{SNAPSHOTS}usage/shown/", "q=usage", named=False),
    Asked(REVERT_LIVE, "seen=x"),
    Asked(INSTANCES, f"search={CODE}"),
    Asked(PROGRESS, fields={"auto": "1"}),
    Asked(STEP),
    Asked(f"{VOLUMES}revert_in_place/i1/progress/", fields=_ONE_STEP, prepare=_plan_of_instance),
    Asked(f"{VOLUMES}v1/revert_progress/", fields=_ONE_STEP, prepare=_plan_of_volume),
    Asked(f"{LAUNCHED}step/", _LAUNCHED, named=False, prepare=_launch),
    Asked(LAUNCHED, _LAUNCHED, {"auto": "1"}, named=False, prepare=_launch),
]


def _code_is_inert(answer: Answer, *, named: bool = True) -> None:
    assert answer.status == 200
    assert "{$" not in answer.html and "$}" not in answer.html
    assert (INERT in answer.html) or not named


@pytest.mark.parametrize("asked", ASKED, ids=lambda each: f"{each.address}?{each.query}"[:60])
def test_no_name_in_an_answer_is_an_expression(hostile: Wire, person: Person, asked: Asked) -> None:
    asked.prepare(hostile)
    _code_is_inert(asked.answer(person), named=asked.named)


def test_nor_in_what_an_administrator_is_told(hostile: Wire, log_in: LogIn) -> None:
    list_snapshots(hostile, "v1", snapshot_json("s1"))
    list_volumes(hostile, *_MADE_FROM)
    asked = Asked(f"{support_pages.VOLUMES}v1/lineage/", _OLDER, _PAGE)
    _code_is_inert(asked.answer(log_in(support_pages.support_user())))


@pytest.mark.parametrize("rows", LISTS.values(), ids=LISTS)
def test_no_name_in_a_row_is_an_expression(hostile: Wire, log_in: LogIn, rows: List) -> None:
    person = log_in(support_pages.support_user() if rows.is_admins else user("member", "reader"))
    found = rows.made("x1", "x2", description="any", metadata=MINE)
    rows.holds(hostile, *found)
    answer = refresh(person, rows, "x1", "x2")
    _code_is_inert(answer)
    assert set(told(answer)[0]) == {"x1", "x2"}


@pytest.mark.parametrize("rows", LISTS.values(), ids=LISTS)
def test_angularjs_reads_the_actions_of_a_row_only(
    hostile: Wire, log_in: LogIn, rows: List
) -> None:
    """A name that a script writes into a cell is not read either."""
    person = log_in(support_pages.support_user() if rows.is_admins else user("member", "reader"))
    rows.holds(hostile, *rows.made("x1", "x2"))
    for row in told(refresh(person, rows, "x1", "x2"))[0].values():
        cells = row.split("<td")[1:]
        assert cells
        for cell in cells:
            is_actions = "actions_column" in cell.partition(">")[0]
            assert is_actions != ("ng-non-bindable" in cell.partition(">")[0])
            assert is_actions or "ng-controller" not in cell


def _views(patterns: Iterable[Any]) -> Iterator[type]:
    """Return the class of each view that has an address."""
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from _views(each.url_patterns)
        elif isinstance(each, URLPattern):
            view = getattr(inspect.unwrap(each.callback), "view_class", None)
            if view is not None:
                yield view


def _uses_json(view: type) -> bool:
    modules = {each.__module__ for each in view.__mro__}
    ours = [each for each in modules if each.startswith(snapshot_dashboard.__name__)]
    return any(hasattr(sys.modules[each], JsonAnswer.__name__) for each in ours)


def test_each_view_that_answers_scripts_is_asked_here(hostile: Wire, person: Person) -> None:
    person.get(VOLUMES)
    found = {view for view in _views(get_resolver().url_patterns) if _uses_json(view)}
    asked = {getattr(resolve(each.address).func, "view_class", None) for each in ASKED}
    assert found <= asked
    assert found


def test_json_is_answered_in_one_way_only() -> None:
    """What is answered otherwise does not pass through it."""
    folder = Path(snapshot_dashboard.__file__).parent
    own = Path(json_answers.__file__)
    for path in folder.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}
        texts = {each.value for each in ast.walk(tree) if isinstance(each, ast.Constant)}
        imported = {
            each.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for each in node.names
        }
        if path != own:
            assert "JsonResponse" not in named | imported, path
            assert "application/json" not in texts, path


def test_html_for_a_script_is_made_in_one_way_only() -> None:
    """What is rendered with a request otherwise reads the menu of projects from Keystone."""
    folder = Path(snapshot_dashboard.__file__).parent
    otherwise = [
        f"{path.name}:{call.lineno}"
        for path in folder.rglob("*.py")
        if path != Path(json_answers.__file__)
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("render_to_string")
        if len(call.args) > 2 or any(each.arg == "request" for each in call.keywords)
    ]
    assert otherwise == []


@pytest.mark.parametrize("text", ["{$1$}", "{{$1$}}", "{$$}", "{$", "$}", "{$ {$ $} $}", "{%$}$}"])
def test_no_mark_of_an_expression_is_left(text: str) -> None:
    said = JsonAnswer({"text": text, "list": [text, {"deep": (text,)}], text: 1}).content.decode()
    assert "{$" not in said and "$}" not in said


def test_all_else_is_as_it_was() -> None:
    said: Json = {"name": "{{ item }} ${HOME} 100 $ {}", "size": 7, "flag": True, "none": None}
    assert JsonAnswer(said).content == JsonAnswer({**said}).content
    assert json.loads(JsonAnswer(said).content) == said
