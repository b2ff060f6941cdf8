# SPDX-License-Identifier: Apache-2.0
"""The dialogs that pause, resume and remove the schedule of a volume, or of an instance's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from horizon import messages

from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.panels.common.delete_action import names
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.features.schedules import texts, words
from snapshot_dashboard.panels.features.schedules.reading import VolumesDialog
from snapshot_dashboard.rules.schedules import schedule as rules
from snapshot_dashboard.rules.schedules.schedule import Schedule
from snapshot_dashboard.rules.volume import Volume


class ChangeForm(forms.Form):
    """What was seen of the schedules."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class _ChangeView(VolumesDialog):
    """Writes entries on each volume whose schedule it is; a subclass says which."""

    form_class = ChangeForm
    ajax_template_name = "snapshot_dashboard/schedules/_change.html"
    form_id = "schedule_change_form"
    modal_id = "schedule_change_modal"
    sending = _("Sending...")
    audit_action = ""
    button: str | Promise = ""
    explained: str | Promise = ""
    # Said of the volumes that were changed; has a place for their names.
    done: str | Promise = ""

    def load(self) -> None:
        """Read the volumes; say so where none has a schedule that this could change."""
        super().load()
        if self.usable and not self.chosen():
            self.usable, self.problem = False, texts.NO_SCHEDULE

    def chosen(self) -> list[Volume]:
        """Return the volumes that are changed: of an instance those of its own schedule."""
        return [each for each in self.own() if self.fits(each)]

    def fits(self, volume: Volume) -> bool:
        """Tell whether the schedule of a volume can be changed so."""
        schedule = self.schedule_of(volume)
        mine = self.instance.id if self.instance else ""
        return schedule is not None and (not mine or schedule.instance_id == mine)

    def entries(self, volume: Volume) -> Mapping[str, str]:
        """Return what is written on a volume."""
        raise NotImplementedError

    def form_valid(self, form: ChangeForm) -> HttpResponse:
        """Do it, unless a schedule is not as it was shown."""
        if not self.usable:
            return self.again(form, self.problem)
        if news := self.news(form):
            return self.again(form, news)
        chosen = self.chosen()
        written = self.write_each(chosen, self.change)
        if written.problem:
            return self.again(form, written.problem)
        if written.done:
            listed = names(each.label for each in written.done)
            messages.success(self.request, sentence(self.done, names=listed))
        return self.onwards(chosen[0])

    def change(self, volume: Volume) -> CloudError | None:
        """Write it on one volume."""
        return self.note(volume, self.entries(volume), self.audit_action)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the volumes and what is said."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            lines=[(isolated(each.label), self.told(each)) for each in self.chosen()],
            explained=self.explained,
            button=self.button,
        )
        return context

    def told(self, volume: Volume) -> str:
        """Return the schedule of a volume in words."""
        schedule = self.schedule_of(volume)
        return words.rhythm(schedule, self.connection.now()) if schedule else words.UNCLEAR


class _PauseView(_ChangeView):
    paused = True

    def fits(self, volume: Volume) -> bool:
        """Tell whether it is not like that already."""
        schedule = self.schedule_of(volume)
        return super().fits(volume) and bool(schedule and schedule.paused is not self.paused)

    def entries(self, volume: Volume) -> Mapping[str, str]:
        """Return the schedule, paused or not; what was missed meanwhile is not made up for."""
        schedule = self.schedule_of(volume)
        if schedule is None:
            raise ValueError(volume)
        return rules.write(self.changed(schedule))

    def changed(self, schedule: Schedule) -> Schedule:
        """Return the schedule as it is to be."""
        return replace(schedule, paused=self.paused)


class PauseView(_PauseView):
    """Pauses a schedule."""

    page_title = _("Pause Schedule")
    button = _("Pause Schedule")
    audit_action = "volume.pause_schedule"
    done = _("The schedule was paused: %(names)s")
    explained = _("Until it is resumed nothing is taken. It goes on deleting what is not kept.")


class ResumeView(_PauseView):
    """Resumes a schedule from now on."""

    paused = False
    page_title = _("Resume Schedule")
    button = _("Resume Schedule")
    audit_action = "volume.resume_schedule"
    done = _("The schedule was resumed: %(names)s")
    explained = _("Snapshots are taken again from the next time on. Nothing is made up for.")

    def changed(self, schedule: Schedule) -> Schedule:
        """Return the schedule from now on: what it has missed is not due."""
        return replace(super().changed(schedule), since=self.connection.now())


class RemoveView(_ChangeView):
    """Removes a schedule, also one that is not understood."""

    page_title = _("Remove Schedule")
    button = _("Remove Schedule")
    audit_action = "volume.remove_schedule"
    done = _("The schedule was removed: %(names)s")
    explained = _(
        "No more snapshots are taken. What the schedule has taken stays, and nothing deletes it "
        "any more by itself."
    )

    def fits(self, volume: Volume) -> bool:
        """Tell whether there is anything to remove."""
        foreign = rules.has(volume.metadata) and self.schedule_of(volume) is None
        return super().fits(volume) or (foreign and self.instance is None)

    def entries(self, volume: Volume) -> Mapping[str, str]:
        """Return what takes it away."""
        return rules.REMOVED
