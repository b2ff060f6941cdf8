# SPDX-License-Identifier: Apache-2.0
"""Quotation marks in translations do not break HTML attributes on any page."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation
from django.utils.safestring import SafeData, SafeString

from demo import pseudo
from tests.unit.cloud.wire import Wire, snapshot_json, volume_json
from tests.unit.panels.dialogs import Dialog
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person


@pytest.fixture(autouse=True)
def quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every text be in the made-up language."""
    real: Any = translation._trans

    def said(text: str) -> str:
        made = pseudo.disguised(text)
        return SafeString(made) if isinstance(text, SafeData) else made

    def counted(one: str, many: str, count: int) -> str:
        return said(one if count == 1 else many)

    monkeypatch.setattr(real, "gettext", said)
    monkeypatch.setattr(real, "pgettext", lambda _context, text: said(text))
    monkeypatch.setattr(real, "ngettext", counted)
    monkeypatch.setattr(real, "npgettext", lambda _context, *said_of: counted(*said_of))


def cut(page: Answer) -> list[tuple[str, str, str]]:
    """Return each attribute in our part of a page that ends before its text does."""
    ours = "//*[contains(@class, 'sd-')]/descendant-or-self::*"
    return [
        (each.tag, name, value)
        for each in page.all(ours)
        for name, value in each.attrib.items()
        if value.count("[") != value.count("]")
    ]


def test_no_attribute_of_a_dialog_ends_at_a_quotation_mark(
    wire: Wire, person: Person, dialog: Dialog
) -> None:
    page = person.get(dialog.address, dialog=True)
    labels = [each.get("value") for each in page.all("//*[@type='submit']")]
    assert labels
    assert all(each.endswith("]") for each in labels)
    assert cut(page) == []


@pytest.mark.parametrize(
    ("address", "resource", "row"),
    [(VOLUMES, "volumes", volume_json()), (SNAPSHOTS, "snapshots", snapshot_json())],
)
def test_no_attribute_of_a_list_ends_at_a_quotation_mark(
    wire: Wire, person: Person, address: str, resource: str, row: dict[str, Any]
) -> None:
    wire.holds(resource, row)
    page = person.get(f"{address}?field=name&value=x")
    assert '["' in page.text
    assert cut(page) == []
