# SPDX-License-Identifier: Apache-2.0
"""The Revert Volume dialog for the tests on a real cloud."""

from typing import Any

import requests

from demo.visitor import Visitor
from devcloud.waiting import wait_until
from tests.cloud.dialogs import Dialog, words
from tests.cloud.workshop import PATIENCE, Workshop

PAUSE = 0.3


def revert_path(snapshot_id: str) -> str:
    """Return the address of the dialog of a snapshot."""
    return f"/project/snapshots/{snapshot_id}/revert/"


class RevertDialog(Dialog):
    """The dialog, with its two buttons told apart."""

    @property
    def buttons(self) -> list[str]:
        """The names of the buttons that can be pressed."""
        found = self.frame.xpath(".//*[@type='submit'][not(ancestor-or-self::*[@hidden])]")
        return [each.get("name") for each in found]

    @property
    def panels(self) -> list[str]:
        """The title of each box."""
        return [words(each) for each in self.frame.find_class("sd-explanation-title")]

    @property
    def copied(self) -> str:
        """What is said of the copy."""
        return " ".join(words(each) for each in self.frame.find_class("sd-copied"))

    @property
    def links(self) -> dict[str, str]:
        """Each button that is a link in a box: its words and its address."""
        path = ".//*[contains(@class, 'sd-explanation')]//a[contains(@class, 'btn')]"
        return {words(each): each.get("href") for each in self.frame.xpath(path)}

    def press(
        self, visitor: Visitor, name: str, *, tick: bool = False, modal: bool = True
    ) -> requests.Response:
        """Press a button, as a browser without scripts sends it."""
        said = self.fields(tick=tick)
        # Of its buttons a browser sends only the one that was pressed.
        kept = {key: value for key, value in said.items() if key not in ("copy", "revert")}
        data = {**kept, name: "the button's label"}
        address = self.form.get("action")
        return visitor.post(address, data, dialog=modal, allow_redirects=False)


def revert_of(visitor: Visitor, snapshot_id: str, *, modal: bool = True) -> RevertDialog:
    """Open the dialog."""
    return RevertDialog(visitor.get(revert_path(snapshot_id), dialog=modal))


def copies(workshop: Workshop, volume: Any) -> list[Any]:
    """Return the copies of a volume that were made before a revert."""
    found = workshop.owner.block_storage.volumes()
    return [each for each in found if each.name.startswith(f"{volume.name} before revert")]


def copied(visitor: Visitor, workshop: Workshop, snapshot_id: str) -> Any:
    """Make a copy through the dialog, wait until it says that it is Available; return it."""
    opened = revert_of(visitor, snapshot_id)
    assert RevertDialog(opened.press(visitor, "copy")).copied.startswith("Copying...")
    volume_id = workshop.owner.block_storage.get_snapshot(snapshot_id).volume_id
    (made,) = copies(workshop, workshop.owner.block_storage.get_volume(volume_id))
    workshop.adopt_volume(made.id)
    wait_until(
        lambda: "is Available. You can revert now." in revert_of(visitor, snapshot_id).copied,
        seconds=PATIENCE,
        what=f"the dialog to say that copy {made.id} is there",
        pause=PAUSE,
    )
    return workshop.settled(made.id)
