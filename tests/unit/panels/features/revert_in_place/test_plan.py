# SPDX-License-Identifier: Apache-2.0
"""The form that shows the plan of a revert in place: what it says, and what it begins."""

import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from snapshot_dashboard.cloud import revert_records
from snapshot_dashboard.panels.common.links import revert_in_place_url
from snapshot_dashboard.panels.features.revert_in_place import plan_texts
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.revert_options import (
    InstanceBlocker,
    SnapshotBlocker,
    VolumeBlocker,
)
from snapshot_dashboard.rules.revert_record import RECORD, Before, Record, Stage, write
from tests.unit.cloud.wire import (
    CINDER,
    NOVA,
    OTHER_PROJECT,
    PROJECT,
    REFUSED,
    Wire,
    attachment_json,
    connection,
    snapshot_json,
    volume_json,
)
from tests.unit.panels.audit_trail import outcomes
from tests.unit.panels.features.revert_in_place.plan_form import (
    FORM,
    OTHER_SET,
    PROGRESS,
    SET,
    SNAPSHOTS,
    begun,
    blockers,
    fields,
    has,
    listed,
    of_set,
    order,
    prepare,
    row,
    send,
    tick,
    written,
)
from tests.unit.panels.person import Person


def in_use(device: str) -> dict[str, Any]:
    """Return what Cinder tells of a volume of i1."""
    return {"status": "in-use", "attachments": [attachment_json("i1", device=device)]}


OF_I1: dict[str, Any] = {"instance_id": "i1", "before": Before.RUNNING}
HOSTILE = "<b>x</b>{{7*7}}{$ 1 $}%(volume)s\u202e"


@pytest.fixture(autouse=True)
def proved(settings: Any) -> None:
    """An operator who has proved it for all types."""
    settings.SNAPSHOT_DASHBOARD = {
        "REIMAGE_FROM_SNAPSHOT": "proved",
        "SUPPORT_TEXT": "Ask the desk",
    }


def test_the_newest_set_is_chosen_and_begun_once(
    wire: Wire, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    prepare(wire)
    page = person.get(FORM)
    assert "the newest snapshots that were taken together" in page.text
    assert page.tick == (
        'I understand that instance "name of i1" will be off meanwhile, and that everything '
        'written since the dates above will be lost on: "name of v1", "name of v2".'
    )
    steps = [each.text_content() for each in page.all("//ol[@class='sd-plan-steps']/li")]
    assert [each.split(" ")[0] for each in steps] == [
        "Shut",
        "Shelve",
        "Write",
        "Write",
        "Put",
        "Unshelve",
    ]
    for number in (0, 1):
        assert "Everything written to" in row(page, number)
        assert "since Nov. 22, 2026, 6:10 a.m. (" in row(page, number)
    # The first button, which the Enter key presses, changes nothing.
    assert [
        each.get("name")
        for each in page.all("//form[@id='revert_in_place_form']//*[@type='submit']")
    ] == ["show", "revert"]
    assert order(wire) == []
    with caplog.at_level("INFO", "snapshot_dashboard.audit"):
        answer = send(person, page)
    assert answer.headers["location"].partition("?")[0] == PROGRESS
    assert order(wire) == ["v2/metadata", "v1/metadata"]
    told = {
        key: (each.snapshot_id, each.index, each.count, each.before, each.instance_id, each.copy)
        for key, each in written(wire).items()
    }
    assert told == {
        "v1": ("s1", 0, 2, Before.RUNNING, "i1", False),
        "v2": ("s2", 1, 2, Before.RUNNING, "i1", False),
    }
    (plan_id,) = {each.plan_id for each in written(wire).values()}
    assert plan_id == fields(page)["request"]
    (line,) = outcomes(caplog)
    assert line["snapshots"] == {"v1": "s1", "v2": "s2"} and line["result"] == "accepted"
    # The same form once more, by a double click or a reload.
    begun(wire, page)
    assert send(person, page).headers["location"].partition("?")[0] == PROGRESS
    assert len(order(wire)) == 2
    # And while it goes on, the form leads to it.
    assert person.get(FORM).headers["location"].partition("?")[0] == PROGRESS


def test_a_double_click_at_the_same_moment_begins_one(wire: Wire, person: Person) -> None:
    prepare(wire)
    page = person.get(FORM)
    with revert_records.alone(connection(), "i1"):
        # The first one is still at it.
        answer = send(person, page)
    assert answer.problem == "It is not known whether the revert has begun"
    assert order(wire) == []


def test_a_plan_that_was_begun_a_moment_ago_is_left_alone(wire: Wire, person: Person) -> None:
    prepare(wire)
    other = Record(plan_id=str(uuid.uuid4()), snapshot_id="s1", **OF_I1)
    page = person.get(FORM)
    shown = volume_json("v1", **in_use("/dev/vda"), bootable="true")
    answers = [shown, shown | {"metadata": {RECORD: write(other)}}]
    wire.mocker.register_uri(
        "GET", f"{CINDER}/volumes/v1", [{"json": {"volume": each}} for each in answers]
    )
    answer = send(person, page)
    assert answer.problem == "It is not known whether the revert has begun"
    assert order(wire) == []


def test_what_was_shown_before_another_plan_does_not_hold(wire: Wire, person: Person) -> None:
    prepare(wire)
    page = person.get(FORM)
    over = Record(plan_id=SET, snapshot_id="s1", **OF_I1, stage=Stage.FINISHED)
    wire.volume("v1", **in_use("/dev/vda"), metadata={RECORD: write(over)}, bootable="true")
    wire.records("v1", "i1")
    assert "not the one that was shown" in send(person, page).problem
    assert order(wire) == []


def test_two_people_begin_one(wire: Wire, person: Person) -> None:
    prepare(wire)
    first, second = person.get(FORM), person.get(FORM)
    send(person, first)
    begun(wire, first)
    assert send(person, second).headers["location"].partition("?")[0] == PROGRESS
    assert len(order(wire)) == 2


@pytest.mark.parametrize("stage", [Stage.FINISHED, Stage.GIVEN_UP])
def test_after_one_that_is_over_another_is_planned(
    wire: Wire, person: Person, stage: Stage
) -> None:
    prepare(wire)
    record = Record(plan_id=str(uuid.uuid4()), snapshot_id="s1", **OF_I1, stage=stage)
    entries = [attachment_json("i1", device="/dev/vda")]
    wire.volume("v1", status="in-use", attachments=entries, metadata={RECORD: write(record)})
    wire.records("v1", "i1")
    assert person.get(FORM).status == 200
    assert send(person).headers["location"].partition("?")[0] == PROGRESS
    assert len(written(wire)) == 2


def test_a_form_that_comes_back_is_that_of_another_plan(wire: Wire, person: Person) -> None:
    """Copies are told by the plan's id: one of an old tab would take older ones for its own."""
    prepare(wire)
    old = person.get(FORM)
    for each, index in (("v1", 0), ("v2", 1)):
        over = Record(SET, "s1", **OF_I1, count=2, index=index, stage=Stage.FINISHED)
        device = {"v1": "/dev/vda", "v2": "/dev/vdb"}[each]
        wire.volume(each, **in_use(device), metadata={RECORD: write(over)})
    answer = send(person, old)
    assert answer.problem and order(wire) == []
    assert fields(answer)["request"] != fields(old)["request"]
    unticked = person.post(FORM, fields(answer) | {"revert": "Revert Instance"})
    assert fields(unticked)["request"] not in (fields(old)["request"], fields(answer)["request"])


def test_another_choice_is_shown_before_it_counts(wire: Wire, person: Person) -> None:
    prepare(wire)
    page = person.get(FORM)
    other = {"snapshot_v2": "s2-newer"}
    back = send(person, page, **other)
    assert back.problem == "Nothing was changed: the plan is not the one that was shown"
    assert "were not taken together" in back.text
    assert not back.all("//*[@id='id_acknowledged'][@checked]")
    assert order(wire) == []
    assert fields(back)["snapshot_v2"] == "s2-newer"
    send(person, back)
    assert {key: each.snapshot_id for key, each in written(wire).items()} == {
        "v1": "s1",
        "v2": "s2-newer",
    }


def test_a_volume_can_be_left_out(wire: Wire, person: Person) -> None:
    prepare(wire)
    page = person.get(FORM)
    shown = person.post(FORM, fields(page) | {"include": ["v2"], "show": "Show This Plan"})
    assert shown.problem == ""
    assert "it keeps what it holds now" in row(shown, 0)
    assert "volumes that are left out keep what they hold now" in shown.text
    assert '"name of v1"' not in shown.tick
    assert order(wire) == []
    send(person, shown)
    (record,) = written(wire).items()
    assert (record[0], record[1].index, record[1].count) == ("v2", 0, 1)


def test_nothing_is_begun_without_a_volume_or_the_tick(wire: Wire, person: Person) -> None:
    prepare(wire)
    page = person.get(FORM)
    assert "Tick the box above" in send(person, page, acknowledged="").text
    empty = person.post(FORM, fields(page) | {"include": [], "show": "x"})
    assert "Tick at least one volume." in send(person, empty).text
    assert order(wire) == []


def test_a_form_by_hand_is_answered_with_the_plan(wire: Wire, person: Person) -> None:
    prepare(wire)
    answer = person.post(FORM, {"acknowledged": "lost", "include": ["v1", "v2"], "revert": "x"})
    assert "are asked for" in answer.text or "cannot be used now" in answer.problem
    chosen = {"snapshot_v1": "s1", "snapshot_v2": "s2"}
    sent = {"acknowledged": "lost", "include": ["v1", "v2"], **chosen}
    assert person.post(FORM, sent).problem == ""
    answer = person.post(FORM, {**sent, "revert": "x"})
    assert "this form has not shown the plan before" in answer.problem
    assert order(wire) == []


FOREIGN_SNAPSHOT = {"os-extended-snapshot-attributes:project_id": OTHER_PROJECT}


@pytest.mark.parametrize("snapshot_id", ["s2", "s9", "s8", "../v2", ""])
def test_only_usable_snapshots_of_the_volume_count(
    wire: Wire, person: Person, snapshot_id: str
) -> None:
    prepare(wire)
    wire.says("GET", "/snapshots/s9", {"snapshot": snapshot_json("s9", **FOREIGN_SNAPSHOT)})
    wire.fails("GET", "/snapshots/s8", 404)
    page = person.get(FORM)
    answer = send(person, page, snapshot_v1=snapshot_id)
    assert answer.problem == "Some of the snapshots that were asked for cannot be used now"
    assert order(wire) == []


def attach_another(wire: Wire) -> None:
    """Let i1 have a third volume."""
    wire.volume("v3", status="in-use", attachments=[attachment_json("i1")])
    wire.records("v3", "i1")
    listed(wire, {"v3": ()})
    has(wire, v1="/dev/vda", v2="/dev/vdb", v3="/dev/vdc")


def shut_off(wire: Wire) -> None:
    """Let somebody shut i1 off."""
    wire.instance("i1", "SHUTOFF", tenant_id=PROJECT, flavor={"ephemeral": 0})


CHANGES: dict[str, Callable[[Wire], None]] = {
    "instance shut off": shut_off,
    "instance locked": lambda wire: prepare(wire, locked=True),
    "instance renamed": lambda wire: prepare(wire, name="another"),
    "volume attached": attach_another,
    "volume detached": lambda wire: has(wire, v1="/dev/vda"),
    "volume busy": lambda wire: volume(status="uploading")(wire),
    "volume extended": lambda wire: volume(size=30)(wire),
    "snapshot failed": lambda wire: listed(wire, {"v2": (of_set("s2", "v2", status="error"),)}),
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_what_has_changed_is_read_first(wire: Wire, person: Person, change: str) -> None:
    prepare(wire)
    page = person.get(FORM)
    CHANGES[change](wire)
    answer = send(person, page)
    assert answer.status == 200
    assert answer.problem
    assert order(wire) == []


def other_attachment(wire: Wire, **more: Any) -> None:
    """Let v2 be used by something else too."""
    entries = [attachment_json("i1"), attachment_json("i2")]
    wire.volume("v2", status="in-use", attachments=entries, **more)
    wire.records("v2", "i1", "i2")
    wire.instance("i2")


def host_attachment(wire: Wire) -> None:
    """Let v2 be attached to a host."""
    entries = [attachment_json("i1"), attachment_json(None, host_name="h")]
    wire.volume("v2", status="in-use", attachments=entries)
    wire.records("v2", "i1")


def with_snapshots(*found: dict[str, Any]) -> Callable[[Wire], None]:
    """Let v2 have these snapshots."""
    return lambda wire: listed(wire, {"v2": found})


def volume(**more: Any) -> Callable[[Wire], None]:
    """Let v2 be otherwise."""

    def change(wire: Wire) -> None:
        said = {"status": "in-use", "attachments": [attachment_json("i1")]}
        wire.volume("v2", **(said | more))
        wire.records("v2", "i1")

    return change


def no_records(wire: Wire) -> None:
    """Let Cinder not tell what uses v2."""
    volume(attachments=[])(wire)
    wire.fails("GET", "/attachments?volume_id=v2", 500)


VOLUME_CASES: list[tuple[VolumeBlocker, Callable[[Wire], None]]] = [
    (VolumeBlocker.UNREADABLE, lambda wire: wire.fails("GET", "/volumes/v2", 500)),
    (VolumeBlocker.FOREIGN, volume(**{"os-vol-tenant-attr:tenant_id": OTHER_PROJECT})),
    (VolumeBlocker.NOT_PROVED, volume(volume_type="hdd")),
    (VolumeBlocker.FAILED, volume(status="error")),
    (VolumeBlocker.BUSY, volume(status="uploading")),
    (VolumeBlocker.STATUS, volume(status="available", attachments=[])),
    (VolumeBlocker.STATUS, volume(status="reserved")),
    (
        VolumeBlocker.REVERTING,
        volume(metadata={RECORD: write(Record(plan_id=SET, snapshot_id="s2"))}),
    ),
    (VolumeBlocker.MULTIATTACH, volume(multiattach=True)),
    (VolumeBlocker.SHARED, other_attachment),
    (VolumeBlocker.SHARED, host_attachment),
    (VolumeBlocker.NOT_KNOWN, no_records),
    (
        VolumeBlocker.SNAPSHOTS_UNREADABLE,
        lambda wire: wire.fails("GET", "/snapshots/detail?volume_id=v2", 500),
    ),
    (VolumeBlocker.NO_SNAPSHOT, with_snapshots()),
    # A filter that is ignored finds those of other volumes.
    (VolumeBlocker.NO_SNAPSHOT, with_snapshots(snapshot_json("s7"))),
    (VolumeBlocker.NONE_USABLE, with_snapshots(of_set("s2", "v2", status="error"))),
    (VolumeBlocker.NONE_USABLE, with_snapshots(of_set("s2", "v2", status="creating"))),
    (VolumeBlocker.NONE_USABLE, with_snapshots(of_set("s2", "v2", size=21))),
    (VolumeBlocker.NONE_USABLE, with_snapshots(of_set("s2", "v2", consumes_quota=False))),
    (VolumeBlocker.NONE_USABLE, with_snapshots(of_set("s2", "v2", **FOREIGN_SNAPSHOT))),
]


@pytest.mark.parametrize("blocker, change", VOLUME_CASES)
def test_a_volume_that_cannot_be_reverted_is_left_out_with_its_reason(
    wire: Wire,
    person: Person,
    settings: Any,
    blocker: VolumeBlocker,
    change: Callable[[Wire], None],
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": {"*": "proved", "hdd": "never"}}
    prepare(wire)
    change(wire)
    page = person.get(FORM)
    said = re.sub(r"%\(.*", "", str(plan_texts.VOLUME[blocker].title))
    assert f"Left out: {said}".strip() in row(page, 1)
    assert fields(page)["include"] == ["v1"]
    # Nothing sent by hand changes that.
    form = fields(page) | tick(page) | {"include": ["v1", "v2"], "snapshot_v2": "s2"}
    assert person.post(FORM, form | {"revert": "x"}).status == 200
    assert order(wire) == []


def instance(status: str = "ACTIVE", **more: Any) -> Callable[[Wire], None]:
    """Let i1 be otherwise."""
    return lambda wire: prepare(wire, status, **more)


def without_system_volume(wire: Wire) -> None:
    """Let i1 be started from an image, with a data volume."""
    prepare(wire, image={"id": "base"})
    has(wire, v2="/dev/vdb")


INSTANCE_CASES: list[tuple[InstanceBlocker, Callable[[Wire], None]]] = [
    (InstanceBlocker.FOREIGN, instance(tenant_id=OTHER_PROJECT)),
    (InstanceBlocker.NO_VOLUMES, lambda wire: has(wire)),
    (InstanceBlocker.IMAGE, without_system_volume),
    (InstanceBlocker.LOCAL_DISK, instance(flavor={"ephemeral": 8})),
    (InstanceBlocker.LOCAL_DISK_UNKNOWN, instance(flavor={"id": "f"})),
    (InstanceBlocker.LOCKED, instance(locked=True)),
    (InstanceBlocker.BUSY, instance(**{"OS-EXT-STS:task_state": "resize_prep"})),
    *(
        (InstanceBlocker.STATUS, instance(status))
        for status in ("PAUSED", "SUSPENDED", "SHELVED", "ERROR", "RESCUE", "VERIFY_RESIZE", "NEW")
    ),
]


@pytest.mark.parametrize("blocker, change", INSTANCE_CASES)
def test_an_instance_that_cannot_be_reverted_is_explained(
    wire: Wire, person: Person, blocker: InstanceBlocker, change: Callable[[Wire], None]
) -> None:
    prepare(wire)
    page = person.get(FORM)
    change(wire)
    blocked = person.get(FORM)
    (title,) = blockers(blocked)
    expected = str(plan_texts.INSTANCE[blocker].title).replace("%(instance)s", "name of i1")
    assert title.startswith(expected.partition("%(")[0])
    assert not blocked.all("//*[@name='revert']") and not blocked.tick
    answer = send(person, page)
    assert answer.problem == "Nothing was changed: this cannot be reverted now"
    assert order(wire) == []


def test_an_old_cinder_is_told(wire: Wire, person: Person) -> None:
    wire.versions("3.67")
    prepare(wire)
    (title,) = blockers(person.get(FORM))
    assert title == plan_texts.INSTANCE[InstanceBlocker.TOO_OLD].title


def test_too_many_volumes_are_not_read(wire: Wire, person: Person) -> None:
    prepare(wire)
    has(wire, **{f"v{number}": "/dev/vda" for number in range(51)})
    (title,) = blockers(person.get(FORM))
    assert "has too many volumes" in title
    assert wire.sent("GET", "/volumes/v7") == []


@pytest.mark.parametrize(
    "denied, said",
    [
        ("volume:reimage_reserved", "write into volumes that an instance has"),
        ("os_compute_api:os-shelve:unshelve", "shelve and unshelve instances"),
        ("os_compute_api:servers:stop", "shut off and start instances"),
        ("upload_image", "create and delete images"),
    ],
)
def test_a_role_that_lacks_a_right_is_told_here(
    wire: Wire, person: Person, monkeypatch: pytest.MonkeyPatch, denied: str, said: str
) -> None:
    def check(rules: Any, *_more: Any) -> bool:
        return all(rule != denied for _service, rule in rules)

    monkeypatch.setattr("openstack_dashboard.policy.check", check)
    prepare(wire)
    page = person.get(FORM)
    assert blockers(page) == ["Your role does not allow all steps of this"]
    assert f"It lacks the right to: {said}." in page.text


def test_every_text_is_there() -> None:
    assert set(plan_texts.INSTANCE) == set(InstanceBlocker)
    assert set(plan_texts.VOLUME) == set(VolumeBlocker)
    assert set(plan_texts.SNAPSHOT) == set(SnapshotBlocker)
    assert set(plan_texts.HAPPENS) == set(Before) - {Before.NONE}


@pytest.mark.parametrize(
    "status, first, last, before",
    [
        ("SHUTOFF", "Shelve", "Shut", Before.OFF),
        ("SHELVED_OFFLOADED", "Write", "Put", Before.SHELVED),
    ],
)
def test_an_instance_that_is_off_stays_off(
    wire: Wire, person: Person, status: str, first: str, last: str, before: Before
) -> None:
    prepare(wire, status)
    page = person.get(FORM)
    steps = [each.text_content() for each in page.all("//ol[@class='sd-plan-steps']/li")]
    assert (steps[0].split(" ")[0], steps[-1].split(" ")[0]) == (first, last)
    assert bool(page.all("//input[@name='copy']")) == (before is not Before.SHELVED)
    # Whoever sends it all the same gets no copy that would be refused in the middle.
    send(person, page, copy="on")
    told = {(each.before, each.copy) for each in written(wire).values()}
    assert told == {(before, before is Before.OFF)}


def test_a_shelved_instance_has_no_local_disk_any_more(wire: Wire, person: Person) -> None:
    prepare(wire, "SHELVED_OFFLOADED", flavor={"ephemeral": 8})
    assert blockers(person.get(FORM)) == []


@pytest.mark.parametrize(
    "limits, fits",
    [({}, False), ({"gigabytes": (940, 980)}, True), ({"volumes": (19, 20)}, False)],
)
def test_copies_have_to_fit_the_limits(
    wire: Wire, person: Person, limits: dict[str, tuple[int, int]], fits: bool
) -> None:
    wire.quota(**({"gigabytes": (970, 1000)} | limits))
    prepare(wire)
    page = person.get(FORM)
    answer = send(person, page, copy="on")
    if fits:
        assert all(each.copy for each in written(wire).values())
    else:
        assert "leave no room for what has to be made" in answer.problem
        assert order(wire) == []
        assert answer.all("//input[@name='copy'][@checked]")
        assert 'Copy volume "name of v1" as it is now' in answer.text
        # Without copies it goes on.
        assert send(person, page).status == 302


@pytest.fixture
def by_image(settings: Any) -> None:
    """An operator whose Cinder is older: an image is made of each snapshot."""
    settings.SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": "image"}


@pytest.mark.usefixtures("by_image")
def test_where_images_are_made_the_plan_and_the_limits_say_so(wire: Wire, person: Person) -> None:
    prepare(wire)
    # Whether it is encrypted is not told.
    wire.volume("v1", **in_use("/dev/vda"), encrypted=None)
    page = person.get(FORM)
    assert "Left out: This volume is encrypted, or that is not told." in row(page, 0)
    assert "an image is made of each snapshot first" in page.text
    steps = [each.text_content() for each in page.all("//ol[@class='sd-plan-steps']/li")]
    assert steps[0] == 'Make an image of snapshot "name of s2"'
    wire.quota(volumes=(20, 20))
    answer = send(person, page)
    assert "leave no room for what has to be made" in answer.problem
    assert order(wire) == []
    wire.quota(volumes=(19, 20))
    assert send(person, page).status == 302


@pytest.mark.usefixtures("by_image")
def test_where_images_are_made_a_role_needs_more(
    wire: Wire, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(rules: Any, *_more: Any) -> bool:
        return all(rule != "volume:create" for _service, rule in rules)

    monkeypatch.setattr("openstack_dashboard.policy.check", check)
    prepare(wire)
    assert "lacks the right to: create and delete volumes" in person.get(FORM).text


ASKED = [
    (f"?set={SET}", {"v1": "s1", "v2": "s2"}, True),
    ("?snapshot=s2", {"v1": "s1", "v2": "s2"}, True),
    ("?snapshot=s2-newer", {"v2": "s2-newer"}, True),
    ("?snapshot=s1&snapshot=s2-newer", {"v1": "s1", "v2": "s2-newer"}, True),
    ("?snapshot=gone", {}, False),
    (f"?set={OTHER_SET}", {}, False),
]


@pytest.mark.parametrize("query, chosen, there", ASKED)
def test_the_address_says_what_to_go_back_to(
    wire: Wire, person: Person, query: str, chosen: dict[str, str], there: bool
) -> None:
    prepare(wire)
    wire.fails("GET", "/snapshots/gone", 404)
    found = [each for some in SNAPSHOTS.values() for each in some]
    mine = [each for each in found if each["metadata"]] if SET in query else []
    for each in (SET, OTHER_SET):
        address = f"/snapshots/detail?metadata={quote(str({sets.SET: each}))}"
        wire.says("GET", address, {"snapshots": mine})
    page = person.get(FORM + query)
    form = fields(page)
    assert {each: form[f"snapshot_{each}"] for each in form["include"]} == chosen
    assert (page.problem == "") == there


def test_an_older_snapshot_that_is_asked_for_is_offered(wire: Wire, person: Person) -> None:
    prepare(wire)
    wire.snapshot("s0", name="older than all that are listed")
    page = person.get(f"{FORM}?snapshot=s0")
    assert fields(page)["snapshot_v1"] == "s0"
    # The form's own address says so, and it is read again.
    assert send(person, page).headers["location"].partition("?")[0] == PROGRESS
    assert written(wire)["v1"].snapshot_id == "s0"


def test_without_a_common_set_it_is_the_newest_of_each(wire: Wire, person: Person) -> None:
    prepare(wire)
    listed(wire, {"v2": (of_set("s2", "v2", OTHER_SET),)})
    page = person.get(FORM)
    assert "Chosen here: the newest snapshot of each volume." in page.text
    assert "The chosen snapshots were not taken together" in page.text
    assert fields(page)["snapshot_v1"] == "s1-newer"


def test_what_is_special_of_a_volume_is_told(wire: Wire, person: Person) -> None:
    prepare(wire)
    volume(encrypted=True, size=30)(wire)
    page = person.get(FORM)
    assert "This volume is encrypted." in row(page, 1)
    assert "It keeps its size of 30 GiB" in row(page, 1)
    assert "looks like the system disk (root disk)" in row(page, 0)
    assert "system disk" not in row(page, 1)


def test_names_are_hostile(wire: Wire, person: Person) -> None:
    prepare(wire, name=HOSTILE)
    volume(name=HOSTILE)(wire)
    listed(wire, {"v2": (of_set("s2", "v2", name=HOSTILE),)})
    page = person.get(FORM)
    assert "<b>x</b>" not in page.html and "{$ 1 $}" not in page.html
    shown = HOSTILE.replace("{$", "{%").replace("$}", "%}")
    assert page.tick.count(shown) == 2
    assert row(page, 1).count(shown) == 2
    assert send(person, page).headers["location"].partition("?")[0] == PROGRESS


def test_nothing_is_left_of_a_plan_that_could_not_be_written(wire: Wire, person: Person) -> None:
    prepare(wire)
    wire.fails("POST", "/volumes/v1/metadata", 400)
    page = person.get(FORM)
    mine = Record(fields(page)["request"], "s2", **OF_I1, count=2, index=1)
    shown = volume_json("v2", **in_use("/dev/vdb"))
    told = shown | {"metadata": {RECORD: write(mine)}}
    # Read for the form, then before it is written, then after the failure.
    answers = [{"json": {"volume": each}} for each in (shown, shown, told)]
    wire.mocker.register_uri("GET", f"{CINDER}/volumes/v2", answers)
    answer = send(person, page)
    assert answer.problem == "The revert has not begun"
    assert written(wire)["v2"].stage is Stage.GIVEN_UP
    prepare(wire)
    assert fields(answer)["request"] != fields(page)["request"]
    wire.says("POST", "/volumes/v1/metadata", {"metadata": {}})
    assert send(person, answer).headers["location"].partition("?")[0] == PROGRESS
    assert {each.stage for each in written(wire).values()} == {Stage.GOING}


@pytest.mark.parametrize("status, title", [(404, "no longer exists"), (500, "cannot be shown")])
def test_an_instance_that_cannot_be_read(
    wire: Wire, person: Person, status: int, title: str
) -> None:
    prepare(wire)
    page = person.get(FORM)
    wire.fails("GET", f"{NOVA}/servers/i1", status)
    assert title in person.get(FORM).problem
    if status == 500:
        answer = send(person, page)
        assert answer.problem == "The revert has not begun"
        wire.instance("i1", "ACTIVE", tenant_id=PROJECT, flavor={"ephemeral": 0})
        form: dict[str, list[str]] = {}
        for each in answer.all("//form//input[@type='hidden']"):
            form.setdefault(each.name, []).append(each.value)
        assert person.post(FORM, form).headers["location"].partition("?")[0] == PROGRESS


def test_the_number_of_calls_follows_from_the_volumes(wire: Wire, person: Person) -> None:
    prepare(wire)
    person.get(FORM)
    wire.mocker.reset_mock()
    person.get(FORM)
    # The instance three times (once for its flavor), the list of its volumes, the limits; of each
    # volume itself, its records and its snapshots.
    assert len(wire.mocker.request_history) == 5 + 2 * 3


def test_a_snapshot_leads_to_its_instance(wire: Wire, person: Person) -> None:
    prepare(wire)
    answer = person.get("/project/volumes/revert_in_place/?snapshot=s1&snapshot=s2")
    path, _mark, query = answer.headers["location"].partition("?")
    assert path == FORM and query.startswith("snapshot=s1&snapshot=s2")
    wire.volume("v1")
    answer = person.get("/project/volumes/revert_in_place/?snapshot=s1")
    assert answer.headers["location"] == "/project/snapshots/"


def test_nothing_is_asked_of_a_service_that_is_down(wire: Wire, person: Person) -> None:
    prepare(wire)
    page = person.get(FORM)
    wire.breaks("GET", f"{NOVA}/servers/i1", REFUSED)
    assert "has not begun" in send(person, page).problem
    assert order(wire) == []


def test_it_is_offered_where_it_is_switched_on_for_any_type(settings: Any) -> None:
    assert revert_in_place_url("i1") == FORM
    settings.SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": {"*": "never", "lvm": "proved"}}
    assert revert_in_place_url("i1") == FORM
    settings.SNAPSHOT_DASHBOARD = {}
    assert revert_in_place_url("i1") == ""
