# SPDX-License-Identifier: Apache-2.0
"""Replaces Cinder's last uses of eventlet by plain calls.

Cinder runs here on native threads, but still hands some work, such as reading an image,
to eventlet's thread pool. Without eventlet's own loop that never returns.
"""

from collections.abc import Callable
from typing import Any

from eventlet import tpool


def apply() -> None:
    """Patch eventlet's thread pool in this process."""
    tpool.execute = _call
    tpool.Proxy = _itself


def _call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return function(*args, **kwargs)


def _itself(subject: Any, *_args: Any, **_kwargs: Any) -> Any:
    return subject
