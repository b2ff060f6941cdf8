# SPDX-License-Identifier: Apache-2.0
"""What a volume says of a revert in place that is not over, with the way to its page."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from snapshot_dashboard.panels.common.html import link
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.rules import revert_record
from snapshot_dashboard.rules.revert_progress import is_going
from snapshot_dashboard.rules.volume import Volume


def note(request: HttpRequest, volume: Volume) -> SafeString | None:
    """Return it for a volume that is part of such a revert, by the volume's own metadata.

    The page is for people of the volume's project.
    """
    record = revert_record.read(volume.metadata)
    if record is None or not is_going(record):
        return None
    # It leads on to the page of the instance, where there is one (still).
    url = page("horizon:project:volumes:revert_progress", volume.id)
    text = _("Part of a revert in place that is not finished.")
    if not url or volume.project_id != request.user.project_id:
        return format_html("{}", text)
    return format_html("{} {}", text, link(url, _("Show progress")))
