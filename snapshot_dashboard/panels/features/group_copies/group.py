# SPDX-License-Identifier: Apache-2.0
"""The base of both dialogs: a group with the verdict on each of its volumes.

Cinder has no compare-and-swap for groups: it looks at no attachment when it is asked for a group
snapshot, and at the status only for a clone. So the comparison in ``form_valid`` is the only guard.
What happens between that reading and the request is not seen before; ``notes`` reads once more
afterwards, and says so. What is attached and detached again between these two readings, and what
happens after the second one while the storage still works, stays unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Generic

from snapshot_dashboard.cloud import attachment, block_storage, groups
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import programs, quota
from snapshot_dashboard.panels.common.attachment_state import several
from snapshot_dashboard.panels.common.attachment_state.confirmed_several import ConfirmedSeveralView
from snapshot_dashboard.panels.common.attachment_state.several import SeveralVolumes
from snapshot_dashboard.panels.common.create_once import Made
from snapshot_dashboard.panels.common.forms import ConfirmedForm
from snapshot_dashboard.panels.common.html import isolated
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.features.group_copies import texts
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.attachment import Exposure, Verdict
from snapshot_dashboard.rules.group import Group, as_member
from snapshot_dashboard.rules.programs.operation import Action, Field, Operation
from snapshot_dashboard.rules.volume import Volume


class GroupView(ConfirmedSeveralView[Made], Generic[Made]):
    """A dialog about a group; a subclass makes one thing of all of its volumes."""

    group: Group
    gone = texts.GROUP_GONE
    of_each = "snapshots"
    action: Action

    def load(self) -> None:
        """Read the group, its volumes with all that is attached, and the limits."""
        limits = quota.start(self.connection)
        self.load_members(attachment.read_all)
        self.limits = quota.finish(limits)

    def look(self) -> None:
        """Read the group and its volumes anew.

        That is four calls and one for each instance: the group, its volumes, and two for the
        attachment records. Where those are not read together (``attachment.read_all_again``) it
        is one for each volume, and so it is for the volumes of a group with too many to be read.
        """
        self.load_members(self.read_again)

    def read_again(
        self, connection: Connection, volume_ids: Iterable[str]
    ) -> Mapping[str, Situation | CloudError]:
        """Read the volumes by the one list that Cinder has of a group.

        Without it where it may tell of other volumes than the first ones, which are read.
        """
        most = len(self.group.volume_ids or ())
        if most > sets.MOST:
            return attachment.read_all_again(connection, volume_ids)
        listed = partial(block_storage.volumes_of_group, connection, self.group.id, most)
        return attachment.read_all_again(connection, volume_ids, listed)

    def load_rest(self) -> None:
        """Read the limits."""
        self.limits = quota.finish(quota.start(self.connection))

    def load_members(self, how: several.Read) -> None:
        """Read the group and its volumes."""
        self.gone = type(self).gone
        self.group = groups.group(self.connection, self.kwargs["group_id"])
        self.volumes = self.complete(self.members(self.group.volume_ids or (), how))
        self.problem = None if self.volumes.situations else self.empty()

    def members(self, volume_ids: tuple[str, ...], how: several.Read) -> SeveralVolumes:
        """Read the volumes; those that are too many to be read count as attached to something."""
        found = several.read(self.connection, volume_ids[: sets.MOST], how)
        unread = {each: _unread(each) for each in volume_ids[sets.MOST :]}
        return SeveralVolumes({**found.situations, **unread}, found.left).judged(member)

    @property
    def unchecked(self) -> int:
        """Return how many volumes are too many to be read."""
        return max(0, len(self.group.volume_ids or ()) - sets.MOST)

    def empty(self) -> Problem:
        """Return what to say of a group without volumes."""
        raise NotImplementedError

    def news(self, seen: str) -> Problem | None:
        """Return what the person has not read yet; a group without volumes is refused as such."""
        return super().news(seen) if self.volumes.situations else self.empty()

    def judged(self, form: ConfirmedForm) -> dict[str, Any]:
        """Return what the audit log has to tell of the group and of its volumes."""
        return {
            **super().judged(form),
            "group_id": self.group.id,
            "group": self.group.name,
            "name": form.cleaned_data["name"],
        }

    def said(self, form: ConfirmedForm) -> dict[str, str]:
        """Return what is asked for by the form, and its id."""
        typed = {key: form.cleaned_data[key] for key in ("name", "description")}
        return {"request_id": self.once.request_id, **typed}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what both dialogs say."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            submit_url=self.request.get_full_path(),
            subtitle=texts.subtitle(isolated(self.group.label), len(self.volumes.situations)),
            situated=bool(self.volumes.situations) and not self.once.done,
            **programs.shown(self.request, self.operation()),
        )
        return context

    def operation(self) -> Operation:
        """Return what the form asks for."""
        said = self.request.POST
        return Operation(
            self.action,
            (
                Field("group", self.group.id),
                programs.typed(said, "name", default=programs.NAME),
                programs.typed(said, "description"),
            ),
        )

    @property
    def sizes(self) -> list[tuple[int | None, str | None]]:
        """Return size and type of each volume, for the limits."""
        return [(each.volume.size, each.volume.type_name) for each in self.volumes.exposures]


def member(situation: Situation) -> Exposure:
    """Return the verdict on a volume that is copied with its group."""
    return as_member(situation.exposure, complete=situation.trouble is None)


def _unread(volume_id: str) -> Situation:
    volume = Volume(id=volume_id, name="", size=None, status="")
    return Situation(Exposure(volume, Verdict.ATTACHMENT_UNKNOWN))
