# SPDX-License-Identifier: Apache-2.0
"""Each call of both dialogs fails in each way that services fail.

Which calls there are is found out by watching a dialog that works; what may happen then is
written down in fault_promises. All cases are tried once, several at a time, by people of their
own at a Horizon of their own, whose time-outs are short; the tests look at what came of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

import pytest

from demo.dashboard import Dashboard
from demo.layout import Home
from demo.visitor import Visitor
from devcloud.access import Access
from tests.cloud import fault_promises as promises
from tests.cloud.dialogs import snapshot_path, volume_path
from tests.cloud.fault_cases import DESCRIPTION, Case, Crew, Result, Seat, Subject
from tests.cloud.fault_complaints import complaints
from tests.cloud.fault_promises import Role
from tests.cloud.fault_proxy import Call, Fault, FaultProxy
from tests.cloud.sites import horizon
from tests.cloud.tenant import Tenant, tenant
from tests.cloud.workshop import Workshop
from tests.conftest import Connect

pytestmark = pytest.mark.extended

# Horizon waits this long for reads, and for a write; a slow answer takes less or more.
SECONDS = 3.0
LATE = 0.5
TOO_LATE = 4.0
SUBJECTS = ("detached", "attached", "volume")
ONLY_FOR_WRITES: tuple[Fault, ...] = (Fault.HELD_BACK, Fault.GATEWAY_TIMEOUT)
FAULTS: list[Fault] = [each for each in Fault if each is not Fault.NONE]
BAD_FAULTS: list[Fault] = [each for each in FAULTS if each not in (Fault.LATE, *ONLY_FOR_WRITES)]


@pytest.fixture(scope="module")
def proxy(cloud: Access) -> Iterator[FaultProxy]:
    """Stands between the Horizon of these tests and the services."""
    with FaultProxy(cloud.endpoints, late=LATE, too_late=TOO_LATE) as running:
        yield running


@pytest.fixture(scope="module")
def impatient(home: Home, proxy: FaultProxy) -> Iterator[Dashboard]:
    """A Horizon that knows the services by the proxy's addresses, and gives up early."""
    settings = {
        "OPENSTACK_KEYSTONE_URL": proxy.auth_url,
        "SNAPSHOT_DASHBOARD": {"PAGE_SECONDS": SECONDS, "WRITE_SECONDS": SECONDS},
    }
    with horizon(home, "faults", "faults", settings) as running:
        yield running


@pytest.fixture(scope="module")
def project(cloud: Access, connect: Connect, home: Home) -> Iterator[Tenant]:
    """Has no limits, and nothing that others count."""
    with tenant("faults", cloud, connect, home) as found:
        yield found


@pytest.fixture(scope="module")
def subjects(project: Tenant) -> dict[str, Subject]:
    """The three dialogs, and the volumes and the snapshot that they are about."""
    workshop = project.workshop
    detached = workshop.volume("detached", volume_type="bulk").id
    _instance, attached = workshop.attached()
    source = workshop.volume("source", volume_type="bulk")
    snapshot = workshop.snapshot(source.id).id
    workshop.later(remove_volumes, workshop)
    snapshots, volumes = (partial(metadata, workshop, each) for each in ("snapshots", "volumes"))
    made = Call("POST", "cinder /snapshots"), snapshots
    found = (
        Subject("detached", snapshot_path(detached), *made, truth="detached"),
        Subject("attached", snapshot_path(attached.id), *made, tick=True, truth="running"),
        Subject("volume", volume_path(snapshot), Call("POST", "cinder /volumes"), volumes),
    )
    return {each.name: each for each in found}


def metadata(workshop: Workshop, kind: str, name: str) -> list[dict[str, str]]:
    """Return the metadata of each snapshot (or volume) of a name, past the proxy."""
    found = workshop.owner.block_storage.get(f"/{kind}/detail?name={name}").json()[kind]
    return [each["metadata"] for each in found]


def remove_volumes(workshop: Workshop) -> None:
    """Remove the volumes that the dialogs have made."""
    api = workshop.admin.block_storage
    for each in api.get("/volumes/detail?limit=1000").json()["volumes"]:
        if each["description"] == DESCRIPTION:
            api.delete(f"/volumes/{each['id']}")


@pytest.fixture(scope="module")
def crew(
    project: Tenant, impatient: Dashboard, proxy: FaultProxy, subjects: dict[str, Subject]
) -> Iterator[Crew]:
    """The people who try it all."""

    def sit(name: str) -> Seat:
        visitor = Visitor(impatient.url)
        with proxy.logging_in(name) as lane:
            visitor.log_in(project.login)
        return Seat(visitor, lane)

    people = Crew(sit, subjects["attached"].path, quick=3, slow=5)
    try:
        yield people
    finally:
        people.close()


@dataclass(frozen=True)
class Attempts:
    """All cases, running or done; ``calls`` are those of a working dialog."""

    calls: Mapping[tuple[str, str], list[Call]]
    tried: list[tuple[Case, Future[Result]]]

    def results(self, subject: str, method: str, fault: Fault) -> list[Result]:
        """Return what came of one fault at each call of a dialog."""
        return [
            future.result()
            for case, future in self.tried
            if (case.subject.name, case.method, case.faulty[1]) == (subject, method, fault)
        ]


@pytest.fixture(scope="module")
def attempts(crew: Crew, subjects: dict[str, Subject]) -> Attempts:
    """Find out which calls there are, and try everything with each."""
    forms = {each.name: crew.form(each) for each in subjects.values()}
    calls: dict[tuple[str, str], list[Call]] = {}
    cases: list[Case] = []
    for subject in subjects.values():
        for method in ("GET", "POST"):
            known = crew.record(Case(subject, method, {}), forms[subject.name])
            calls[subject.name, method] = known
            cases += every_fault(subject, method, known)
        if not subject.tick:
            cases += after_a_lost_answer(crew, subject, forms[subject.name])
    cases += at_first_sight(crew, subjects["attached"], forms["attached"])
    tried = crew.try_all(cases, forms)
    return Attempts(calls, list(zip(cases, tried, strict=True)))


def every_fault(subject: Subject, method: str, calls: list[Call]) -> Iterator[Case]:
    """Yield the cases of a dialog: each fault at each call.

    Calls that a dialog can do without fail together, and slow but sufficient answers come to
    all calls at once: none may make a difference, so none hides another. Of the dialog with a
    tick only those are tried that are not the same without one.
    """
    yield Case(subject, method, dict.fromkeys(calls, Fault.LATE))
    roles = {call: promises.role(Case(subject, method, {}), call) for call in calls}
    spare = [call for call in calls if roles[call] is Role.DECORATION]
    single = [call for call in calls if call not in spare]
    if subject.tick:
        spare, single = [], [call for call in calls if roles[call] in (Role.EXPOSURE, Role.MAKE)]
    for fault in BAD_FAULTS:
        if spare:
            yield Case(subject, method, dict.fromkeys(spare, fault))
        for call in single:
            yield Case(subject, method, {call: fault})
    if method == "POST":
        for fault in ONLY_FOR_WRITES:
            yield Case(subject, method, {subject.makes: fault})


def after_a_lost_answer(crew: Crew, subject: Subject, form: Mapping[str, str]) -> Iterator[Case]:
    """Yield the cases in which a call fails that follows the lost answer to making."""
    lost = {subject.makes: Fault.LOST_AFTER}
    calls = crew.record(Case(subject, "POST", lost), form)
    for call in calls[calls.index(subject.makes) + 1 :]:
        for fault in (Fault.LATE, *BAD_FAULTS):
            yield Case(subject, "POST", {**lost, call: fault})


def at_first_sight(crew: Crew, subject: Subject, form: Mapping[str, str]) -> Iterator[Case]:
    """Yield the cases in which it cannot be found out which version Cinder has."""
    known = crew.record(Case(subject, "GET", {}, fresh=True), form)
    (asked,) = {call.every for call in known if call.place == "cinder /"}
    for method in ("GET", "POST"):
        for fault in (Fault.LATE, *BAD_FAULTS):
            yield Case(subject, method, {asked: fault}, fresh=True)


@pytest.mark.parametrize(
    ("subject", "method", "needed"),
    [
        ("detached", "GET", {Role.SUBJECT, Role.EXPOSURE, Role.DECORATION}),
        ("attached", "GET", {Role.SUBJECT, Role.EXPOSURE, Role.DECORATION}),
        ("volume", "GET", {Role.SUBJECT, Role.DECORATION}),
        ("detached", "POST", set(Role) - {Role.DISCOVERY}),
        ("attached", "POST", set(Role) - {Role.DISCOVERY}),
        ("volume", "POST", set(Role) - {Role.DISCOVERY, Role.EXPOSURE}),
    ],
)
def test_every_call_is_known(
    attempts: Attempts, subject: str, method: str, needed: set[Role]
) -> None:
    (case, _future), *_ = (each for each in attempts.tried if each[0].subject.name == subject)
    found = [promises.role(case, call) for call in attempts.calls[subject, method]]
    assert set(found) == needed
    assert found.count(Role.MAKE) == (method == "POST")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.value)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_fault_is_told_and_nothing_is_lost(
    attempts: Attempts, subject: str, method: str, fault: Fault
) -> None:
    results = attempts.results(subject, method, fault)
    if method == "POST" or fault not in ONLY_FOR_WRITES:
        assert results
    wrong = [f"{each.case}: {text}" for each in results for text in complaints(each)]
    assert not wrong, "\n".join(wrong)
