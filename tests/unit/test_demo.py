# SPDX-License-Identifier: Apache-2.0
"""``make demo`` and ``make test`` without a cloud and without Horizon."""

import contextlib
import http.client
import http.server
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from demo import assets, environments, ports, scratch, session
from demo.__main__ import arguments
from demo.cloud import Cloud, running_base
from demo.counting import BYTES_HEADER, CONNECTIONS_HEADER, HEADER, CallLog, counted, watch
from demo.dashboard import Dashboard, running_in, stop_all
from demo.layout import ROOT, Flavour, Home, chosen_home
from demo.problem import Problem
from demo.processes import Children
from demo.progress import Sparingly
from devcloud import access
from devcloud.settings import Settings
from devcloud.waiting import wait_until
from tests.browser.oracle import Oracle, tracebacks


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which something listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


class TestCommandLine:
    def test_no_suite_means_all_of_them(self) -> None:
        assert arguments().parse_args(["test"]).suites == []
        assert arguments().parse_args(["test", "unit", "lint"]).suites == ["unit", "lint"]

    @pytest.mark.parametrize("words", [["test", "nonsense"], ["up", "--horizon", "other"], []])
    def test_nonsense_is_refused(self, words: list[str]) -> None:
        with pytest.raises(SystemExit):
            arguments().parse_args(words)


class TestPorts:
    def test_next_free_port_is_used(self, taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("DEMO_PORT", raising=False)
        monkeypatch.setattr(ports, "FIRST_PORT", taken)
        assert taken < ports.dashboard_port() < taken + ports.PORTS_TRIED

    def test_who_looks_at_the_same_moment_finds_another_one(self, taken: int) -> None:
        look = "import sys; from demo.ports import first_free as first; "
        look += "print(first(map(int, sys.argv[1:]), setting=''))"
        candidates = range(taken, taken + ports.PORTS_TRIED)
        found = ports.first_free(candidates, setting="DEMO_PORT")
        done = subprocess.run(
            [sys.executable, "-c", look, *map(str, candidates)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert {found, int(done.stdout)} & {taken} == set()
        assert found != int(done.stdout)

    def test_a_chosen_port_that_is_taken_is_an_error_with_advice(
        self, taken: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DEMO_PORT", str(taken))
        with pytest.raises(Problem, match=rf"{taken} is taken.*DEMO_PORT"):
            ports.dashboard_port()

    @pytest.mark.parametrize("value", ["eighty", "0", "65536", "-1"])
    def test_nonsense_is_refused(self, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DEMO_PORT", value)
        with pytest.raises(Problem, match="is not a port"):
            ports.dashboard_port()

    def test_all_ports_taken(self, taken: int) -> None:
        with pytest.raises(Problem, match="Choose one with DEMO_PORT"):
            ports.first_free([taken], setting="DEMO_PORT")


class TestChildren:
    def test_output_is_kept_and_passed_on(self, tmp_path: Path) -> None:
        seen: list[str] = []
        with Children() as children:
            command = [sys.executable, "-c", "print('one'); print('two')"]
            children.run(command, log=tmp_path / "log", each_line=seen.append)
        assert seen == ["one", "two"]
        assert (tmp_path / "log").read_text() == "one\ntwo\n"

    def test_failure_shows_the_end_of_the_output(self, tmp_path: Path) -> None:
        with Children() as children, pytest.raises(Problem, match="no such luck"):
            command = [sys.executable, "-c", "import sys; sys.exit('no such luck')"]
            children.run(command, log=tmp_path / "log")

    def test_grandchildren_end_too(self, tmp_path: Path) -> None:
        note = tmp_path / "pid"
        code = (
            "import subprocess, sys, pathlib, signal\n"
            "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
            f"pathlib.Path({str(note)!r}).write_text(str(child.pid))\n"
            "signal.pause()\n"
        )
        with Children() as children:
            children.start([sys.executable, "-c", code], output=subprocess.DEVNULL)
            wait_until(lambda: note.exists() and note.read_text() != "", seconds=10, what="start")
        pid = int(note.read_text())
        wait_until(lambda: not _runs(pid), seconds=5, what="the grandchild's end")

    def test_a_proxy_has_no_part_in_talking_to_this_machine(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.setenv("NO_PROXY", "intranet.example")
        with Children() as children:
            command = [sys.executable, "-c", "import os; print(os.environ['no_proxy'])"]
            children.run(command, log=tmp_path / "log")
        assert (tmp_path / "log").read_text() == "intranet.example,127.0.0.1,localhost\n"

    def test_nothing_starts_while_stopping(self) -> None:
        with Children() as children:
            pass
        with pytest.raises(Problem, match="Stopping"):
            children.start([sys.executable], output=subprocess.DEVNULL)


def _named(pid: int, word: str) -> bool:
    return word in Path(f"/proc/{pid}/cmdline").read_text()


def _runs(pid: int) -> bool:
    """Tell whether a process runs; one that ended but was not collected does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


class TestEnvironment:
    def test_links_replace_links_and_nothing_else(self, tmp_path: Path) -> None:
        place, first, second = tmp_path / "place", tmp_path / "first", tmp_path / "second"
        for target in (first, second, second):
            environments.point(place, target)
            assert place.readlink() == target
        place.unlink()
        place.write_text("an operator's own")
        with pytest.raises(Problem, match="somebody else"):
            environments.point(place, first)
        assert place.read_text() == "an operator's own"

    def test_the_plugin_is_switched_on_by_its_own_command(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        commands: list[list[str]] = []
        monkeypatch.setattr(environments, "local_folder", lambda environment: tmp_path)
        with Children() as children:
            monkeypatch.setattr(
                children, "run", lambda command, log: commands.append([*map(str, command)])
            )
            environments.link(Flavour.STOCK, children)
            assert commands == []
            environments.link(Flavour.PLUGIN, children)
        python = str(Flavour.PLUGIN.python)
        assert commands == [[python, "-m", "snapshot_dashboard", "enable"]]
        assert (tmp_path / "local_settings.py").readlink() == environments.SETTINGS

    def test_something_is_installed_once_and_again_when_it_changes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pins = tmp_path / "pins"
        pins.write_text("horizon==27.0.0")
        wanted = environments.Recipe("one", tmp_path, ("horizon",), constraints=pins)
        installed: list[str] = []
        monkeypatch.setattr(
            environments, "_install", lambda recipe, children: installed.append(recipe.name)
        )
        with Children() as children:
            assert environments.install_once(wanted, children)
            assert not environments.install_once(wanted, children)
            pins.write_text("horizon==28.0.0")
            assert environments.install_once(wanted, children)
            more = replace(wanted, what=(*wanted.what, "tzdata"))
            assert environments.install_once(more, children)
        assert installed == ["one", "one", "one"]

    def test_a_release_has_pins_of_its_own(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(scratch, "STATE", tmp_path)
        ours = environments.CONSTRAINTS.read_text().splitlines()
        theirs = scratch._constraints(scratch.RELEASES["25.7"]).read_text().splitlines()
        pins = {"horizon==25.7.3", "Django>=4.2,<4.3", "oslo.policy==5.1.0"}
        assert pins == set(theirs) - set(ours)
        gone = set(ours) - set(theirs)
        assert {line.partition("==")[0] for line in gone} == {"horizon", "Django", "oslo.policy"}

    def test_a_copy_of_an_environment_is_independent(self, tmp_path: Path) -> None:
        original = tmp_path / "original"
        (original / "bin").mkdir(parents=True)
        (original / "bin" / "python").symlink_to(sys.executable)
        (original / "module.py").write_text("1")
        scratch.copy(original, tmp_path / "copy")
        copied = tmp_path / "copy" / "module.py"
        assert copied.samefile(original / "module.py")
        copied.unlink()
        copied.write_text("2")
        assert (original / "module.py").read_text() == "1"
        assert (tmp_path / "copy" / "bin" / "python").readlink() == Path(sys.executable)

    def test_assets_are_made_again_when_a_source_changes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = tmp_path / "static" / "a.js"
        source.parent.mkdir()
        source.write_text("1")
        monkeypatch.setattr(assets, "stamp_file", lambda environment: environments.SETTINGS)

        def fingerprints() -> list[str]:
            place = tmp_path / "environment"
            return [
                assets._fingerprint(assets.sources_of(place, package))
                for package in (tmp_path, None)
            ]

        before = fingerprints()
        source.write_text("2")
        after = fingerprints()
        assert before[0] != after[0]
        assert before[1] == after[1]

    def test_a_chatty_program_is_quoted_sparingly(self, capsys: pytest.CaptureFixture[str]) -> None:
        listen = Sparingly("pip", seconds=0.0)
        for line in ("Collecting a", "  Using cached a", "Collecting b"):
            listen(line)
        shown = capsys.readouterr().out.splitlines()
        assert len(shown) == 2
        assert "(2 packages so far)" in shown[1]


class TestSession:
    def test_welcome_names_address_logins_and_purposes(self, tmp_path: Path) -> None:
        access.write(Settings(home=tmp_path))
        running = Dashboard(
            subprocess.Popen([sys.executable, "-c", ""], text=True), "http://here", tmp_path / "log"
        )
        running.process.wait()
        text = session.welcome(Home(tmp_path), running)
        assert "http://here" in text
        for login in access.load(tmp_path).accounts:
            assert login.name in text
            assert login.password in text
            assert login.purpose in text

    def test_a_process_that_reuses_the_number_is_not_a_dashboard(self, tmp_path: Path) -> None:
        home = Home(tmp_path)
        home.claims.mkdir()
        claim = home.claims / "plugin-8000.pid"
        claim.write_text(str(os.getppid()))
        assert running_in(home) == {}
        assert not claim.exists()

    def test_a_running_dashboard_is_known_by_its_address(self, tmp_path: Path) -> None:
        home = Home(tmp_path)
        home.claims.mkdir()
        code = "import signal; signal.pause()"
        with Children() as children:
            command = [sys.executable, "-c", code, "demo.wsgi"]
            process = children.start(command, output=subprocess.DEVNULL)
            # For an instant a new process has no name yet, and then the claim looks stale.
            wait_until(lambda: _named(process.pid, "demo.wsgi"), seconds=5, what="its name")
            (home.claims / "plugin-8000.pid").write_text(str(process.pid))
            assert running_in(home) == {"http://127.0.0.1:8000": process.pid}
            assert running_in(home, Flavour.STOCK) == {}
            assert stop_all(home, keep=[process.pid]) == 0
            assert stop_all(home) == 1
        assert running_in(home) == {}

    def test_home_is_relative_to_the_checkout(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DEVCLOUD_HOME", ".state/elsewhere")
        assert chosen_home().path == ROOT / ".state" / "elsewhere"
        monkeypatch.setenv("DEVCLOUD_HOME", "")
        assert chosen_home("test").path == ROOT / ".state" / "test"

    def test_a_running_cloud_keeps_its_ports(self, taken: int, tmp_path: Path) -> None:
        home = Home(tmp_path)
        assert running_base(home) is None
        access.write(Settings(home=tmp_path, port_base=taken))
        assert running_base(home) == taken
        with Children() as children:
            wanted = Cloud(home, children, 30000)._settings["DEVCLOUD_PORT_BASE"]
        assert wanted == str(taken)

    def test_test_cloud_takes_the_next_free_hundred(
        self, taken: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("DEVCLOUD_PORT_BASE", raising=False)
        with pytest.raises(Problem, match="DEVCLOUD_PORT_BASE"):
            ports.cloud_ports((taken,))
        monkeypatch.setenv("DEVCLOUD_PORT_BASE", "30000")
        assert ports.cloud_ports((taken,)) is None


class TestCounting:
    def test_requests_are_counted_and_written_down(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log = _watched(tmp_path, monkeypatch)
        with _server() as (host, port):

            def page(environ: dict[str, Any], start_response: Any) -> list[bytes]:
                for path in ("/a", "/b?c=d"):
                    connection = http.client.HTTPConnection(host, port)
                    connection.request("GET", path)
                    connection.getresponse().read()
                    connection.close()
                start_response("200 OK", [("X-Own", "1")])
                return [b"done"]

            headers = [_headers(counted(page, log)) for _ in range(2)]
        counts = {HEADER: "2", BYTES_HEADER: "10", CONNECTIONS_HEADER: "2"}
        assert headers == [{"X-Own": "1", **counts}] * 2
        lines = (tmp_path / "calls").read_text().splitlines()
        assert lines == [f"GET {host}:{port} /a", f"GET {host}:{port} /b?c=d"] * 2

    def test_a_connection_that_is_kept_is_opened_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log = _watched(tmp_path, monkeypatch)
        with _server() as (host, port), requests.Session() as session:
            session.trust_env = False
            answers = [session.get(f"http://{host}:{port}/{each}") for each in range(3)]
        assert [each.content for each in answers] == [b"quiet"] * 3
        assert (log.total, log.bytes, log.connections) == (3, 15, 1)

    @pytest.mark.parametrize("path", ["chunks", "until-closed"])
    def test_bytes_that_nobody_announced_are_counted_as_they_come(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
    ) -> None:
        log = _watched(tmp_path, monkeypatch)
        with _server() as (host, port), requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"http://{host}:{port}/{path}")
        assert answer.content == b"quiet" * 1000
        # The sizes of the chunks are a few bytes more.
        assert 5000 <= log.bytes <= 5020


def _watched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> CallLog:
    """Watch this process until the end of the test."""
    for owner, name in (
        (http.client.HTTPConnection, "putrequest"),
        (http.client.HTTPResponse, "begin"),
        (socket.socket, "connect"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    log = CallLog(folder / "calls")
    watch(log)
    return log


def _headers(application: Any) -> dict[str, str]:
    seen: dict[str, str] = {}
    application({}, lambda status, headers: seen.update(headers))
    return seen


@contextlib.contextmanager
def _server() -> Iterator[tuple[str, int]]:
    """Yield host and port of a web server that answers everything with five bytes."""
    server = http.server.HTTPServer(("127.0.0.1", 0), _Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield "127.0.0.1", server.server_port
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        if self.path in ("/chunks", "/until-closed"):
            self._send_much(in_chunks=self.path == "/chunks")
            return
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"quiet")

    def _send_much(self, *, in_chunks: bool) -> None:
        name, value = ("Transfer-Encoding", "chunked") if in_chunks else ("Connection", "close")
        self.send_header(name, value)
        self.end_headers()
        body = b"quiet" * 1000
        self.wfile.write(b"1388\r\n" + body + b"\r\n0\r\n\r\n" if in_chunks else body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class TestOracle:
    LOG = (
        "INFO all is well\n"
        "Traceback (most recent call last):\n"
        '  File "views.py", line 1, in get\n'
        "    raise KeyError('x')\n"
        "KeyError: 'x'\n"
        "INFO next\n"
    )

    def test_tracebacks_are_found_whole(self) -> None:
        assert tracebacks(self.LOG * 2) == [self.LOG[17:-11]] * 2
        assert tracebacks("INFO nothing\n") == []

    def test_unexpected_things_are_complaints(self) -> None:
        console = [
            {"level": "SEVERE", "message": "Uncaught TypeError"},
            {"level": "WARNING", "message": "old function used"},
        ]
        complaints = Oracle().complaints(console, self.LOG)
        assert complaints[0] == "console: Uncaught TypeError"
        assert complaints[1].startswith("log: Traceback")
        assert len(complaints) == 2

    def test_expected_things_are_none(self) -> None:
        oracle = Oracle()
        oracle.allow_console("TypeError")
        oracle.allow_log("KeyError")
        console = [{"level": "SEVERE", "message": "Uncaught TypeError"}]
        assert oracle.complaints(console, self.LOG) == []


def test_what_is_started_keeps_what_python_has_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    log = tmp_path / "log"
    with Children() as children:
        told = "import sys; print(sys.dont_write_bytecode)"
        children.run([sys.executable, "-c", told], log=log)
    assert log.read_text(encoding="utf-8").strip() == "False"
