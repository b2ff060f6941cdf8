# SPDX-License-Identifier: Apache-2.0
"""Every version of an API that the code asks for is in the guide, and how tests hide newer ones."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.layout import ROOT
from tests.api_versions import OLDER, asked, chosen, refusal, versions
from tests.cloud.capped import Cap

VERSION = re.compile(r"[23]\.\d{1,2}")
# In the text of a command.
IN_COMMAND = re.compile(r"api-version[= ]([23]\.\d{1,2})")
PACKAGE = ROOT / "snapshot_dashboard"
# Versions of Keystone's and Glance's APIs, and what is none.
OF_OTHERS = {
    ("cloud/frame.py", "3.10"),
    ("cloud/versions.py", "2.0"),
    ("panels/features/clean_up/views.py", "3.90"),
}


def in_code(file: Path) -> Iterator[str]:
    """Yield the versions that stand in a module."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Tuple(elts=[ast.Constant(value=2 | 3 as major), ast.Constant(value=minor)]):
                if type(minor) is int:
                    yield f"{major}.{minor}"
            case ast.Constant(value=str() as text) if VERSION.fullmatch(text):
                yield text
            case ast.Constant(value=str() as text):
                yield from IN_COMMAND.findall(text)


def in_guide() -> set[str]:
    """Return the versions in the columns of the guide's table."""
    guide = (ROOT / "docs/operator.rst").read_text(encoding="utf-8")
    table = guide.partition("What needs which version")[2].partition("\nA service that")[0]
    rows = table.split("\n   * - ")[2:]
    cells = (cell.strip() for row in rows for cell in row.split("\n     -")[1:3])
    return {cell for cell in cells if cell}


def test_every_version_that_the_code_asks_for_is_in_the_guide() -> None:
    found = {
        version: name
        for file in PACKAGE.rglob("*.py")
        for name in [file.relative_to(PACKAGE).as_posix()]
        for version in in_code(file)
        if (name, version) not in OF_OTHERS
    }
    assert {"3.65", "3.68", "3.27", "2.9", "2.60"} <= set(found)
    assert all(VERSION.fullmatch(each) for each in in_guide())
    assert {each: found[each] for each in set(found) - in_guide()} == {}
    assert in_guide() - set(found) == set(), "nothing asks for it any more"


def test_the_guide_names_the_versions_of_the_tests() -> None:
    guide = " ".join((ROOT / "docs/operator.rst").read_text(encoding="utf-8").split())
    said = [str(each).replace("/", " and ") for each in OLDER]
    assert f"above {', '.join(said)}, and refuses" in guide


@pytest.mark.parametrize(
    ("service", "headers", "expected"),
    [
        ("cinder", {"OpenStack-API-Version": "volume 3.64"}, "3.64"),
        ("cinder", {"openstack-api-version": "compute 2.60, volume 3.64"}, "3.64"),
        ("cinder", {"OpenStack-API-Version": "compute 2.60"}, ""),
        ("nova", {"OpenStack-API-Version": "compute latest"}, "latest"),
        ("nova", {"X-OpenStack-Nova-API-Version": "2.60"}, "2.60"),
        ("nova", {}, ""),
    ],
)
def test_the_version_of_a_request_is_in_its_headers(
    service: str, headers: dict[str, str], expected: str
) -> None:
    assert asked(service, headers) == expected


CAP = Cap("cinder", (3, 64))
NOVA = Cap("nova", (2, 79))


@pytest.mark.parametrize(
    ("wanted", "goes_on"),
    [("3.0", "3.0"), ("3.64", "3.64"), ("3.65", "3.9999"), ("latest", "3.64")],
)
def test_what_is_too_new_is_refused_by_the_service_itself(wanted: str, goes_on: str) -> None:
    headers = {"OpenStack-API-Version": f"volume {wanted}", "Accept": "application/json"}
    expected = headers | {"OpenStack-API-Version": f"volume {goes_on}"}
    assert CAP.heading(headers) == expected


def test_both_headers_of_nova_are_changed() -> None:
    said = {"OpenStack-API-Version": "compute 2.93", "X-OpenStack-Nova-API-Version": "2.93"}
    assert set(NOVA.heading(said).values()) == {"compute 2.9999", "2.9999"}


def test_the_refusal_names_the_version_that_was_asked_for_and_the_hidden_maximum() -> None:
    headers = {"OpenStack-API-Version": "volume 3.65"}
    said = json.dumps(refusal("3.9999", (3, 71))).encode()
    assert json.loads(CAP.body("/v3/p/volumes", headers, said)) == refusal("3.65", (3, 64))


@pytest.mark.parametrize("path", ["/", "/v3", "/v3/"])
def test_versions_that_are_told_are_lowered(path: str) -> None:
    entry = {"id": "v3.0", "version": "3.71", "min_version": "3.0"}
    document: Any = {"versions": [entry, {"id": "v2.0", "version": "", "min_version": ""}]}
    said = json.loads(CAP.body(path, {}, json.dumps(document).encode()))
    assert [each["version"] for each in said["versions"]] == ["3.64", ""]
    alone = json.loads(CAP.body(path, {}, json.dumps({"version": entry}).encode()))
    assert alone["version"]["version"] == "3.64"


@pytest.mark.parametrize("content", [b"", b"<html>", b'{"volumes": [{"version": "3.71"}]}'])
def test_everything_else_passes(content: bytes) -> None:
    headers = {"OpenStack-API-Version": "volume 3.64"}
    assert CAP.body("/v3/p/volumes/detail?limit=1", headers, content) == content


def test_a_pair_is_chosen_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_VERSIONS", "3.64/2.79")
    assert chosen() == versions("3.64/2.79")
    monkeypatch.delenv("API_VERSIONS")
    assert chosen() is None
