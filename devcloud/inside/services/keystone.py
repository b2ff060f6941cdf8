# SPDX-License-Identifier: Apache-2.0
"""Keystone, identity."""

import os
import sys

from devcloud.inside.patches import databases
from devcloud.inside.web import Application
from devcloud.settings import Settings


def application(settings: Settings) -> Application:
    """Keystone's API."""
    sys.argv = ["keystone"]
    os.environ["OS_KEYSTONE_CONFIG_DIR"] = str(settings.etc / "keystone")
    # It leaves it to the database to delete the roles of an application credential with it.
    databases.apply(cascading=True)
    from keystone.wsgi import api

    keystone: Application = api.application
    return keystone
