# SPDX-License-Identifier: Apache-2.0
"""``make bench`` works: a short run, of which only the calls are checked."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bench import goals, results
from bench.leftovers import Leftovers
from bench.raw import Raw
from bench.sides import OURS, STOCK
from bench.sizes import MEDIUM, SMALL
from bench.subjects import SUBJECTS, Kind
from demo import dashboard as demo_dashboard
from demo import environments
from demo.dashboard import Dashboard
from demo.layout import ROOT, Flavour, Home
from demo.ports import first_free
from demo.processes import Children
from devcloud.access import load
from tests.conftest import DASHBOARD_PORTS

# See README: make test-all.
pytestmark = pytest.mark.extended

# Seconds; it takes some three minutes on a machine that is idle.
PATIENCE = 1500


@pytest.fixture(scope="module")
def stock(home: Home) -> Iterator[Dashboard]:
    """Horizon without the plugin, on the same cloud."""
    with Children() as children:
        environments.ensure(Flavour.STOCK, children)
        port = first_free(DASHBOARD_PORTS, setting="DEMO_PORT")
        yield demo_dashboard.start(home, Flavour.STOCK, port, children, count_calls=True)


@pytest.fixture(scope="module")
def written(
    home: Home, dashboard: Dashboard, stock: Dashboard, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What a short run writes down."""
    file: Path = tmp_path_factory.mktemp("bench") / "figures.json"
    kept = sorted(results.FOLDER.glob("*"))
    command: list[str | Path] = [Flavour.PLUGIN.python, "-m", "bench", dashboard.url, stock.url]
    done = subprocess.run(
        [*command, "--short", "--output", file],
        cwd=ROOT,
        env={**os.environ, "DEVCLOUD_HOME": str(home.path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert kept == sorted(results.FOLDER.glob("*"))
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def test_everything_is_measured(written: dict[str, Any]) -> None:
    assert list(written["figures"]) == [SMALL.name, MEDIUM.name]
    medium = written["figures"][MEDIUM.name]
    assert medium.keys() == {each.name for each in SUBJECTS}
    for each in SUBJECTS:
        both = each.stock and not each.admin
        assert medium[each.name].keys() == ({OURS, STOCK} if both else {OURS})
    assert written["floors"][MEDIUM.name].keys() == medium.keys() - {"Frame", "Admin frame"}
    assert len(written["browser"][MEDIUM.name]) == 4
    assert len({each.text for each in goals.of(written)}) == 11


# What refresh.js puts into an address; browser/test_refresh.py watches it doing so.
REFRESH = ["action", "table", "above", "below", "turn", "project", "region", "obj_id"]


@pytest.mark.parametrize(
    ("name", "count"),
    [("1 volume's row", 1), ("20 snapshots' rows", 20), ("100 volumes' rows", 100)],
)
@pytest.mark.parametrize("changed", ["", ", changed"])
def test_rows_are_asked_for_as_the_script_was_recorded_to_ask(
    written: dict[str, Any], name: str, count: int, changed: str
) -> None:
    (sent,) = written["requests"][MEDIUM.name][name + changed][OURS]
    query = parse_qs(urlsplit(sent["path"]).query, keep_blank_values=True)
    assert [each for each in query if each != "marker"] == REFRESH
    assert query["obj_id"][0].count(",") + 1 == count
    assert {"if-none-match", "x-requested-with", "user-agent"} <= set(sent["headers"])


def test_pages_dialogs_and_forms_are_what_a_browser_was_recorded_to_send(
    written: dict[str, Any],
) -> None:
    recorded = written["requests"][MEDIUM.name]
    for each in SUBJECTS:
        both = recorded[each.name]
        assert both.keys() == written["figures"][MEDIUM.name][each.name].keys()
        for sent in (one for of_side in both.values() for one in of_side):
            assert {"user-agent", "referer", "sec-fetch-mode"} & set(sent["headers"])
            assert "cookie" not in sent["headers"]
    (page,) = recorded["Volumes"][STOCK]
    assert "upgrade-insecure-requests" in page["headers"]
    shown, posted = recorded["Create Snapshot, attached, sent"][OURS]
    assert "holder" in parse_qs(urlsplit(shown["path"]).query)
    assert {"x-csrftoken", "x-requested-with"} <= set(posted["headers"])
    assert {"name", "seen", "request", "acknowledged", "next"} <= set(posted["fields"])
    assert [each["method"] for each in (shown, posted)] == ["GET", "POST"]


# An administrator's pages are of the whole cloud, which is the same at both sizes here.
@pytest.mark.parametrize("name", [each.name for each in SUBJECTS if not each.many])
def test_calls_are_the_same_at_both_sizes(written: dict[str, Any], name: str) -> None:
    small, medium = (written["figures"][size][name][OURS] for size in (SMALL.name, MEDIUM.name))
    assert small["calls"] == medium["calls"]


@pytest.mark.parametrize("kind", ["volume", "snapshot"])
def test_a_hundred_moving_rows_cost_one_request(written: dict[str, Any], kind: str) -> None:
    figures = written["figures"][MEDIUM.name]
    one, many = (figures[name][OURS] for name in (f"1 {kind}'s row", f"100 {kind}s' rows"))
    assert (many["requests"], many["calls"]) == (1, one["calls"])


def test_a_dialog_opens_no_connection(written: dict[str, Any]) -> None:
    opened = {
        each.name: written["figures"][MEDIUM.name][each.name][OURS]["connections"]
        for each in SUBJECTS
        if each.kind not in (Kind.FRAME, Kind.PAGE)
    }
    assert sum(opened.values()) <= 2, opened


def test_every_snapshot_of_a_set_is_made_and_the_look_is_bounded(written: dict[str, Any]) -> None:
    for who in ("ours", "cinder"):
        assert written["sets"][who]["made"] == written["sets"]["volumes"]
    assert written["made_from"]["calls"] <= written["made_from"]["parts"] + 1


def test_nothing_is_left_behind(written: dict[str, Any], home: Home) -> None:
    cloud = load(home.path)
    for size in (SMALL, MEDIUM):
        assert Leftovers(Raw(cloud, cloud.login(size.project))).count() == 0
