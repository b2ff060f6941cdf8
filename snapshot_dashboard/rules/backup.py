# SPDX-License-Identifier: Apache-2.0
"""A backup of a volume or of a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Backup:
    """A Cinder backup as one project sees it; what a service does not tell is empty."""

    id: str
    name: str
    status: str = ""
    volume_id: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Return the name, or the id of a backup that has none."""
        return self.name or self.id
