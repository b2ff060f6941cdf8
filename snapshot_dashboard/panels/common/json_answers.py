# SPDX-License-Identifier: Apache-2.0
"""JSON responses for our scripts, with no text that AngularJS would evaluate; and HTML in them.

The scripts write these texts into the page, where AngularJS may compile them later: then what a
name has between ``{$`` and ``$}`` would run as code in the session of whoever looks at it.
Horizon's templates write such marks as ``{%`` and ``%}``; JSON does not pass through them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise

from snapshot_dashboard.panels.common.problems import Problem


class JsonAnswer(JsonResponse):
    """A JSON response for a script."""

    def __init__(self, value: Mapping[str, object], **more: Any) -> None:
        super().__init__(_inert(value), **more)


def without_menu(request: HttpRequest) -> None:
    """Keep Keystone from being asked for the person's projects.

    Horizon asks whenever it renders anything, for the menu at the top of the page, which neither
    a modal nor an answer to a script has.
    """
    request.user.authorized_tenants = []


def rendered(request: HttpRequest, template: str, context: Mapping[str, Any]) -> str:
    """Return the HTML of a part of a page, for an answer to a script."""
    without_menu(request)
    return str(render_to_string(template, context, request))


def problem_html(request: HttpRequest, problem: Problem) -> str:
    """Return a problem as a script shows it."""
    return rendered(request, "snapshot_dashboard/common/_problem.html", {"problem": problem})


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
