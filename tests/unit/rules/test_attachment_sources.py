# SPDX-License-Identifier: Apache-2.0
"""Merging two incomplete sources of attachments, and guessing the kind of disk."""

import pytest

from snapshot_dashboard.rules.attachment import Disk, Instance, assess, guess_disk, merge
from snapshot_dashboard.rules.volume import Attachment
from tests.unit.rules.samples import PROJECT, attached, instance, volume


def test_both_sources_together_know_the_device_and_the_instance() -> None:
    from_volume = Attachment("a1", "i1", device="/dev/vdb")
    record = Attachment("a1", "i1", host="kvm-7")
    assert merge([from_volume], [record]) == (Attachment("a1", "i1", "/dev/vdb", "kvm-7"),)


def test_an_instance_that_only_the_records_know_is_kept() -> None:
    assert merge([], [attached("i1")]) == (attached("i1"),)


def test_an_instance_that_only_the_volume_knows_is_kept() -> None:
    assert merge([attached("i1")], []) == (attached("i1"),)


def test_two_records_of_one_instance_during_a_live_migration_are_one_holder() -> None:
    records = [Attachment("a1", "i1", host="kvm-1"), Attachment("a2", "i1", host="kvm-2")]
    now = assess(volume("in-use"), records, {"i1": instance("MIGRATING")}, PROJECT)
    assert len(now.holders) == 1


def test_different_instances_stay_apart() -> None:
    assert len(merge([attached("i1")], [attached("i2")])) == 2


def test_two_hosts_stay_apart() -> None:
    hosts = [Attachment("a1", host="kvm-1"), Attachment("a2", host="kvm-2")]
    assert merge(hosts, hosts) == tuple(hosts)


@pytest.mark.parametrize(
    "device", ["/dev/vda", "/dev/sda", "/dev/xvda", "/dev/hda", "vda", "/dev/vda1"]
)
def test_a_bootable_first_disk_looks_like_the_system_disk(device: str) -> None:
    assert guess_disk(volume(bootable=True), instance(), device) is Disk.SYSTEM


@pytest.mark.parametrize("device", ["/dev/vdb", "/dev/sdc", "/dev/vdb1", "/dev/vdaa", "/dev/vdba"])
def test_any_later_disk_is_a_data_volume(device: str) -> None:
    assert guess_disk(volume(bootable=True), instance(), device) is Disk.DATA


def test_a_volume_that_does_not_boot_is_a_data_volume() -> None:
    assert guess_disk(volume(bootable=False), instance(), "/dev/vda") is Disk.DATA


def test_an_instance_started_from_an_image_of_snapshots_has_its_system_disk_on_a_volume() -> None:
    found = instance(has_image=True)
    assert guess_disk(volume(bootable=True), found, "/dev/vda") is Disk.SYSTEM
    assert guess_disk(volume(bootable=True), found, "/dev/vdb") is Disk.DATA
    assert guess_disk(volume(bootable=True), found, None) is Disk.DATA


@pytest.mark.parametrize(
    ("holder", "device"), [(instance(), None), (None, "/dev/vda"), (None, None)]
)
def test_what_cannot_be_read_is_not_guessed(holder: Instance | None, device: str | None) -> None:
    assert guess_disk(volume(bootable=True), holder, device) is Disk.UNKNOWN


def test_the_disk_of_a_volume_on_several_instances_is_not_guessed() -> None:
    both = (attached("i1", device="/dev/vda"), attached("i2", device="/dev/vda"))
    readings = {"i1": instance(), "i2": instance("ACTIVE", "i2")}
    now = assess(volume("in-use", *both, bootable=True), both, readings, PROJECT)
    assert now.disk is Disk.UNKNOWN
