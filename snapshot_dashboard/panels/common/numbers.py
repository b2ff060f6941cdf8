# SPDX-License-Identifier: Apache-2.0
"""Formats numbers in the user's language."""

from __future__ import annotations

from django.utils.formats import number_format


def figure(value: int) -> str:
    """Return a number with the language's separators of thousands."""
    return str(number_format(value, force_grouping=True))
