# SPDX-License-Identifier: Apache-2.0
"""Make the projects, users, roles and catalogue entries that are missing or outdated.

``python -m devcloud.inside.identity``; Keystone must answer. Run again after the port base
changed, it puts the new addresses into the catalogue.
"""

from typing import Any

from keystoneauth1.adapter import Adapter

from devcloud import accounts
from devcloud.configuration.common import SERVICE_TYPES
from devcloud.inside import client
from devcloud.settings import REGION, Settings, from_environment

_INTERFACES = ("public", "internal", "admin")


def set_up(settings: Settings) -> None:
    """Bring Keystone's data in line with :mod:`devcloud.accounts` and with the ports."""
    identity = client.administrator(settings).identity
    names = ("admin", accounts.SERVICE_PROJECT, *accounts.PROJECTS)
    projects = {name: ensure_project(identity, name) for name in names}
    for account in accounts.ACCOUNTS:
        grant(identity, account, projects)
    for service in SERVICE_TYPES:
        login = accounts.Account(service, accounts.SERVICE_PASSWORD, {}, "")
        for role in ("admin", "service"):
            _assign(identity, login, projects[accounts.SERVICE_PROJECT], role)
    for name, service_type, url in _catalogue(settings):
        _ensure_endpoints(identity, name, service_type, url)


def grant(identity: Adapter, account: accounts.Account, projects: dict[str, str]) -> None:
    """Make the user of an account with its roles; ``projects`` maps names to ids."""
    for project, role in account.roles.items():
        _assign(identity, account, projects[project], role)


def ensure_project(identity: Adapter, name: str) -> str:
    """The id of a project, which is made when it is missing."""
    return _ensure(identity, "projects", name, domain_id=accounts.DOMAIN_ID)


def _assign(identity: Adapter, account: accounts.Account, project: str, role: str) -> None:
    user = _ensure(
        identity,
        "users",
        account.name,
        password=account.password,
        domain_id=accounts.DOMAIN_ID,
        default_project_id=project,
    )
    role_id = _ensure(identity, "roles", role)
    identity.put(f"/projects/{project}/users/{user}/roles/{role_id}")


def _ensure(identity: Adapter, collection: str, name: str, **body: Any) -> str:
    """The id of a resource of that name, which is made with ``body`` when it is missing."""
    found = client.named(identity, collection, name)
    if found is None:
        kind = collection.removesuffix("s")
        answer = identity.post(f"/{collection}", json={kind: body | {"name": name}})
        found = answer.json()[kind]
    return str(found["id"])


def _catalogue(settings: Settings) -> list[tuple[str, str, str]]:
    """Name, type and address of every catalogue entry."""
    volumes = settings.url("cinder", "/v3/$(project_id)s")
    return [
        ("keystone", "identity", settings.auth_url),
        ("nova", "compute", settings.url("nova", "/v2.1")),
        ("cinder", "block-storage", volumes),
        # The name under which Horizon and older clients look for it.
        ("cinderv3", "volumev3", volumes),
        ("glance", "image", settings.url("glance")),
        ("neutron", "network", settings.url("neutron")),
        ("placement", "placement", settings.url("placement")),
    ]


def _ensure_endpoints(identity: Adapter, name: str, service_type: str, url: str) -> None:
    services = identity.get("/services", params={"type": service_type}).json()["services"]
    if not services:
        service = {"name": name, "type": service_type}
        services = [identity.post("/services", json={"service": service}).json()["service"]]
    service_id = services[0]["id"]
    listed = identity.get("/endpoints", params={"service_id": service_id}).json()["endpoints"]
    existing = {endpoint["interface"]: endpoint for endpoint in listed}
    for interface in _INTERFACES:
        endpoint = existing.get(interface)
        if endpoint is None:
            body = {"interface": interface, "region_id": REGION, "service_id": service_id}
            identity.post("/endpoints", json={"endpoint": body | {"url": url}})
        elif endpoint["url"] != url:
            identity.patch(f"/endpoints/{endpoint['id']}", json={"endpoint": {"url": url}})


if __name__ == "__main__":
    set_up(from_environment())
