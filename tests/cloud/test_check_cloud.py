# SPDX-License-Identifier: Apache-2.0
"""``check --cloud`` against a real cloud, as an operator runs it: in a process of its own."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openstack.exceptions import NotFoundException

from demo.layout import ROOT, Home
from devcloud.access import Access
from devcloud.settings import HOST
from devcloud.waiting import wait_until
from tests.cloud.workshop import PATIENCE, Workshop

# What is said before the steps that take a while.
STEPS = (
    "making an image and a volume",
    "making a snapshot",
    "re-imaging the volume with another image",
    "reading what the volume holds",
    "re-imaging the volume from the older snapshot",
    "putting back the image metadata",
)
PROBE = ("--probe-reimage", "--type", "linked", "--json")


@pytest.fixture
def nothing_is_left(workshop: Workshop) -> Iterator[None]:
    """In the end the project has nothing more than before."""
    before = _all(workshop)
    yield
    # Of what tests before this one have made, some may be gone by now.
    assert {kind: ids - before[kind] for kind, ids in _all(workshop).items()} == {
        kind: set() for kind in before
    }


def _all(workshop: Workshop) -> dict[str, set[str]]:
    """Return the ids of all that a probe makes, and of Cinder's own temporary volumes."""
    storage, images = workshop.admin.block_storage, workshop.owner.image
    volumes: set[str] = set()

    def are_read() -> bool:
        # Cinder's list is an error while the group of one of them is being deleted.
        with suppress(NotFoundException):
            volumes.update(each.id for each in storage.volumes(all_projects=True))
            return True
        return False

    wait_until(are_read, seconds=PATIENCE, what="the volumes of all projects")
    return {
        "volumes": volumes,
        "snapshots": {each.id for each in storage.snapshots(all_projects=True)},
        "images": {each.id for each in images.images()},
    }


def begin(file: Path, *words: str) -> subprocess.Popen[str]:
    """Begin a check of Anna's project with the entries of a clouds.yaml."""
    command = [sys.executable, "-m", "snapshot_dashboard", "check", "--cloud", "--os-cloud", "anna"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO")}
    return subprocess.Popen(
        [*command, *words],
        cwd=ROOT,
        env={**environment, "OS_CLIENT_CONFIG_FILE": str(file)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> dict[str, object]:
    """Return what it tells programs at its end."""
    said, errors = process.communicate(timeout=4 * PATIENCE)
    assert said, errors
    found: dict[str, object] = json.loads(said)
    assert found["exit_status"] == process.returncode
    return found


def signalled(
    file: Path, sent: signal.Signals, steps: Sequence[str] = STEPS
) -> subprocess.Popen[str]:
    """Begin the probe, and send it a signal in one of some steps; which one is printed."""
    process = begin(file, *PROBE)
    step = random.choice(steps)  # noqa: S311
    print(f"{sent.name} while {step}")
    assert process.stderr
    for line in process.stderr:
        if step in line:
            process.send_signal(sent)
            return process
    raise AssertionError(f"It has not come to {step}")


@pytest.mark.extended
def test_the_setting_is_proved_and_what_a_killed_run_has_left_is_removed(
    cloud: Access, home: Home, nothing_is_left: None
) -> None:
    file = home.path / "clouds.yaml"
    killed = signalled(file, signal.SIGKILL)
    killed.communicate(timeout=PATIENCE)
    said = ended(begin(file, *PROBE, "--left-after", "0"))
    probe, earlier = said["probe"], said["earlier_runs"]
    assert isinstance(probe, dict) and isinstance(earlier, dict)
    assert (said["exit_status"], probe["state"], probe["volume_type"]) == (0, "yes", "linked")
    assert earlier["left"] == probe["left"] == []


@pytest.mark.extended
def test_interrupted_it_removes_everything(
    cloud: Access, home: Home, nothing_is_left: None
) -> None:
    # Those after them take long.
    said = ended(signalled(home.path / "clouds.yaml", signal.SIGINT, STEPS[:3]))
    probe = said["probe"]
    assert isinstance(probe, dict)
    assert (said["exit_status"], probe["state"], probe["left"]) == (3, "unknown", [])
    assert str(probe["text"]).startswith("It was stopped while ")


@pytest.mark.extended
def test_a_cinder_that_takes_the_empty_image_literally_is_found_out(
    cloud: Access, home: Home, tmp_path: Path, nothing_is_left: None
) -> None:
    with mapping_lost(cloud.endpoints["glance"]) as address:
        config = json.loads(_as_json(home.path / "clouds.yaml"))
        config["clouds"]["anna"]["image_endpoint_override"] = address
        file = tmp_path / "clouds.json"
        file.write_text(json.dumps(config))
        said = ended(begin(file, *PROBE))
    probe = said["probe"]
    assert isinstance(probe, dict)
    assert (said["exit_status"], probe["state"], probe["left"]) == (1, "no", [])
    assert str(probe["text"]).endswith("its content is lost.")


def _as_json(file: Path) -> str:
    import yaml

    return json.dumps(yaml.safe_load(file.read_text(encoding="utf-8")))


@contextmanager
def mapping_lost(glance: str) -> Iterator[str]:
    """Put something in front of Glance that loses the mapping of an image; return its address.

    Cinder then finds an image of size zero and nothing else, as one before 26.0.0 always does.
    """
    server = ThreadingHTTPServer((HOST, 0), _Losing)
    server.behind = urlsplit(glance).netloc  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)


class _Losing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Pass on what is asked, without the mapping."""
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Type") == "application/json":
            wanted = json.loads(content)
            wanted.pop("block_device_mapping", None)
            content = json.dumps(wanted).encode()
        skipped = ("connection", "host", "content-length", "accept-encoding")
        headers = {key: value for key, value in self.headers.items() if key.lower() not in skipped}
        there = http.client.HTTPConnection(self.server.behind, timeout=PATIENCE)  # type: ignore[attr-defined]
        with closing(there):
            there.request(self.command, self.path, content, headers)
            answer = there.getresponse()
            self._send(answer)

    do_POST = do_PUT = do_DELETE = do_GET

    def _send(self, answer: http.client.HTTPResponse) -> None:
        self.send_response_only(answer.status)
        for key, value in answer.getheaders():
            if key.lower() not in ("connection", "transfer-encoding"):
                self.send_header(key, value)
        self.end_headers()
        while piece := answer.read(2**16):
            try:
                self.wfile.write(piece)
            except ConnectionError:
                # Only the beginning of an image is read.
                return

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
