# SPDX-License-Identifier: Apache-2.0
"""Measure ``keep`` in a cloud of many customers: ``python -m bench.keep``.

Needs a cloud that is up and holds what ``python -m devcloud whole-cloud`` makes. An operator's user
gets a role in each of the customers' projects, and one volume of some of them a schedule. What is
measured is the command as cron runs it, in a process of its own: its time, its memory, and what
the services were asked for, by their own access logs.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from openstack.connection import Connection

from demo.layout import ROOT, chosen_home
from devcloud.access import Access, load, read_requests
from devcloud.accounts import DOMAIN
from snapshot_dashboard.rules.schedules import schedule
from snapshot_dashboard.rules.schedules.schedule import Retention, Rhythm, Schedule, mark_of

_PASSWORD = "keep-everything"  # noqa: S105
# Of how many projects one volume has a schedule.
_SCHEDULED = 200
_RESULTS = ROOT / "bench" / "results"


@dataclass(frozen=True)
class Figures:
    """One run: seconds, the most memory in MiB, calls of each service, and events by their kind."""

    what: str
    seconds: float
    memory: float
    calls: dict[str, int]
    events: dict[str, int]


def main() -> None:
    """Measure three runs, and write them down."""
    home = chosen_home("bench")
    access = load(home.path)
    with ExitStack() as undo:
        admin = _connection(access, access.login("admin").name, access.login("admin").password)
        name = f"keeper-{int(time.time())}"
        projects = _customers(admin)
        _hire(admin, name, projects, undo)
        file = _clouds(access, name, undo)
        _schedule(admin, projects[:_SCHEDULED])
        runs = [_measured(access, file, "takes what is due")]
        # Of some of these volumes there is no file: the storage fails, and is asked three times.
        for _again in range(2):
            _measured(access, file, "")
        runs += [_measured(access, file, each) for each in ("has nothing to do", "once more")]
    text = _as_text(len(projects), runs)
    commit = subprocess.run(  # noqa: S603 - git
        ["git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    kept = _RESULTS / f"keep-{datetime.now(timezone.utc):%Y-%m-%d}-{commit}.rst"
    kept.write_text(text, encoding="utf-8")
    print(text)


def _connection(access: Access, name: str, password: str) -> Any:
    return Connection(
        region_name=access.region,
        auth={
            "auth_url": access.auth_url,
            "username": name,
            "password": password,
            "project_name": "admin",
            "user_domain_name": DOMAIN,
            "project_domain_name": DOMAIN,
        },
    )


def _customers(admin: Any) -> list[Any]:
    found = (each for each in admin.identity.projects() if each.name.startswith("customer-"))
    return sorted(found, key=lambda each: str(each.name))


def _hire(admin: Any, name: str, projects: Iterable[Any], undo: ExitStack) -> None:
    """Make the operator's user, with a role in each project."""
    user = admin.identity.create_user(name=name, password=_PASSWORD, domain_id="default")
    undo.callback(admin.identity.delete_user, user)
    role = admin.identity.find_role("member")
    for each in projects:
        admin.identity.assign_project_role_to_user(each, user, role)


def _clouds(access: Access, name: str, undo: ExitStack) -> Path:
    folder = Path(undo.enter_context(tempfile.TemporaryDirectory()))
    auth = {
        "auth_url": access.auth_url,
        "username": name,
        "password": _PASSWORD,
        "project_name": "customer-001",
        "user_domain_name": DOMAIN,
        "project_domain_name": DOMAIN,
    }
    file = folder / "clouds.json"
    clouds = {"clouds": {"keeper": {"auth": auth, "region_name": access.region}}}
    file.write_text(json.dumps(clouds), encoding="utf-8")
    return file


def _schedule(admin: Any, projects: Iterable[Any]) -> None:
    """Give one volume of each project a schedule of which a run is due."""
    for number, each in enumerate(projects):
        query = {"all_tenants": 1, "project_id": each.id, "status": "available", "limit": 1}
        found = admin.block_storage.get("/volumes/detail", params=query).json()["volumes"]
        since = datetime.now(timezone.utc) - timedelta(days=2)
        saved = Schedule(
            id=f"{number:016x}",
            project=mark_of(each.id),
            rhythm=Rhythm.DAILY,
            at=datetime.min.time(),
            zone="UTC",
            since=since,
            retention=Retention(last=3),
        )
        for volume in found:
            path = f"/volumes/{volume['id']}/metadata"
            admin.block_storage.post(path, json={"metadata": schedule.write(saved)})


def _measured(access: Access, file: Path, what: str) -> Figures:
    starts = {name: log.stat().st_size for name, log in access.access_logs.items() if log.exists()}
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    begun = time.monotonic()
    command = [sys.executable, "-m", "snapshot_dashboard", "keep", "--json", "--each-project"]
    done = subprocess.run(  # noqa: S603 - our own command
        [*command, "--os-cloud", "keeper"],
        cwd=ROOT,
        env={**os.environ, "OS_CLIENT_CONFIG_FILE": str(file)},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - begun
    memory = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024
    calls = {
        name: len(read_requests(access.access_logs[name], start)) for name, start in starts.items()
    }
    events = Counter(json.loads(line)["event"] for line in done.stdout.splitlines())
    return Figures(what, seconds, memory, {k: v for k, v in calls.items() if v}, dict(events))


def _as_text(projects: int, runs: Iterable[Figures]) -> str:
    title = f"keep --each-project over {projects} projects with 10,000 volumes"
    lines = [".. SPDX-License-Identifier: Apache-2.0", "", title, "=" * len(title), ""]
    lines += [
        f"One volume in each of {_SCHEDULED} of them has a schedule. The services share "
        f"{os.cpu_count()} cores with it; the load of the machine was {os.getloadavg()[1]:.1f}.",
        "Memory is the most that any of the processes had. Some of these volumes are rows of the",
        "database without a file: their storage fails, which is told.",
        "",
        ".. list-table::",
        "   :header-rows: 1",
        "",
        "   * - Run",
        "     - Seconds",
        "     - MiB",
        "     - Calls",
        "     - Events",
    ]
    for each in runs:
        calls = ", ".join(f"{name} {count}" for name, count in sorted(each.calls.items()))
        events = ", ".join(f"{name} {count}" for name, count in sorted(each.events.items()))
        lines += [
            f"   * - {each.what}",
            f"     - {each.seconds:.1f}",
            f"     - {each.memory:.0f}",
            f"     - {calls}",
            f"     - {events or 'none'}",
        ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
