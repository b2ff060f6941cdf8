# SPDX-License-Identifier: Apache-2.0
"""Make Nova's databases: ``python -m devcloud.inside.nova_schema``.

These are the steps of ``nova-manage``, taken in one process: four times starting that
program takes longer than all its work.
"""

# The only import of Nova's: this module must be the first, since it chooses the threads.
from nova.cmd import manage

from devcloud.configuration import path_of
from devcloud.configuration.common import TRANSPORT_URL, database_url
from devcloud.errors import DevcloudError
from devcloud.settings import Settings, from_environment


def make(settings: Settings) -> None:
    """Make the API's database, the two cells' databases, and the cells' entries.

    Raises DevcloudError when one of the steps reports that it failed.
    """
    manage.config.parse_args(["nova-manage", "--config-file", str(path_of(settings, "nova"))])
    manage.objects.register_all()
    cells = manage.CellV2Commands()
    failed = (
        manage.ApiDbCommands().sync()
        or cells.map_cell0(database_connection=database_url(settings, "nova_cell0"))
        or manage.DbCommands().sync()
        or cells.create_cell(
            name="cell1",
            transport_url=TRANSPORT_URL,
            database_connection=database_url(settings, "nova_cell1"),
        )
    )
    if failed:
        raise DevcloudError(f"Nova's databases could not be made (status {failed}).")


if __name__ == "__main__":
    make(from_environment())
