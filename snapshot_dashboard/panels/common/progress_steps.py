# SPDX-License-Identifier: Apache-2.0
"""The steps of a page that follows something until it ends, each with how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.utils.safestring import SafeString


class StepMark(Enum):
    """The state in which a step is shown."""

    DONE = "done"
    CURRENT = "current"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StepItem:
    """One of the steps of the page."""

    text: SafeString
    mark: StepMark
