# SPDX-License-Identifier: Apache-2.0
"""Suites on one cloud wait for each other where one of them disturbs it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.layout import Home
from tests.cloud import quiet

MOMENT = 0.2
PATIENCE = 10


@pytest.fixture
def disturbance(tmp_path: Path) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Somebody who disturbs as soon as possible (first event) until told to end (second)."""
    began, end = threading.Event(), threading.Event()

    def disturb() -> None:
        quiet.begin_to_disturb(tmp_path)
        quiet.begin_to_disturb(tmp_path)
        began.set()
        end.wait(PATIENCE)
        quiet.end_to_disturb()
        quiet.end_to_disturb()

    thread = threading.Thread(target=disturb)
    with quiet.undisturbed(Home(tmp_path)):
        thread.start()
        assert not began.wait(MOMENT)
    yield began, end
    end.set()
    thread.join(PATIENCE)


def test_a_disturbance_waits_and_the_others_wait_for_its_end(
    disturbance: tuple[threading.Event, threading.Event], tmp_path: Path
) -> None:
    began, end = disturbance
    assert began.wait(PATIENCE)
    in_peace = threading.Event()

    def work() -> None:
        with quiet.undisturbed(Home(tmp_path)):
            in_peace.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert not in_peace.wait(MOMENT)
    end.set()
    assert in_peace.wait(PATIENCE)
    thread.join(PATIENCE)


def test_whoever_is_in_peace_already_does_not_wait_again(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path)
    with quiet.undisturbed(home):
        began = threading.Event()

        def disturb() -> None:
            quiet.begin_to_disturb(tmp_path)
            began.set()
            quiet.end_to_disturb()

        thread = threading.Thread(target=disturb)
        thread.start()
        assert not began.wait(MOMENT)
        with quiet.undisturbed(home):
            assert not began.is_set()
    assert began.wait(PATIENCE)
    thread.join(PATIENCE)
