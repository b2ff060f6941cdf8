# SPDX-License-Identifier: Apache-2.0
"""Makes a connection from a Horizon request: token, project, region and endpoints."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest
from horizon import exceptions as horizon_exceptions
from openstack_dashboard.api import base

from snapshot_dashboard import settings as ours
from snapshot_dashboard.cloud.errors import Cause, Service, Unreachable
from snapshot_dashboard.cloud.session import Connection, Deadline, versioned
from snapshot_dashboard.rules.programs.api import Addresses

_ATTRIBUTE = "snapshot_dashboard_connection"
# Only v3 is spoken: "volumev2" is never taken, and "volume", which was v1 long ago, comes last.
_BLOCK_STORAGE = ("block-storage", "volumev3", "block-store", "volume")
_PUBLIC = "publicURL"


def connect(request: HttpRequest, *, afresh: bool = False) -> Connection:
    """Return the connection of the person who sent ``request``.

    It is made once per request, because all reads of a page share one deadline; ``afresh``
    starts a new deadline, for what follows a write, under the same request id.

    :raises Unreachable: the service catalog has no block storage service.
    """
    known: Connection | None = getattr(request, _ATTRIBUTE, None)
    if known is None or afresh:
        fresh = _connection(request)
        known = replace(fresh, request_id=known.request_id) if known else fresh
        setattr(request, _ATTRIBUTE, known)
    return known


def request_id(request: HttpRequest) -> str:
    """Return the id that this request's calls carry, empty where none could be made."""
    known: Connection | None = getattr(request, _ATTRIBUTE, None)
    return known.request_id if known else ""


def _connection(request: HttpRequest) -> Connection:
    user = request.user
    return Connection(
        token=user.token.id,
        project_id=user.project_id,
        region=user.services_region or "",
        block_storage_url=_endpoint(request, _BLOCK_STORAGE),
        compute_url=_optional_endpoint(request, ("compute",)),
        verify=_verify(),
        rights=",".join(sorted(role["name"] for role in user.roles)),
        deadline=Deadline(ours.get("PAGE_SECONDS")),
        write_seconds=ours.get("WRITE_SECONDS"),
        identity_url=versioned(_identity(request), "v3"),
        image_url=versioned(_optional_endpoint(request, ("image",)), "v2"),
        person=user.id,
    )


def public_addresses(request: HttpRequest) -> Addresses:
    """Return where programs outside of the cloud reach the services of the region.

    Horizon itself may use addresses that nobody else can reach.
    """
    ours = connect(request)
    block_storage = _optional_endpoint(request, _BLOCK_STORAGE, _PUBLIC) or ours.block_storage_url
    compute = _optional_endpoint(request, ("compute",), _PUBLIC) or ours.compute_url or ""
    return Addresses(block_storage.rstrip("/"), compute.rstrip("/"))


def public_identity(request: HttpRequest) -> str:
    """Return Keystone's address for programs outside of the cloud, empty where it is not told."""
    found = _optional_endpoint(request, ("identity",), _PUBLIC)
    return versioned(found or _identity(request), "v3") or ""


def public_catalog(request: HttpRequest) -> dict[Service, tuple[str, str]]:
    """Return the type in the catalog and the public address of what a schedule's command needs."""
    types = {
        Service.BLOCK_STORAGE: _BLOCK_STORAGE,
        Service.COMPUTE: ("compute",),
        Service.IMAGE: ("image",),
    }
    found = {}
    for service, names in types.items():
        for name in names:
            address = _optional_endpoint(request, (name,), _PUBLIC)
            if address and service not in found:
                if service is Service.IMAGE:
                    address = versioned(address, "v2") or address
                found[service] = (name, address)
    return found


def _identity(request: HttpRequest) -> str | None:
    """Return Keystone's address; operators may give it another kind of endpoint than the rest."""
    kind = settings.OPENSTACK_KEYSTONE_ENDPOINT_TYPE
    return _optional_endpoint(request, ("identity",), kind) or _optional_endpoint(
        request, ("identity",)
    )


def _endpoint(request: HttpRequest, types: tuple[str, ...]) -> str:
    found = _optional_endpoint(request, types)
    if found is None:
        raise Unreachable(service=Service.BLOCK_STORAGE, cause=Cause.NO_SERVICE)
    return found


def _optional_endpoint(
    request: HttpRequest, types: tuple[str, ...], kind: str | None = None
) -> str | None:
    for service_type in types:
        try:
            return str(base.url_for(request, service_type, endpoint_type=kind))
        except horizon_exceptions.ServiceCatalogException:
            continue
    return None


def has_block_storage(request: HttpRequest) -> bool:
    """Tell whether the region has a block storage service."""
    return _optional_endpoint(request, _BLOCK_STORAGE) is not None


def _verify() -> str | bool:
    if settings.OPENSTACK_SSL_NO_VERIFY:
        return False
    return settings.OPENSTACK_SSL_CACERT or True
