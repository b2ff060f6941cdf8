# SPDX-License-Identifier: Apache-2.0
"""Glance, images."""

import os
import sys

from devcloud.inside.patches import databases, images
from devcloud.inside.web import Application
from devcloud.settings import Settings


def application(settings: Settings) -> Application:
    """Glance's API."""
    sys.argv = ["glance-api"]
    os.environ["OS_GLANCE_CONFIG_DIR"] = str(settings.etc / "glance")
    databases.apply()
    images.apply()
    from glance.wsgi import api

    glance: Application = api.application
    return glance
