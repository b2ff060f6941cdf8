# SPDX-License-Identifier: Apache-2.0
"""axe-core findings in our pages that are accepted, with the reason of each.

The theme's link colour is left outside of our tables and dialogs: it is the operator's to choose.
A test fails when an entry does not occur any more.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """Elements that may break one rule."""

    rule: str
    css: str
    why: str
    # Of a page that only support staff see: test_support_looks.py needs it.
    of_support: bool = False


KNOWN = (
    Known(
        "color-contrast",
        ".page-breadcrumb a",
        "Horizon's frame: the links of the path above every page, in the theme's colour.",
    ),
    Known(
        "color-contrast",
        ".nav-tabs > li > a",
        "Horizon's tabs, in the theme's colour.",
    ),
    Known(
        "color-contrast",
        ".tab-pane > .detail a",
        "Stock's overview of a volume for support, which stays stock's: the theme's colour.",
        of_support=True,
    ),
    Known(
        "definition-list",
        ".tab-pane > .detail dl",
        'Stock\'s overview: "None" stands there without a term when there is no metadata.',
        of_support=True,
    ),
)
