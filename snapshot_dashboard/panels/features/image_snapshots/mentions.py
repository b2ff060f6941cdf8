# SPDX-License-Identifier: Apache-2.0
"""What a snapshot says of the images that consist of it, filled in after the page is shown.

On its details the script asks at once. In a list, whose limits are one request after the page
already, it asks for all rows when somebody wants to know: until then a row says what its name is
like.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View
from horizon import tables

from snapshot_dashboard.cloud import images
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.images import EmptyImages
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.image_warnings import unread_images
from snapshot_dashboard.panels.common.json_answers import JsonAnswer
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.rows import SnapshotRow
from snapshot_dashboard.panels.common.outcome import image_link
from snapshot_dashboard.panels.common.scope import elsewhere
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.instance_snapshot import is_named_so

_LOOK = "horizon:project:snapshots:images"


def look_url() -> str:
    """Return where a page's script asks which of its snapshots belong to images."""
    return page(_LOOK)


class NameColumn(tables.WrappingColumn):
    """Stock's column, with a remark where the name is one that Nova gives."""

    def get_raw_data(self, snapshot: SnapshotRow) -> SafeString | str:
        """Return the name, linked where there is more in the cell."""
        if not is_named_so(snapshot.snapshot):
            return snapshot.name
        url = super().get_link_url(snapshot)
        ask = format_html('<a href="{}" data-sd-show-images>{}</a>', url, _("Show image"))
        text = _("Snapshots that are made for an image have names like this.")
        return format_html(
            '{}<div class="sd-remark" data-sd-image tabindex="-1"><span>{}</span> {}</div>',
            link(url, snapshot.name),
            text,
            ask,
        )

    def get_link_url(self, snapshot: SnapshotRow) -> str | None:
        """Return where the whole cell leads."""
        return None if is_named_so(snapshot.snapshot) else super().get_link_url(snapshot)


class ImagesView(View):
    """Answers a script with the images of all snapshots: one call, whatever is on the page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Read the newest empty images; a snapshot that is in none of them is left out.

        "images" is null where they could not be read.
        """
        if elsewhere(request):
            return HttpResponse(status=409)
        try:
            connection = connect(request)
            found = connection.fetch(lambda: images.newest_empty_images(connection))
        except CloudError:
            return JsonAnswer({"images": None})
        # Glance leaves out hidden images (os_hidden), or lists no others.
        otherwise = unread_images(found) or _("No image in the list of images is made of it.")
        return JsonAnswer({"images": _mentions(found), "otherwise": otherwise})


def _mentions(found: EmptyImages) -> Mapping[str, SafeString]:
    """Return what each snapshot that belongs to an image says of it, by its id."""
    told: dict[str, list[SafeString]] = {}
    for image in found.images:
        for snapshot_id in image.snapshot_ids:
            told.setdefault(snapshot_id, []).append(_mention(image))
    return {
        snapshot_id: format_html_join(" ", "{}", ((each,) for each in texts))
        for snapshot_id, texts in told.items()
    }


def _mention(image: Image) -> SafeString:
    text = sentence(_('Part of image "%(name)s".'), name=image_link(image, isolated(image.label)))
    count = len(image.snapshot_ids)
    if count < 2:
        return text
    shown = ngettext("Show %(count)d snapshot", "Show all %(count)d snapshots", count)
    url = page("horizon:project:snapshots:of_image", image.id)
    return format_html("{} {}", text, link(url, shown % {"count": count})) if url else text
