# SPDX-License-Identifier: Apache-2.0
"""Make Neutron's tables from its models: ``python -m devcloud.inside.neutron_schema URL``.

Neutron's migrations alter constraints, which SQLite cannot do. The caller marks the
database as up to date afterwards.
"""

import sys

from neutron.db.migration.models import head
from sqlalchemy import create_engine

if __name__ == "__main__":
    head.get_metadata().create_all(create_engine(sys.argv[1]))
