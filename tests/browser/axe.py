# SPDX-License-Identifier: Apache-2.0
"""Runs axe-core on a part of the current page."""

import importlib.resources
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from selenium.webdriver import Chrome

from tests.browser.known_accessibility import KNOWN

# The package brings the script along; its way of running it (Playwright) is not used.
_PACKAGE, _SCRIPT = "axe_playwright_python", "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

# Rules about the page as a whole ("region") are Horizon's frame to keep. Contrast is judged again
# where axe leaves it open: see contrast.py.
_RUN = """
    const [within, tags, list] = arguments;
    const done = arguments[arguments.length - 1];
    const options = {
        runOnly: {type: 'tag', values: tags},
        resultTypes: ['violations'],
        rules: {region: {enabled: false}},
        elementRef: true
    };
    const place = (rule, element) =>
        list.findIndex((each) => each.rule === rule.id && element.matches(each.css));
    axe.run({include: within}, options).then((found) => {
        done(found.violations.flatMap((rule) => rule.nodes.map((node) => ({
            rule: rule.id,
            target: node.target.join(' '),
            html: node.html.slice(0, 300),
            reason: node.failureSummary.replace(/\\s+/g, ' '),
            known: place(rule, node.element)
        }))));
    }, (error) => done(String(error)));
"""


@dataclass(frozen=True)
class Violation:
    """One element that breaks one rule; ``known`` is its place in the list of known ones, or -1."""

    rule: str
    target: str
    html: str
    reason: str
    known: int

    def __str__(self) -> str:
        """Say what is wrong, and where."""
        return f"{self.rule}: {self.target}\n    {self.html}\n    {self.reason}"


def violations(chrome: Chrome, within: Sequence[str]) -> list[Violation]:
    """Return what axe finds in the parts of the page that these selectors name."""
    if not chrome.execute_script("return 'axe' in window"):
        chrome.execute_script(_script())
    known = [{"rule": each.rule, "css": each.css} for each in KNOWN]
    answer: Any = chrome.execute_async_script(_RUN, [[css] for css in within], TAGS, known)
    if isinstance(answer, str):
        raise AssertionError(f"axe did not run: {answer}")
    return [Violation(**each) for each in answer]


@cache
def _script() -> str:
    text = importlib.resources.files(_PACKAGE).joinpath(_SCRIPT).read_text(encoding="utf-8")
    # A script that Selenium runs is a function's body; the name has to become the window's.
    return f"(0, eval)({json.dumps(text)})"
