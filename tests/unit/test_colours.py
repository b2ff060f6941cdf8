# SPDX-License-Identifier: Apache-2.0
"""Our styles name no colour of their own: each comes from the theme, in which they compile."""

import re
from pathlib import Path

import pytest

from tests.browser.themes import DARK, compiled

SCSS = Path(__file__).parents[2] / "static" / "snapshot_dashboard" / "scss"
# A colour that is written down: a number, an opaque or a translucent one, or a name.
FIXED = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(\s*[\d.]"
    r"|:[^;{]*(?<![\w$-])(?:white|black|gr[ae]y|red|green|blue|orange|yellow)(?![\w(-])",
    re.IGNORECASE,
)


def fixed(source: str) -> list[str]:
    """Return the colours that are fixed in a source, but for its comments."""
    return FIXED.findall(re.sub(r"//[^\n]*", "", source))


@pytest.mark.parametrize("path", sorted(SCSS.glob("*.scss")), ids=lambda path: path.name)
def test_no_colour_is_fixed(path: Path) -> None:
    assert fixed(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "rule",
    [
        "color: #1b1b1b;",
        "color: #FFF;",
        "x: rgba(0, 0, 0, 0.2);",
        "background: white;",
        "b: 1px red",
    ],
)
def test_a_new_one_would_be_found(rule: str) -> None:
    assert fixed(rule)


def test_each_alert_has_a_ground_of_ours() -> None:
    """Some themes write white on orange there, which cannot be read."""
    templates = SCSS.parents[2] / "templates"
    found = [
        f"{path.name}: {said}"
        for path in sorted(templates.rglob("*.html"))
        for said in re.findall(r'class="(alert alert-[^"]*)"', path.read_text("utf-8"))
        if " sd-" not in said
    ]
    assert found == []


def test_a_dark_theme_makes_them_dark() -> None:
    css = compiled(DARK)
    warning = css[css.index(".sd-explanation-warning") :]
    assert "background:#F39C12" in warning[: warning.index("}")]
    focus = css[css.index(".sd-dialog :focus-visible") :]
    assert "box-shadow:0 0 0 4px #222" in focus[: focus.index("}")]
