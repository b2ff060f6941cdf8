# SPDX-License-Identifier: Apache-2.0
"""What the configuration files of several services have in common."""

from devcloud import accounts
from devcloud.settings import REGION, Settings

Sections = dict[str, dict[str, str]]

# Messages stay inside each service's process, so that no broker is needed.
TRANSPORT_URL = "fake://"

# The name that stands for this machine in Cinder's and Nova's lists of hosts.
MACHINE = "devcloud"

LOGGING = {"debug": "false", "use_stderr": "true"}

# The name of each service's entry in the catalogue.
SERVICE_TYPES = {
    "placement": "placement",
    "glance": "image",
    "neutron": "network",
    "cinder": "block-storage",
    "nova": "compute",
}


def database_url(settings: Settings, name: str) -> str:
    """The SQLAlchemy address of one of the cloud's databases."""
    return f"sqlite:///{settings.databases}/{name}.db?timeout=30"


def database(settings: Settings, name: str) -> dict[str, str]:
    """The options of a ``[database]`` section."""
    return {"connection": database_url(settings, name), "max_retries": "3"}


def credentials(settings: Settings, service: str) -> dict[str, str]:
    """How a service logs in when it calls another one."""
    return {
        "auth_type": "password",
        "auth_url": settings.auth_url,
        "username": service,
        "password": accounts.SERVICE_PASSWORD,
        "project_name": accounts.SERVICE_PROJECT,
        "user_domain_name": accounts.DOMAIN,
        "project_domain_name": accounts.DOMAIN,
        "region_name": REGION,
    }


def token_check(settings: Settings, service: str) -> dict[str, str]:
    """How a service checks the tokens of those who call it."""
    return credentials(settings, service) | {
        "www_authenticate_uri": settings.auth_url,
        "service_token_roles": "service",
        "service_token_roles_required": "true",
        "service_type": SERVICE_TYPES[service],
    }


def locks(settings: Settings) -> dict[str, str]:
    """The options of an ``[oslo_concurrency]`` section."""
    return {"lock_path": str(settings.state / "lock")}
