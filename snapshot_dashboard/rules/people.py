# SPDX-License-Identifier: Apache-2.0
"""Projects and users as Keystone returns them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Project:
    """A Keystone project; its name is unique in its domain only."""

    id: str
    name: str
    enabled: bool
    domain_id: str | None

    @property
    def label(self) -> str:
        """Return the name, or the id of a project that has none."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class User:
    """A Keystone user; the name is unique in its domain only."""

    id: str
    name: str
    enabled: bool
    domain_id: str | None

    @property
    def label(self) -> str:
        """Return the name, or the id of a user that has none (a federated one)."""
        return self.name or self.id


@dataclass(frozen=True, slots=True, eq=False)
class ProjectNames(Mapping[str, str]):
    """Project names by id; ``truncated`` when Keystone did not return all of them."""

    by_id: Mapping[str, str]
    truncated: bool = False

    def __getitem__(self, project_id: str) -> str:
        """Return the name of one project.

        :raises KeyError: it is not known.
        """
        return self.by_id[project_id]

    def __iter__(self) -> Iterator[str]:
        """Go through the ids."""
        return iter(self.by_id)

    def __len__(self) -> int:
        """Return how many are known."""
        return len(self.by_id)
