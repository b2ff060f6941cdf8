# SPDX-License-Identifier: Apache-2.0
"""Parses our dialogs' HTML: what is shown and what the form would send."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import lxml.html
import requests

from demo.visitor import Visitor

VOLUMES = "/project/volumes/"
SNAPSHOTS = "/project/snapshots/"


def words(node: Any) -> str:
    """Return the text of a node on one line."""
    return " ".join(str(node.text_content()).split())


def snapshot_path(volume_id: str) -> str:
    """Return the address of the Create Snapshot dialog of a volume."""
    return f"/project/volumes/{volume_id}/create_snapshot/"


def volume_path(snapshot_id: str) -> str:
    """Return the address of the Create Volume dialog of a snapshot."""
    return f"/project/volumes/create/?snapshot_id={snapshot_id}"


@dataclass(frozen=True)
class Button:
    """A submit button: its classes and its words."""

    classes: frozenset[str]
    value: str


class Dialog:
    """One dialog, in a modal or on a plain page."""

    def __init__(self, answer: requests.Response) -> None:
        if answer.status_code != requests.codes.ok:
            raise AssertionError(
                f"HTTP {answer.status_code} for {answer.url}:\n{answer.text[:500]}"
            )
        self.path = answer.url
        frames = lxml.html.fromstring(answer.text).find_class("sd-dialog")
        if len(frames) != 1:
            raise AssertionError(f"{len(frames)} dialogs at {answer.url}:\n{answer.text[:2000]}")
        self.frame = frames[0]

    @property
    def title(self) -> str:
        """The heading."""
        return words(self.frame.find_class("modal-title")[0])

    @cached_property
    def text(self) -> str:
        """Everything that stands in the dialog, folded parts included, hidden ones not."""
        copy = lxml.html.fromstring(lxml.html.tostring(self.frame))
        for node in copy.xpath("//*[@hidden] | //script"):
            node.drop_tree()
        return words(copy)

    @property
    def explanation(self) -> Any:
        """The panel that explains the verdict, or None."""
        return next(iter(self.frame.find_class("sd-explanation")), None)

    @property
    def telling(self) -> list[str]:
        """Title, risk and advice of the explanation, in this order."""
        if self.explanation is None:
            return []
        lines = self.explanation.xpath("./p[not(contains(@class, 'sd-reason'))][not(a)]")
        titles = self.explanation.xpath("./p[contains(@class, 'sd-explanation-title')]")
        return [words(line) for line in [*titles, *(each for each in lines if each not in titles)]]

    @property
    def advice_with_links(self) -> dict[str, str]:
        """Each link in the explanation: its words and its address."""
        return {words(link): link.get("href") for link in self.explanation.xpath(".//a")}

    @property
    def holders(self) -> list[str]:
        """The line of each instance or host that uses the volume."""
        return [
            words(line) for line in self.frame.xpath(".//ul[contains(@class, 'sd-holders')]/li")
        ]

    @property
    def holder_links(self) -> list[str]:
        """Where the lines of the instances lead."""
        return list(self.frame.xpath(".//ul[contains(@class, 'sd-holders')]/li/a/@href"))

    @property
    def problem(self) -> str:
        """What went wrong, empty for nothing."""
        found = self.frame.xpath(
            ".//*[contains(@class, 'sd-problem')][not(ancestor-or-self::*[@hidden])]"
        )
        return " ".join(words(node) for node in found)

    @property
    def way_back(self) -> str:
        """Where the link leads that switches back to the form's project."""
        return str(self.frame.xpath(".//a[contains(@href, '/auth/switch/')]/@href")[0])

    @property
    def tick(self) -> Any:
        """The box to tick, or None."""
        return next(iter(self.frame.xpath(".//input[@name='acknowledged']")), None)

    @property
    def offered(self) -> str:
        """Which sentence is to be ticked, empty for none."""
        return "" if self.tick is None else str(self.tick.get("value"))

    @property
    def acknowledgement(self) -> str | None:
        """The sentence beside the box to tick, or None."""
        if self.tick is None:
            return None
        labels = self.frame.xpath(f".//label[@for='{self.tick.get('id')}']")
        return words(labels[0])

    @property
    def tick_error(self) -> str:
        """What is said at the tick when it is missing."""
        return " ".join(
            words(node) for node in self.frame.xpath(".//*[@id='id_acknowledged_error']")
        )

    @property
    def button(self) -> Button | None:
        """The submit button, or None where nothing can be submitted."""
        found = self.frame.xpath(".//*[@type='submit'][not(ancestor-or-self::*[@hidden])]")
        if not found:
            return None
        return Button(frozenset(found[0].get("class").split()), found[0].get("value"))

    @property
    def ways_out(self) -> list[str]:
        """The words of the buttons beside the submit button."""
        footer = self.frame.find_class("modal-footer")[0]
        return [words(link) for link in footer.xpath(".//a")]

    @property
    def programs(self) -> dict[str, str]:
        """The programs that are shown, exactly, by language."""
        shown = self.frame.find_class("sd-command-text")
        return {each.get("data-sd-program"): str(each.text_content()) for each in shown}

    @property
    def quota(self) -> list[str]:
        """The paragraphs about limits."""
        return [words(line) for line in self.frame.xpath(".//*[contains(@class, 'sd-quota')]/p")]

    @property
    def form(self) -> Any:
        """The form's element."""
        return self.frame.xpath(".//form")[0]

    def fields(self, *, tick: bool = False) -> dict[str, str]:
        """Return what a browser would send, with the box ticked or not."""
        said = {
            # A browser drops the line break after <textarea>; lxml does not.
            name: (value or "").removeprefix("\n")
            for name, value in self.form.fields.items()
            if name not in (None, "acknowledged", "csrfmiddlewaretoken")
        }
        if tick and self.tick is not None:
            said["acknowledged"] = self.tick.get("value")
        return said

    def submit(
        self, visitor: Visitor, *, tick: bool = False, modal: bool = True, **typed: str
    ) -> requests.Response:
        """Send the form as the dialog (or the plain page) would; redirects are not followed."""
        data = {**self.fields(tick=tick), **typed}
        return visitor.post(self.form.get("action"), data, dialog=modal, allow_redirects=False)


def opened(visitor: Visitor, path: str, *, modal: bool = True) -> Dialog:
    """Open a dialog."""
    return Dialog(visitor.get(path, dialog=modal))


def accepted(answer: requests.Response) -> bool:
    """Tell whether the form was accepted: the person is sent on to a list."""
    # Horizon turns a redirect into this header where a script asked.
    place = answer.headers.get("X-Horizon-Location") or answer.headers.get("Location", "")
    return place.startswith((VOLUMES, SNAPSHOTS))
