# SPDX-License-Identifier: Apache-2.0
"""What keeps a checkout from being released."""

import subprocess
from pathlib import Path

import polib
import pytest

from demo import messages, release_check
from demo.problem import Problem
from snapshot_dashboard import __version__

NOTES = "=====\nTitle\n=====\n\n{}\n==========\n\nText.\n\n0.1.0\n=====\n"


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout in which nothing is missing."""
    monkeypatch.setattr(messages, "extracted", lambda: polib.POFile())
    monkeypatch.setattr(messages, "gaps", lambda texts: [])
    monkeypatch.setattr(release_check, "notes", lambda text: [])
    monkeypatch.setattr(release_check, "tag", lambda: [])
    monkeypatch.setattr(release_check, "full_run", lambda: [])


@pytest.mark.usefixtures("ready")
def test_a_checkout_with_everything_can_be_released(capsys: pytest.CaptureFixture[str]) -> None:
    assert release_check.main() == 0
    assert "can be released" in capsys.readouterr().out


@pytest.mark.usefixtures("ready")
def test_a_text_that_is_not_translated_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(messages, "gaps", lambda texts: ["de: missing: 'Text'"])
    assert release_check.main() == 1
    assert capsys.readouterr().out == "de: missing: 'Text'\n"


@pytest.mark.usefixtures("ready")
def test_texts_that_cannot_be_read_are_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def without_gettext() -> polib.POFile:
        raise Problem("Is gettext installed?")

    monkeypatch.setattr(messages, "extracted", without_gettext)
    assert release_check.main() == 1
    assert capsys.readouterr().out == "Is gettext installed?\n"


def test_the_notes_have_to_begin_with_this_version() -> None:
    assert list(release_check.notes(NOTES.format(__version__))) == []
    (said,) = release_check.notes(NOTES.format("Unreleased"))
    assert said == (
        f"docs/release-notes.rst: the first section is 'Unreleased', not '{__version__}'"
    )


def test_the_notes_of_this_checkout_can_be_read() -> None:
    assert len(list(release_check.notes(release_check.NOTES.read_text("utf-8")))) <= 1


@pytest.mark.parametrize(
    ("code", "out", "expected"),
    [
        (0, "", []),
        (0, f"{__version__}\n", [f"The tag {__version__} exists already"]),
        (128, "", ["The tags cannot be read"]),
    ],
)
def test_a_version_is_released_once(
    monkeypatch: pytest.MonkeyPatch, code: int, out: str, expected: list[str]
) -> None:
    done = subprocess.CompletedProcess([], code, out, "not a repository")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_more: done)
    assert [each.partition(":")[0] for each in release_check.tag()] == expected


@pytest.mark.parametrize(
    ("said", "changed", "expected"),
    [
        ("begun at commit 0123456789ab, on 2 cores\n* unit: passed", 0, ""),
        ("begun at commit 0123456789ab, on 2 cores\n* unit: passed", 1, "there were changes since"),
        ("begun at commit 0123456789ab, on 2 cores\n* unit: FAILED", 0, "no run"),
        # A checkout with changes that were not committed.
        ("begun at commit 0123456789ab-dirty, on 2 cores\n* unit: passed", 0, "no run"),
        ("", 0, "no run"),
    ],
)
def test_every_test_has_passed_since_the_last_change(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, changed: int, expected: str
) -> None:
    monkeypatch.setattr(release_check, "ROOT", tmp_path)
    monkeypatch.setattr(release_check, "LAST_FULL_RUN", tmp_path / "last-full-run.rst")
    if said:
        release_check.LAST_FULL_RUN.write_text(said, encoding="utf-8")
    done = subprocess.CompletedProcess[str]([], changed)
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_more: done)
    assert expected in "".join(release_check.full_run())
    assert bool(list(release_check.full_run())) == bool(expected)
