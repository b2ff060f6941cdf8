# SPDX-License-Identifier: Apache-2.0
"""How Sphinx builds the documentation: `make docs`."""

import sys
from pathlib import Path

# The package is read from this checkout, whether or not it is installed; its top level knows
# its version and imports nothing.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from snapshot_dashboard import __version__

project = "snapshot-dashboard"
author = "The snapshot-dashboard developers"
release = __version__
version = __version__
language = "en"

needs_sphinx = "8.0"
extensions: list[str] = []
nitpicky = True
highlight_language = "none"
# "--force" is an option, not a long dash.
smartquotes = False

html_theme = "alabaster"
html_title = f"{project} {release}"
html_static_path = ["_static"]
html_copy_source = False
html_show_copyright = False
html_theme_options: dict[str, str | bool] = {
    "description": "Volume snapshots in Horizon, made safe",
    "fixed_sidebar": True,
    "page_width": "1100px",
    "show_powered_by": False,
}
