# SPDX-License-Identifier: Apache-2.0
"""Nova: instances on a fake hypervisor."""

from devcloud.configuration.common import (
    LOGGING,
    MACHINE,
    TRANSPORT_URL,
    Sections,
    credentials,
    database,
    locks,
    token_check,
)
from devcloud.settings import HOST, REGION, Settings


def sections(settings: Settings) -> Sections:
    """The configuration of Nova."""
    volumes = {"catalog_info": "block-storage::publicURL", "os_region_name": REGION}
    return {
        "DEFAULT": _basics(settings),
        "api_database": database(settings, "nova_api"),
        "database": database(settings, "nova_cell1"),
        "keystone_authtoken": token_check(settings, "nova"),
        # Cinder refuses to detach a volume for Nova without the service's own token.
        "service_user": credentials(settings, "nova") | {"send_service_user_token": "true"},
        "placement": credentials(settings, "nova"),
        "glance": {"api_servers": settings.url("glance")},
        "cinder": credentials(settings, "nova") | volumes,
        "neutron": credentials(settings, "nova"),
        "vnc": {"enabled": "false"},
        "oslo_concurrency": locks(settings),
        "oslo_messaging_notifications": {"driver": "noop"},
    }


def _basics(settings: Settings) -> dict[str, str]:
    return LOGGING | {
        "transport_url": TRANSPORT_URL,
        "host": MACHINE,
        "my_ip": HOST,
        "state_path": str(settings.state / "nova"),
        # Nova looks for it below nova.virt, see devcloud/inside/services/nova.py.
        "compute_driver": "devcloud_hypervisor.Driver",
        "devcloud_knobs": str(settings.knobs),
        "devcloud_guest_agent_log": str(settings.log / "guest-agent.log"),
        "report_interval": "5",
        "periodic_fuzzy_delay": "0",
        # Both would overrule the states that the demo data puts instances into.
        "heal_instance_info_cache_interval": "-1",
        "sync_power_state_interval": "-1",
        # Shelved instances stay on their host until an administrator offloads them, so that
        # both states can be shown.
        "shelved_offload_time": "-1",
        "reserved_host_memory_mb": "0",
        "ram_allocation_ratio": "100",
        "cpu_allocation_ratio": "1000",
        "disk_allocation_ratio": "1000",
        # The default of 3 s makes each start from a volume slow.
        "block_device_allocate_retries_interval": "1",
    }
