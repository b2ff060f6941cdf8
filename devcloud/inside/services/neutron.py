# SPDX-License-Identifier: Apache-2.0
"""Neutron, networks: the API only."""

import os
import sys

from devcloud.inside.web import Application
from devcloud.settings import Settings


def application(settings: Settings) -> Application:
    """Neutron's API."""
    sys.argv = ["neutron-api"]
    os.environ["OS_NEUTRON_CONFIG_DIR"] = str(settings.etc / "neutron")
    os.environ["OS_NEUTRON_CONFIG_FILES"] = "neutron.conf"
    # oslo.service takes eventlet unless it is told otherwise before anybody asks it.
    from oslo_service import backend

    backend.init_backend(backend.BackendType.THREADING)
    from devcloud.inside.patches import databases, messaging

    databases.apply()
    messaging.apply()
    # Without service plugins some models are never imported, and listing ports then fails
    # on a relation to one of them.
    from neutron.db.migration.models import head
    from neutron.wsgi import api
    from sqlalchemy import orm

    head.get_metadata()
    orm.configure_mappers()
    neutron: Application = api.application
    return neutron
