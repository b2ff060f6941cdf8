# SPDX-License-Identifier: Apache-2.0
"""Deleting snapshots: unless they are on hold, by whichever way, and by no other way."""

import ast
import inspect
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

import snapshot_dashboard
from snapshot_dashboard.cloud import snapshot_deletion
from snapshot_dashboard.cloud.errors import Cause, NotFound, OnHold
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import holds
from snapshot_dashboard.rules.snapshot import Snapshot
from tests.unit.cloud.wire import Wire, connection

HOLD = holds.write("for the audit", "anna", datetime(2026, 12, 1, tzinfo=timezone.utc))
PACKAGE = Path(snapshot_dashboard.__file__).parent
# The words of requests that delete snapshots and are not called DELETE.
WORDS = ("cascade", "os-force_delete", "os-unmanage")
# Every way to delete a snapshot, and the request that it sends.
FREE = Snapshot("s0", "nightly", 20, "available", "v1")
WAYS: dict[str, tuple[Callable[[Connection, Snapshot], None], str, str]] = {
    "delete": (snapshot_deletion.delete, "DELETE", "/snapshots/s1"),
    "force_delete": (snapshot_deletion.force_delete, "POST", "/snapshots/s1/action"),
    "delete_with_volume": (
        lambda to, each: snapshot_deletion.delete_with_volume(to, "v1", [FREE, each]),
        "DELETE",
        "/volumes/v1",
    ),
}


def snapshot(snapshot_id: str = "s1", **metadata: str) -> Snapshot:
    return Snapshot(snapshot_id, "nightly", 20, "available", "v1", metadata=metadata)


def test_every_way_is_tried_here() -> None:
    own = vars(snapshot_deletion).values()
    here = {
        each.__name__
        for each in own
        if inspect.isfunction(each) and each.__module__ == snapshot_deletion.__name__
    }
    assert {each for each in here if not each.startswith("_")} == set(WAYS)


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_sent_for_what_is_on_hold(wire: Wire, way: str) -> None:
    call, _method, _path = WAYS[way]
    with pytest.raises(OnHold) as raised:
        call(connection(), snapshot(**HOLD))
    assert not wire.mocker.request_history
    failure = raised.value.failure
    assert (failure.cause, failure.hold) == (Cause.ON_HOLD, holds.of(HOLD))
    assert not raised.value.uncertain
    assert "anna: for the audit" in raised.value.reason


@pytest.mark.parametrize("metadata", [{}, {"hold": "of somebody else"}, dict(holds.RELEASED)])
@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_on_hold_is_deleted(wire: Wire, way: str, metadata: dict[str, str]) -> None:
    call, method, path = WAYS[way]
    wire.says(method, path, None, 202)
    call(connection(), snapshot(**metadata))
    (request,) = wire.sent(method, path)
    assert request.qs == ({"cascade": ["True"]} if way == "delete_with_volume" else {})
    assert (request.json() if method == "POST" else None) == (
        {"os-force_delete": None} if way == "force_delete" else None
    )


@pytest.mark.parametrize("way", [snapshot_deletion.delete, snapshot_deletion.force_delete])
def test_nothing_is_sent_for_an_id_that_is_none(
    wire: Wire, way: Callable[[Connection, Snapshot], None]
) -> None:
    with pytest.raises(NotFound):
        way(connection(), snapshot("s/1"))


def test_there_is_no_other_way() -> None:
    """Whatever is to delete snapshots asks this module, which asks for the hold."""
    found = {
        (path.relative_to(PACKAGE).as_posix(), said)
        for path in PACKAGE.rglob("*.py")
        # It lists what may be sent, and sends nothing.
        if path.name != "access_rules.py"
        for said in _deletions(ast.parse(path.read_text()))
    }
    others = {
        ("cloud/block_storage.py", "/volumes/"),
        # The path of an entry of a volume's metadata.
        ("cloud/block_storage.py", "path"),
        ("cloud/images.py", "/images/"),
        # The path of an attachment of an instance.
        ("cloud/compute.py", "path"),
    }
    ours = {each for each in found if each[0] == "cloud/snapshot_deletion.py"}
    assert found - ours == others
    assert {said for _path, said in ours} == {
        "/snapshots/",
        "/volumes/",
        "cascade",
        "os-force_delete",
    }


def _deletions(tree: ast.AST) -> Iterator[str]:
    """Return what is asked to be deleted, and the words that delete in another way."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            keys = [each.value for each in node.keys if isinstance(each, ast.Constant)]
            yield from (each for each in WORDS if each in keys)
        if isinstance(node, ast.Call):
            said = [ast.unparse(each) for each in node.args]
            if "'DELETE'" in said:
                yield _beginning(node.args[said.index("'DELETE'") + 1])


def _beginning(path: ast.expr) -> str:
    first = path.values[0] if isinstance(path, ast.JoinedStr) else path
    return str(first.value) if isinstance(first, ast.Constant) else ast.unparse(first)
