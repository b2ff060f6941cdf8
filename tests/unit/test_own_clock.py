# SPDX-License-Identifier: Apache-2.0
"""Our own clock is compared with nothing that a service has written down.

``Connection.now`` is the present for that. Each place that reads our own clock is named here, with
what it needs it for.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import snapshot_dashboard

PACKAGE = Path(snapshot_dashboard.__file__).parent
# Calls that read the clock; time.monotonic only measures how long something takes.
_READS = {"now", "utcnow", "today", "time"}
_OF = {"datetime", "date", "timezone", "time"}
# The functions that read our own clock, each with its reason. A file stands for all that are in it.
ALLOWED = {
    "cloud/clocks.py:ours": "the difference to the clocks of services is measured",
    "cloud/idempotency.py:take": "attempts that Horizon itself has written down",
    "cloud/idempotency.py:_as_state": "attempts that Horizon itself has written down",
    "cloud/uploads.py:_ended": "marks that Horizon itself has written down",
    "cloud/uploads.py:_remember": "marks that Horizon itself has written down",
    "cloud/snapshot_scan.py:report": "when the report was made here, for people",
    "panels/common/dates.py:stamp": "this minute in a name that is offered, for people",
    "panels/common/dates.py:today": "the day where a person is, who chooses until when to keep",
    "panels/common/keep_until.py:_earliest": "the day that it is anywhere, for such a choice",
    "panels/features/keeping/views.py:entries": "when a hold was set, which Horizon writes down",
    "panels/features/support_report/export.py:get": "the name of a file",
    "panels/features/support_report/views.py:get": "the name of a file",
    "panels/features/revert/views.py:record": "when Horizon saw a revert, which it writes down",
    "cloud/revert_records.py": "when Horizon saw a revert, which it writes down",
    "panels/features/revert_in_place/": "when Horizon saw a revert, which it writes down",
}
# In a browser: how long something takes there.
ALLOWED_SCRIPTS = {
    "common/kept.js",
    "common/outcome.js",
    "common/shared.js",
    "create_snapshot/live.js",
    "delete/made_from.js",
}


def reads(node: ast.AST) -> bool:
    """Tell whether a call reads the clock of this machine."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    if isinstance(called, ast.Name):
        # Without a present they take ours.
        return called.id in ("timesince", "timeuntil") and len(node.args) < 2
    if not isinstance(called, ast.Attribute) or not isinstance(called.value, ast.Name):
        return False
    return called.attr in _READS and called.value.id in _OF


def readers(node: ast.AST, function: str = "") -> Iterator[str]:
    """Yield the name of each function that reads it, as often as it does."""
    if reads(node):
        yield function
    for each in ast.iter_child_nodes(node):
        named = each.name if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) else function
        yield from readers(each, named)


def places() -> set[str]:
    """Return each place of the package that reads our own clock."""
    return {
        f"{path.relative_to(PACKAGE)}:{function}"
        for path in PACKAGE.rglob("*.py")
        for function in readers(ast.parse(path.read_text(encoding="utf-8")))
    }


def test_only_what_is_named_here_reads_our_own_clock() -> None:
    found = places()
    assert {each for each in found if not each.startswith(tuple(ALLOWED))} == set(), (
        "Compare what a service has written down with Connection.now(). Where Horizon's own clock "
        "is right, say why in ALLOWED."
    )
    assert [each for each in ALLOWED if not any(one.startswith(each) for one in found)] == []


def test_our_own_clock_is_not_taken_from_where_differences_are_measured() -> None:
    taken = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if re.search(r"clocks import .*\bours\b|\bclocks\.ours\b", path.read_text(encoding="utf-8"))
    }
    assert taken == {"cloud/session.py"}


def test_templates_compare_nothing_with_our_own_clock() -> None:
    ages = re.compile(r"\|\s*(timesince|timeuntil|naturaltime)|{%\s*now\b")
    templates = [*PACKAGE.joinpath("templates").rglob("*.html")]
    assert templates
    assert [path.name for path in templates if ages.search(path.read_text(encoding="utf-8"))] == []


def test_scripts_compare_nothing_with_the_clock_of_a_browser() -> None:
    scripts = PACKAGE / "static" / "snapshot_dashboard" / "js"
    clock = re.compile(r"\bDate\.now\(|\bnew Date\b|\bDate\.parse\(")
    reading = {
        str(path.relative_to(scripts))
        for path in scripts.rglob("*.js")
        if clock.search(path.read_text(encoding="utf-8"))
    }
    assert reading == ALLOWED_SCRIPTS


def test_a_new_comparison_is_found() -> None:
    old = "def f():\n    a = datetime.now(timezone.utc) - b\n    c = timesince(b, depth=1)"
    assert list(readers(ast.parse(old))) == ["f", "f"]
    assert list(readers(ast.parse("a = time.time() < b\nc = timezone.now()"))) == ["", ""]
    new = "timesince(b, now)\ntime.monotonic()\nconnection.now()"
    assert list(readers(ast.parse(new))) == []
