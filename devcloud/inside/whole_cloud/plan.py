# SPDX-License-Identifier: Apache-2.0
"""What the cloud of many customers is to hold; the same numbers each time it is planned."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from snapshot_dashboard.rules.consistency import Taken

# How many users look after all the projects between them; each is named after its first one.
USERS = 5

_SIZES = (1, 5, 10, 20, 50, 100)
_MINUTES = 700 * 24 * 60

# Every so many volumes one is on the storage service that is down.
_DOWN_EVERY = 50
# One in a hundred failed; of each thousand, these are something else out of the ordinary.
_FAILED_EVERY = 100
_STATUSES = {11: "error_deleting", 22: "creating", 33: "deleting", 44: "backing-up"}
_FOREIGN = (55, 555)
_TEMPORARY = (66, 666)
# What two in three were taken while; nothing was noted of the third.
_TAKEN = (Taken.RUNNING, Taken.DETACHED, Taken.SHUT_OFF, Taken.RUNNING, Taken.UNKNOWN)


@dataclass(frozen=True)
class Size:
    """The numbers of objects in the cloud."""

    projects: int
    volumes: int
    snapshots: int
    instances: int


@dataclass(frozen=True)
class Volume:
    """A volume of a project, which is a number from 0; the size is in GiB, ``created`` in UTC."""

    name: str
    project: int
    size: int
    created: datetime
    down: bool


@dataclass(frozen=True)
class Snapshot:
    """A snapshot; foreign where its project is not its volume's, without a note where None."""

    name: str
    volume: Volume
    project: int
    status: str
    created: datetime
    changed: datetime
    taken: Taken | None
    temporary: bool


def project_name(number: int) -> str:
    """The name of a project, whose number is one from 0."""
    return f"customer-{number + 1:03}"


def user_name(project: int) -> str:
    """The name of the user who makes everything in a project."""
    return project_name(project % USERS)


def volumes(size: Size, now: datetime) -> list[Volume]:
    """The volumes: up to 700 days old, many in the first projects, none in the last."""
    chance = random.Random("volumes")  # noqa: S311 - not a secret
    return [
        Volume(
            name=f"volume-{number:05}",
            project=_skewed(chance, size.projects - 1),
            size=chance.choice(_SIZES),
            created=now - timedelta(minutes=chance.randrange(2000, _MINUTES)),
            down=number % _DOWN_EVERY == 0,
        )
        for number in range(1, size.volumes + 1)
    ]


def snapshots(size: Size, planned: list[Volume], now: datetime) -> Iterator[Snapshot]:
    """Their snapshots: many of some volumes, none of most.

    Those that are still being made, deleted or backed up, or could not be deleted, have been so for
    2 to 30 hours.
    """
    chance = random.Random("snapshots")  # noqa: S311 - not a secret
    on_down = [volume for volume in planned if volume.down]
    for number in range(1, size.snapshots + 1):
        status = _status(number)
        moving = status in _STATUSES.values()
        stuck_on_down = status == "creating" and number // 1000 % 2 == 0 and on_down
        volume = chance.choice(on_down) if stuck_on_down else planned[_skewed(chance, len(planned))]
        created = now - (now - volume.created) * chance.random()
        changed = now - timedelta(minutes=chance.randrange(120, 1800)) if moving else created
        foreign, temporary = number % 1000 in _FOREIGN, number % 1000 in _TEMPORARY
        yield Snapshot(
            name=f"{volume.name} nightly {number:05}",
            volume=volume,
            project=(volume.project + 1) % (size.projects - 1) if foreign else volume.project,
            status=status,
            created=changed if status == "creating" else min(created, changed),
            changed=changed,
            taken=None if temporary or number % 3 == 0 else _TAKEN[number % len(_TAKEN)],
            temporary=temporary,
        )


def _status(number: int) -> str:
    failed = "error" if number % _FAILED_EVERY == 0 else "available"
    return _STATUSES.get(number % 1000, failed)


def _skewed(chance: random.Random, count: int) -> int:
    """A number below ``count``, small ones far more often than large ones."""
    return int(count * chance.random() ** 2)
