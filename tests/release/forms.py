# SPDX-License-Identifier: Apache-2.0
"""Reads and sends a dialog of any Horizon, stock's or ours."""

from typing import Any

import lxml.html
import requests

from demo.visitor import Visitor
from tests.cloud.dialogs import accepted

TICK = "acknowledged"


class Form:
    """The form of a dialog."""

    def __init__(self, answer: requests.Response) -> None:
        assert answer.status_code == requests.codes.ok, (answer.status_code, answer.text[:500])
        page = lxml.html.fromstring(answer.text)
        found = page.xpath("//*[contains(@class, 'modal')]//form[@method='post' or @method='POST']")
        assert found, answer.text[:2000]
        self.form: Any = found[0]
        self.ours = bool(page.find_class("sd-dialog"))

    @property
    def problem(self) -> str:
        """What went wrong, as far as a form says so."""
        found = self.form.xpath(".//*[contains(@class, 'alert') or contains(@class, 'help-block')]")
        return " ".join(" ".join(str(node.text_content()).split()) for node in found)

    @property
    def asks_for_tick(self) -> bool:
        """Tell whether a risk has to be acknowledged."""
        return TICK in self.form.fields

    def fields(self, **typed: str) -> dict[str, str]:
        """Return what a browser would send with every box ticked."""
        said = {
            name: (value or "").removeprefix("\n")
            for name, value in self.form.fields.items()
            if name and name not in (TICK, "csrfmiddlewaretoken")
        }
        if self.asks_for_tick:
            (box,) = self.form.xpath(f".//input[@name='{TICK}']")
            said[TICK] = box.get("value")
        return {**said, **typed}

    def send(self, visitor: Visitor, **typed: str) -> requests.Response:
        """Send it as the dialog would."""
        path = self.form.get("action")
        return visitor.post(path, self.fields(**typed), dialog=True, allow_redirects=False)


def opened(visitor: Visitor, path: str) -> Form:
    """Open a dialog."""
    return Form(visitor.get(path, dialog=True))


def sent_until_accepted(form: Form, visitor: Visitor, **typed: str) -> int:
    """Send a form, and once more when it comes back; tell how often it came back.

    Fails on an error page, and when it comes back twice.
    """
    answer = form.send(visitor, **typed)
    if accepted(answer):
        return 0
    again = Form(answer)
    assert accepted(again.send(visitor, **typed)), again.problem
    return 1
