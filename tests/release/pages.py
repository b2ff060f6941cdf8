# SPDX-License-Identifier: Apache-2.0
"""The pages that every Horizon has to show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import lxml.html
import requests

from demo.dashboard import Dashboard
from demo.visitor import Visitor
from tests.browser.oracle import tracebacks
from tests.cloud.dialogs import SNAPSHOTS, VOLUMES, snapshot_path
from tests.release.installed import Answers, Horizon

START = "/project/"
SETTINGS = "/settings/"
# Stock's own with or without us, and as quick in a cloud of any size, which its lists are not.
ADMIN = "/admin/volumes/manage/"
INSTANCES = "/project/instances/"
ADMIN_LISTS = ("/admin/volumes/", "/admin/snapshots/")


@dataclass(frozen=True)
class Things:
    """A volume, one that is attached, a snapshot, and the passwords of who looks at them."""

    volume: str
    attached: str
    snapshot: str
    people: dict[str, str]

    @property
    def details(self) -> str:
        """The page of the volume."""
        return f"{VOLUMES}{self.volume}/"

    @property
    def dialog(self) -> str:
        """The Create Snapshot dialog of the volume."""
        return snapshot_path(self.volume)

    @property
    def of_volumes(self) -> tuple[str, ...]:
        """The pages of the panel Volumes."""
        return VOLUMES, self.details, self.dialog

    @property
    def paths(self) -> tuple[str, ...]:
        """Every page."""
        return SETTINGS, ADMIN, SNAPSHOTS, INSTANCES, *self.of_volumes

    @property
    def dialogs(self) -> list[str]:
        """Every dialog of a project."""
        volume = ["create_backup", "upload_to_image", "extend", "retype", "create_transfer"]
        volume += ["create_snapshot", "attach", "update", "delete"]
        snapshot = ["update", "delete", "revert", "create_volume_and_attach"]
        return [
            f"{VOLUMES}create/",
            f"{VOLUMES}create/?snapshot_id={self.snapshot}",
            f"{VOLUMES}accept_transfer/",
            *(
                f"{VOLUMES}{each}/{what}/"
                for each in (self.volume, self.attached)
                for what in volume
            ),
            *(f"{SNAPSHOTS}{self.snapshot}/{what}/" for what in snapshot),
        ]

    @property
    def admin_dialogs(self) -> list[str]:
        """The dialogs and pages of the admin dashboard."""
        volumes, snapshots = ADMIN_LISTS
        return [
            ADMIN,
            *(f"{volumes}{self.volume}/{what}" for what in ("", "update_status", "migrate")),
            *(f"{snapshots}{what}/" for what in ("find", "attention", "report")),
            f"{snapshots}{self.snapshot}",
            f"{snapshots}{self.snapshot}/update_status/",
        ]

    @property
    def rows(self) -> list[str]:
        """The addresses at which rows of the two lists are refreshed."""
        row = "?action=row_update&table={}&obj_id={}"
        return [
            VOLUMES + row.format("volumes", self.volume),
            SNAPSHOTS + row.format("volume_snapshots", self.snapshot),
        ]

    def asked(self, horizon: Horizon) -> Answers:
        """Ask a Horizon for all of them."""
        admin = [path for path in self.paths if path.startswith("/admin/")]
        asked = {"admin": admin, "otto": [path for path in self.paths if path not in admin]}
        return horizon.ask(
            [
                {"user": user, "password": self.people[user], "paths": paths}
                for user, paths in asked.items()
            ]
        )


def check(
    answers: Answers,
    things: Things,
    *,
    volumes: str,
    snapshots: str,
    expected_trace: str = "nothing",
) -> None:
    """See that each page answers and whose it is: "ours", "stock" or "nobody".

    No traceback is logged but those with the words of ``expected_trace``.
    """
    owners = dict.fromkeys(things.of_volumes, volumes) | {SNAPSHOTS: snapshots}
    # With each of the others, and never missing: no operator of these tests hides it.
    owners[INSTANCES] = "ours" if "ours" in (volumes, snapshots) else "stock"
    expected = {
        # A page that nobody has is not found; that is all that may be missing.
        path: (owners.get(path, "stock"), 404 if owners.get(path) == "nobody" else 200)
        for path in things.paths
    }
    found = {path: (answers.owner(path), answers.statuses[path]) for path in things.paths}
    different = {path: found[path] for path in things.paths if found[path] != expected[path]}
    unexpected = [each for each in ours_in(answers.log) if expected_trace not in each]
    # Not a test module, whose comparisons pytest would explain.
    assert (different, unexpected) == ({}, []), f"{different}\n" + "\n".join(unexpected)


def ours_in(log: str) -> list[str]:
    """Return the tracebacks of a log that have to do with us.

    Stock's own pages log what other suites on the same cloud provoke: instances that vanish,
    volumes attached to no instance. What stock cannot show any more because of us has a status.
    """
    return [each for each in tracebacks(log) if "snapshot_dashboard" in each]


def check_served(running: Dashboard, visitor: Visitor, things: Things, *, ours: bool) -> None:
    """See that a running Horizon shows its pages with their scripts and styles."""
    for path in (START, SETTINGS, VOLUMES, SNAPSHOTS, things.details):
        answer = visitor.get(path)
        assert answer.status_code == requests.codes.ok, (path, running.log)
    dialog = visitor.get(things.dialog)
    assert dialog.status_code == requests.codes.ok
    assert bool(lxml.html.fromstring(dialog.text).find_class("sd-dialog")) is ours
    page = lxml.html.fromstring(visitor.get(VOLUMES).text)
    links = page.xpath("//link[@rel='stylesheet']/@href | //script/@src")
    assert len(links) > 2
    contents = {link: visitor.get(link) for link in links if link.startswith("/static/")}
    assert {answer.status_code for answer in contents.values()} == {requests.codes.ok}
    whole = "".join(answer.text for answer in contents.values())
    assert ("sd-problem" in whole) is ours
    assert ours_in(log_of(running)) == []


def log_of(running: Dashboard) -> str:
    """Return what a running Horizon has logged."""
    return Path(running.log).read_text(encoding="utf-8", errors="replace")
