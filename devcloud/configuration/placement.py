# SPDX-License-Identifier: Apache-2.0
"""Placement: the free capacity of hosts, which Nova needs."""

from devcloud.configuration.common import LOGGING, Sections, database, token_check
from devcloud.settings import Settings


def sections(settings: Settings) -> Sections:
    """The configuration of Placement."""
    return {
        "DEFAULT": dict(LOGGING),
        "placement_database": database(settings, "placement"),
        "api": {"auth_strategy": "keystone"},
        "keystone_authtoken": token_check(settings, "placement"),
    }
