# SPDX-License-Identifier: Apache-2.0
"""Pages whose content is sent while it is read, so that whoever waits sees how far it is."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing

from django.http import StreamingHttpResponse
from django.utils import translation
from django.utils.safestring import SafeString


def page_around(
    rendered: Callable[[SafeString], str], pieces: Iterator[str]
) -> StreamingHttpResponse:
    """Return a page with pieces in the place that it is rendered with."""
    place = SafeString(f"<!-- {secrets.token_hex(16)} -->")
    above, _place, below = rendered(place).partition(place)
    spoken = in_language(translation.get_language(), pieces)
    return StreamingHttpResponse(
        _around(above, spoken, below),
        # Or nginx collects it all before it sends anything.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _around(above: str, pieces: Iterator[str], below: str) -> Iterator[str]:
    yield above
    yield from pieces
    yield below


def in_language(language: str, pieces: Iterator[str]) -> Iterator[str]:
    """Make each piece in this language, and leave the thread as it was in between.

    Django forgets a request's language when its answer is returned, before any of it is sent.
    """
    with closing(pieces):  # type: ignore[type-var]
        while True:
            with translation.override(language):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece
