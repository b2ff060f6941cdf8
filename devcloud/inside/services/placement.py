# SPDX-License-Identifier: Apache-2.0
"""Placement, which Nova asks where an instance fits."""

import os
import sys

from devcloud.inside.patches import databases
from devcloud.inside.web import Application
from devcloud.settings import Settings


def application(settings: Settings) -> Application:
    """Placement's API."""
    sys.argv = ["placement"]
    os.environ["OS_PLACEMENT_CONFIG_DIR"] = str(settings.etc / "placement")
    databases.apply()
    from placement.wsgi import api

    placement: Application = api.application
    return placement
