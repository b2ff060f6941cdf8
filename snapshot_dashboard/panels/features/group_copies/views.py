# SPDX-License-Identifier: Apache-2.0
"""Create Snapshot and Clone Group of a group: nothing is sent that nobody has accepted."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import messages
from openstack_dashboard.dashboards.project.volume_groups import views as stock

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import groups
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.panels.common import quota_of_several, tags
from snapshot_dashboard.panels.common.attachment_state.several import VolumeRow
from snapshot_dashboard.panels.common.create_once import CreateOnce
from snapshot_dashboard.panels.common.html import isolated, stated
from snapshot_dashboard.panels.common.links import group_snapshot_url, lazy_address, page
from snapshot_dashboard.panels.common.outcome import group_link, group_snapshot_link
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.switched import switched
from snapshot_dashboard.panels.features.group_copies import notes, texts
from snapshot_dashboard.panels.features.group_copies.forms import CloneGroupForm, GroupSnapshotForm
from snapshot_dashboard.panels.features.group_copies.group import GroupView
from snapshot_dashboard.rules.group import Group, GroupSnapshot, blocks_clone
from snapshot_dashboard.rules.programs.operation import Action

_AT_ONCE = "GROUP_SNAPSHOT_AT_ONCE"


class GroupSnapshotView(GroupView[GroupSnapshot]):
    """Stock's address, fields and messages; one request for all volumes of the group."""

    form_class = GroupSnapshotForm
    action = Action.GROUP_SNAPSHOT
    ajax_template_name = "snapshot_dashboard/group_copies/_create_snapshot.html"
    modal_id = "create_group_snapshot_modal"
    form_id = "create_group_snapshot_form"
    live_name = "horizon:project:volumes:group_snapshot_live"
    page_title = gettext_lazy("Create Group Snapshot")
    success_url = lazy_address("horizon:project:vg_snapshots:index")

    @cached_property
    def once(self) -> CreateOnce[GroupSnapshot]:
        """Return what keeps the form from making a second group snapshot."""
        return CreateOnce(
            self.request,
            "group_snapshots",
            find=groups.snapshots_of_form,
            link=group_snapshot_link,
            outcome_url=page("horizon:project:volumes:group_snapshot_outcome"),
        )

    def load(self) -> None:
        """Read also which type the group has, where the setting depends on it."""
        super().load()
        self.load_type()

    def load_rest(self) -> None:
        """Read also which type the group has, where the setting depends on it."""
        super().load_rest()
        self.load_type()

    def load_type(self) -> None:
        """Read what is known of the same instant, and choose the sentence to tick."""
        self.at_once = self.known_at_once()
        self.acknowledgement = texts.ACKNOWLEDGEMENTS[self.at_once]

    def known_at_once(self) -> str:
        """Return what the operator says of the same instant; "may" where the type is not known."""
        if not settings.differs_by_type(_AT_ONCE):
            return settings.by_type(_AT_ONCE, "")
        read = partial(groups.type_name, self.connection, self.group.type_id)
        name = known(lambda: self.connection.fetch(read)) if self.group.type_id else None
        return settings.by_type(_AT_ONCE, name) if name else "may"

    def empty(self) -> Problem:
        """Return what to say of a group without volumes."""
        return texts.NO_SNAPSHOT_OF_NOTHING

    def create(self, form: GroupSnapshotForm, *, force: bool) -> HttpResponse:
        """Ask Cinder, which looks at no attachment: see ``group.py`` for what remains unseen."""
        self.until, self.tagged = form.until(self.request), form.tagged
        make = partial(groups.create_snapshot, self.connection, self.group.id, **self.said(form))
        return self.send(form, "group_snapshot.create", make, force=force, **self.judged(form))

    def tell(self, made: GroupSnapshot, *, force: bool) -> None:
        """Write the notes, and leave stock's message for the page that follows."""
        kept = (self.request, made, self.volumes, self.once.request_id)
        warnings = notes.keep_with_snapshots(*kept, self.until, self.tagged)
        named = group_snapshot_link(made, isolated(made.label))
        messages.info(self.request, stated(_('Creating group snapshot "%s".'), named))
        for each in warnings:
            messages.warning(self.request, each)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what is said of the instant, the limits and the button."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "explanation": texts.snapshot_summary(self.volumes.exposures),
            "at_once": texts.AT_ONCE[self.at_once],
            "unchecked": texts.unchecked(self.unchecked) if self.unchecked else "",
            "quota": quota_of_several.together(self.limits, self.sizes),
            "copied_tags": tags.offered(each.volume for each in self.volumes.exposures),
            "button": texts.SNAPSHOT_BUTTON.shown(force=self.needs_tick),
        }


class CloneGroupView(GroupView[Group]):
    """Stock's address, fields and messages; refused where Cinder would fail later."""

    form_class = CloneGroupForm
    action = Action.GROUP
    ajax_template_name = "snapshot_dashboard/group_copies/_clone_group.html"
    modal_id = "clone_group_modal"
    form_id = "clone_group_form"
    live_name = "horizon:project:volumes:clone_group_live"
    page_title = gettext_lazy("Clone Group")
    success_url = lazy_address("horizon:project:volume_groups:index")
    acknowledgement = texts.CLONE_ACKNOWLEDGEMENT

    @cached_property
    def once(self) -> CreateOnce[Group]:
        """Return what keeps the form from making a second group."""
        return CreateOnce(
            self.request,
            "groups",
            find=groups.clones_of_form,
            link=group_link,
            outcome_url=page("horizon:project:volumes:clone_group_outcome"),
        )

    def empty(self) -> Problem:
        """Return what to say of a group without volumes."""
        return texts.NO_CLONE_OF_NOTHING

    @property
    def blocked(self) -> bool:
        """Tell whether a volume keeps the group from being cloned, or one that was not read may."""
        return self.unchecked > 0 or any(map(blocks_clone, self.volumes.exposures))

    def get_form(self, form_class: type[CloneGroupForm] | None = None) -> CloneGroupForm:
        """Show which group is cloned, where stock shows it."""
        form: CloneGroupForm = super().get_form(form_class)
        form.fields["group_source"].widget.choices = [(self.group.id, self.group.label)]
        return form

    def create(self, form: CloneGroupForm, *, force: bool) -> HttpResponse:
        """Ask Cinder, which looks at the status of each volume when it accepts, and again later."""
        make = partial(groups.clone, self.connection, self.group.id, **self.said(form))
        return self.send(form, "group.clone", make, force=force, **self.judged(form))

    def tell(self, made: Group, *, force: bool) -> None:
        """Write the notes, and leave stock's message for the page that follows."""
        warnings = notes.keep_with_volumes(self.request, made, self.volumes, self.once.request_id)
        named = group_link(made, isolated(made.label))
        messages.info(self.request, stated(_('Cloning volume group "%s".'), named))
        for each in warnings:
            messages.warning(self.request, each)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what is above the volumes, the limits and the button."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        snapshot_url = group_snapshot_url(self.group.id)
        summary = texts.clone_summary(self.volumes.exposures, snapshot_url)
        return context | {
            "explanation": texts.too_many_to_clone() if self.unchecked else summary,
            "rows": [_without_advice(each) for each in context["rows"]],
            "quota": quota_of_several.of_clone(self.limits, self.sizes),
            "button": texts.CLONE_BUTTON.shown(force=self.needs_tick),
        }


def _without_advice(row: VolumeRow) -> VolumeRow:
    """Return a row without the advice, which is about a snapshot of its own volume."""
    if row.explanation is None:
        return row
    return replace(row, explanation=replace(row.explanation, advice="", detach=False))


create_snapshot = switched(
    "GROUP_SNAPSHOT", GroupSnapshotView.as_view(), stock.CreateSnapshotView.as_view()
)
clone_group = switched("CLONE_GROUP", CloneGroupView.as_view(), stock.CloneGroupView.as_view())
