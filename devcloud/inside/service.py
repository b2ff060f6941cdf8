# SPDX-License-Identifier: Apache-2.0
"""Run one OpenStack project in this process: ``python -m devcloud.inside.service NAME``."""

import importlib
import os
import sys
import traceback
import warnings

from devcloud import settings as cloud_settings
from devcloud.inside import web


def main() -> None:
    """Start the project named on the command line and serve its API until told to stop.

    When it cannot start, the reason goes to the log and the process ends at once: the
    project's threads would otherwise keep it alive and silent.
    """
    name = sys.argv[1]
    settings = cloud_settings.from_environment()
    try:
        module = importlib.import_module(f"devcloud.inside.services.{name}")
        application = module.application(settings)
        # Cinder shows warnings again that PYTHONWARNINGS hides: two lines for each volume listed.
        warnings.simplefilter("ignore")
        web.serve(
            application,
            port=settings.port(name),
            threads=settings.threads,
            access_log=settings.access_log(name),
        )
    finally:
        # The server ends with the process; whoever comes here failed.
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


if __name__ == "__main__":
    main()
