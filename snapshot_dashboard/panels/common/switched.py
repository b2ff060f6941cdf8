# SPDX-License-Identifier: Apache-2.0
"""A dialog of ours at stock's address, which an operator can switch back to stock's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from snapshot_dashboard import settings

View = Callable[..., HttpResponse]


def switched(setting: str, ours: View, stock: View) -> View:
    """Return a view that serves stock's dialog where the setting says "stock", else ours."""

    def chosen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        view = stock if settings.is_stocks(setting) else ours
        return view(request, *args, **kwargs)

    return chosen
