# SPDX-License-Identifier: Apache-2.0
"""Nova, instances: the API, conductor, scheduler and one compute service."""

import os
import sys
from pathlib import Path

from devcloud import ports
from devcloud.configuration import path_of
from devcloud.inside.patches import privileges
from devcloud.inside.web import Application
from devcloud.settings import Settings

_DRIVERS = Path(__file__).resolve().parent.parent / "hypervisor"


def application(settings: Settings) -> Application:
    """Start Nova's background services in threads and return its API."""
    sys.argv = ["nova", "--config-file", str(path_of(settings, "nova"))]
    os.environ["OS_NOVA_CONFIG_DIR"] = str(settings.etc / "nova")
    os.environ["OS_NOVA_DISABLE_EVENTLET_PATCHING"] = "true"
    # First of all, because importing oslo.messaging would choose eventlet for good.
    from nova import monkey_patch

    monkey_patch.patch(backend="threading")
    from devcloud.inside.patches import databases, messaging

    databases.apply()
    messaging.apply()
    from nova.wsgi import osapi_compute  # Reads the configuration.

    _prepare_libraries()
    # The compute service reports to Placement as soon as it starts.
    for service in ("keystone", "placement"):
        ports.wait_until_open(settings.port(service), seconds=120, what=service)
    _start_services()
    nova: Application = osapi_compute.application
    return nova


def _prepare_libraries() -> None:
    import nova.conf
    import nova.privsep
    import nova.virt
    import os_brick
    import os_vif

    privileges.stay_unprivileged(nova.privsep.sys_admin_pctxt)
    # Nova loads hypervisor drivers from its own package only.
    nova.virt.__path__.append(str(_DRIVERS))
    os_brick.setup(nova.conf.CONF)
    os_vif.initialize()


def _start_services() -> None:
    from nova import context, service
    from nova.compute import rpcapi as compute
    from nova.conductor import rpcapi as conductor
    from nova.objects import host_mapping
    from nova.scheduler import rpcapi as scheduler

    create = service.Service.create
    create(binary="nova-conductor", topic=conductor.RPC_TOPIC).start()
    create(binary="nova-scheduler", topic=scheduler.RPC_TOPIC).start()
    create(binary="nova-compute", topic=compute.RPC_TOPIC, topic_alt=compute.RPC_TOPIC_ALT).start()
    host_mapping.discover_hosts(context.get_admin_context())
