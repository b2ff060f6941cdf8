# SPDX-License-Identifier: Apache-2.0
"""Every address of ours is asked, and sent an empty form, on each supported Horizon."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
import requests

from demo.dashboard import Dashboard
from demo.visitor import Visitor
from devcloud.access import Access
from tests.cloud.workshop import Workshop
from tests.release.installed import each_release
from tests.release.pages import log_of, ours_in
from tests.unit.panels.every_view import OURS

# See README: make test-all. On the newest Horizon the unit tests ask every address, too.
pytestmark = pytest.mark.extended
# What a page, what has nothing to say, a redirection, something that is gone and what is only sent
# or only read answer.
ANSWERS = {
    requests.codes.ok,
    requests.codes.no_content,
    requests.codes.found,
    requests.codes.not_found,
    requests.codes.method_not_allowed,
}
# About one thing, with or without a script to read the answer: they are shown.
SHOWN = (
    "project:volumes:index",
    "project:volumes:detail/",
    "project:volumes:create",
    "project:volumes:create_snapshot/",
    "project:volumes:schedule",
    "project:snapshots:index",
    "project:snapshots:detail/",
    "project:snapshots:clean_up",
    "project:snapshots:hold/",
    "project:snapshots:keep_until/",
    "admin:volumes:index",
    "admin:snapshots:index",
    "admin:snapshots:clean_up/",
    "admin:snapshots:report",
)


@dataclass(frozen=True)
class Asked:
    """Things of a project, and who asks about them."""

    project: Visitor
    support: Visitor
    ids: dict[str, str]
    nothing: str = field(default_factory=lambda: str(uuid4()))

    def who(self, name: str) -> Visitor:
        """Return who has this page."""
        return self.support if name.startswith("horizon:admin:") else self.project

    def url(self, name: str) -> str:
        """Return the address about these things; what there is none of was deleted."""
        address = OURS[name]
        path = address.url(self.nothing)
        for word in address.words:
            # The words are in the order of the path.
            path = path.replace(self.nothing, self.ids.get(word, str(uuid4())), 1)
        if name == "horizon:project:volumes:schedule":
            path += f"?id={self.ids['volume_id']}"
        return path


@pytest.fixture(scope="session")
def instance_id(workshop: Workshop) -> str:
    """One instance for all: a project has room for few, and an empty form does nothing to it."""
    instance, _attached = workshop.attached()
    return str(instance.id)


@pytest.fixture
def asked(
    number: str,
    serving: Callable[[str, str], Dashboard],
    otto: Callable[[Dashboard], Visitor],
    cloud: Access,
    workshop: Workshop,
    instance_id: str,
) -> Asked:
    """Things that this test may change, at a Horizon of this release."""
    running = serving(number, "ours")
    support = Visitor(running.url)
    support.log_in(cloud.login("admin"))
    volume = workshop.volume().id
    ids = {
        "volume_id": volume,
        "snapshot_id": workshop.snapshot(volume).id,
        "instance_id": instance_id,
        "project_id": workshop.owner.current_project_id,
    }
    return Asked(otto(running), support, ids)


@each_release
@pytest.mark.parametrize("dialog", [False, True], ids=["page", "dialog"])
def test_every_address_answers(
    number: str, dialog: bool, asked: Asked, serving: Callable[[str, str], Dashboard]
) -> None:
    answers = {
        name: asked.who(name).get(asked.url(name), dialog=dialog, allow_redirects=False).status_code
        for name in OURS
    }
    assert {name: each for name, each in answers.items() if each not in ANSWERS} == {}
    shown = {name: answers[f"horizon:{name}"] for name in SHOWN}
    assert {name: each for name, each in shown.items() if each != requests.codes.ok} == {}
    assert ours_in(log_of(serving(number, "ours"))) == []


@each_release
def test_every_address_answers_to_an_empty_form(
    number: str, asked: Asked, serving: Callable[[str, str], Dashboard]
) -> None:
    # What deletes comes last: the others need the thing.
    names = sorted(OURS, key=lambda name: ("delete" in name, name))
    answers = {
        name: asked.who(name)
        .post(asked.url(name), {}, dialog=True, allow_redirects=False)
        .status_code
        for name in names
    }
    assert {name: each for name, each in answers.items() if each not in ANSWERS} == {}
    assert ours_in(log_of(serving(number, "ours"))) == []
