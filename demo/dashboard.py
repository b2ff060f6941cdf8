# SPDX-License-Identifier: Apache-2.0
"""Starts a Horizon as a child process, waits for it and stops it."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from demo import assets
from demo.layout import ROOT, Flavour, Home
from demo.problem import Problem
from demo.processes import Children
from devcloud.logs import tail
from devcloud.settings import HOST
from devcloud.waiting import wait_until

START_SECONDS = 60.0
THREADS = 8
KEEP_ALIVE_SECONDS = 75


@dataclass(frozen=True)
class Dashboard:
    """A running Horizon at ``url`` that logs to ``log``."""

    process: subprocess.Popen[str]
    url: str
    log: Path

    def wait(self) -> None:
        """Return when it was stopped; raise Problem when it ended by itself."""
        code = self.process.wait()
        if code not in (0, -signal.SIGTERM):
            raise Problem(f"Horizon ended with code {code}:\n{tail(self.log)}")


@dataclass(frozen=True)
class Site:
    """The files and settings from which one Horizon is started.

    ``name`` names its logs; ``claim`` tells `make down` which kind it is; ``settings`` are the
    environment variables that demo/local_settings.py and demo/wsgi.py read. It starts in
    ``folder``, where it finds the package ``demo``.
    """

    name: str
    claim: str
    python: Path
    static: Path
    settings: Mapping[str, str]
    folder: Path = ROOT


def start(
    home: Home,
    flavour: Flavour,
    port: int,
    children: Children,
    *,
    count_calls: bool = False,
    pseudo: Path | None = None,
    more: Mapping[str, Any] | None = None,
) -> Dashboard:
    """Start Horizon for the cloud in ``home`` and return when its login page answers.

    One process with several threads, as a small production site has it. With ``count_calls``
    each answer tells how many requests went to the cloud for it (see demo.counting). ``pseudo``
    is a folder of translations into Esperanto, which the language menu offers as "Pseudo".
    ``more`` are settings of Horizon in the place of those of the demo.
    Raises Problem when it does not come up.
    """
    site = Site(
        name=home.dashboard_log(flavour).stem,
        claim=flavour.value,
        python=flavour.python,
        static=assets.ensure(flavour, children),
        settings={
            "DEMO_FLAVOUR": flavour.value,
            "COUNT_CALLS": "1" if count_calls else "",
            "DEMO_PSEUDO": str(pseudo or ""),
            "DEMO_SETTINGS": json.dumps(more or {}),
        },
    )
    return serve(home, site, port, children)


def serve(home: Home, site: Site, port: int, children: Children) -> Dashboard:
    """Start a Horizon for the cloud in ``home`` and return when its login page answers.

    Raises Problem when it does not come up.
    """
    log = home.log(site.name)
    settings = {
        "DEVCLOUD_HOME": str(home.path),
        "DEMO_STATIC_ROOT": str(site.static),
        # Nova's client writes a cache into the home folder, as others do elsewhere.
        "HOME": str(home.path / "clients"),
        "XDG_CACHE_HOME": str(home.path / "clients"),
        # Each thread would get a heap of its own otherwise.
        "MALLOC_ARENA_MAX": "2",
        **site.settings,
    }
    with log.open("a", encoding="utf-8") as output:
        process = children.start(
            _command(site, port, home.log(f"{site.name}-access")),
            output=output,
            settings=settings,
            folder=site.folder,
        )
    _claim(home, site.claim, port, process.pid)
    running = Dashboard(process, _address(port), log)
    wait_until(
        lambda: _answers(running),
        what=f"Horizon's login page at {running.url} (its log: {log})",
        seconds=START_SECONDS,
    )
    return running


def _command(site: Site, port: int, access_log: Path) -> list[str | Path]:
    # -I: gunicorn puts the folder it starts in first on the path itself.
    command: list[str | Path] = [site.python, "-I", "-m", "gunicorn"]
    command += ["--bind", f"{HOST}:{port}", "--workers", "1", "--worker-class", "gthread"]
    command += ["--threads", str(THREADS), "--keep-alive", str(KEEP_ALIVE_SECONDS)]
    command += ["--timeout", "120", "--graceful-timeout", "3", "--no-control-socket"]
    command += ["--access-logfile", access_log, "demo.wsgi"]
    return command


def _answers(running: Dashboard) -> bool:
    """Tell whether the login page is there; raise Problem when Horizon ended or fails."""
    if running.process.poll() is not None:
        raise Problem(f"Horizon ended while starting:\n{tail(running.log, 25)}")
    # Not urllib: a proxy of the machine's has no part in reaching the machine itself.
    connection = http.client.HTTPConnection(urlsplit(running.url).netloc, timeout=30)
    try:
        connection.request("GET", "/auth/login/")
        status = connection.getresponse().status
    except OSError:
        return False
    finally:
        connection.close()
    if status != http.client.OK:
        raise Problem(f"Horizon's login page answers {status}:\n{tail(running.log, 25)}")
    return True


def _claim(home: Home, claim: str, port: int, pid: int) -> None:
    """Write down that this process serves the cloud, for ``make down`` and other demos."""
    home.claims.mkdir(parents=True, exist_ok=True)
    (home.claims / f"{claim}-{port}.pid").write_text(str(pid), encoding="utf-8")


def running_in(home: Home, flavour: Flavour | None = None) -> dict[str, int]:
    """Return address and process id of each dashboard that serves this cloud now.

    With ``flavour`` only those of that flavour.
    """
    found = {}
    for claim in sorted(home.claims.glob(f"{flavour or '*'}-*.pid")):
        pid = int(claim.read_text(encoding="utf-8"))
        if _is_dashboard(pid):
            found[_address(int(claim.stem.rpartition("-")[2]))] = pid
        else:
            claim.unlink(missing_ok=True)
    return found


def _address(port: int) -> str:
    return f"http://{HOST}:{port}"


def _is_dashboard(pid: int) -> bool:
    """Tell whether ``pid`` is a Horizon of ours: numbers are used again after a restart."""
    try:
        return b"demo.wsgi" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def stop_all(home: Home, keep: Collection[int] = ()) -> int:
    """Stop every dashboard that serves the cloud in ``home``; return how many there were.

    Those with the process ids in ``keep`` go on.
    """

    def unwanted() -> list[int]:
        return [pid for pid in running_in(home).values() if pid not in keep]

    found = unwanted()
    for pid in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not unwanted(), what="the end of all dashboards", seconds=20)
    return len(found)
