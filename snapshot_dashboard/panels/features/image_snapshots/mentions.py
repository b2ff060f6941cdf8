# SPDX-License-Identifier: Apache-2.0
"""What a snapshot says of the images that consist of it, filled in after the page is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from snapshot_dashboard.cloud import images
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.images import EmptyImages
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.image_warnings import unread_images
from snapshot_dashboard.panels.common.json_answers import JsonAnswer
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.outcome import image_link
from snapshot_dashboard.panels.common.scope import elsewhere
from snapshot_dashboard.rules.image import Image

_LOOK = "horizon:project:snapshots:images"


def look_url() -> str:
    """Return where a page's script asks which of its snapshots belong to images."""
    return page(_LOOK)


class ImagesView(View):
    """Answers a script with the images of all snapshots: one call, whatever is on the page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Read the newest empty images; a snapshot that is in none of them is left out."""
        if elsewhere(request):
            return HttpResponse(status=409)
        try:
            connection = connect(request)
            found = connection.fetch(lambda: images.newest_empty_images(connection))
        except CloudError:
            return JsonAnswer({"images": {}, "otherwise": unread_images(None)})
        otherwise = unread_images(found) or _("None")
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
