# SPDX-License-Identifier: Apache-2.0
"""Every row of the verdict table of ``rules/attachment.py``."""

import pytest

from snapshot_dashboard.rules.attachment import (
    Acknowledgement,
    Reading,
    Severity,
    Unseen,
    Verdict,
    assess,
    instance_verdict,
)
from snapshot_dashboard.rules.volume import MOVING
from tests.unit.rules.samples import (
    NOVA_STATUSES,
    OTHER_PROJECT,
    PROJECT,
    attached,
    instance,
    judge,
    volume,
)


def test_an_available_volume_without_any_record_needs_no_warning() -> None:
    now = judge("available")
    assert now.verdict is Verdict.DETACHED
    assert now.severity is Severity.NONE
    assert now.acknowledgement is None
    assert not now.blocked


@pytest.mark.parametrize("status", ["ACTIVE", "SHUTOFF", "SHELVED", "SHELVED_OFFLOADED"])
def test_an_available_volume_with_a_record_is_warned_of(status: str) -> None:
    now = judge("available", instance(status))
    assert now.verdict is Verdict.RECORDS_DISAGREE
    assert now.acknowledgement is Acknowledgement.CORRUPTED
    assert [holder.instance_id for holder in now.holders] == ["i1"]


def test_an_available_volume_that_names_an_attachment_itself_is_warned_of() -> None:
    now = assess(volume("available", attached("i1")), (), {"i1": instance()}, PROJECT)
    assert now.verdict is Verdict.RECORDS_DISAGREE


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("ACTIVE", Verdict.RUNNING),
        ("REBOOT", Verdict.RUNNING),
        ("HARD_REBOOT", Verdict.RUNNING),
        ("PASSWORD", Verdict.RUNNING),
        ("PAUSED", Verdict.PAUSED),
        ("SUSPENDED", Verdict.SUSPENDED),
        ("RESCUE", Verdict.RESCUE),
        ("ERROR", Verdict.ERROR),
        ("BUILD", Verdict.BUSY),
        ("RESIZE", Verdict.BUSY),
        ("VERIFY_RESIZE", Verdict.BUSY),
        ("MIGRATING", Verdict.BUSY),
        ("REBUILD", Verdict.BUSY),
        ("SOFT_DELETED", Verdict.BUSY),
        ("A_WORD_OF_TOMORROW", Verdict.BUSY),
    ],
)
def test_an_instance_that_may_be_writing_is_told_loudly(status: str, verdict: Verdict) -> None:
    now = judge("in-use", instance(status))
    assert now.verdict is verdict
    assert now.severity is Severity.HIGH
    assert now.acknowledgement is Acknowledgement.CORRUPTED


@pytest.mark.parametrize(
    ("status", "verdict", "sentence"),
    [
        ("SHUTOFF", Verdict.SHUT_OFF, Acknowledgement.SHUT_OFF),
        ("SHELVED", Verdict.SHELVED, Acknowledgement.SHELVED),
        ("SHELVED_OFFLOADED", Verdict.SHELVED, Acknowledgement.SHELVED),
    ],
)
def test_an_instance_at_rest_is_told_calmly_with_a_sentence_of_its_own(
    status: str, verdict: Verdict, sentence: Acknowledgement
) -> None:
    now = judge("in-use", instance(status, power_state=4))
    assert now.verdict is verdict
    assert now.severity is Severity.LOW
    assert now.acknowledgement is sentence


@pytest.mark.parametrize("status", ["SHUTOFF", "SHELVED", "SHELVED_OFFLOADED"])
@pytest.mark.parametrize("power_state", [1, 3, 6, 7])
def test_a_power_state_that_contradicts_rest_counts_as_running(
    status: str, power_state: int
) -> None:
    assert judge("in-use", instance(status, power_state=power_state)).verdict is Verdict.BUSY


@pytest.mark.parametrize("status", ["SHUTOFF", "SHELVED", "SHELVED_OFFLOADED"])
def test_a_task_under_way_contradicts_rest(status: str) -> None:
    now = judge("in-use", instance(status, power_state=4, task="powering-on"))
    assert now.severity is Severity.HIGH


@pytest.mark.parametrize("power_state", [None, 0, 4])
def test_power_states_that_agree_with_rest_are_believed(power_state: int | None) -> None:
    assert judge("in-use", instance("SHUTOFF", power_state=power_state)).verdict is (
        Verdict.SHUT_OFF
    )


AT_REST = {"SHUTOFF", "SHELVED", "SHELVED_OFFLOADED"}


@pytest.mark.parametrize("status", sorted(set(NOVA_STATUSES) - AT_REST))
def test_only_shut_off_and_shelved_are_ever_calm(status: str) -> None:
    assert instance_verdict(instance(status, power_state=4)).severity is Severity.HIGH


@pytest.mark.parametrize(
    ("reading", "verdict"),
    [(Unseen.NOT_VISIBLE, Verdict.NOT_VISIBLE), (Unseen.NO_ANSWER, Verdict.STATE_UNKNOWN)],
)
def test_an_instance_that_cannot_be_read_counts_as_running(
    reading: Reading, verdict: Verdict
) -> None:
    now = judge("in-use", reading)
    assert now.verdict is verdict
    assert now.acknowledgement is Acknowledgement.CORRUPTED


def test_an_instance_that_nobody_asked_about_counts_as_unknown() -> None:
    now = assess(volume("in-use", attached("i1")), (), {}, PROJECT)
    assert now.verdict is Verdict.STATE_UNKNOWN


def test_a_volume_on_a_host_is_told_as_such() -> None:
    now = judge("in-use", records=(attached(None, host="kvm-7"),))
    assert now.verdict is Verdict.HOST
    assert now.acknowledgement is Acknowledgement.CORRUPTED
    assert now.holders[0].host == "kvm-7"


@pytest.mark.parametrize("second", ["ACTIVE", "SHUTOFF", "SHELVED_OFFLOADED"])
def test_several_instances_are_each_listed_with_their_state(second: str) -> None:
    now = judge("in-use", instance("SHUTOFF"), instance(second, "i2"))
    assert now.verdict is Verdict.SEVERAL
    assert now.acknowledgement is Acknowledgement.CORRUPTED
    assert [holder.status for holder in now.holders] == ["SHUTOFF", second]


@pytest.mark.parametrize("readable", [True, False])
def test_an_attached_volume_without_a_readable_record_is_never_called_detached(
    readable: bool,
) -> None:
    now = judge("in-use", readable=readable)
    assert now.verdict is Verdict.ATTACHMENT_UNKNOWN
    assert now.acknowledgement is Acknowledgement.CORRUPTED


def test_an_available_volume_whose_records_cannot_be_read_is_warned_of() -> None:
    now = judge("available", readable=False)
    assert now.verdict is Verdict.ATTACHMENT_UNKNOWN
    assert now.acknowledgement is Acknowledgement.CORRUPTED


def test_a_known_instance_does_not_hide_that_the_records_could_not_be_read() -> None:
    now = assess(volume("in-use", attached("i1")), None, {"i1": instance("SHUTOFF")}, PROJECT)
    assert now.verdict is Verdict.ATTACHMENT_UNKNOWN
    assert [holder.status for holder in now.holders] == ["SHUTOFF"]


def test_a_volume_held_for_a_shelved_instance_is_blocked_and_explained() -> None:
    now = judge("reserved", instance("SHELVED_OFFLOADED"))
    assert now.verdict is Verdict.HELD_SHELVED
    assert now.blocked
    assert now.acknowledgement is None


def test_a_volume_held_for_another_instance_is_blocked() -> None:
    assert judge("reserved", instance("ACTIVE")).verdict is Verdict.HELD_OTHER


@pytest.mark.parametrize("readable", [True, False])
def test_a_held_volume_without_a_readable_record_is_blocked_not_detached(readable: bool) -> None:
    now = judge("reserved", readable=readable)
    assert now.verdict is (Verdict.HELD_NOT_VISIBLE if readable else Verdict.HELD_UNKNOWN)
    assert now.blocked
    assert now.blocked


def test_a_held_volume_of_an_invisible_instance_is_blocked() -> None:
    assert judge("reserved", Unseen.NOT_VISIBLE).verdict is Verdict.HELD_NOT_VISIBLE


def test_a_held_volume_while_the_compute_service_is_silent_is_blocked() -> None:
    now = judge("reserved", Unseen.NO_ANSWER)
    assert now.verdict is Verdict.HELD_OTHER
    assert now.blocked


@pytest.mark.parametrize("status", sorted(MOVING | {"awaiting-transfer", "maintenance"}))
def test_a_volume_that_is_being_worked_on_has_to_settle_first(status: str) -> None:
    now = judge(status, instance("ACTIVE"))
    assert now.verdict is Verdict.VOLUME_BUSY
    assert now.blocked


@pytest.mark.parametrize("status", ["error", "error_deleting", "error_extending", "error_x"])
def test_a_failed_volume_cannot_be_snapshotted(status: str) -> None:
    now = judge(status)
    assert now.verdict is Verdict.VOLUME_FAILED
    assert now.blocked


def test_a_status_that_is_not_known_is_blocked() -> None:
    assert judge("a-status-of-tomorrow").blocked


@pytest.mark.parametrize("status", ["available", "in-use", "reserved", "error", "creating"])
@pytest.mark.parametrize("owner", [OTHER_PROJECT, None])
def test_a_volume_that_is_not_known_to_be_ours_is_refused_in_every_state(
    status: str, owner: str | None
) -> None:
    now = assess(volume(status, project_id=owner), (), {}, PROJECT)
    assert now.verdict is Verdict.FOREIGN
    assert now.blocked
