# SPDX-License-Identifier: Apache-2.0
"""What one run measures, in which order and how often."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bench import browser, floor, made_from, measuring, memory, sets, sizes
from bench.leftovers import Leftovers
from bench.measuring import Asker, Figure, Patience
from bench.moving import moving
from bench.raw import Raw
from bench.recording import Recorder, Sent, recorders
from bench.results import Run
from bench.sets import Sets
from bench.sides import OURS, Side
from bench.sizes import LARGE, MEDIUM, SMALL, Size
from bench.subjects import SUBJECTS, Kind, Subject, Things
from demo.layout import Home
from demo.progress import say
from devcloud.access import Login, load

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
    """A project of a size, and the users who see it."""

    home: Home
    sides: Sequence[Side]
    people: Mapping[bool, Login]
    raw: Raw
    admin: Raw
    things: Things
    leftovers: Leftovers
    browsers: Mapping[str, Recorder]
    # What was replayed, by subject and by Horizon.
    requests: dict[str, dict[str, list[Sent]]] = field(default_factory=dict)

    @property
    def ours(self) -> Side:
        """Our Horizon."""
        return next(each for each in self.sides if each.name == OURS)

    def askers(self, subject: Subject, rows: int) -> dict[str, Asker]:
        """Return who asks each Horizon for a subject, of many rows for the first ``rows``."""
        login = self.people[subject.admin]
        return {
            side.name: Asker(
                side, login, self.things, self.leftovers, self.browsers[side.name], rows
            )
            for side in self.sides
            if subject.stock or side.name == OURS
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
        asked = sides if last or not plan.short else sides[:1]
        with recorders(home, {each.name: each.base for each in asked}) as browsers:
            place = _place(home, asked, size, browsers)
            run.figures[size.name] = _figures(place, plan, last=last)
            run.requests[size.name] = place.requests
            if last:
                _in_the_last(place, plan, run)
        chains = floor.chains(place.raw, place.admin, place.things)
        wanted = {name: each for name, each in chains.items() if name in run.figures[size.name]}
        run.floors[size.name] = floor.measure(wanted, plan.patience.repeats, place.leftovers)
        if last or not plan.short:
            say("bench", "in Chromium")
            people = {False: place.people[False]} if plan.short else place.people
            run.browser[size.name] = browser.measure(home, sides, people, plan.in_browser)


def _place(
    home: Home, sides: Sequence[Side], size: Size, browsers: Mapping[str, Recorder]
) -> Place:
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
    return Place(home, sides, people, raw, admin, things, leftovers, browsers)


def _figures(place: Place, plan: Plan, *, last: bool) -> dict[str, dict[str, Figure]]:
    found = {}
    for subject in SUBJECTS:
        if last or not subject.many:
            askers = place.askers(subject, plan.patience.rows)
            if plan.short and subject.admin:
                askers = {OURS: askers[OURS]}
            both = _compared(place, subject, askers, plan.patience)
            found[subject.name] = both
            said = "  ".join(f"{name} {each.milliseconds:.0f} ms" for name, each in both.items())
            say("bench", f"{subject.name}: {said}")
    return found


def _compared(
    place: Place, subject: Subject, askers: Mapping[str, Asker], patience: Patience
) -> dict[str, Figure]:
    """Record what is sent while rows move, and replay it while they do, or when they no longer do.

    Then all of them have changed since they were drawn.
    """
    with contextlib.ExitStack() as rows:
        if subject.moving is not None:
            rows.enter_context(moving(place.raw, place.admin, *subject.moving(place.things)))
        for each in askers.values():
            each.record(subject)
        if subject.kind is Kind.DRAWN:
            rows.close()
        found = measuring.compare(subject, askers, patience)
    place.requests[subject.name] = {
        name: each.recorded[subject.name] for name, each in askers.items()
    }
    return found


def _in_the_last(place: Place, plan: Plan, run: Run) -> None:
    """Measure what takes many volumes."""
    visitor, recorder = place.ours.visitor(place.people[False]), place.browsers[OURS]
    ids = sizes.detached(place.raw, plan.portion * plan.portions)
    portions = [ids[start : start + plan.portion] for start in range(0, len(ids), plan.portion)]
    say("bench", f"snapshots of {len(ids)} volumes")
    form = recorder.sent_from(visitor, sets.address(portions[0]))
    place.leftovers.settle()
    place.leftovers.remove()
    made = Sets(place.home, visitor, place.raw, place.leftovers, portions, form)
    run.sets = made.measure(plan.sets)
    say("bench", "volumes made from a snapshot")
    dialog = made_from.dialog(sizes.oldest_snapshot(place.raw))
    looks = made_from.recorded(recorder.visited(visitor, dialog, made_from.ASKED))
    run.made_from = made_from.measure(visitor, looks, plan.looks)
    say("bench", f"{plan.requests} requests, and the memory meanwhile")
    wanted = memory.wanted(place.requests, recorder, visitor, place.things)
    run.memory = memory.measure(place.ours, place.people[False], wanted, plan.requests)
