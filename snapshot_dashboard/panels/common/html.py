# SPDX-License-Identifier: Apache-2.0
"""Helpers for HTML around names chosen by users: escaped and bidi-isolated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.rules.support_search import is_made_by_a_service

_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
# Most of what is written needs no escaping; to find that out costs a tenth of doing it.
_HARMLESS = re.compile(r"[\w ./:@-]*").fullmatch


def sentence(text: object, **parts: object) -> SafeString:
    """Fill a translated text's named placeholders, escaping each part that is not HTML yet.

    The text itself is ours (or our translators'); the parts are anybody's.
    """
    if not parts:
        return SafeString(str(text).replace("%%", "%"))
    template = str(text).replace("{", "{{").replace("}", "}}").replace("%%", "%")
    return format_html(_PLACEHOLDER.sub(r"{\1}", template), **parts)


def stated(text: object, *parts: object) -> SafeString:
    """Fill the placeholders of one of stock's texts, which have no names, as ``sentence`` does."""
    template = str(text).replace("{", "{{").replace("}", "}}")
    return format_html(template.replace("%s", "{}").replace("%%", "%"), *parts)


def isolated(name: object) -> SafeString:
    """Keep a name's writing direction from changing the text around it."""
    return format_html("<bdi>{}</bdi>", name)


def instance_link(instance_id: str, name: str, dashboard: str = "project") -> SafeString:
    """Return the instance's name, linked to its page."""
    return link(page(f"horizon:{dashboard}:instances:detail", instance_id), isolated(name))


def short(object_id: str) -> str:
    """Return the first eight characters of an id, which people compare by eye.

    An id may be any text: one that is not random digits is shown as it is.
    """
    return object_id[:8] if is_made_by_a_service(object_id) else object_id


def dialog_link(url: str, text: object) -> SafeString:
    """Return a link to a dialog (a modal, its page without scripts), the text alone without one."""
    if not url:
        return format_html("{}", text)
    return format_html('<a class="ajax-modal" href="{}">{}</a>', url, text)


def link(url: str, text: object) -> SafeString:
    """Return a linked text; without an address the text alone."""
    if not url:
        return format_html("{}", text)
    return format_html('<a href="{}">{}</a>', url, text)


def attributes(named: Mapping[str, Any]) -> SafeString:
    """Return attributes as Django writes those of a form's fields."""
    return SafeString(
        "".join(
            f" {escaped(name)}" if value is True else f' {escaped(name)}="{escaped(value)}"'
            for name, value in named.items()
            if value is not None and value is not False
        )
    )


def escaped(value: object) -> str:
    """Return what is no HTML yet as text in it."""
    if type(value) is not str and hasattr(value, "__html__"):
        return str(value.__html__())
    text = str(value)
    return text if _HARMLESS(text) else str(conditional_escape(text))
