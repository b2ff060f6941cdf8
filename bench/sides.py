# SPDX-License-Identifier: Apache-2.0
"""The two Horizons that are measured: their logins and their processes."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lxml.html

from bench.errors import Unmeasurable
from demo.dashboard import running_in
from demo.layout import Home
from demo.visitor import Visitor
from devcloud.access import Login

OURS, STOCK = "ours", "stock"
# Rows that Horizon puts on a page unless a person has set another number.
USUAL_ROWS = 20
_PAGE = os.sysconf("SC_PAGE_SIZE")
_CPU_CLOCK = 2


class Worker:
    """The worker process of a Horizon, measured from outside."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def cpu_seconds(self) -> float:
        """Return the processor time it has used, all of its threads together, ended ones too.

        Much less noisy than a clock on the wall: it waits for nobody. (Of instructions there is
        no count on most virtual machines.)
        """
        # How Linux names another process's clock (MAKE_PROCESS_CPUCLOCK, posix-timers.h).
        return time.clock_gettime((~self._pid << 3) | _CPU_CLOCK)

    def resident_mib(self) -> float:
        """Return the memory that it holds, in MiB."""
        pages = Path(f"/proc/{self._pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * _PAGE / 2**20


def worker_at(home: Home, base: str) -> Worker:
    """Return the process that answers at an address.

    :raises Unmeasurable: no Horizon of this cloud does, or more than one process.
    """
    master = running_in(home).get(base)
    if master is None:
        raise Unmeasurable(f"no Horizon of the cloud in {home.path} answers at {base}")
    listed = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
    if len(listed) != 1:
        raise Unmeasurable(f"{base} is answered by {len(listed)} processes; measured is one")
    return Worker(int(listed[0]))


@dataclass
class Side:
    """One Horizon, with a visitor for each person and number of rows per page."""

    name: str
    base: str
    worker: Worker
    _visitors: dict[tuple[str, int], Visitor] = field(default_factory=dict)

    def visitor(self, login: Login, rows: int = USUAL_ROWS) -> Visitor:
        """Return somebody who is logged in, once for each number of rows per page."""
        if (login.name, rows) not in self._visitors:
            found = Visitor(self.base)
            found.log_in(login)
            if rows != USUAL_ROWS:
                _set_rows(found, rows)
            self._visitors[login.name, rows] = found
        return self._visitors[login.name, rows]


def _set_rows(visitor: Visitor, rows: int) -> None:
    """Have so many rows on a page, by the form of Horizon's own settings."""
    path = "/settings/"
    forms = lxml.html.fromstring(visitor.get(path).text).forms
    form = next((each for each in forms if "pagesize" in each.fields), None)
    if form is None:
        raise Unmeasurable(f"{visitor.base}{path}: no form that sets the rows of a page")
    fields: dict[str, Any] = {name: value for name, value in form.fields.items() if value}
    visitor.post(form.action or path, {**fields, "pagesize": str(rows)})
    said = lxml.html.fromstring(visitor.get(path).text).xpath("//input[@name='pagesize']/@value")
    if said != [str(rows)]:
        raise Unmeasurable(f"{visitor.base}{path}: pages have {said} rows, not {rows}")
