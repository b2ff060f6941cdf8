# SPDX-License-Identifier: Apache-2.0
"""Django's shared cache and the names of the keys in it."""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import nullcontext

from django.conf import settings
from django.core.cache import cache

__all__ = ["EVERY_PROJECT", "added", "backend", "cache", "key"]

# In the place of a project, for what is the same in all of them.
EVERY_PROJECT = ""
_ONE_AFTER_ANOTHER = threading.Lock()


def key(region: str, project_id: str, kind: str, *more: str) -> str:
    """Return the name of an entry: ids and rights are in it as a hash, which has no odd characters.

    Two regions may share a cache, and an id means nothing outside of its region. Whatever else
    makes an entry somebody's own has to be in ``more``.
    """
    scope = json.dumps([region, project_id, *more])
    return f"snapshot-dashboard:{kind}:{hashlib.sha256(scope.encode()).hexdigest()}"


def backend() -> str:
    """Return the class of the cache, as Django's setting names it; empty where it names none."""
    return str(settings.CACHES.get("default", {}).get("BACKEND", ""))


def added(name: str, value: object, seconds: float) -> bool:
    """Add an entry; False where there is one. Servers of caches decide that in one step.

    Django's cache in files looks first and writes then (django/core/cache/backends/filebased.py),
    so the threads of a process do it one after another. Between processes that share such files
    the gap remains.
    """
    with _ONE_AFTER_ANOTHER if backend().endswith("FileBasedCache") else nullcontext():
        return bool(cache.add(name, value, seconds))
