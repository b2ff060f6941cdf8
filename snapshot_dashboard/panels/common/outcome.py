# SPDX-License-Identifier: Apache-2.0
"""Tells a script what became of a form whose answer was lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.generic import View

from snapshot_dashboard.cloud import backups, block_storage, groups, idempotency, images
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import problems
from snapshot_dashboard.panels.common.html import link
from snapshot_dashboard.panels.common.json_answers import JsonAnswer, problem_html
from snapshot_dashboard.panels.common.links import page, snapshots_of
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.scope import elsewhere
from snapshot_dashboard.rules.backup import Backup
from snapshot_dashboard.rules.consistency import REQUEST
from snapshot_dashboard.rules.group import Group, GroupSnapshot
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume


def snapshot_link(made: Snapshot, text: object = "") -> SafeString:
    """Return the way to a snapshot that was just made: its volume's in the list.

    In a message it tells a script which row to show (``js/common/messages.js``).
    """
    way = link(snapshots_of(made.volume_id), text or _("Show snapshot"))
    return format_html('<span data-sd-made-of="{}">{}</span>', made.volume_id, way)


def volume_link(made: Volume, text: object = "") -> SafeString:
    """Return the way to a volume that was just made."""
    return link(page("horizon:project:volumes:detail", made.id), text or _("Show volume"))


def backup_link(made: Backup, text: object = "") -> SafeString:
    """Return the way to a backup that was just made."""
    return link(page("horizon:project:backups:detail", made.id), text or _("Show backup"))


def image_link(made: Image, text: object = "") -> SafeString:
    """Return the way to an image that was just made."""
    return link(page("horizon:project:images:images:detail", made.id), text or _("Show image"))


def group_snapshot_link(made: GroupSnapshot, text: object = "") -> SafeString:
    """Return the way to a group snapshot that was just made."""
    way = page("horizon:project:vg_snapshots:detail", made.id)
    return link(way, text or _("Show group snapshot"))


def group_link(made: Group, text: object = "") -> SafeString:
    """Return the way to a group that was just made."""
    return link(page("horizon:project:volume_groups:detail", made.id), text or _("Show group"))


def snapshots_of_form(
    connection: Connection, request_id: str, volume_id: str
) -> Sequence[Snapshot]:
    """Return what a form has made of a volume, among its newest snapshots.

    :raises CloudError: they cannot be read.
    """
    return block_storage.snapshots_with(connection, volume_id, REQUEST, request_id)


def volumes_of_form(connection: Connection, request_id: str) -> Sequence[Volume]:
    """Return what a form has made, among the newest volumes of the project.

    :raises CloudError: they cannot be read.
    """
    return block_storage.volumes_with(connection, REQUEST, request_id)


def backups_of_form(connection: Connection, request_id: str, volume_id: str) -> Sequence[Backup]:
    """Return what a form has made of a volume, none where backups keep no request id.

    :raises CloudError: they cannot be read.
    """
    if not backups.keep_notes(connection):
        return ()
    return backups.made_with(connection, volume_id, REQUEST, request_id)


def images_of_form(connection: Connection, request_id: str) -> Sequence[Image]:
    """Return what a form has made, among the images of the project.

    :raises CloudError: they cannot be read.
    """
    return images.images_with(connection, REQUEST, request_id)


class OutcomeView(View):
    """Answers ``?request=`` with a state (made, checking, none, unknown) and a text."""

    resource = ""

    def unfound(self, problem: Problem) -> Problem:
        """Return what to say where nothing was found."""
        return problem

    def found(self, connection: Connection, request_id: str) -> Sequence[SafeString]:
        """Return a link to each object that the form has made.

        :raises CloudError: it cannot be read.
        """
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: str) -> JsonAnswer:
        """Look once."""
        request_id = request.GET.get("request", "")
        unchecked = self.unfound(problems.UNCHECKED[self.resource])
        if elsewhere(request):
            return answer(request, "unknown", unchecked)
        try:
            connection = connect(request)
            links = tuple(self.found(connection, request_id))
        except CloudError:
            return answer(request, "unknown", unchecked)
        if links:
            return answer(request, "made", replace(problems.FOUND[self.resource], links=links))
        state = idempotency.state(connection.region, connection.project_id, request_id)
        if state is idempotency.AttemptState.UNDER_WAY:
            return answer(request, "checking", unchecked)
        return answer(request, "none", self.unfound(problems.NOT_FOUND[self.resource]))


class SnapshotOutcomeView(OutcomeView):
    """The outcome of Create Snapshot."""

    resource = "snapshots"

    def found(self, connection: Connection, request_id: str) -> Sequence[SafeString]:
        """Look for snapshots of the volume."""
        made = snapshots_of_form(connection, request_id, self.kwargs["volume_id"])
        return [snapshot_link(each) for each in made]


class VolumeOutcomeView(OutcomeView):
    """The outcome of Create Volume."""

    resource = "volumes"

    def found(self, connection: Connection, request_id: str) -> Sequence[SafeString]:
        """Look for volumes."""
        return [volume_link(each) for each in volumes_of_form(connection, request_id)]


class BackupOutcomeView(OutcomeView):
    """The outcome of Create Backup."""

    resource = "backups"

    def found(self, connection: Connection, request_id: str) -> Sequence[SafeString]:
        """Look for backups of the volume."""
        volume_id = self.kwargs["volume_id"]
        made = backups.made_with(connection, volume_id, REQUEST, request_id)
        return [backup_link(each) for each in made]


class ImageOutcomeView(OutcomeView):
    """The outcome of Upload to Image."""

    resource = "images"

    def found(self, connection: Connection, request_id: str) -> Sequence[SafeString]:
        """Look for images."""
        return [image_link(each) for each in images_of_form(connection, request_id)]


class GroupSnapshotOutcomeView(OutcomeView):
    """The outcome of Create Snapshot of a group."""

    resource = "group_snapshots"

    def found(self, connection: Connection, request_id: str) -> Sequence[SafeString]:
        """Look for group snapshots."""
        made = groups.snapshots_of_form(connection, request_id)
        return [group_snapshot_link(each) for each in made]


class GroupOutcomeView(OutcomeView):
    """The outcome of Clone Group."""

    resource = "groups"

    def found(self, connection: Connection, request_id: str) -> Sequence[SafeString]:
        """Look for groups."""
        return [group_link(each) for each in groups.clones_of_form(connection, request_id)]


def answer(request: HttpRequest, state: str, problem: Problem) -> JsonAnswer:
    """Return what a script shows of the state of what was asked for."""
    return JsonAnswer({"state": state, "html": problem_html(request, problem)})
