# SPDX-License-Identifier: Apache-2.0
"""Switches the theme of an open page.

Horizon 27 compiles one theme only when it compresses offline (its manifest has one entry for
all of them), so that the cookie of the theme menu changes templates and no colours. Here the
other theme's style sheet is compiled as an operator's Horizon would who has only that theme.
"""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from demo.layout import ROOT, STATE
from tests.browser.person import Person

DEFAULT, MATERIAL, DARK = "default", "material", "dark"
# Those of Horizon's own; the dark one is ours, of this folder.
THEMES = (DEFAULT, MATERIAL)
_PLACES = {
    DEFAULT: "themes/default",
    MATERIAL: "themes/material",
    DARK: str(Path(__file__).parent / "dark_theme"),
}

# The second sheet is the theme's, after that of libraries; the third is that of plugins, made with
# the theme's variables (openstack_dashboard/templates/_stylesheets.html).
_WEAR = """
    const [css, done] = arguments;
    const sheets = Array.from(document.querySelectorAll('link[rel=stylesheet]')).slice(1, 3);
    document.querySelector('#worn-theme')?.remove();
    sheets.forEach((sheet) => { sheet.disabled = css !== ''; });
    // Some themes let colours fade, those of one element after those of another.
    const worn = () => {
        const fading = document.getAnimations().filter((each) => each instanceof CSSTransition);
        fading.forEach((each) => each.finish());
        return fading.length ? worn() : done();
    };
    if (!css) {
        worn();
        return;
    }
    const style = document.createElement('style');
    style.id = 'worn-theme';
    style.textContent = css;
    style.onload = worn;
    sheets[1].after(style);
"""
_COOKIE = "theme"


def wear(person: Person, theme: str) -> None:
    """Show the page in a theme's colours; what a dialog stands above keeps its templates."""
    person.driver.execute_async_script(_WEAR, "" if theme == DEFAULT else compiled(theme))


def choose(person: Person, theme: str) -> None:
    """Choose a theme as the menu does, for the pages that are opened from now on."""
    if theme != DEFAULT:
        _only_of_the_demo()
    person.keep_cookie(_COOKIE, theme)


def _only_of_the_demo() -> None:
    if "HORIZON" in os.environ:
        pytest.skip("Themes are compiled with the styles of the demo's Horizon.")


@cache
def compiled(theme: str) -> str:
    """Return the style sheet of a theme and ours, as the Horizon of the demo compiles them."""
    _only_of_the_demo()
    themes = [(name, name.title(), place) for name, place in _PLACES.items()]
    settings = {
        "DEVCLOUD_HOME": str(STATE / "assets"),
        "DEMO_SETTINGS": json.dumps({"AVAILABLE_THEMES": themes}),
        "DJANGO_SETTINGS_MODULE": "openstack_dashboard.settings",
    }
    command = [sys.executable, "-W", "ignore", "-m", "tests.browser.compile_theme", theme]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | settings, capture_output=True, check=True
    )
    # The theme names its fonts by an address that only some servers understand.
    return done.stdout.decode().replace("/static//", "/static/")
