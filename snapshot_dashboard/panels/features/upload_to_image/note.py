# SPDX-License-Identifier: Apache-2.0
"""Takes the note of an upload from its volume when a script asks, so that no page waits for it.

The page, or a row that is read again, tells the script that the upload has ended
(``js/upload_to_image/note.js``).
"""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.views.generic import View

from snapshot_dashboard.cloud import block_storage, uploads
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.panels.common import audit, scope


class EraseNoteView(View):
    """Answers the script with nothing: it is done as far as it can be."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, volume_id: str) -> HttpResponse:
        """Read the volume, and take the note away where its upload has ended."""
        if scope.elsewhere(request):
            return HttpResponse(status=409)
        connection = connect(request)
        try:
            volume = connection.fetch(partial(block_storage.volume, connection, volume_id))
        except CloudError:
            return HttpResponse(status=503)
        # An admin's token reads everybody's; the mark is that of this project.
        if volume.project_id == connection.project_id:
            uploads.tidy(connection, volume, audit.tidying(request))
        return HttpResponse(status=204)
