# SPDX-License-Identifier: Apache-2.0
"""What the cloud of many customers holds that ``python3 -m devcloud whole-cloud`` makes.

For tests that compare a report about all projects with the truth. It is the truth as long as
nobody changes the customers' snapshots: a test that has to, makes its own.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Totals:
    """Counts of some snapshots; sizes are in GiB.

    ``snapshots`` and ``gibibytes`` count all of them, whatever their state, also the ``temporary``
    ones, which use no quota. ``failed`` ones are in ``error``. ``foreign`` ones are of another
    project than their volume. ``not_recorded`` ones carry no note of ours. ``oldest`` is in UTC
    and without a zone, as Cinder writes it.
    """

    snapshots: int = 0
    gibibytes: int = 0
    failed: int = 0
    foreign: int = 0
    temporary: int = 0
    temporary_gibibytes: int = 0
    not_recorded: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class WholeCloud:
    """The customers' volumes, instances and snapshots.

    Snapshots are counted together, by the name of their project (one has none), by the name of
    the user who made them, by the host of their volume, and by status.
    """

    volumes: int
    instances: int
    together: Totals
    projects: dict[str, Totals]
    users: dict[str, Totals]
    hosts: dict[str, Totals]
    statuses: dict[str, Totals]


_GROUPS = ("projects", "users", "hosts", "statuses")


def stamp(home: Path) -> Path:
    """The file that exists once everything was made, and says what."""
    return home / "stamps" / "whole-cloud"


def load(home: Path) -> WholeCloud:
    """Read what the cloud in ``home`` holds.

    Raises FileNotFoundError when it was not filled.
    """
    data = json.loads(stamp(home).read_text(encoding="utf-8"))
    for group in _GROUPS:
        data[group] = {name: _totals(numbers) for name, numbers in data[group].items()}
    return WholeCloud(**data | {"together": _totals(data["together"])})


def save(home: Path, cloud: WholeCloud) -> None:
    """Write down what the cloud in ``home`` holds."""
    path = stamp(home)
    draft = path.with_name(path.name + ".new")
    draft.write_text(json.dumps(asdict(cloud), default=str, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)


def _totals(numbers: dict[str, int | str | None]) -> Totals:
    oldest = numbers.pop("oldest")
    counts = {name: int(number or 0) for name, number in numbers.items()}
    return Totals(**counts, oldest=datetime.fromisoformat(str(oldest)) if oldest else None)
