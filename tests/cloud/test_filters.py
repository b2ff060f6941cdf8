# SPDX-License-Identifier: Apache-2.0
"""Cinder's filters of volumes take values as text."""

from __future__ import annotations

from typing import Any

import pytest

from snapshot_dashboard.cloud import administration
from snapshot_dashboard.cloud.session import Connection, Deadline
from snapshot_dashboard.rules.listing import PageRequest
from tests.cloud.workshop import PATIENCE, Workshop
from tests.conftest import Connect

pytestmark = pytest.mark.extended

FIELDS = ["availability_zone", "group_id", "host", "project_id", "status", "user_id"]
LITERALS = ["None", "{'a': 1}", "[1]", "1e5", "123456", "'x'", "True", "()"]


@pytest.fixture(scope="module")
def admin(connect: Connect) -> Connection:
    """An administrator's connection."""
    theirs: Any = connect("admin", "admin")
    return Connection(
        token=theirs.session.get_token(),
        project_id=theirs.current_project_id,
        region=theirs.config.region_name,
        block_storage_url=theirs.block_storage.get_endpoint(),
        compute_url=theirs.compute.get_endpoint(),
        verify=True,
        rights="admin",
        deadline=Deadline(PATIENCE),
        write_seconds=PATIENCE,
    )


@pytest.fixture(scope="module")
def volume_id(shared_workshop: Workshop) -> str:
    """A volume that none of the filters means."""
    return str(shared_workshop.volume().id)


@pytest.mark.parametrize("value", LITERALS)
@pytest.mark.parametrize(
    "field", ["availability_zone", "group_id", "host", "project_id", "status", "user_id"]
)
def test_a_filter_that_is_python_finds_what_is_called_so(
    admin: Connection, volume_id: str, field: str, value: str
) -> None:
    found = administration.volumes(admin, PageRequest(100)).items
    assert volume_id in {each.id for each in found}
    assert administration.volumes(admin, PageRequest(20, filters={field: value})).items == ()
