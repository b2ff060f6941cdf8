# SPDX-License-Identifier: Apache-2.0
"""A locked instance is told wherever one is listed, and before every advice to change one."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from snapshot_dashboard.panels.common.attachment_state import verdicts
from snapshot_dashboard.rules.attachment import Exposure, Verdict
from snapshot_dashboard.rules.volume import Volume
from tests.unit.cloud.wire import NOVA, Wire, attachment_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.delete import deletion
from tests.unit.panels.features.investigate import analysis
from tests.unit.panels.features.lineage import lineage_wire
from tests.unit.panels.features.revert import reverting
from tests.unit.panels.features.snapshot_set import snapshot_sets
from tests.unit.panels.person import CREATE_BACKUP, CREATE_SNAPSHOT, VOLUMES, Answer, Person
from tests.unit.panels.support import FIND, alive, be_quiet, support_user
from tests.unit.test_instance_checklist import ADVICE

ATTACH = f"{VOLUMES}v1/attach/"
FIRST = "name of i1 is locked. Unlock it first: until then it cannot be started"
CHOSEN = "Unlock a locked instance first: until then no volume can be attached to it"
UNLOCKED: list[Any] = [False, None, "yes"]


def used(wire: Wire, status: str = "ACTIVE", locked: object = True, **more: Any) -> None:
    """Let v1 be in use by an instance."""
    wire.attached(("i1", status), **more)
    wire.instance("i1", status, locked=locked)


@pytest.mark.parametrize("kind", verdicts.KINDS)
@pytest.mark.parametrize("verdict", sorted(set(Verdict) - {Verdict.HOST}, key=str))
def test_whatever_advises_to_change_an_instance_says_to_unlock_it(
    verdict: Verdict, kind: str
) -> None:
    exposure = Exposure(Volume("v1", "data", 1, "in-use", "p"), verdict)
    if ADVICE.search(str(verdicts.telling(exposure, kind).advice)):
        assert verdicts.asks_to_change(verdict)


@pytest.mark.parametrize(
    "status", ["ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED", "SHELVED", "SHELVED_OFFLOADED", "ERROR"]
)
def test_create_snapshot_says_it_and_warns_as_before(
    wire: Wire, person: Person, status: str
) -> None:
    used(wire, status, locked=False)
    before = person.get(CREATE_SNAPSHOT, dialog=True)
    used(wire, status)
    after = person.get(CREATE_SNAPSHOT, dialog=True)
    assert FIRST in after.explanation
    assert ", locked" in after.said("//ul[contains(@class, 'sd-holders')]")
    assert (after.tick, after.submits, after.value("id_seen")) == (
        before.tick,
        before.submits,
        before.value("id_seen"),
    )
    for each in ("sd-explanation-title", "sd-explanation-risk"):
        assert after.said(f"//*[@id='{each}']") == before.said(f"//*[@id='{each}']")


@pytest.mark.parametrize("locked", UNLOCKED)
def test_what_is_not_told_claims_nothing(wire: Wire, person: Person, locked: object) -> None:
    used(wire, locked=locked)
    assert "locked" not in person.get(CREATE_SNAPSHOT, dialog=True).text.lower()


def test_of_several_instances_those_that_are_locked_are_named(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"), ("i2", "ACTIVE"), ("i3", "ACTIVE"))
    wire.instance("i1", locked=True)
    wire.instance("i2", locked=True)
    said = person.get(CREATE_SNAPSHOT, dialog=True).explanation
    assert "These instances are locked: name of i1, name of i2. Unlock them first" in said


def test_a_name_is_escaped(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    wire.instance("i1", name="<b>%(x)s", locked=True)
    page = person.get(CREATE_SNAPSHOT, dialog=True)
    assert "<b>%(x)s is locked. Unlock it first" in page.explanation


def test_create_backup_says_it(wire: Wire, person: Person) -> None:
    used(wire)
    wire.holds("snapshots")
    page = person.get(CREATE_BACKUP, dialog=True)
    assert FIRST in page.explanation
    assert "name of i1 - Active, locked" in page.explanation


def test_a_set_says_it_with_its_advice(wire: Wire, person: Person) -> None:
    snapshot_sets.running(wire, "v1", "v2", locked=True)
    page = person.get(snapshot_sets.OF_INSTANCE, dialog=True)
    assert page.explanation.count("Unlock it first") == 1
    assert "name of i1 - Active, locked" in page.text


def test_the_result_of_a_set_says_it(wire: Wire, person: Person) -> None:
    snapshot_sets.running(wire, "v1", locked=True)
    snapshot_sets.accepting(wire)
    wire.holds("snapshots")
    dialog = person.get(snapshot_sets.OF_INSTANCE, dialog=True)
    form = snapshot_sets.fill(dialog, tick=True)
    answer = person.post(snapshot_sets.OF_INSTANCE, form, dialog=True)
    page = person.get(answer.headers["X-Horizon-Location"])
    assert FIRST in page.text


@pytest.mark.parametrize("device", ["/dev/vdb", "/dev/vda"])
def test_revert_says_it_before_the_ways(wire: Wire, person: Person, device: str) -> None:
    reverting.prepare(wire)
    used(wire, attachments=[attachment_json("i1", device=device)], bootable="true")
    page = reverting.opened(person)
    assert FIRST in page.text
    ways = ("Detach the volume.", "attach it to the instance")
    assert all(page.text.index(FIRST) < page.text.index(each) for each in ways if each in page.text)
    assert "Active, locked" in page.text


@pytest.mark.parametrize("device", ["/dev/vdb", "/dev/vda"])
def test_delete_says_it(wire: Wire, person: Person, device: str) -> None:
    deletion.there_is(wire)
    used(wire, attachments=[attachment_json("i1", device=device)], bootable="true")
    assert FIRST in person.get(deletion.OF_VOLUME, dialog=True).text


def test_frozen_snapshots_are_offered_all_the_same(wire: Wire, person: Person) -> None:
    root = [attachment_json("i1", device="/dev/vda")]
    agent = {"hw_qemu_guest_agent": "yes"}
    for properties, said in ((agent, True), (agent | {"os_require_quiesce": "yes"}, False)):
        used(wire, attachments=root, bootable="true", volume_image_metadata=properties)
        snapshot_sets.volumes_of(wire, "v1")
        page = person.get(f"{VOLUMES}v1/create_frozen/", dialog=True)
        assert (FIRST in page.text) is said


def test_manage_attachments_says_it(wire: Wire, person: Person) -> None:
    used(wire)
    page = person.get(ATTACH)
    assert FIRST in page.text
    assert page.said("//tbody//a[contains(@href, '/instances/')]") == "name of i1 (locked)"
    used(wire, locked=False)
    assert "locked" not in person.get(ATTACH).text


def test_a_refused_detach_says_what_to_do(
    wire: Wire, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    used(wire)
    told: list[str] = []
    monkeypatch.setattr(
        "snapshot_dashboard.panels.features.attachments.views.messages.error",
        lambda _request, text: told.append(str(text)),
    )
    url = f"{NOVA}/servers/i1/os-volume_attachments/v1"
    wire.fails("DELETE", url, 409, "Instance i1 is locked")
    button = person.get(ATTACH).all("//tbody//button[contains(@value, '__detach__')]")[0]
    person.post(ATTACH, {"action": button.get("value")})
    assert len(told) == 1
    assert "Instance i1 is locked" in told[0] and "Unlock it first" in told[0]


def test_a_volume_that_can_be_attached_shows_which_instances_are_locked(
    wire: Wire, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.volume("v1")
    wire.records("v1")
    found = [
        SimpleNamespace(id=each, name=f"name of {each}", status="ACTIVE", locked=each == "i1")
        for each in ("i1", "i2")
    ]
    stock = "openstack_dashboard.dashboards.project.volumes.views.nova.server_list"
    monkeypatch.setattr(stock, lambda _request: (found, False))
    page = person.get(ATTACH)
    options = {each.get("value"): each.text for each in page.all("//option")}
    assert options["i1"] == "name of i1 (i1) (locked)"
    assert options["i2"] == "name of i2 (i2)"
    assert CHOSEN in page.text


def test_the_picker_offers_a_locked_instance_and_says_so(wire: Wire, person: Person) -> None:
    wire.snapshot()
    wire.volume("v1")
    wire.records("v1")
    found = [analysis.server_json("i1"), analysis.server_json("i2", locked=True)]
    for locked in (True, False):
        analysis.there_are(wire, *(found if locked else found[:1]))
        html = person.get(analysis.INSTANCES).text
        assert (CHOSEN in html.replace("\\n", " ")) is locked
        assert ("Active, locked" in html) is locked


def test_the_overview_of_a_volume_marks_it(wire: Wire, person: Person) -> None:
    used(wire)
    assert "name of i1 (locked) on" in person.get(f"{VOLUMES}v1/").text


def test_lineage_marks_it(wire: Wire, person: Person) -> None:
    lineage_wire.chain(wire)
    used(wire)
    page = lineage_wire.lineage_of(person)
    assert "attached to name of i1 (Active, locked)" in page.text


def test_find_marks_it(wire: Wire, log_in: LogIn) -> None:
    alive(wire)
    be_quiet(wire)
    found = [analysis.server_json("i1", locked=True), analysis.server_json("i2")]
    analysis.there_are(wire, *found)
    support = log_in(support_user())
    page = support.get(f"{FIND}?q=name")
    assert "Active, locked" in page.text


def test_it_costs_no_more_calls(wire: Wire, person: Person) -> None:
    pages: list[Callable[[], Answer]] = [
        lambda: person.get(CREATE_SNAPSHOT, dialog=True),
        lambda: person.get(ATTACH),
        lambda: person.get(f"{VOLUMES}v1/"),
    ]
    for page in pages:
        counts = []
        used(wire)
        page()
        for locked in (False, True):
            used(wire, locked=locked)
            before = len(wire.mocker.request_history)
            page()
            counts.append(len(wire.mocker.request_history) - before)
        assert counts[0] == counts[1]
