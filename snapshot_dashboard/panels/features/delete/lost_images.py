# SPDX-License-Identifier: Apache-2.0
"""Offers to delete the images that stop working with their snapshots, and deletes them last.

Glance deletes an image without a word to Cinder, and Cinder a snapshot without a word to Glance.
An image that goes first would be lost for nothing where Cinder then refuses; one that goes last
is of no use any more by then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from horizon import messages
from openstack_dashboard import policy

from snapshot_dashboard.cloud import images
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.delete_action import attempt, names, reason_of
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.rules.image import Image

_RULES = (("image", "delete_image"),)


def deletable(
    request: HttpRequest, connection: Connection, lost: Iterable[Image]
) -> tuple[Image, ...]:
    """Return those of the images that this person may delete here: the project's own."""
    own = tuple(each for each in lost if each.project_id == connection.project_id)
    return own if own and policy.check(_RULES, request) else ()


def offer(lost: Sequence[Image]) -> dict[str, Any]:
    """Return what the box says that has the images deleted too; nothing without any."""
    if not lost:
        return {}
    label = ngettext(
        "Delete this image too: %(names)s", "Delete these images too: %(names)s", len(lost)
    )
    return {
        "images_label": sentence(label, names=names(each.label for each in lost)),
        "images_help": _(
            "An image is deleted last, and only if the deletion of each of its snapshots that are "
            "listed here was accepted."
        ),
    }


def delete(
    request: HttpRequest, lost: Iterable[Image], asked: Collection[str], accepted: Collection[str]
) -> None:
    """Delete each image whose snapshots are all going away, and state what became of each.

    ``asked`` are the snapshots that were to be deleted, ``accepted`` those that Cinder deletes.
    """
    for image in lost:
        name = isolated(image.label)
        if not (image.snapshot_ids & set(asked)) <= set(accepted):
            text = _(
                'Image "%(name)s" was not deleted, because not all of its snapshots were. If one '
                "of them is gone, the image does not work any more."
            )
            messages.warning(request, sentence(text, name=name))
            continue
        call = partial(images.delete, image_id=image.id)
        facts = {"name": image.name, "size": image.size}
        error = attempt(request, call, "image.delete", image.id, **facts)
        if error is None:
            messages.success(request, sentence(_('Deleted image "%(name)s".'), name=name))
        elif error.uncertain:
            text = _('It is not known whether image "%(name)s" was deleted. %(reason)s')
            messages.error(request, sentence(text, name=name, reason=reason_of(error)))
        else:
            text = _('Image "%(name)s" was not deleted. %(reason)s')
            messages.error(request, sentence(text, name=name, reason=reason_of(error)))
