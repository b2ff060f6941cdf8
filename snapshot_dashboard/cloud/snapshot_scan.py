# SPDX-License-Identifier: Apache-2.0
"""Scans the snapshots of all projects page by page, and counts them for the report.

It is gone on demand only, page by page, so that whoever waits can be told how far it is. Whoever
may not see other projects is answered with the own one (see cloud.administration).
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

from snapshot_dashboard import __version__, settings
from snapshot_dashboard.cloud import administration, caching, people
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import CloudError, RequestFailed, Unreachable
from snapshot_dashboard.cloud.session import Connection, Deadline
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.price import NOTHING, Cost, Prices
from snapshot_dashboard.rules.report import ProjectLine, ReportTally
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

# Half of Cinder's usual osapi_max_limit: whoever waits is told of it every few seconds.
_PAGE = 500
# As many as administration.volumes_by_id reads in one call, and so many calls at a time: alone
# they take four fifths of the time.
_VOLUMES = 50
_AT_ONCE = 4
# Other projects' snapshots that a report keeps one by one; all are counted.
FOREIGN = 200
# Seconds that a report is remembered.
_REMEMBERED = 600
# memcached takes 1 MiB, its own overhead included.
_MOST_BYTES = 900_000


class TimeIsUp(CloudError):
    """The scan took longer than ``REPORT_SECONDS`` and is incomplete."""


class BeingMade(Exception):
    """Another request is making the same report; its result will be used for both."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What is kept of a snapshot's volume; only administrators can read ``host``."""

    name: str
    project_id: str | None
    host: str | None
    type_name: str | None


@dataclass(frozen=True, slots=True)
class Foreign:
    """A snapshot whose project is not its volume's."""

    id: str
    name: str
    project_id: str
    volume_id: str
    volume_project_id: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    """Snapshots by project; ``foreign`` lists at most 200 whose volume is another project's.

    ``unknown`` counts those whose volume could not be read. ``names`` are of projects by id, as
    far as this person may read them.
    """

    made_at: datetime
    lines: tuple[ProjectLine, ...]
    total: ProjectLine
    foreign: tuple[Foreign, ...]
    foreign_count: int
    unknown: int
    names: Mapping[str, str]

    def name_of(self, project_id: str) -> str:
        """Return a project's name, its id where the name is not known."""
        return self.names.get(project_id, project_id)


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """The number of snapshots read; ``expected`` is None where Cinder cannot count them."""

    read: int
    expected: int | None


Batch = Sequence[tuple[Snapshot, Origin | None]]


def limited(connection: Connection) -> Connection:
    """Return a connection whose deadline is the time for everything, ``REPORT_SECONDS``."""
    return replace(connection, deadline=Deadline(settings.get("REPORT_SECONDS")))


def batches(
    connection: Connection,
    filters: Mapping[str, str],
    keep: Callable[[Snapshot], bool] = lambda each: True,
) -> Iterator[Batch]:
    """Read all snapshots that match, newest first, each with its volume; ``limited`` ones.

    Of those that Cinder finds the ones to ``keep``.

    The volume is None where it could not be read. One call for 500 snapshots, and one for 50
    volumes that no snapshot before was taken of.

    :raises CloudError: a page cannot be read, or the time is over; what came before it is not
        everything.
    """
    origins = _Origins(connection)
    for page in administration.walk(connection, filters, size=_PAGE):
        # Also where all volumes are known: the time for everything is not the walk's to keep.
        next_step(connection)
        kept = tuple(each for each in page if keep(each))
        origins.read(kept)
        yield [(each, origins.known.get(each.volume_id)) for each in kept]


class _Origins:
    """The volumes of the scanned snapshots, each read once."""

    def __init__(self, connection: Connection) -> None:
        self.known: dict[str, Origin | None] = {}
        self._connection = connection
        self._refused = False

    def read(self, snapshots: Sequence[Snapshot]) -> None:
        """Read the volumes of these snapshots that are not known yet.

        :raises CloudError: they cannot be read, or the time is over.
        """
        wanted = dict.fromkeys(each.volume_id for each in snapshots)
        missing = [each for each in wanted if each not in self.known]
        parts = [missing[at : at + _VOLUMES] for at in range(0, len(missing), _VOLUMES)]
        for at in range(0, len(parts), _AT_ONCE):
            if self._refused:
                return
            self._read(parts[at : at + _AT_ONCE])

    def _read(self, parts: Sequence[Sequence[str]]) -> None:
        now = next_step(self._connection)
        started = [now.start(_by_id(now, ids)) for ids in parts]
        for ids, later in zip(parts, started, strict=True):
            found = later.get()
            self.known |= {each: _origin(found.get(each)) for each in ids}
        # A volume is there as long as it has snapshots: when none was ever found, this person
        # may not ask so, and need not ask again.
        self._refused = not any(self.known.values())


def cost(prices: Prices | None, snapshot: Snapshot, origin: Origin | None) -> Cost:
    """Return what a snapshot costs, nothing where no prices are given."""
    type_name = origin.type_name if origin else None
    return prices.cost([(snapshot.size, type_name)]) if prices else NOTHING


def _by_id(connection: Connection, ids: Sequence[str]) -> Callable[[], Mapping[str, Volume]]:
    return lambda: administration.volumes_by_id(connection, ids)


def _origin(volume: Volume | None) -> Origin | None:
    if not volume:
        return None
    return Origin(volume.name, volume.project_id, volume.host, volume.type_name)


def next_step(connection: Connection) -> Connection:
    """Return a connection with the time of one page.

    :raises TimeIsUp: there is none left.
    """
    try:
        connection.deadline.remaining()
    except Unreachable as error:
        raise TimeIsUp from error
    return replace(connection, deadline=Deadline(settings.get("PAGE_SECONDS")))


def project_names(connection: Connection) -> Mapping[str, str]:
    """Read the names of all projects; none where this person may not, or Keystone does not answer.

    They are decoration: without them ids stand there.
    """
    step = replace(connection, deadline=Deadline(settings.get("PAGE_SECONDS")))
    try:
        return dict(step.fetch(lambda: people.project_names(step)))
    except RequestFailed:
        return {}


def remembered(connection: Connection) -> Report | None:
    """Return the report that was made in the last minutes by somebody with the same rights.

    Region and project have to be the same too.
    """
    found: Report | None = cache.get(_key(connection, "made"))
    return found


def _key(connection: Connection, what: str) -> str:
    # The release: what an older one remembered may have other fields. And what it adds up.
    more = (__version__, connection.rights, what, repr(settings.get("PRICES")))
    return caching.key(connection.region, connection.project_id, "snapshot_scan", *more)


@dataclass
class SnapshotScan:
    """One report while it is made; ``own`` holds the names of projects known beforehand."""

    connection: Connection
    own: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = limited(self.connection)
        self._tally = ReportTally()
        self._prices = settings.prices()
        self._names: Mapping[str, str] = self.own
        self.kept = False

    def run(self) -> Iterator[ScanProgress]:
        """Count all snapshots, telling how far it is; a whole report is remembered.

        To be read until its end, or closed: nobody else can make the same report meanwhile.

        :raises BeingMade: somebody else is at it.
        :raises CloudError: it cannot go on; :meth:`report` then tells what was counted so far.
        """
        claim = _key(self.connection, "being made")
        # As long as it may take with the last call: a process that was killed claims no longer.
        seconds = settings.get("REPORT_SECONDS") + settings.get("PAGE_SECONDS")
        if not cache.add(claim, True, timeout=seconds):
            raise BeingMade
        try:
            yield from self._count()
            self._remember()
        finally:
            cache.delete(claim)

    def _count(self) -> Iterator[ScanProgress]:
        expected = self._expected()
        read = 0
        yield ScanProgress(read, expected)
        for batch in batches(self.connection, {}):
            for snapshot, origin in batch:
                project_id = origin.project_id if origin else None
                self._tally.add(snapshot, project_id, cost(self._prices, snapshot, origin))
            read += len(batch)
            yield ScanProgress(read, expected)
        self._names = {**self.own, **project_names(self.connection)}

    def _expected(self) -> int | None:
        step = next_step(self.connection)
        none = PageRequest(size=0)
        _page, count = step.fetch(lambda: administration.counted_snapshots(step, none))
        return count

    def _remember(self) -> None:
        made = self.report()
        self.kept = len(pickle.dumps(made)) <= _MOST_BYTES
        if self.kept:
            cache.set(_key(self.connection, "made"), made, timeout=_REMEMBERED)

    def report(self) -> Report:
        """Return what was counted up to now."""
        foreign = tuple(_foreign(*each) for each in self._tally.foreign[:FOREIGN])
        lines = self._tally.lines()
        shown = {line.project_id for line in lines}
        shown |= {each for one in foreign for each in (one.project_id, one.volume_project_id)}
        return Report(
            made_at=datetime.now(timezone.utc),
            lines=lines,
            total=self._tally.total(),
            foreign=foreign,
            foreign_count=self._tally.foreign_count,
            unknown=self._tally.unknown,
            names={each: self._names[each] for each in shown if each in self._names},
        )


def _foreign(snapshot: Snapshot, volume_project: str) -> Foreign:
    return Foreign(
        id=snapshot.id,
        name=snapshot.label,
        project_id=snapshot.project_id or "",
        volume_id=snapshot.volume_id,
        volume_project_id=volume_project,
        created_at=snapshot.created_at,
    )
