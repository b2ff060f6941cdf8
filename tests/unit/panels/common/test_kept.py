# SPDX-License-Identifier: Apache-2.0
"""What a browser keeps of a dialog's input, and what it never keeps."""

from collections.abc import Iterator

from django.urls import get_resolver

from snapshot_dashboard.panels.common.dialog import DialogView
from tests.unit.cloud.wire import PROJECT, Wire
from tests.unit.panels.dialogs import Dialog
from tests.unit.panels.person import Person

# Fields that confirm: who comes back reads and types again.
CONFIRMS = frozenset({"confirm", "complete"})


def every_dialog() -> Iterator[type[DialogView]]:
    """Every class of a dialog, those that nobody has thought of yet included."""
    assert get_resolver().url_patterns
    waiting = [DialogView]
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        yield found


def test_what_was_typed_to_confirm_is_never_kept() -> None:
    confirming = [
        each
        for each in every_dialog()
        if CONFIRMS & set(getattr(each.form_class, "base_fields", ()))
    ]
    assert confirming
    assert [each for each in confirming if each.keeps_typed] == []


def test_what_is_kept_is_a_persons_own_in_one_project(
    wire: Wire, person: Person, dialog: Dialog
) -> None:
    form = person.get(dialog.address, dialog=True).one("//form[@data-sd-owner]")
    assert form.get("data-sd-owner") == "u-anna"
    assert f"project={PROJECT}" in form.get("data-sd-scope")
    assert "region=" in form.get("data-sd-scope")
