# SPDX-License-Identifier: Apache-2.0
"""The projects in the menu of Horizon's frame, which Horizon asks Keystone for on every page.

Horizon waits for them without a time limit: an identity service that hangs would keep our pages
from being shown at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property
from keystoneauth1.exceptions import HttpError
from openstack_auth import utils

from snapshot_dashboard.cloud import frame
from snapshot_dashboard.cloud.errors import CloudError, Refused, Service, translated
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection


class Projects:
    """The projects of a person as Horizon lists them, read when the frame is written.

    None where they cannot be read in time, which the frame then goes on without.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _found(self) -> list[Any]:
        try:
            connection = connect(self._request)
            return frame.spared.ask(connection, self._request.user.endpoint, self._read)
        except CloudError:
            return []

    def _read(self, connection: Connection) -> list[Any]:
        user = self._request.user
        with translated(Service.IDENTITY):
            try:
                found: list[Any] = utils.get_project_list(
                    user_id=user.id,
                    auth_url=user.endpoint,
                    token=user.unscoped_token,
                    is_federated=user.is_federated,
                    session=connection.keystone_session(),
                )
            except HttpError as error:
                raise Refused(service=Service.IDENTITY) from error
        return found

    def __iter__(self) -> Iterator[Any]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def know_projects(request: HttpRequest) -> None:
    """Let Horizon's frame ask for a person's projects in time, where they are not known yet."""
    user = request.user
    if user.is_authenticated and getattr(user, "_authorized_tenants", None) is None:
        user.authorized_tenants = Projects(request)
