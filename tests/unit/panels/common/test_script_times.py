# SPDX-License-Identifier: Apache-2.0
"""The times of scripts: all of them in the page, as the operator wants them."""

import json
import re
from typing import Any

import pytest

from demo.layout import ROOT
from snapshot_dashboard.panels.common import script_times

SCRIPTS = ROOT / "static" / "snapshot_dashboard" / "js"
TEMPLATES = ROOT / "templates" / "snapshot_dashboard"
USES = sorted({*script_times.ASKING, *script_times.STAYING})


def test_the_setting_changes_how_often_is_asked_and_nothing_else(settings: Any) -> None:
    usual = json.loads(script_times.told("dialog", "outcome"))
    settings.SNAPSHOT_DASHBOARD = {"POLL_FACTOR": 0.5}
    hurried = json.loads(script_times.told("dialog", "outcome"))
    assert (usual["dialog"]["first"], hurried["dialog"]["first"]) == (3000, 1500)
    assert usual["outcome"]["pauses"][:2] == [1000, 2000]
    assert hurried["outcome"]["pauses"][:2] == [500, 1000]
    for use, names in script_times.STAYING.items():
        told = json.loads(script_times.told(use))[use]
        assert {name: told[name] for name in names} == names


def test_a_use_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        script_times.told("dialogue")


def test_each_time_is_told_by_a_template_and_used_by_a_script() -> None:
    templates = "".join(each.read_text("utf-8") for each in TEMPLATES.rglob("*.html"))
    told = {
        use
        for uses in re.findall(r"{% script_times (.*?) %}", templates)
        for use in re.findall(r'"(\w+)"', uses)
    }
    assert sorted(told) == USES
    scripts = "".join(each.read_text("utf-8") for each in SCRIPTS.rglob("*.js"))
    for use in USES:
        assert re.search(rf"(?:name: |, )'{use}'", scripts), use
        for name in json.loads(script_times.told(use))[use]:
            assert re.search(rf"\b{name}\b", scripts), (use, name)


def test_no_script_has_a_time_of_its_own() -> None:
    waits = re.compile(r"\b(?:setTimeout|setInterval)\([^;]*?,\s*\d|60 \* 1000|settle\(\w+, [1-9]")
    scripts = {each.name: each.read_text("utf-8") for each in SCRIPTS.rglob("*.js")}
    assert [name for name, script in scripts.items() if waits.search(script)] == []
