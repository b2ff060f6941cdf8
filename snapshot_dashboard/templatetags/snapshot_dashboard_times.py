# SPDX-License-Identifier: Apache-2.0
"""The tag that tells the scripts of a page how long to wait."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from snapshot_dashboard.panels.common import script_times

register = template.Library()


def attribute(*uses: str) -> SafeString:
    """Return the attribute with the times of these uses."""
    return format_html('data-sd-times="{}"', script_times.told(*uses))


register.simple_tag(attribute, name="script_times")
