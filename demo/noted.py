# SPDX-License-Identifier: Apache-2.0
"""Creates the demo's snapshots with consistency notes, through the dashboard itself.

Those of the demo data are made through the API, as scripts do it: they say "Not recorded". Runs in
Horizon's environment: ``python -m demo.noted ADDRESS``. Does nothing where it has been before.
"""

import sys

import lxml.html

from demo.layout import chosen_home
from demo.problem import Problem
from demo.visitor import Visitor
from devcloud.access import load

USER = "anna"
# Volume -> name of the snapshot; the instance of each is in another state.
SNAPSHOTS = {
    "web-data": "while serving",
    "db-data": "database off",
    "cache-data": "while paused",
    "media-uploads": "both sides",
    "git-data": "before migration of git",
}
LIST = "/project/snapshots/?field=name&value="


def main(address: str) -> int:
    """Make what is missing; return the exit code."""
    anna = Visitor(address)
    anna.log_in(load(chosen_home().path).login(USER))
    try:
        for volume, name in SNAPSHOTS.items():
            if not _rows(anna, LIST + name):
                _make(anna, volume, name)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _rows(anna: Visitor, path: str) -> list[str]:
    page = lxml.html.fromstring(anna.get(path).text)
    return [str(row.get("data-object-id")) for row in page.xpath("//tr[@data-object-id]")]


def _make(anna: Visitor, volume: str, name: str) -> None:
    """Open the dialog of a volume, accept what it says, and send it."""
    found = _rows(anna, f"/project/volumes/?field=name&value={volume}")
    if not found:
        raise Problem(f"The demo has no volume {volume}.")
    path = f"/project/volumes/{found[0]}/create_snapshot/"
    page = lxml.html.fromstring(anna.get(path, dialog=True).text)
    (form,) = (each for each in page.forms if each.get("data-sd-dialog") is not None)
    hidden = {each.name: each.value for each in form.xpath(".//input[@type='hidden']")}
    ticks = {each.name: each.get("value") for each in form.xpath(".//input[@type='checkbox']")}
    hidden.pop("csrfmiddlewaretoken")
    answer = anna.post(path, {**hidden, **ticks, "name": name}, allow_redirects=False)
    if answer.status_code != 302:
        raise Problem(f"The snapshot {name} of {volume} was not made.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
