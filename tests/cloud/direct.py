# SPDX-License-Identifier: Apache-2.0
"""A connection of ours to the cloud, without a dashboard: for tests of ``cloud`` alone."""

from typing import Any

from snapshot_dashboard.cloud.session import Connection, Deadline
from tests.cloud.workshop import PATIENCE


def direct(owner: Any) -> Connection:
    """Return our connection under the token of a client."""

    def address(service: str) -> str:
        return str(owner.session.get_endpoint(service_type=service, interface="public"))

    images = address("image").rstrip("/")
    return Connection(
        token=owner.session.get_token(),
        project_id=owner.current_project_id,
        region="RegionOne",
        block_storage_url=address("block-storage"),
        compute_url=address("compute"),
        image_url=images if images.endswith("/v2") else f"{images}/v2",
        verify=True,
        rights="member",
        deadline=Deadline(PATIENCE),
        write_seconds=PATIENCE,
    )
