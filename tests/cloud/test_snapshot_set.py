# SPDX-License-Identifier: Apache-2.0
"""Sets of snapshots of an instance on a real cloud, verified with another client."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import lxml.html
import pytest
import requests

from demo.visitor import Visitor
from devcloud.waiting import wait_until
from tests.cloud.conftest import Visit
from tests.cloud.dialogs import VOLUMES, Dialog, opened, words
from tests.cloud.workshop import PATIENCE, Workshop
from tests.conftest import LogIn

SET = f"{VOLUMES}snapshot_set/"
PREFIX = "snapshot_dashboard:"


def of_instance(instance_id: str) -> str:
    """Return the address of the dialog about an instance's volumes."""
    return f"{SET}?instance={instance_id}"


def fields(form: Any, *, tick: bool = False, **more: Any) -> dict[str, Any]:
    """Return what a browser would send of a form."""
    said: dict[str, Any] = {}
    for name, value in form.form_values():
        said.setdefault(name, []).append(value)
    said.pop("csrfmiddlewaretoken", None)
    return said | more | ({"acknowledged": "set"} if tick else {})


def send(visitor: Visitor, dialog: Dialog, *, tick: bool = False, **more: Any) -> requests.Response:
    """Send the dialog as its script does."""
    data = fields(dialog.form, tick=tick, **more)
    return visitor.post(dialog.form.get("action"), data, dialog=True, allow_redirects=False)


@dataclass(frozen=True)
class Result:
    """The page of a set: its address, its lines, and its form to try again."""

    visitor: Visitor
    address: str

    def read(self) -> Any:
        """Open it."""
        answer = self.visitor.get(self.address)
        assert answer.status_code == requests.codes.ok, answer.text[:500]
        return lxml.html.fromstring(answer.text)

    @property
    def summary(self) -> str:
        """How many of all were requested."""
        return words(self.read().xpath("//*[@data-sd-set-summary]")[0])

    @property
    def lines(self) -> list[str]:
        """What became of each."""
        return [words(each) for each in self.read().xpath("//*[@class='sd-set-lines']/ul/li")]

    def try_again(self) -> "Result":
        """Press the button that makes the missing ones."""
        (form,) = self.read().xpath("//form[contains(@action, 'snapshot_set')]")
        answer = self.visitor.post(form.get("action"), fields(form), allow_redirects=False)
        return Result(self.visitor, answer.headers["Location"])

    def settled(self) -> None:
        """Wait until nothing moves any more."""
        wait_until(
            lambda: not self.read().xpath("//*[@data-sd-moving]"),
            seconds=PATIENCE,
            what="everything of the set to be final",
            pause=0.5,
        )


def result(visitor: Visitor, answer: requests.Response) -> Result:
    """Return the page that an accepted form leads to."""
    assert "X-Horizon-Location" in answer.headers, Dialog(answer).problem
    return Result(visitor, answer.headers["X-Horizon-Location"])


@dataclass(frozen=True)
class Machine:
    """An instance that was started from a volume and has two more, on different storage."""

    id: str
    name: str
    root: str
    data: tuple[str, ...]

    @property
    def volumes(self) -> tuple[str, ...]:
        """All of them, the system disk first."""
        return (self.root, *self.data)


@pytest.fixture
def machine(workshop: Workshop) -> Machine:
    """A running instance whose storage copies, and depends."""
    instance, root = workshop.started_from_volume("shop")
    data = tuple(str(workshop.volume(kind, volume_type=kind).id) for kind in ("ssd", "linked"))
    for each in data:
        workshop.attach(instance.id, each)
    return Machine(instance.id, instance.name, root, data)


def made(workshop: Workshop, machine: Machine) -> dict[str, list[Any]]:
    """Return every snapshot of each volume, as an administrator reads them."""
    return {each: workshop.snapshots_of(each) for each in machine.volumes}


def test_all_volumes_of_a_running_instance(
    workshop: Workshop, anna: Visitor, machine: Machine
) -> None:
    dialog = opened(anna, of_instance(machine.id))
    assert dialog.title == f"Snapshot All Volumes of {machine.name}"
    assert dialog.button is not None
    assert dialog.button.value == "Create 3 Snapshots (Force)"
    page = result(anna, send(anna, dialog, tick=True, name="before upgrade"))
    assert page.summary == "3 of 3 snapshots requested."
    page.settled()
    assert [each.rpartition(" - ")[2] for each in page.lines] == ["Available"] * 3
    sets = set()
    requested = set()
    for volume_id, found in made(workshop, machine).items():
        (snapshot,) = found
        volume = workshop.owner.block_storage.get_volume(volume_id)
        assert snapshot.name == f"before upgrade {volume.name}"
        assert snapshot.status == "available"
        notes = snapshot.metadata
        assert notes[f"{PREFIX}taken_while"] == "running"
        assert notes[f"{PREFIX}acknowledged"] == "yes"
        assert notes[f"{PREFIX}instances"] == f"{machine.id}=ACTIVE"
        assert notes[f"{PREFIX}set_size"] == "3"
        sets.add(notes[f"{PREFIX}set"])
        requested.add(notes[f"{PREFIX}request"])
    assert (len(sets), len(requested)) == (1, 3)
    shown = anna.get(f"/project/snapshots/{snapshot.id}").text
    assert "Part of a set of 3" in shown
    assert sets.pop() in shown


def test_without_the_tick_nothing_is_made(
    workshop: Workshop, anna: Visitor, machine: Machine
) -> None:
    dialog = opened(anna, of_instance(machine.id))
    again = Dialog(send(anna, dialog, name="kept"))
    assert again.tick_error == "Tick the box above to create these snapshots, or press Cancel."
    assert again.form.fields["name"] == "kept"
    assert not any(made(workshop, machine).values())


def test_a_double_click_from_two_sessions_makes_each_once(
    workshop: Workshop, login: LogIn, machine: Machine
) -> None:
    people = [login("anna"), login("anna")]
    dialog = opened(people[0], of_instance(machine.id))
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda person: send(person, dialog, tick=True), people))
    pages = [result(person, each) for person, each in zip(people, answers, strict=True)]
    for page in pages:
        page.settled()
        assert page.summary == "3 of 3 snapshots requested."
    assert [len(found) for found in made(workshop, machine).values()] == [1, 1, 1]


def test_a_volume_that_was_attached_after_the_form_was_opened(
    workshop: Workshop, anna: Visitor
) -> None:
    ids = [str(workshop.volume(name).id) for name in ("one", "two")]
    address = f"{SET}?{urlencode([('id', each) for each in ids])}"
    dialog = opened(anna, address)
    assert dialog.button is not None
    assert dialog.button.value == "Create 2 Snapshots"
    assert dialog.tick is None
    instance = workshop.running()
    workshop.attach(instance.id, ids[1])
    again = Dialog(send(anna, dialog, tick=True))
    assert again.problem.startswith(
        "Nothing was created: the situation changed while this form was open"
    )
    assert not workshop.snapshots_of(ids[0]) and not workshop.snapshots_of(ids[1])
    page = result(anna, send(anna, again, tick=True))
    page.settled()
    notes = [workshop.snapshots_of(each)[0].metadata for each in ids]
    assert [each[f"{PREFIX}taken_while"] for each in notes] == ["detached", "running"]
    assert [each[f"{PREFIX}acknowledged"] for each in notes] == ["no", "yes"]


def test_a_limit_lets_the_others_be_made_and_the_missing_one_be_tried_again(
    workshop: Workshop, anna: Visitor
) -> None:
    full, free = (str(workshop.volume(kind, volume_type=kind).id) for kind in ("hdd", "ssd"))
    before = [workshop.snapshot(full) for _ in range(2)]
    dialog = opened(anna, f"{SET}?id={full}&id={free}")
    assert 'Snapshots of type "hdd": 2 of 2 used, 3 after these.' in dialog.quota
    page = result(anna, send(anna, dialog, name="both"))
    assert page.summary == "1 of 2 snapshots requested."
    (line,) = [each for each in page.lines if "Not created" in each]
    assert "Maximum number of snapshots allowed (2) exceeded" in line
    assert (len(workshop.snapshots_of(full)), len(workshop.snapshots_of(free))) == (2, 1)
    workshop.owner.block_storage.delete_snapshot(before[0].id)
    wait_until(
        lambda: len(workshop.snapshots_of(full)) == 1,
        seconds=PATIENCE,
        what="room for a snapshot",
        pause=0.2,
    )
    again = page.try_again()
    again.settled()
    assert again.summary == "2 of 2 snapshots requested."
    assert (len(workshop.snapshots_of(full)), len(workshop.snapshots_of(free))) == (2, 1)


def test_what_the_storage_failed_to_make_is_told_and_made_again(
    workshop: Workshop, anna: Visitor, machine: Machine
) -> None:
    dialog = opened(anna, of_instance(machine.id))
    workshop.broken_storage("create_snapshot")
    page = result(anna, send(anna, dialog, tick=True, name="again"))
    page.settled()
    assert page.summary == "0 of 3 snapshots requested."
    assert all(
        "Not created: The storage could not make the snapshot." in each for each in page.lines
    )
    workshop.storage_as_usual()
    again = page.try_again()
    again.settled()
    assert again.summary == "3 of 3 snapshots requested."
    for found in made(workshop, machine).values():
        assert sorted(each.status for each in found) == ["available", "error"]


@pytest.mark.extended
def test_an_image_started_instance_says_what_is_left_out(workshop: Workshop, anna: Visitor) -> None:
    instance, volume = workshop.attached("from-image")
    dialog = opened(anna, of_instance(instance.id))
    left_out = f"The system disk (root disk) of {instance.name} is not a volume and is not included"
    assert left_out in dialog.text
    page = result(anna, send(anna, dialog, tick=True))
    assert left_out in words(page.read())
    page.settled()
    assert len(workshop.snapshots_of(volume.id)) == 1


@pytest.mark.extended
def test_an_administrator_makes_nothing_of_a_customers_volumes(
    workshop: Workshop, visit: Visit, machine: Machine
) -> None:
    support = visit("admin", "admin")
    dialog = opened(support, of_instance(machine.id))
    assert dialog.text.count("This volume belongs to another project") == 3
    assert dialog.button is None
    forged: dict[str, Any] = {
        "include": list(machine.volumes),
        "acknowledged": "set",
        "seen": " ".join(f"{each}:1|running|{machine.id}=running" for each in machine.volumes),
    }
    again = Dialog(send(support, dialog, **forged))
    assert again.problem.startswith("Nothing was created")
    assert not any(made(workshop, machine).values())


@pytest.mark.extended
def test_stocks_instances_page_leads_to_it(anna: Visitor, machine: Machine) -> None:
    for page in ("/project/instances/", f"/project/instances/{machine.id}/"):
        found = lxml.html.fromstring(anna.get(page).text)
        (url,) = found.xpath(f"//a[contains(@href, 'snapshot_set/?instance={machine.id}')]/@href")
        assert opened(anna, url).title == f"Snapshot All Volumes of {machine.name}"
