# SPDX-License-Identifier: Apache-2.0
"""What one run measures, in which order, and how often."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bench import browser, floor, made_from, measuring, memory, sizes
from bench.leftovers import Leftovers
from bench.measuring import Asker, Figure, Patience
from bench.moving import moving
from bench.raw import Raw
from bench.results import Run
from bench.sets import Sets
from bench.sides import OURS, Side
from bench.sizes import LARGE, MEDIUM, SMALL, Size
from bench.subjects import SUBJECTS, VOLUMES, Subject, Things, together
from demo.layout import Home
from demo.progress import say
from devcloud.access import Login, load

_NO_TOGETHER = (
    "Ours cannot refresh all moving rows of a page by one request yet: it was asked for one row "
    "after another, as stock's Horizon is."
)
_SHORT = (
    "A short run: stock's Horizon was asked for two of many rows, and everything once or twice. "
    "It shows that all of this works; its times say nothing."
)
_BUSY = "The machine was busy (load {load:.1f} before it began): these figures are not to be kept."


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    ``sizes`` come one after another, because an administrator's pages of a small cloud are
    measured before a large project is in it. ``portion`` volumes are in one dialog of
    ``portions``; ``requests`` are asked for while memory is watched. A ``short`` one asks stock's
    Horizon and Chromium in the last size alone, and not for an administrator's pages: the cloud
    that it is run on may be large.
    """

    sizes: tuple[Size, ...]
    patience: Patience
    in_browser: Patience
    portion: int
    portions: int
    sets: int
    looks: int
    requests: int
    short: bool = False

    def repeated(self, times: int) -> Plan:
        """Return the plan with so many repeats of what is quick."""
        patience = replace(self.patience, repeats=times)
        return replace(self, patience=patience, in_browser=replace(self.in_browser, repeats=times))


THOROUGH = Plan(
    sizes=(SMALL, LARGE),
    patience=Patience(repeats=7, seconds=8),
    in_browser=Patience(repeats=5, seconds=8, warm_up=1),
    portion=50,
    portions=2,
    sets=2,
    looks=2,
    requests=10_000,
)
# Every path once, in a minute or so.
SHORT = Plan(
    sizes=(SMALL, MEDIUM),
    patience=Patience(repeats=1, warm_up=1, rows=2),
    in_browser=Patience(repeats=1, warm_up=0),
    portion=5,
    portions=2,
    sets=1,
    looks=1,
    requests=40,
    short=True,
)


@dataclass(frozen=True)
class Place:
    """A project of a size, and everybody who looks at it."""

    home: Home
    sides: Sequence[Side]
    people: Mapping[bool, Login]
    raw: Raw
    admin: Raw
    things: Things
    leftovers: Leftovers

    @property
    def ours(self) -> Side:
        """Our Horizon."""
        return next(each for each in self.sides if each.name == OURS)

    def askers(self, subject: Subject, rows: int) -> dict[str, Asker]:
        """Return who asks each Horizon for a subject, of many rows for the first ``rows``."""
        login = self.people[subject.admin]
        return {
            side.name: Asker(side, login, self.things, self.leftovers, rows) for side in self.sides
        }


def measure(home: Home, sides: Sequence[Side], plan: Plan, run: Run) -> None:
    """Measure all that the plan says into the run.

    :raises Unmeasurable: something did not come.
    :raises DevcloudError: the cloud does not do what is asked for.
    """
    if plan.short:
        run.notes.append(_SHORT)
    if run.load > 0.5:
        run.notes.append(_BUSY.format(load=run.load))
    for size in plan.sizes:
        last = size is plan.sizes[-1]
        place = _place(home, sides if last or not plan.short else sides[:1], size)
        run.figures[size.name] = _figures(place, plan, last=last)
        chains = floor.chains(place.raw, place.admin, place.things)
        wanted = {name: each for name, each in chains.items() if name in run.figures[size.name]}
        run.floors[size.name] = floor.measure(wanted, plan.patience.repeats, place.leftovers)
        if last or not plan.short:
            say("bench", "in Chromium")
            people = {False: place.people[False]} if plan.short else place.people
            run.browser[size.name] = browser.measure(home, sides, people, plan.in_browser)
    if not place.ours.together:
        run.notes.append(_NO_TOGETHER)
    _in_the_last(place, plan, run)


def _place(home: Home, sides: Sequence[Side], size: Size) -> Place:
    """Make the project unless it is there, and let everybody in."""
    sizes.ensure(home, size)
    cloud = load(home.path)
    people = {False: cloud.login(size.project), True: cloud.login("admin")}
    raw, admin = (Raw(cloud, login) for login in people.values())
    leftovers = Leftovers(raw)
    # Of a run that was stopped.
    leftovers.remove()
    sizes.mend(raw, admin)
    things = sizes.things(raw)
    place = Place(home, sides, people, raw, admin, things, leftovers)
    path = together(VOLUMES, "volumes", things.volumes[:2])
    ours = place.ours
    ours.together = measuring.can_refresh_together(ours.visitor(people[False]), path)
    return place


def _figures(place: Place, plan: Plan, *, last: bool) -> dict[str, dict[str, Figure]]:
    found = {}
    for subject in SUBJECTS:
        if last or not subject.many:
            askers = place.askers(subject, plan.patience.rows)
            if plan.short and subject.admin:
                askers = {OURS: askers[OURS]}
            with _moving(place, subject):
                both = measuring.compare(subject, askers, plan.patience)
            found[subject.name] = both
            said = "  ".join(f"{name} {each.milliseconds:.0f} ms" for name, each in both.items())
            say("bench", f"{subject.name}: {said}")
    return found


def _moving(place: Place, subject: Subject) -> contextlib.AbstractContextManager[None]:
    if subject.moving is None:
        return contextlib.nullcontext()
    return moving(place.raw, place.admin, *subject.moving(place.things))


def _in_the_last(place: Place, plan: Plan, run: Run) -> None:
    """Measure what takes many volumes."""
    visitor = place.ours.visitor(place.people[False])
    ids = sizes.detached(place.raw, plan.portion * plan.portions)
    portions = [ids[start : start + plan.portion] for start in range(0, len(ids), plan.portion)]
    say("bench", f"snapshots of {len(ids)} volumes")
    made = Sets(place.home, visitor, place.raw, place.leftovers, portions)
    run.sets = made.measure(plan.sets)
    say("bench", "volumes made from a snapshot")
    run.made_from = made_from.measure(visitor, sizes.oldest_snapshot(place.raw), plan.looks)
    say("bench", f"{plan.requests} requests, and the memory meanwhile")
    run.memory = memory.measure(place.ours, place.people[False], place.things, plan.requests)
