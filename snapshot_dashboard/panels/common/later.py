# SPDX-License-Identifier: Apache-2.0
"""Boxes of a list that a script fills after the page is shown, all of them with one request.

The script (``js/common/later.js``) asks ``?q=key,key`` at the address that the head of the list
names, and again while the answer says that one of them is ``moving``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.generic import View

from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.json_answers import JsonAnswer, entity_tag
from snapshot_dashboard.panels.common.scope import elsewhere
from snapshot_dashboard.rules.ids import is_id

# The script asks for fewer at a time: so many ids fit into one address.
_MOST = 120


@dataclass(frozen=True, slots=True)
class Filled:
    """What is to be shown in the boxes, by their keys; ``moving`` are to be asked for again."""

    boxes: Mapping[str, SafeString]
    moving: Collection[str] = ()


def box(key: str, content: object, classes: str = "") -> SafeString:
    """Return a box; ``content`` is what it shows until it is filled, and where it cannot be."""
    return format_html('<div class="{}" data-sd-later="{}">{}</div>', classes, key, content)


class LaterView(View):
    """Answers the script; an unchanged answer is 304."""

    def fill(self, connection: Connection, keys: Sequence[str]) -> Filled:
        """Read what is to be shown in these boxes.

        :raises CloudError: it cannot be read.
        """
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer once."""
        if elsewhere(request):
            return HttpResponse(status=409)
        keys = [each for each in request.GET.get("q", "").split(",") if is_id(each)][:_MOST]
        try:
            filled = self.fill(connect(request), keys)
        except CloudError:
            return HttpResponse(status=503)
        said = {"boxes": dict(filled.boxes), "moving": sorted(filled.moving)}
        tag = entity_tag(json.dumps(said))
        answer = JsonAnswer(said, headers={"Cache-Control": "no-store", "ETag": tag})
        found: HttpResponse = get_conditional_response(request, tag, response=answer)
        return found
