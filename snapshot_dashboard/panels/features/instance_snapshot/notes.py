# SPDX-License-Identifier: Apache-2.0
"""The snapshots that Nova has made for an image: their notes, and those of an image that failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from snapshot_dashboard.cloud import block_storage, images
from snapshot_dashboard.cloud import instance_snapshots as cloud
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.partial_reads import facts, failed, known
from snapshot_dashboard.panels.common import audit, problems
from snapshot_dashboard.panels.common.html import link
from snapshot_dashboard.panels.common.links import page, with_query
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.tags import Tagged
from snapshot_dashboard.panels.features.instance_snapshot import texts
from snapshot_dashboard.rules import consistency, instance_snapshot, keep_until, sets
from snapshot_dashboard.rules.attachment import Exposure
from snapshot_dashboard.rules.image import Image


@dataclass(frozen=True, slots=True)
class Written:
    """How many snapshots an image refers to, None if unknown, and how many have no note."""

    snapshots: int | None
    unnoted: int


def write(
    request: HttpRequest,
    made: Image,
    form: str,
    exposures: Iterable[Exposure],
    until: date | None,
    tagged: Tagged,
) -> Written:
    """Note on each snapshot of an image what was shown of its volume, its tags and its last day.

    ``form`` is the id of the form, which is that of the set too.
    """
    by_volume = {each.volume.id: each for each in exposures}
    connection = connect(request, afresh=True)
    image = known(lambda: connection.fetch(partial(images.image, connection, made.id)))
    if image is None or not image.snapshot_ids:
        return Written(None if image is None else 0, len(by_volume))
    count = len(image.snapshot_ids)
    newest = known(lambda: connection.fetch(partial(cloud.newest_snapshots, connection)))
    wanted = {
        each.id: each
        for each in newest or ()
        if each.id in image.snapshot_ids and each.volume_id in by_volume
    }
    together = sets.metadata(form, len(by_volume)) if len(by_volume) > 1 else {}
    together = together | keep_until.noted(until)

    def note(snapshot_id: str) -> None:
        snapshot = wanted[snapshot_id]
        exposure = by_volume[snapshot.volume_id]
        label = consistency.write(consistency.of(exposure))
        metadata = {**tagged(exposure.volume), **label, consistency.REQUEST: form, **together}
        details = {**audit.whose(snapshot), "image_id": made.id}
        with audit.change(request, "snapshot.note", snapshot.id, **details):
            block_storage.note(connection, snapshot.id, metadata)

    results = facts(connection, note, wanted)
    return Written(count, count - len(results) + len(failed(results)))


def with_leftovers(request: HttpRequest, problem: Problem, name: str) -> Problem:
    """Return the problem, with the snapshots that Nova may have left where it failed halfway.

    Those of which that cannot be read may be there. Whatever else the problem says stays, such as
    that the instance is running by now.
    """
    if problem.pending:
        # The image may still come to be, and need them.
        return with_possible_leftovers(problem, name)
    connection = connect(request, afresh=True)
    if known(partial(cloud.left_behind, connection, name)) is False:
        return problem
    named = _named(name)
    problem = _joined(problem, texts.left_behind(named), named)
    return replace(problem, title=texts.NO_IMAGE)


def with_possible_leftovers(problem: Problem, name: str = "") -> Problem:
    """Return the problem, with where snapshots would be whose image has not appeared."""
    named = _named(name)
    return _joined(problem, texts.may_be_left(named), named)


def _named(name: str) -> str:
    """Return how Nova names the snapshots for an image, or how these names begin."""
    return f"{instance_snapshot.PREFIX}{name}".strip()


def _joined(problem: Problem, more: SafeString, named: str) -> Problem:
    kept = "" if problem.text in problems.NOTHING_MADE else problem.text
    text = format_html("{} {}", kept, more) if kept else more
    url = with_query(page("horizon:project:snapshots:index"), field="name", value=named)
    return replace(problem, text=text, links=(*problem.links, link(url, texts.SHOW_SNAPSHOTS)))
