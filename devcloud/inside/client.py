# SPDX-License-Identifier: Apache-2.0
"""Client of the cloud's APIs as one of its users."""

from dataclasses import dataclass
from typing import Any

import requests
from keystoneauth1.adapter import Adapter
from keystoneauth1.identity import v3
from keystoneauth1.session import Session
from requests.adapters import HTTPAdapter

from devcloud import accounts
from devcloud.accounts import Account
from devcloud.settings import REGION, Settings
from devcloud.waiting import wait_until

# The newest versions of the two APIs that these services know.
_VOLUME_VERSION = "3.71"
_COMPUTE_VERSION = "2.96"

IMAGE = "tiny"

# More than the threads that use one login at the same time.
_POOL = 32

# Seconds one request may take.
_TIMEOUT = 120

Resource = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """A user logged in to a project, with an adapter for each API."""

    project_id: str
    identity: Adapter
    volume: Adapter
    compute: Adapter
    image: Adapter


def log_in(settings: Settings, account: Account, project: str | None = None) -> Person:
    """Log in to ``project``, or to the account's first one.

    Raises keystoneauth's errors when the cloud refuses or does not answer.
    """
    password = v3.Password(
        settings.auth_url,
        username=account.name,
        password=account.password,
        project_name=project or account.projects[0],
        user_domain_name=accounts.DOMAIN,
        project_domain_name=accounts.DOMAIN,
    )
    session = Session(password, session=_connections(), timeout=_TIMEOUT)

    def adapter(service_type: str, **options: Any) -> Adapter:
        return Adapter(
            session, service_type=service_type, interface="public", region_name=REGION, **options
        )

    return Person(
        project_id=str(session.get_project_id()),
        # Not from the catalogue: that may still hold the addresses of another port base.
        identity=adapter("identity", endpoint_override=settings.auth_url),
        volume=adapter("block-storage", default_microversion=_VOLUME_VERSION),
        compute=adapter("compute", default_microversion=_COMPUTE_VERSION),
        image=adapter("image"),
    )


def _connections() -> requests.Session:
    connections = requests.Session()
    connections.mount("http://", HTTPAdapter(pool_maxsize=_POOL))
    return connections


def administrator(settings: Settings, project: str | None = None) -> Person:
    """Log in as the administrator, to the project ``admin`` unless another is named."""
    return log_in(settings, accounts.account("admin"), project)


def named(api: Adapter, collection: str, name: str, **filters: str) -> Resource | None:
    """The first resource of that name in a collection such as ``projects``, if there is one."""
    found = api.get(f"/{collection}", params={"name": name, **filters}).json()[collection]
    return next((dict(one) for one in found if one["name"] == name), None)


def find_image(image: Adapter) -> Resource | None:
    """The image that everybody may use, if it was made."""
    found = image.get("/v2/images", params={"name": IMAGE}).json()["images"]
    return dict(found[0]) if found else None


def image_id(person: Person) -> str:
    """The id of the image that everybody may use. Raises LookupError when it is missing."""
    found = find_image(person.image)
    if found is None:
        raise LookupError(f"The cloud has no image {IMAGE}.")
    return str(found["id"])


def wait_for_status(
    api: Adapter, path: str, wanted: str, *, seconds: float = 60, pause: float = 0.1
) -> Resource:
    """Wait until the resource at ``path`` has a status, and return it.

    Raises TookTooLong after ``seconds``, which names the path and the status.
    """
    latest: Resource = {}

    def arrived() -> bool:
        latest.clear()
        latest.update(next(iter(api.get(path).json().values())))
        busy = latest.get("OS-EXT-STS:task_state")
        return latest["status"] == wanted and not busy

    wait_until(arrived, seconds=seconds, pause=pause, what=f"{path} to be {wanted}")
    return latest
