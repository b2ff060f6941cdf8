# SPDX-License-Identifier: Apache-2.0
"""What becomes of one request of many to a cloud at the wire: hooks for its number."""

from collections.abc import Callable

import requests

Hook = Callable[[int], None]


class Killed(BaseException):
    """The process ends here: nothing is cleaned up."""


def losing_answer(number: int) -> Hook:
    """Return what loses the answer of one request."""

    def lose(sent: int) -> None:
        if sent == number:
            raise requests.exceptions.ReadTimeout

    return lose


def killed_at(number: int) -> Hook:
    """Return what ends the process at one request: no other one is sent."""

    def kill(sent: int) -> None:
        if sent >= number:
            raise Killed

    return kill
