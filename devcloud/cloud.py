# SPDX-License-Identifier: Apache-2.0
"""Starting, stopping and describing a whole cloud."""

import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devcloud import access, commands, configuration, databases, installation, ports, processes
from devcloud.errors import DevcloudError
from devcloud.processes import Process
from devcloud.progress import Progress
from devcloud.settings import SERVICES, Settings

_HERE = Path(__file__).resolve().parent

# What is made through the services' APIs once they answer.
_STEPS = ("identity", "resources")


def up(settings: Settings) -> None:
    """Start the cloud, first making whatever of it is missing.

    Raises DevcloudError, with what to do, when a port is taken or a service fails.
    """
    progress = Progress()
    with _alone(settings):
        # New accounts of a newer checkout are made in a cloud that is up, too.
        if is_up(settings) and all(_is_current(settings, step) for step in _STEPS):
            progress.say(f"already up: {settings.auth_url}")
            return
        running = _running_as_wanted(settings)
        ports.require_free(settings, [name for name in SERVICES if name not in running])
        installation.ensure(settings, progress)
        _require_same_versions(settings)
        configuration.write_all(settings)
        if databases.ensure(settings):
            progress.say("databases made")
        _start_all(settings, progress)
        access.write(settings)
    progress.say(f"the cloud is up: {settings.auth_url}")


def is_up(settings: Settings) -> bool:
    """Whether every service runs and answers at its port."""
    running = processes.find_all(settings)
    wanted = {service: settings.port(service) for service in SERVICES}
    at_place = {process.service: process.port for process in running} == wanted
    return (
        at_place
        and (settings.home / "access.json").exists()
        and all(ports.is_open(process.port) for process in running)
    )


def require_up(settings: Settings) -> None:
    """Raise DevcloudError, with what to do, unless the cloud is up."""
    if not is_up(settings):
        raise DevcloudError(
            f"The cloud in {settings.home} is not up. Start it with: python3 -m devcloud up"
        )


def down(settings: Settings) -> None:
    """Stop the services that :func:`up` started; their data stays."""
    with _alone(settings):
        _stop(settings, processes.find_all(settings))


def reset(settings: Settings) -> None:
    """Stop the cloud, forget all its data and start it anew."""
    forget(settings)
    up(settings)


def forget(settings: Settings) -> None:
    """Stop the cloud and delete what it kept, leaving other files in its folder alone."""
    with _alone(settings):
        _stop(settings, processes.find_all(settings))
        for name in ("db", "etc", "knobs", "run", "state", "stamps", "volumes"):
            shutil.rmtree(settings.home / name, ignore_errors=True)
        for name in ("access.json", "clouds.yaml", "versions"):
            (settings.home / name).unlink(missing_ok=True)
        for service in (*SERVICES, "setup"):
            for log in settings.log.glob(f"{service}*.log"):
                log.unlink()


def describe(settings: Settings) -> str:
    """A table of the services: up or down, port, process and memory."""
    lines = [f"{'service':<10} {'state':<6} {'port':>6} {'pid':>8} {'MiB':>6}"]
    total = 0.0
    for service in SERVICES:
        process = processes.find(settings, service)
        if process is None:
            lines.append(f"{service:<10} {'down':<6} {settings.port(service):>6} {'-':>8} {'-':>6}")
            continue
        total += process.memory
        state = "up" if ports.is_open(process.port) else "starts"
        lines.append(
            f"{service:<10} {state:<6} {process.port:>6} {process.pid:>8} {process.memory:>6.0f}"
        )
    lines.append(f"{'together':<33}{total:>6.0f}")
    return "\n".join(lines)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Let only one command at a time start or stop the cloud of a folder."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "lock").open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _require_same_versions(settings: Settings) -> None:
    """Refuse to run other versions of the services on databases made by earlier ones."""
    record = settings.home / "versions"
    digest = installation.pins_digest()
    if not record.exists():
        record.write_text(digest, encoding="utf-8")
    elif record.read_text(encoding="utf-8") != digest:
        raise DevcloudError(
            f"The data in {settings.home} belongs to other versions of the services. "
            "Forget it and start anew with: python3 -m devcloud reset"
        )


def _running_as_wanted(settings: Settings) -> set[str]:
    """Stop services that listen at another port than the settings say; name the others."""
    running = processes.find_all(settings)
    _stop(settings, [one for one in running if one.port != settings.port(one.service)])
    return {one.service for one in running if one.port == settings.port(one.service)}


def _stop(settings: Settings, running: list[Process]) -> None:
    for process in reversed(running):
        processes.stop(settings, process)


def _start_all(settings: Settings, progress: Progress) -> None:
    """Start the services; when accounts or endpoints are missing, Keystone before the others."""
    if not _is_current(settings, "identity"):
        _start(settings, ["keystone"])
        _run_once(settings, "identity")
        progress.say("Keystone is up; accounts, projects and endpoints made")
    _start(settings, list(SERVICES))
    progress.say("all services are up")
    if not _is_current(settings, "resources"):
        _run_once(settings, "resources")
        progress.say("volume types, quotas, flavors and image made")


def _start(settings: Settings, services: list[str]) -> None:
    """Start those of the services that do not run and wait until they answer."""
    started = [
        processes.find(settings, service) or processes.start(settings, service)
        for service in services
    ]
    for process in started:
        processes.wait_until_ready(settings, process)


def _is_current(settings: Settings, module: str) -> bool:
    """Whether a set-up step ran already, for these ports and with this code."""
    stamp = _stamp(settings, module)
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _digest(settings, module)


def _run_once(settings: Settings, module: str) -> None:
    """Run a set-up step in the services' environment and remember that it ran."""
    log = settings.log / f"setup-{module}.log"
    commands.run(settings, "python", "-m", f"devcloud.inside.{module}", log=log)
    stamp = _stamp(settings, module)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(_digest(settings, module), encoding="utf-8")


def _stamp(settings: Settings, module: str) -> Path:
    return settings.home / "stamps" / module


def _digest(settings: Settings, module: str) -> str:
    sources = [_HERE / "accounts.py", _HERE / "inside" / f"{module}.py"]
    content = b"".join(source.read_bytes() for source in sources)
    return hashlib.sha256(str(settings.port_base).encode() + content).hexdigest()
