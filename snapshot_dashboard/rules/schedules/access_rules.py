# SPDX-License-Identifier: Apache-2.0
"""What the command ``keep`` sends, for application credentials that allow nothing else.

Keystone writes access rules of a service's type in the catalog, a method, and a path, in which
``*`` stands for one part (keystonemiddleware/auth_token, ``_path_matches``). Asking a service for
its versions needs none: it is asked without a token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from snapshot_dashboard.rules.failure import Service


@dataclass(frozen=True, slots=True)
class Request:
    """A request to a service; ``path`` follows the address that the catalog has for it.

    ``quiesced`` are sent only where file systems are to be frozen.
    """

    service: Service
    method: str
    path: str
    quiesced: bool = False


REQUESTS = (
    Request(Service.BLOCK_STORAGE, "GET", "/volumes/detail"),
    Request(Service.BLOCK_STORAGE, "GET", "/volumes/*"),
    Request(Service.BLOCK_STORAGE, "POST", "/volumes/*/metadata"),
    Request(Service.BLOCK_STORAGE, "GET", "/attachments"),
    Request(Service.BLOCK_STORAGE, "GET", "/snapshots/detail"),
    Request(Service.BLOCK_STORAGE, "GET", "/snapshots/*"),
    Request(Service.BLOCK_STORAGE, "POST", "/snapshots"),
    Request(Service.BLOCK_STORAGE, "DELETE", "/snapshots/*"),
    Request(Service.COMPUTE, "GET", "/servers/*"),
    Request(Service.COMPUTE, "GET", "/servers/*/os-volume_attachments"),
    Request(Service.IMAGE, "GET", "/images"),
    Request(Service.BLOCK_STORAGE, "PUT", "/snapshots/*", quiesced=True),
    Request(Service.BLOCK_STORAGE, "POST", "/snapshots/*/metadata", quiesced=True),
    Request(Service.COMPUTE, "POST", "/servers/*/action", quiesced=True),
    Request(Service.IMAGE, "DELETE", "/images/*", quiesced=True),
)


def access_rules(
    catalog: Mapping[Service, tuple[str, str]], *, quiesced: bool
) -> list[dict[str, str]]:
    """Return the rules as Keystone and the openstack command take them.

    ``catalog`` has the type in the catalog, and the address to which a connection sends (with its
    version), of each service of the region; what is not in it is left out.
    """
    found = []
    for each in REQUESTS:
        if each.service in catalog and (quiesced or not each.quiesced):
            kind, address = catalog[each.service]
            path = f"{urlsplit(address).path.rstrip('/')}{each.path}"
            found.append({"service": kind, "method": each.method, "path": path})
    return found
