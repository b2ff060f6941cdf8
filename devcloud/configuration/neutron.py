# SPDX-License-Identifier: Apache-2.0
"""Neutron: only its API, without agents; Nova asks it about every instance."""

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
from devcloud.settings import Settings


def sections(settings: Settings) -> Sections:
    """The configuration of Neutron."""
    return {
        "DEFAULT": LOGGING
        | {
            "transport_url": TRANSPORT_URL,
            "host": MACHINE,
            "core_plugin": "ml2",
            "service_plugins": "",
            "auth_strategy": "keystone",
            "state_path": str(settings.state / "neutron"),
            "api_paste_config": str(settings.packaged_etc / "neutron" / "api-paste.ini"),
            "notify_nova_on_port_status_changes": "false",
            "notify_nova_on_port_data_changes": "false",
            "dhcp_agent_notification": "false",
            "rpc_workers": "0",
            "rpc_state_report_workers": "0",
        },
        "database": database(settings, "neutron"),
        "keystone_authtoken": token_check(settings, "neutron"),
        "nova": credentials(settings, "nova"),
        "placement": credentials(settings, "neutron"),
        "oslo_concurrency": locks(settings),
        "oslo_messaging_notifications": {"driver": "noop"},
        "ml2": {
            "type_drivers": "local",
            "tenant_network_types": "local",
            "mechanism_drivers": "logger",
            "extension_drivers": "port_security",
        },
        "securitygroup": {"enable_security_group": "true"},
    }
