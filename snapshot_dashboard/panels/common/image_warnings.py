# SPDX-License-Identifier: Apache-2.0
"""Warnings about images that stop working when a snapshot is deleted."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from snapshot_dashboard.cloud.images import EmptyImages
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.links import page


def lost_images(images: EmptyImages | None) -> list[SafeString]:
    """Return a warning for each image that is nothing without what is deleted."""
    text = _('Image "%(name)s" starts instances from this snapshot and will stop working.')
    found = images.images if images else ()
    urls = [page("horizon:project:images:images:detail", each.id) for each in found]
    return [
        sentence(text, name=link(url, isolated(each.name or each.id)))
        for url, each in zip(urls, found, strict=True)
    ]


def unread_images(images: EmptyImages | None) -> str:
    """Return what is said where not every image was looked at, empty where all were."""
    if images is None:
        return _("It could not be read whether images are made of it.")
    return "" if images.complete else _("Not every image could be looked at.")


def warnings_of(images: EmptyImages | None, snapshot_id: str) -> dict[str, SafeString]:
    """Return a warning for each image that is nothing without this snapshot, by its id."""
    found = [each for each in images.images if snapshot_id in each.snapshot_ids] if images else []
    texts = lost_images(EmptyImages(tuple(found), complete=True))
    return dict(zip((each.id for each in found), texts, strict=True))
