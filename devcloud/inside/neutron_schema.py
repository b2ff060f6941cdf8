# SPDX-License-Identifier: Apache-2.0
"""Make Neutron's database: ``python -m devcloud.inside.neutron_schema``.

Neutron's migrations alter constraints, which SQLite cannot do. So the tables are made from
the models, and the database is then marked as having been through all migrations.
"""

import sys

from neutron.db.migration import cli
from neutron.db.migration.models import head
from sqlalchemy import create_engine

from devcloud.configuration import path_of
from devcloud.configuration.common import database_url
from devcloud.settings import Settings, from_environment


def make(settings: Settings) -> None:
    """Make the tables and mark the database."""
    head.get_metadata().create_all(create_engine(database_url(settings, "neutron")))
    config = str(path_of(settings, "neutron"))
    sys.argv = ["neutron-db-manage", "--config-file", config, "stamp", "heads"]
    cli.main()


if __name__ == "__main__":
    make(from_environment())
