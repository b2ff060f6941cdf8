# SPDX-License-Identifier: Apache-2.0
"""The probe of re-imaging: what it concludes, and that it leaves nothing, whatever happens."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from snapshot_dashboard.cloud import probe_patience, reimage, reimage_probe
from snapshot_dashboard.cloud.probe_objects import MARK, NAME
from snapshot_dashboard.cloud.probe_patience import Stop
from snapshot_dashboard.cloud.reimage_probe import Proof
from snapshot_dashboard.rules.cloud_check import State
from tests.unit.cloud.faults import Killed, killed_at, losing_answer
from tests.unit.cloud.probe_cloud import ProbeCloud
from tests.unit.cloud.wire import Wire


class _Clock:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Clock]:
    """Nobody waits in these tests."""
    ticking = _Clock()
    monkeypatch.setattr(probe_patience, "time", ticking)
    # Fewer bytes are as good.
    monkeypatch.setattr(reimage_probe, "_LENGTH", 2**13)
    yield ticking


def prove(cloud: ProbeCloud, stop: Stop | None = None) -> Proof:
    """Run the probe."""
    return reimage_probe.prove(cloud.connect, "ssd", stop or Stop(), lambda step: None)


@pytest.fixture
def changes(wire: Wire) -> list[int]:
    """The numbers of those requests of a run that change something."""
    cloud = ProbeCloud(wire)
    assert prove(cloud).state is State.YES
    found = [number for number, sent in enumerate(cloud.sent) if not sent.startswith("GET")]
    assert len(found) > 20
    return found


def test_bytes_that_came_back_are_a_proof(wire: Wire) -> None:
    cloud = ProbeCloud(wire)
    expected = Proof(State.YES, "The bytes of the snapshot came back.", "ssd", "proved")
    assert prove(cloud) == expected
    assert cloud.left == []
    actions = [each.rsplit(" ", 1)[1] for each in cloud.sent if "/action" in each]
    # What the volume holds is read after each re-imaging.
    assert [each for each in actions if "metadata" not in each] == [
        *("os-reimage", "os-volume_upload_image") * 2
    ]


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("empty", "the volume holds neither of both: its content is lost."),
        ("ignores", "the volume holds what it held before."),
        ("fails", "the older snapshot the volume is in status error."),
    ],
)
def test_a_cinder_that_does_not_copy_the_snapshot_is_found_out(
    wire: Wire, how: str, text: str
) -> None:
    cloud = ProbeCloud(wire, how)
    proof = prove(cloud)
    assert proof.state is State.NO
    assert proof.text.endswith(text)
    assert cloud.left == []


@pytest.mark.parametrize(
    ("forbidden", "step"),
    [
        ("os-reimage", "re-imaging the volume with another image"),
        ("os-volume_upload_image", "reading what the volume holds"),
        ("os-set_image_metadata", "putting back the image metadata"),
    ],
)
def test_what_a_role_may_not_do_proves_nothing(wire: Wire, forbidden: str, step: str) -> None:
    cloud = ProbeCloud(wire)
    cloud.forbidden = forbidden
    proof = prove(cloud)
    assert proof.state is State.UNKNOWN
    assert proof.text.startswith(f"While {step}: Block Storage does not allow it to this role")
    assert cloud.left == []


def test_an_ordinary_image_that_is_not_written_proves_nothing(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Re-imaging has no effect at all: the bytes of the snapshot are there in the end."""
    cloud = ProbeCloud(wire)
    monkeypatch.setattr(ProbeCloud, "_reimage", lambda self, volume, image: None)
    proof = prove(cloud)
    assert (proof.state, cloud.left) == (State.UNKNOWN, [])
    assert proof.text.endswith("did not bring its bytes: nothing is proved.")


@pytest.mark.parametrize("encrypted", [True, None])
def test_an_encrypted_volume_cannot_be_compared(wire: Wire, encrypted: bool | None) -> None:
    cloud = ProbeCloud(wire)
    cloud.encrypted = encrypted
    proof = prove(cloud)
    assert (proof.state, cloud.left) == (State.UNKNOWN, [])
    assert "encrypted" in proof.text


def test_stopped_after_any_change_it_leaves_nothing(wire: Wire, changes: list[int]) -> None:
    for number in changes:
        cloud, stop = ProbeCloud(wire), Stop()
        cloud.after = _once(number, stop.ask)
        proof = prove(cloud, stop)
        assert (cloud.left, proof.left, proof.unseen) == ([], (), ""), number
        assert proof.state is (State.YES if "came back" in proof.text else State.UNKNOWN)


def test_whichever_changes_answer_is_lost_it_leaves_nothing(wire: Wire, changes: list[int]) -> None:
    for number in changes:
        cloud = ProbeCloud(wire)
        cloud.after = losing_answer(number)
        proof = prove(cloud)
        assert (cloud.left, proof.left) == ([], ()), (number, cloud.sent[number])
        assert proof.state in (State.YES, State.UNKNOWN), (number, cloud.sent[number])


@pytest.mark.parametrize("status", [500, 400])
def test_whichever_change_fails_it_leaves_nothing(
    wire: Wire, changes: list[int], status: int
) -> None:
    for number in changes:
        cloud = ProbeCloud(wire)
        cloud.fails = {number: status}
        proof = prove(cloud)
        assert (cloud.left, proof.left) == ([], ()), (number, cloud.sent[number])
        # A re-imaging that is refused is an answer; all else that fails is none.
        refused = status == 400 and "os-reimage" in cloud.sent[number]
        assert (proof.state is State.NO) == refused, (number, cloud.sent[number])


def test_reads_that_fail_now_and_then_do_not_matter(wire: Wire) -> None:
    cloud = ProbeCloud(wire)
    cloud.fails = dict.fromkeys(range(6, 200, 5), 503)
    cloud.before = lambda number: _spare_changes(cloud, number)
    proof = prove(cloud)
    assert (proof.state, cloud.left) == (State.YES, [])


def test_killed_at_any_change_its_remains_are_removed_by_the_next_run(
    wire: Wire, changes: list[int]
) -> None:
    for number in changes:
        cloud = ProbeCloud(wire)
        cloud.before = killed_at(number)
        with pytest.raises(Killed):
            prove(cloud)
        cloud.before = lambda number: None
        found = reimage_probe.leftovers(cloud.connect)
        assert {each.id for each in found} == set(cloud.left), number
        assert reimage_probe.remove(cloud.connect, found, Stop()) == ()
        assert cloud.left == [], number


def test_what_somebody_else_has_called_so_is_not_touched(wire: Wire) -> None:
    cloud = ProbeCloud(wire)
    about = {"name": NAME, "status": "available", "metadata": {}, "created_at": "2026-12-01"}
    cloud.volumes["v-900"] = {**about, "id": "v-900"}
    cloud.images["i-900"] = {**about, "id": "i-900"}
    assert prove(cloud).state is State.YES
    assert cloud.left == ["v-900", "i-900"]
    assert reimage_probe.leftovers(cloud.connect) == ()


def test_an_image_that_has_lost_its_mark_is_removed_all_the_same(wire: Wire) -> None:
    cloud, stop = ProbeCloud(wire), Stop()

    def after(number: int) -> None:
        if cloud.sent[number].endswith("os-volume_upload_image"):
            list(cloud.images.values())[-1].pop(MARK)
            stop.ask()

    cloud.after = after
    prove(cloud, stop)
    assert cloud.left == []


def test_what_comes_late_after_a_lost_answer_is_removed(wire: Wire) -> None:
    cloud = ProbeCloud(wire)
    late: dict[str, dict[str, Any]] = {}

    def after(number: int) -> None:
        if cloud.sent[number] == "POST /volumes":
            late.update(cloud.volumes)
            cloud.volumes.clear()
            raise requests.exceptions.ReadTimeout
        if cloud.sent.count("GET /volumes/detail") == 3:
            cloud.volumes.update(late)
            late.clear()

    cloud.after = after
    assert prove(cloud).state is State.UNKNOWN
    assert (cloud.left, late) == ([], {})


def test_image_metadata_that_is_not_put_back_is_no_proof(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = ProbeCloud(wire)
    monkeypatch.setattr(reimage, "put_back_description", lambda *args, **more: None)
    proof = prove(cloud)
    assert (proof.state, cloud.left) == (State.NO, [])
    assert proof.text == "The volume's image metadata did not become as before."


def test_what_another_run_has_made_is_not_touched(wire: Wire) -> None:
    cloud = ProbeCloud(wire)
    about = {"name": NAME, "status": "available", "metadata": {MARK: "another"}}
    cloud.volumes["theirs-1"] = {
        **about,
        "id": "theirs-1",
        "created_at": "2026-12-01T11:30:00.000000",
    }
    prove(cloud)
    assert cloud.left == ["theirs-1"]
    (found,) = reimage_probe.leftovers(cloud.connect)
    assert (found.age, found.run) == (1800.0, "another")


def test_what_cannot_be_removed_is_told_with_the_command(wire: Wire) -> None:
    cloud = ProbeCloud(wire)
    cloud.before = lambda number: _stuck(cloud)
    proof = prove(cloud)
    (left,) = proof.left
    assert (proof.state, left.thing.command) == (
        State.UNKNOWN,
        f"openstack volume delete {left.thing.id}",
    )


def _stuck(cloud: ProbeCloud) -> None:
    """Let the volume never leave what is done to it."""
    for each in cloud.volumes.values():
        each |= {"status": "downloading", "looks": 99}


def _spare_changes(cloud: ProbeCloud, number: int) -> None:
    if not cloud.sent[number].startswith("GET /volumes/"):
        cloud.fails.pop(number, None)


def _once(number: int, ask: Callable[[], None]) -> Callable[[int], None]:
    def after(sent: int) -> None:
        if sent == number:
            ask()

    return after
