# SPDX-License-Identifier: Apache-2.0
"""Reads the streamed answers of the report and the CSV files."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse

from tests.unit.cloud.crowd import Crowd, of_project
from tests.unit.cloud.wire import OTHER_PROJECT, PROJECT, Wire
from tests.unit.panels.person import Answer, Person

LIST = "/admin/snapshots/"
REPORT = f"{LIST}report/"
MAKE = f"{REPORT}?make=1"
REPORT_CSV = f"{REPORT}csv/"
EXPORT = f"{LIST}export/"
HOSTILE = "<script>alert('x')</script>"


def two_projects(wire: Wire) -> Crowd:
    """Let there be five snapshots of two projects; one is of another project's volume."""
    crowd = Crowd(
        wire,
        of_project(PROJECT, "s1"),
        of_project(PROJECT, "s2", volume_id="v2", status="error"),
        of_project(PROJECT, "s3", volume_id="v3", size=5),
        of_project(OTHER_PROJECT, "s4", volume_id="v4", name=HOSTILE),
        of_project(OTHER_PROJECT, "s5", volume_id="v5"),
    )
    crowd.foreign = {"v5"}
    return crowd


def pieces(person: Person, path: str) -> Iterator[str]:
    """Open a page that is sent piece by piece."""
    response = person.client.get(path)
    assert response.streaming, response.content.decode()[:500]
    return (piece.decode() for piece in response.streaming_content)


def whole(person: Person, path: str) -> Answer:
    """Read such a page to its end."""
    return Answer(HttpResponse("".join(pieces(person, path))))


def table(page: Answer, name: str = "sd-report") -> list[list[str]]:
    """Return the cells of each project, then those of the total."""
    found = page.all(f"//table[@id='{name}']/*[self::tbody or self::tfoot]/tr")
    return [[_without_links(cell) for cell in row] for row in found]


def _without_links(cell: Any) -> str:
    """Return the text of a cell but for the small links in it, which are the same in each."""
    return " ".join("".join(cell.xpath(".//text()[not(ancestor::small)]")).split())


def read(text: str, separator: str = ",") -> tuple[list[dict[str, str]], str]:
    """Return the rows of a CSV file, and its last line."""
    assert text.startswith("\ufeff")
    assert text.count("\ufeff") == 1
    body, _break, last = text.removesuffix("\r\n").rpartition("\r\n")
    lines = io.StringIO(body.removeprefix("\ufeff"), newline="")
    return list(csv.DictReader(lines, delimiter=separator)), last
