# SPDX-License-Identifier: Apache-2.0
"""What pages of others say of schedules, and what the form offers of an instance."""

from typing import Any

import pytest

from snapshot_dashboard.rules.schedules import schedule as rules
from snapshot_dashboard.rules.schedules.last_run import Outcome
from tests.unit.cloud.wire import NOVA, PROJECT, Json, Wire, attachment_json, snapshot_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.schedules.schedules import (
    EDIT,
    ID,
    ONE,
    entries,
    fill,
    there_is,
    written,
)
from tests.unit.panels.features.schedules.test_schedule_tab import ran
from tests.unit.panels.features.snapshot_set.snapshot_sets import running
from tests.unit.panels.person import SNAPSHOTS, Person
from tests.unit.panels.support import VOLUME, be_quiet, cell, line, support_user
from tests.unit.panels.support import there_is as support_sees

BY_SCHEDULE = {rules.SCHEDULE: ID}
DELETES_ITSELF = "it deletes this snapshot by itself"
OF_INSTANCE = f"{EDIT}?instance=i1"
AGENT = {"hw_qemu_guest_agent": "yes", "os_require_quiesce": "yes"}


def test_a_snapshot_of_a_schedule_says_so_in_the_list_on_its_page_and_before_it_goes(
    wire: Wire, person: Person
) -> None:
    wire.volume()
    wire.snapshot(metadata=BY_SCHEDULE)
    wire.holds("snapshots", snapshot_json(metadata=BY_SCHEDULE), snapshot_json("s2"))
    wire.says("GET", "/backups/detail", {"backups": []})
    wire.holds("volumes")
    page = person.get(SNAPSHOTS)
    assert (cell(page, "Keep"), cell(page, "Keep", "s2")) == ("By schedule", "-")
    page = person.get(f"{SNAPSHOTS}s1")
    assert DELETES_ITSELF in line(page, "Schedule")
    assert DELETES_ITSELF in person.get(f"{SNAPSHOTS}s1/delete/", dialog=True).text


def test_support_reads_how_it_stands_with_a_schedule(wire: Wire, log_in: LogIn) -> None:
    be_quiet(wire)
    address = "/snapshots/detail?volume_id=v1&with_count=true"
    wire.says("GET", address, {"snapshots": [], "count": 0})
    metadata = entries() | ran(Outcome.FAILED)
    support_sees(wire, metadata=metadata, **{"os-vol-tenant-attr:tenant_id": PROJECT})
    said = line(log_in(support_user()).get(VOLUME), "Schedule")
    assert said.startswith("Last run failed - last run ")


def test_a_volume_of_an_instance_offers_all_of_them(wire: Wire, person: Person) -> None:
    there_is(wire)
    running(wire, "v1")
    way = person.get(ONE).one("//a[contains(., 'All volumes of')]")
    assert "instance=i1" in way.get("href")


@pytest.mark.parametrize("certain", [True, False])
def test_freezing_is_offered_where_it_is_certain(wire: Wire, person: Person, certain: bool) -> None:
    root = [attachment_json("i1", device="/dev/vda")]
    metadata = AGENT if certain else {}
    more: Json = {"attachments": root, "bootable": "true", "volume_image_metadata": metadata}
    wire.attached(("i1", "ACTIVE"), **more)
    attached = [{"volumeId": "v1", "device": "/dev/vda"}]
    wire.says("GET", f"{NOVA}/servers/i1/os-volume_attachments", {"volumeAttachments": attached})
    wire.says("POST", "/volumes/v1/metadata", {"metadata": {}})
    page = person.get(OF_INSTANCE)
    assert bool(page.all("//input[@name='quiesced']")) is certain
    person.post(OF_INSTANCE, fill(page, save="Save", attached="on", quiesced="on"))
    found = rules.read(written(wire)[0])
    assert found is not None
    assert found.quiesced


def test_the_most_is_told_with_its_size_quota_and_price(
    wire: Wire, person: Person, settings: Any
) -> None:
    types = {"*": "0.05"}
    settings.SNAPSHOT_DASHBOARD = {"PRICES": {"currency": "NZD", "types": types}}
    there_is(wire)
    wire.quota(snapshots=(2, 10), gigabytes=(100, 5000))
    page = person.get(ONE)
    # 7, 4 and 6, and one more while the next one is there already; each of 20 GiB.
    assert "At most 18 snapshots at the same time. Their volumes have 360 GiB" in page.text
    assert "Snapshots: 2 of 10 used, 20 after these." in page.text
    assert "18 snapshots are needed, only 8 are left." in page.text
    assert "About NZD 18.00 a month while they exist." in page.text


def test_an_instance_that_is_gone_is_told(wire: Wire, person: Person) -> None:
    wire.fails("GET", f"{NOVA}/servers/i1", 404)
    wire.fails("GET", f"{NOVA}/servers/i1/os-volume_attachments", 404)
    assert person.get(OF_INSTANCE).problem == "This instance no longer exists"


def test_a_volume_whose_instance_is_gone_keeps_its_schedule_by_itself(
    wire: Wire, person: Person
) -> None:
    there_is(wire, metadata=entries(instance_id="i1"))
    wire.fails("GET", f"{NOVA}/servers/i1", 404)
    wire.fails("GET", f"{NOVA}/servers/i1/os-volume_attachments", 404)
    person.post(ONE, fill(person.get(ONE), save="Save"))
    found = rules.read(written(wire)[0])
    assert found is not None
    assert (found.id, found.instance_id) == (ID, "")
