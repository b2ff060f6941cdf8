# SPDX-License-Identifier: Apache-2.0
"""Services as processes, with a dummy service."""

import json
import os
import stat
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from devcloud import logs, processes
from devcloud.errors import ServiceFailed
from devcloud.processes import Process
from devcloud.settings import Settings


def pretend(settings: Settings, script: str) -> Settings:
    """Settings whose interpreter is a shell script."""
    python = settings.home / "environment" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    settings.log.mkdir(parents=True)
    return replace(settings, environment=settings.home / "environment")


def test_a_service_is_started_found_and_stopped(settings: Settings) -> None:
    settings = pretend(settings, "exec sleep 60")
    process = processes.start(settings, "glance")
    assert process.is_alive()
    assert process.port == 21002
    assert processes.find(settings, "glance") == process
    assert processes.find(settings, "nova") is None
    processes.stop(settings, process)
    assert not process.is_alive()
    assert processes.find_all(settings) == []


def test_a_service_that_ignores_the_request_to_end_is_ended_by_force(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_STOP", 0.3)
    settings = pretend(settings, "trap '' TERM; while :; do sleep 0.1; done")
    process = processes.start(settings, "nova")
    processes.stop(settings, process)
    assert not process.is_alive()


def test_a_service_that_dies_shows_the_end_of_its_log(settings: Settings) -> None:
    settings = pretend(settings, "echo 'no such option: frobnicate'; exit 1")
    process = processes.start(settings, "cinder")
    with pytest.raises(ServiceFailed) as caught:
        processes.wait_until_ready(settings, process)
    message = str(caught.value)
    assert message.startswith("cinder ended while it was starting.")
    assert "no such option: frobnicate" in message
    assert str(settings.log / "cinder.log") in message


def test_another_process_with_the_same_number_is_not_taken_for_the_service(
    settings: Settings,
) -> None:
    record = settings.home / "run" / "keystone.json"
    record.parent.mkdir(parents=True)
    impostor = Process("keystone", os.getpid(), started=1, port=21000)
    record.write_text(json.dumps(asdict(impostor)), encoding="utf-8")
    assert processes.find(settings, "keystone") is None


def test_the_end_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "nova.log"
    log.write_text("".join(f"line {number}\n" for number in range(100)), encoding="utf-8")
    shown = logs.tail(log).splitlines()
    assert len(shown) == 16
    assert shown[-1].strip() == "line 99"
    assert "(empty)" in logs.tail(tmp_path / "missing.log")
