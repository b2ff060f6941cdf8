# SPDX-License-Identifier: Apache-2.0
"""The texts that each kind of copy of a volume (snapshot, backup, image) has to supply.

Titles that only say how things are, and advice that names no copy, are the same for all kinds:
``verdicts.py`` has them. Whatever speaks of what is to be made is said in whole sentences for each
kind. A test fails where one kind has no text for something that another one tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from django.utils.functional import Promise

from snapshot_dashboard.rules.attachment import Acknowledgement, Disk, Verdict

Text: TypeAlias = str | Promise


@dataclass(frozen=True, slots=True)
class ButtonTexts:
    """The label of a dialog's button, that of a forced one, and what is said beside that."""

    plain: Text
    forced: Text
    title: Text

    def shown(self, *, force: bool) -> dict[str, str]:
        """Return class, label and title of the one button, forced or not."""
        if not force:
            return {"kind": "btn-primary", "label": str(self.plain), "title": ""}
        return {"kind": "btn-warning", "label": str(self.forced), "title": str(self.title)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyTexts:
    """What is said of one kind of copy, with placeholders for names.

    ``titles`` are those that say that none can be made now, ``held_advice`` is for a volume held
    for a shelved instance, ``busy_advice`` for statuses of a volume in which waiting does not help.
    """

    titles: Mapping[Verdict, Text]
    risks: Mapping[Verdict, Text]
    advice: Mapping[Verdict, Text]
    held_advice: Mapping[Disk, Text]
    finished: Text
    busy_advice: Mapping[str, Text]
    acknowledgements: Mapping[Acknowledgement, Text]
    # Announced when none can be made any more.
    none_now: Text
    button: ButtonTexts
