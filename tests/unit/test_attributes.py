# SPDX-License-Identifier: Apache-2.0
"""No template lets a quotation mark of a translation end an attribute."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils.safestring import SafeString

from demo import pseudo

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
EVERY_TEMPLATE = sorted(TEMPLATES.rglob("*.html"))
_TOKEN = re.compile(r"({%.*?%}|{{.*?}}|{#.*?#})", re.DOTALL)
_TRANSLATION = re.compile(r"{%-?\s*(?:blocktrans|blocktranslate|trans|translate)\b")
_LITERAL = re.compile(r"{{\s*_\(")
_BOUND = re.compile(
    r"{%-?\s*(?:blocktrans|blocktranslate)\b.*?\basvar (\w+)|{%(?!-?\s*url\b).* as (\w+)\s*%}"
)
_RENAMED = re.compile(r"\b(\w+)=(\w+)\b")
_BLOCK = re.compile(r"{%-?\s*block (\w+)")
_INCLUDE = re.compile(r'{%-?\s*include "([^"]+)"')


class Scan:
    """Where the translated texts of a template stand: between tags, or in an attribute.

    ``inside`` are the names of the blocks that some template has in the value of an attribute.
    """

    def __init__(self, text: str, inside: frozenset[str] = frozenset(), *, quoted: bool = False):
        self.inside = inside
        self.found: list[tuple[str, bool]] = []
        self.blocks: list[tuple[str, bool]] = []
        self._tag, self._quote = False, '"' if quoted else ""
        self._guarded, self._open = 0, list[tuple[str, str, bool]]()
        for part in _TOKEN.split(text):
            if part.startswith(("{%", "{{", "{#")):
                self._token(part)
            else:
                self._html(part)

    def _html(self, text: str) -> None:
        for char in text:
            if self._quote:
                self._quote = "" if char == self._quote else self._quote
            elif self._tag and char in "\"'":
                self._quote = char
            elif char in "<>":
                self._tag = char == "<"

    def _token(self, token: str) -> None:
        word = token.strip("{%} ").partition(" ")[0]
        if word == "block":
            name = _BLOCK.match(token)[1]  # type: ignore[index]
            self.blocks.append((name, bool(self._quote)))
            self._open.append((name, self._quote, self._tag))
            if name in self.inside:
                self._quote = self._quote or '"'
        elif word == "endblock":
            _name, self._quote, self._tag = self._open.pop()
        elif token.startswith("{% filter attribute %}"):
            self._guarded += 1
        elif word == "endfilter":
            self._guarded -= 1
        elif self._quote and not self._guarded:
            self.found.append((token, "|attribute" in token))


def bare(text: str, inside: frozenset[str], bound: frozenset[str]) -> list[str]:
    """Return what is translated in the value of an attribute and not escaped for it."""
    return [
        token
        for token, escaped in Scan(text, inside).found
        if not escaped and (_is_translated(token) or _names(token) & bound or _includes(token))
    ]


def _is_translated(token: str) -> bool:
    said = _TRANSLATION.match(token) and not _BOUND.match(token)
    return bool(said or _LITERAL.match(token))


def _names(token: str) -> set[str]:
    return set(re.findall(r"^{{\s*(\w+)", token))


def _includes(token: str) -> bool:
    """Tell whether an attribute takes in another template that has something translated."""
    path = _INCLUDE.match(token)
    text = (TEMPLATES / path[1]).read_text("utf-8") if path else ""
    return bool(_TRANSLATION.search(text) or _LITERAL.search(text))


@pytest.fixture(scope="module")
def inside() -> frozenset[str]:
    """The blocks that stand in an attribute of the template that has them first."""
    return frozenset(
        name
        for path in EVERY_TEMPLATE
        for name, quoted in Scan(path.read_text("utf-8")).blocks
        if quoted
    )


@pytest.fixture(scope="module")
def bound() -> frozenset[str]:
    """The variables that hold a translated text, whatever template they are handed to."""
    texts = [path.read_text("utf-8") for path in EVERY_TEMPLATE]
    names = {name for text in texts for pair in _BOUND.findall(text) for name in pair if name}
    renamed = {new for text in texts for new, old in _RENAMED.findall(text) if old in names}
    return frozenset(names | renamed)


@pytest.mark.parametrize("path", EVERY_TEMPLATE, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_what_is_translated_in_an_attribute_is_escaped_for_it(
    path: Path, inside: frozenset[str], bound: frozenset[str]
) -> None:
    assert bare(path.read_text("utf-8"), inside, bound) == []


@pytest.mark.parametrize(
    "text",
    [
        '<a title="{% trans "x" %}">',
        "<a title='{% if y %}{% translate 'x' %}{% endif %}'>",
        '<a title="{{ _("x") }}">',
        '<a title="{% blocktrans trimmed with a=b %}x {{ a }}{% endblocktrans %}">',
        '{% trans "x" as known %}<a title="{{ known }}">',
        '{% block inner %}{% trans "x" %}{% endblock %}',
        '<a title="{% include "snapshot_dashboard/common/_programs.html" %}">',
    ],
)
def test_a_text_that_is_not_escaped_is_found(text: str) -> None:
    assert bare(text, frozenset({"inner"}), frozenset({"known"})) != []


@pytest.mark.parametrize(
    "text",
    [
        '<a title="{{ _("x")|attribute }}">{% trans "x" %}</a>',
        '<a title="{% filter attribute %}{% trans "x" %}{% endfilter %}">',
        '{% trans "x" as known %}<a title="{{ known|attribute }}">{{ known }}</a>',
        '<p>"{% trans "x" %}"</p>',
    ],
)
def test_a_text_that_is_escaped_or_no_attribute_is_none(text: str) -> None:
    assert bare(text, frozenset(), frozenset({"known"})) == []


@pytest.mark.parametrize(
    ("said", "escaped"),
    [
        (SafeString("a \"b\" <c> 'd' &amp; e"), "a &quot;b&quot; &lt;c&gt; &#x27;d&#x27; &amp; e"),
        ('"&"', "&quot;&amp;&quot;"),
    ],
)
def test_the_filter_escapes_a_translation_once(said: str, escaped: str) -> None:
    page = Template("{% load snapshot_dashboard_text %}{{ said|attribute }}")
    assert page.render(Context({"said": said})) == escaped


def test_the_made_up_language_has_a_quotation_mark_in_every_text() -> None:
    assert '"' in pseudo.disguised("Try Again")
