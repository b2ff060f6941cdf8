# SPDX-License-Identifier: Apache-2.0
"""The filter that lets a translated text stand in the value of an HTML attribute."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

register = template.Library()

_MARKS = str.maketrans({'"': "&quot;", "'": "&#x27;", "<": "&lt;", ">": "&gt;"})


def attribute(text: object) -> SafeString:
    """Escape a translated text for the value of an attribute.

    Django takes what is translated in a template for HTML, and escapes nothing of it but the
    variables inside: a quotation mark of a translator's would end the value. Entities of names
    that are escaped already stay as they are.
    """
    return SafeString(conditional_escape(text).translate(_MARKS))


register.filter("attribute", attribute)
