# SPDX-License-Identifier: Apache-2.0
"""Prints a theme's style sheet and ours: ``python -m tests.browser.compile_theme NAME``.

A process of its own, because the tests' Django settings know no themes.
"""

import sys

import django
import sass  # type: ignore[import-untyped]

_THEME = "/dashboard/scss/themes.scss"
_OURS = "/snapshot_dashboard/scss/on_its_own.scss"


def compiled(theme: str) -> str:
    """Return both style sheets, compiled as Horizon's asset pipeline does it."""
    django.setup()
    from horizon import themes
    from horizon.utils import scss_filter

    themes._local.theme = theme
    functions = {scss_filter.static_url, scss_filter.theme_dir, scss_filter.theme}
    return "".join(
        sass.compile(
            string=f'@import "{each}";',
            importers=[(0, scss_filter.importer)],
            output_style="compressed",
            custom_functions=functions,
        )
        for each in (_THEME, _OURS)
    )


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(compiled(sys.argv[1]))
