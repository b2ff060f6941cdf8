# SPDX-License-Identifier: Apache-2.0
"""Every row of the verdict table at every dialog that copies one volume.

What has to happen follows from what another client reads right before. What the dialogs ask of
Cinder is seen on its way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.cloud import promises, rows
from tests.cloud.conftest import Watch
from tests.cloud.copy_checks import CopyCheck, Due
from tests.cloud.copy_dialogs import (
    OF_ONE_VOLUME,
    CopyDialog,
    Subject,
    cut_short,
    images_of_project,
)
from tests.cloud.rows import Machine, Row, make_machine
from tests.cloud.truth import BLOCKED, truth_of
from tests.cloud.watched import Watched
from tests.cloud.workshop import Workshop

pytestmark = pytest.mark.extended

# Of the statuses that block, some: they differ in what is told, which unit tests look at.
SOME = ("attaching", "maintenance", "error")
ROWS = {"detached": rows.detached, **rows.WARNED} | {
    name: prepare
    for name, prepare in rows.BLOCKED.items()
    if name in SOME or name not in promises.BY_VOLUME_STATUS
}


@dataclass(frozen=True)
class Case:
    """A row, whoever looks at its volume, and the images that were there before."""

    row: Row
    workshop: Workshop
    watched: Watched
    images: frozenset[str]

    def due(self) -> Due:
        """Return what is due now."""
        return Due.of_one(self.row.volume, truth_of(self.workshop, self.row.volume))

    def at(self, copy_dialog: CopyDialog) -> CopyCheck:
        """Return the check at one of the dialogs."""
        subject = Subject(self.row.volume, (self.row.volume,), self.images)
        return CopyCheck(copy_dialog, subject, self.workshop, self.watched, self.due, cut_short)


@pytest.fixture(scope="module")
def machine(shared_workshop: Workshop) -> Machine:
    """An instance started from the image, with a data volume."""
    return make_machine(shared_workshop)


@pytest.fixture(scope="module", params=ROWS.values(), ids=list(ROWS))
def case(
    request: pytest.FixtureRequest, shared_workshop: Workshop, machine: Machine, watch: Watch
) -> Iterator[Case]:
    """A volume in the state of one row of the table."""
    workshop = Workshop(shared_workshop.owner, shared_workshop.admin, shared_workshop.knobs)
    try:
        row = request.param(workshop, machine)
        yield Case(row, workshop, watch(*row.user), images_of_project(workshop))
    finally:
        workshop.close()


@pytest.fixture(params=OF_ONE_VOLUME.values(), ids=list(OF_ONE_VOLUME))
def check(request: pytest.FixtureRequest, case: Case) -> CopyCheck:
    """One of the dialogs of the row's volume."""
    return case.at(request.param)


def test_what_is_told_is_true(case: Case, check: CopyCheck) -> None:
    due, dialog = case.due(), check.opened()
    assert dialog.title == check.copy_dialog.title
    assert dialog.holders == case.row.holders
    assert dialog.telling[:1] == [check.copy_dialog.heading(each) for each in case.row.telling[:1]]
    assert dialog.offered == due.sentence
    assert (dialog.button is None) is (due.badness == BLOCKED)


def test_exactly_one_is_made_and_only_as_accepted(case: Case, check: CopyCheck) -> None:
    assert (case.due().badness == BLOCKED) is case.row.blocked
    check.as_accepted()
