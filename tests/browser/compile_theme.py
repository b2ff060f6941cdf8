# SPDX-License-Identifier: Apache-2.0
"""Prints the style sheet of a theme of Horizon: ``python -m tests.browser.compile_theme NAME``.

A process of its own, because the tests' Django settings know no themes.
"""

import sys

import django
import sass  # type: ignore[import-untyped]


def compiled(theme: str) -> str:
    """Return the theme's style sheet, compiled as Horizon's asset pipeline does it."""
    django.setup()
    from horizon import themes
    from horizon.utils import scss_filter

    themes._local.theme = theme
    _name, source = scss_filter.importer("/dashboard/scss/themes.scss", "stdin")[0]
    functions = {scss_filter.static_url, scss_filter.theme_dir, scss_filter.theme}
    return str(
        sass.compile(
            string=source,
            importers=[(0, scss_filter.importer)],
            output_style="compressed",
            custom_functions=functions,
        )
    )


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(compiled(sys.argv[1]))
