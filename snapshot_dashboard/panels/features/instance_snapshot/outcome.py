# SPDX-License-Identifier: Apache-2.0
"""What a form of Create Snapshot has made, looked for by its id."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from snapshot_dashboard.cloud import images
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.html import link
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.outcome import OutcomeView
from snapshot_dashboard.rules.consistency import REQUEST
from snapshot_dashboard.rules.image import Image


def image_link(made: Image, text: object = "") -> SafeString:
    """Return the way to an image that was just made."""
    url = page("horizon:project:images:images:detail", made.id)
    return link(url, text or _("Show image"))


def images_of_form(connection: Connection, request_id: str) -> Sequence[Image]:
    """Return what a form has made.

    :raises CloudError: it cannot be read.
    """
    return images.images_with(connection, REQUEST, request_id)


class InstanceSnapshotOutcomeView(OutcomeView):
    """The outcome of Create Snapshot of an instance."""

    resource = "instance_snapshots"

    def found(self, connection: Connection, request_id: str) -> Sequence[SafeString]:
        """Look for the image."""
        return [image_link(each) for each in images_of_form(connection, request_id)]
