# SPDX-License-Identifier: Apache-2.0
"""Makes connections from credentials of the command line: ``clouds.yaml`` or ``OS_*`` variables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from keystoneauth1.exceptions import ClientException, ConnectFailure
from keystoneauth1.identity import V3Token
from keystoneauth1.session import Session
from openstack import config
from openstack import exceptions as openstack
from openstack.config import cloud_region

from snapshot_dashboard.cloud.errors import Cause, Service, SessionExpired
from snapshot_dashboard.cloud.session import Connection, Deadline, versioned

# Seconds that one request may take: nobody looks at a page meanwhile.
_READ = 30.0
_WRITE = 120.0

# Gives a connection whose time begins now.
Connect = Callable[[], Connection]


class LoginFailed(SessionExpired):
    """There is no token: no credentials, Keystone does not accept them, or it cannot be reached."""


@dataclass(frozen=True)
class Login:
    """Somebody who is logged in to one project of one region.

    ``connect`` asks for a new token where the old one is about to expire.
    """

    auth_url: str
    region: str
    project_id: str
    project: str
    roles: tuple[str, ...]
    connect: Connect


def log_in(cloud: str | None) -> Login:
    """Log in as clouds.yaml says, ``cloud`` being the entry, or the environment.

    :raises LoginFailed: with the reason, as the libraries word it.
    """
    with _translated():
        return _login(_region(cloud))


def log_in_to_each(cloud: str | None) -> Iterator[tuple[str, Login | LoginFailed]]:
    """Log in to one project after another in which this user has a role, with their names.

    :raises LoginFailed: the projects cannot be told; Forbidden is the cause where the credentials
        are those of an application: they are for one project.
    """
    with _translated():
        region = _region(cloud)
        if "applicationcredential" in str(region.config.get("auth_type")):
            raise LoginFailed("An application credential is for one project", cause=Cause.FORBIDDEN)
        session = region.get_session()
        url = f"{versioned(session.get_endpoint(service_type='identity'), 'v3')}/auth/projects"
        projects = session.get(url).json()["projects"]
    for each in projects:
        yield each["name"], _log_in_to(region, session, each["id"])


def _log_in_to(region: Any, session: Any, project_id: str) -> Login | LoginFailed:
    """Log in to a project with the token for another, which Keystone allows unless told not to."""
    try:
        with _translated():
            token = V3Token(session.auth.auth_url, session.get_token(), project_id=project_id)
            own = Session(auth=token, verify=session.verify, cert=session.cert)
            return _login(cloud_region.from_session(own, region_name=region.region_name))
    except LoginFailed as error:
        return error


def _region(cloud: str | None) -> Any:
    return config.OpenStackConfig(app_name="snapshot-dashboard").get_one(cloud=cloud)


def _login(region: Any) -> Login:
    session = region.get_session()
    access = session.auth.get_access(session)
    found = {each: region.get_session_endpoint(each) for each in _SERVICES}
    if not access.project_id:
        raise LoginFailed("these credentials are for no project")
    if not found["block-storage"]:
        raise LoginFailed("the catalog of this region has no Block Storage service")
    return Login(
        auth_url=str(session.auth.auth_url or ""),
        region=region.region_name or "",
        project_id=access.project_id,
        project=access.project_name or "",
        roles=tuple(sorted(access.role_names)),
        connect=lambda: _connection(session, region.region_name or "", found),
    )


_SERVICES = ("block-storage", "compute", "image", "identity", "network")


def _connection(session: Any, region: str, addresses: dict[str, str | None]) -> Connection:
    with _translated():
        access = session.auth.get_access(session)
        token = session.get_token()
    return Connection(
        token=token,
        project_id=access.project_id,
        region=region,
        block_storage_url=str(addresses["block-storage"]).rstrip("/"),
        compute_url=(addresses["compute"] or "").rstrip("/") or None,
        verify=session.verify,
        rights=",".join(sorted(access.role_names)),
        deadline=Deadline(_READ),
        write_seconds=_WRITE,
        identity_url=versioned(addresses["identity"], "v3"),
        image_url=versioned(addresses["image"], "v2"),
        network_url=addresses["network"],
        person=access.user_id or "",
    )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (ClientException, openstack.SDKException) as error:
        cut_off = isinstance(error, ConnectFailure)
        cause = Cause.UNREACHABLE if cut_off else Cause.LOGGED_OUT
        raise LoginFailed(str(error), service=Service.IDENTITY, cause=cause) from error
