# SPDX-License-Identifier: Apache-2.0
"""Taking a stock panel's place without taking its templates away."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from horizon import loaders


def keep_templates(key: str, stock_panel: ModuleType) -> None:
    """Keep stock's template folder of a panel ("dashboard/panel") findable.

    Horizon registers the folder beside the *registered* panel's module. Ours has none, and
    without stock's the pages that we did not replace, and dialogs of other panels that include
    these templates (volume groups), would answer 500.
    """
    folder = Path(str(stock_panel.__file__)).parent / "templates"
    loaders.panel_template_dirs[key] = str(folder)
