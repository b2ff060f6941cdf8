# SPDX-License-Identifier: Apache-2.0
"""JSON responses for our scripts, with no text that AngularJS would evaluate.

The scripts write these texts into the page, where AngularJS may compile them later: then what a
name has between ``{$`` and ``$}`` would run as code in the session of whoever looks at it.
Horizon's templates write such marks as ``{%`` and ``%}``; JSON does not pass through them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import JsonResponse
from django.utils.functional import Promise


class JsonAnswer(JsonResponse):
    """A JSON response for a script."""

    def __init__(self, value: Mapping[str, object], **more: Any) -> None:
        super().__init__(_inert(value), **more)


def entity_tag(said: str) -> str:
    """Return the weak entity tag of an answer, told by all that it depends on."""
    return f'W/"{hashlib.blake2b(said.encode(), digest_size=16).hexdigest()}"'


def _inert(value: object) -> object:
    if isinstance(value, str | Promise):
        return str(value).replace("{$", "{%").replace("$}", "%}")
    if isinstance(value, Mapping):
        return {_inert(key): _inert(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_inert(each) for each in value]
    return value
