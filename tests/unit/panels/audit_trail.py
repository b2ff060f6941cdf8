# SPDX-License-Identifier: Apache-2.0
"""The audit log of a test, checked for every change that was sent."""

import json
import logging
from collections import Counter
from typing import Any

import pytest

from tests.unit.cloud.wire import Json, Wire

LOGGER = "snapshot_dashboard.audit"
_REQUEST_ID = "X-OpenStack-Request-ID"
# What is done to something that is there: whose it was cannot be asked for afterwards.
_ABOUT_AN_OBJECT = ("delete", "reset_status", "lower_note", "revert", "attach", "detach")
_WHOSE = ("object_project_id", "volume_id", "name", "size")


def all_lines(received: pytest.LogCaptureFixture) -> list[Json]:
    """Return each line, those before a change included."""
    mine = (each for each in received.records if each.name == LOGGER)
    return [json.loads(each.getMessage()) for each in mine]


def outcomes(received: pytest.LogCaptureFixture) -> list[Json]:
    """Return the lines that tell what came of a change."""
    return [each for each in all_lines(received) if each["result"] != "pending"]


class Trail(logging.Handler):
    """Collects the audit log and the changes sent, and compares them."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(logging.INFO)
        self._wire = wire
        self._begun: dict[str, Json] = {}
        self._sent_before: dict[str, list[int]] = {}
        self._ended: Counter[str] = Counter()

    def _changes(self, requests: list[Any]) -> Counter[str]:
        """Count the requests of each page that change something."""
        sent = [each for each in requests if each.method != "GET"]
        return Counter(each.headers[_REQUEST_ID] for each in sent if _REQUEST_ID in each.headers)

    def emit(self, record: logging.LogRecord) -> None:
        """Note a line, and how much had been sent by then."""
        line: Json = json.loads(record.getMessage())
        if line["result"] != "pending":
            self._ended[line["change"]] += 1
            return
        self._begun[line["change"]] = line
        page = line["request_id"]
        self._sent_before.setdefault(page, []).append(
            self._changes(self._wire.mocker.sent_so_far)[page]
        )

    def check(self) -> None:
        """Fail for a change without a line before it, one after it, or whose object it was."""
        for page, count in self._changes(self._wire.mocker.request_history).items():
            begun = self._sent_before.get(page, [])
            assert begun, f"{count} changes were sent without a line of the audit log before them"
            assert min(begun) == 0, "a change was sent before its line of the audit log"
        for change, line in self._begun.items():
            assert self._ended[change], f"no line after it: {line}"
            if line["action"].endswith(_ABOUT_AN_OBJECT):
                wanted = _WHOSE if line["action"] != "image.delete" else ("name", "size")
                lacking = [each for each in wanted if line.get(each) is None]
                assert not lacking, f"{lacking} of {line}"


def hear(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Trail:
    """Let a trail hear the audit log until the test ends."""
    trail = Trail(wire)
    logger: Any = logging.getLogger(LOGGER)
    monkeypatch.setattr(logger, "handlers", [*logger.handlers, trail])
    monkeypatch.setattr(logger, "level", logging.INFO)
    logger.manager._clear_cache()
    return trail
