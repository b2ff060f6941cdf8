# SPDX-License-Identifier: Apache-2.0
"""Cinder, volumes: the API, the scheduler, one volume service per backend, and backups."""

import os
import sys
import threading
from typing import Any

from devcloud.configuration import path_of
from devcloud.inside.patches import privileges
from devcloud.inside.web import Application
from devcloud.settings import Settings


def application(settings: Settings) -> Application:
    """Start Cinder's background services in threads and return its API."""
    sys.argv = ["cinder", "--config-file", str(path_of(settings, "cinder"))]
    os.environ["OS_CINDER_DISABLE_EVENTLET_PATCHING"] = "true"
    # First of all, because importing oslo.messaging would choose eventlet for good.
    from cinder import monkey_patch

    monkey_patch.patch()
    from devcloud.inside.patches import databases, messaging, threads

    databases.apply()
    messaging.apply()
    threads.apply()
    from cinder.wsgi import api  # Reads the configuration.

    _start_services()
    cinder: Application = api.application
    return cinder


def _start_services() -> None:
    import cinder.privsep
    import os_brick
    import os_brick.privileged
    from cinder import utils
    from cinder.common import constants
    from oslo_config import cfg

    privileges.stay_unprivileged(cinder.privsep.sys_admin_pctxt, os_brick.privileged.default)
    os_brick.setup(cfg.CONF)
    service = _service_class()
    for backend in cfg.CONF.enabled_backends:
        host = f"{cfg.CONF.host}@{backend}"
        service.create(
            host=host, service_name=backend, binary=constants.VOLUME_BINARY, coordination=True
        ).start()
    service.create(
        binary=constants.BACKUP_BINARY,
        service_name="backup",
        coordination=True,
        process_number=1,
        semaphore=utils.semaphore_factory(0, 1),
    ).start()
    # Last, because on start it asks every volume service for its capabilities.
    service.create(binary=constants.SCHEDULER_BINARY).start()


def _service_class() -> Any:
    """Cinder's Service, able to live beside others in one process.

    Cinder keeps the id of "the" service of a process in a class attribute and reads it for
    each sign of life. With several services in one process only the last one would give
    any, and the scheduler would take the others for dead.
    """
    from cinder import service

    lock = threading.RLock()

    class OneOfSeveral(service.Service):  # type: ignore[misc]
        def report_state(self) -> None:
            with lock:
                service.Service.service_id = self.origin_service_id
                super().report_state()

    return OneOfSeveral
