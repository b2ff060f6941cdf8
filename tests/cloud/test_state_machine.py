# SPDX-License-Identifier: Apache-2.0
"""Random steps on the cloud: bounded here, longer with ``make soak``.

Two Horizon processes share sessions and cache in memcached, as the workers of a site do.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from demo.layout import Home
from demo.visitor import Visitor
from devcloud.access import Access
from tests.browser.oracle import tracebacks
from tests.cloud.machine import Machine, Stage
from tests.cloud.sites import horizon, memcached
from tests.cloud.tenant import tenant
from tests.conftest import Connect

pytestmark = pytest.mark.extended

# Not shrunk: a cloud does not do the same twice.
_USUAL = settings(
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
    max_examples=4,
    stateful_step_count=14,
)


@pytest.fixture(scope="module")
def stage(cloud: Access, connect: Connect, home: Home) -> Iterator[Stage]:
    """A volume, two instances, and two workers at which one person is logged in."""
    with ExitStack() as stack:
        project = stack.enter_context(tenant("machine", cloud, connect, home))
        workshop = project.workshop
        volume = workshop.volume("cluster", volume_type="shared").id
        instances = (workshop.running("one").id, workshop.running("two").id)
        cache = {
            "BACKEND": "django.core.cache.backends.memcached.PyMemcacheCache",
            "LOCATION": stack.enter_context(memcached()),
        }
        shared = {
            "CACHES": {"default": cache},
            "SESSION_ENGINE": "django.contrib.sessions.backends.cache",
        }
        running = [
            stack.enter_context(horizon(home, "workers", f"worker-{number}", shared))
            for number in (1, 2)
        ]
        one, other = (Visitor(each.url) for each in running)
        one.log_in(project.login)
        other.session.cookies.update(one.session.cookies)
        yield Stage(workshop, volume, instances, (one, other))
        logs = [each.log.read_text(encoding="utf-8", errors="replace") for each in running]
        assert [tracebacks(log) for log in logs] == [[], []]


def test_nobody_is_fooled_whatever_happens(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    Machine.stage = stage
    if minutes := float(os.environ.get("SOAK_MINUTES") or 0):
        with capsys.disabled():
            soak(stage, minutes)
    else:
        # The same steps each time.
        run_state_machine_as_test(Machine, settings=settings(_USUAL, derandomize=True))
    assert not stage.findings, "\n".join(stage.findings)
    assert stage.counts["snapshots made"]


def soak(stage: Stage, minutes: float) -> None:
    """Go on with random seeds until the time is over; print what was done and found."""
    ends = time.monotonic() + 60 * minutes
    while time.monotonic() < ends:
        number, known = secrets.randbelow(2**32), len(stage.findings)
        run_state_machine_as_test(seed(number)(Machine), settings=_USUAL)
        for found in stage.findings[known:]:
            print(f"\nFound with seed {number}: {found}")
    print(f"\nIn {minutes:g} minutes, {len(stage.findings)} findings:")
    for what, count in sorted(stage.counts.items()):
        print(f"{count:6}  {what}")
