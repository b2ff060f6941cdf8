# SPDX-License-Identifier: Apache-2.0
"""The page Schedule Snapshots: a form with a preview, which writes the schedule of volumes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time
from functools import cached_property, partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from horizon import messages

from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.panels.common.attachment_state import several
from snapshot_dashboard.panels.common.dates import zone
from snapshot_dashboard.panels.common.delete_action import names
from snapshot_dashboard.panels.common.html import instance_link, isolated, link, sentence, short
from snapshot_dashboard.panels.common.snapshot_changes import read_seen
from snapshot_dashboard.panels.features.schedules import words
from snapshot_dashboard.panels.features.schedules.forms import DEFAULTS, ScheduleForm, initial
from snapshot_dashboard.panels.features.schedules.reading import VolumesDialog, taken
from snapshot_dashboard.panels.features.schedules.shown import Shown, forecast_of
from snapshot_dashboard.rules import quiesced, sets
from snapshot_dashboard.rules.attachment import Exposure, used_by
from snapshot_dashboard.rules.schedules import schedule as rules
from snapshot_dashboard.rules.schedules.schedule import Retention, Rhythm, Schedule
from snapshot_dashboard.rules.volume import Volume


class ScheduleView(VolumesDialog):
    """Shows the preview until it is told to save.

    Always a page of its own: the preview needs the room.
    """

    form_class = ScheduleForm
    ajax_template_name = "snapshot_dashboard/schedules/_schedule.html"
    modal_id = "schedule_modal"
    form_id = "schedule_form"
    page_title = gettext_lazy("Schedule Snapshots")
    sending = gettext_lazy("Sending...")
    # Needed also where the volumes cannot be read.
    attached_label = words.ATTACHED
    quiesced_label = words.QUIESCED
    corrupted = words.CORRUPTED

    def exposure(self, situation: Situation) -> Exposure:
        """Return the verdict on a volume; Cinder may not know that the instance uses it."""
        exposure = situation.exposure
        return used_by(exposure, self.instance.id) if self.instance else exposure

    @cached_property
    def now(self) -> datetime:
        """Return the present by the clock of Cinder: by its own moments the schedule is kept."""
        return self.connection.now().replace(second=0, microsecond=0)

    @cached_property
    def existing(self) -> Mapping[str, Schedule]:
        """Return the schedules that there are and that are understood, by volumes."""
        found = {each.id: self.schedule_of(each) for each in self.own()}
        return {volume_id: each for volume_id, each in found.items() if each}

    @cached_property
    def beginning(self) -> Schedule | None:
        """Return the schedule that is edited, None for a new one, and where there are several."""
        mine = self.instance.id if self.instance else ""
        found = [each for each in self.existing.values() if not mine or each.instance_id == mine]
        same = len({self.plain(each) for each in found}) == 1
        return found[0] if same and (mine or len(found) == len(self.own())) else None

    @cached_property
    def fresh(self) -> Mapping[str, Schedule]:
        """Return what the form is filled into, for each volume: the id stays where there is one."""
        mine = self.instance.id if self.instance else ""
        shared = self.beginning if mine else None
        together = shared.id if shared else secrets.token_hex(8)
        found = {}
        for each in self.own():
            before = shared if mine else self.existing.get(each.id)
            found[each.id] = Schedule(
                id=together if mine else (before.id if before else secrets.token_hex(8)),
                project=rules.mark_of(self.connection.project_id),
                rhythm=Rhythm.DAILY,
                at=time(),
                zone="UTC",
                since=self.now,
                retention=Retention(last=1),
                instance_id=mine,
                paused=before.paused if before else False,
            )
        return found

    def get_initial(self) -> dict[str, Any]:
        """Begin with the schedule that there is, or with what most people want."""
        if self.usable and self.beginning:
            return initial(self.beginning, self.now)
        return {**DEFAULTS, "zone": zone(self.request).key}

    def schedules(self, form: ScheduleForm) -> Mapping[str, Schedule]:
        """Return what is to be written on each volume."""
        return {volume_id: form.schedule(each) for volume_id, each in self.fresh.items()}

    def in_use(self) -> bool:
        """Tell whether one of the volumes is in use now, or may be."""
        return sets.needs_tick(self.exposures())

    def exposures(self) -> list[Exposure]:
        """Return the verdict on each volume."""
        return [self.exposure(each) for each in self.volumes.situations.values()]

    def form_valid(self, form: ScheduleForm) -> HttpResponse:
        """Save, unless it was only to be shown, or something has to be read first."""
        if not self.usable:
            return self.again(form, self.problem)
        if "save" not in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form))
        if form.cleaned_data["seen"] and self.is_saved(form):
            # Sent twice: the first answer was lost, or somebody has pressed twice.
            self.tell_stayed((), (), {})
            return self.saved(self.own())
        if news := self.news(form):
            return self.again(form, news)
        if self.in_use() and not form.cleaned_data["attached"]:
            form.ask_for_tick()
            return self.again(form)
        return self.save(form)

    def save(self, form: ScheduleForm) -> HttpResponse:
        """Write it on one volume after another, and say what became of each."""
        written = self.write_each(self.own(), partial(self.write, self.schedules(form)))
        if written.problem:
            return self.again(form, written.problem)
        self.keeps_typed = False
        return self.saved(written.done) if written.done else self.finished()

    def saved(self, done: Iterable[Volume]) -> HttpResponse:
        """Say on which volumes it was saved, not that snapshots will be taken, and go on."""
        listed = names(each.label for each in done)
        said = sentence(_("The schedule was saved: %(names)s"), names=listed)
        messages.success(self.request, format_html("{}. {}", said, words.runner()))
        return self.onwards(self.own()[0])

    def is_saved(self, form: ScheduleForm) -> bool:
        """Tell whether each volume has what the form says already, and that was not shown."""
        wanted = self.schedules(form)
        seen = read_seen(form.cleaned_data["seen"])
        return all(
            volume_id in self.existing
            and self.plain(self.existing[volume_id]) == self.plain(each)
            and seen.get(volume_id) != self.states()[volume_id]
            for volume_id, each in wanted.items()
        )

    def plain(self, schedule: Schedule) -> str:
        """Return what a schedule says, whichever it is and whenever it was saved."""
        return rules.text_of(replace(schedule, id="", since=self.now))

    def write(self, found: Mapping[str, Schedule], volume: Volume) -> CloudError | None:
        """Write the schedule of one volume."""
        schedule = found[volume.id]
        entries = rules.write(schedule)
        before = self.existing.get(volume.id)
        if before is None or before.id != schedule.id:
            # What is known of the runs of another schedule says nothing about this one.
            entries |= {rules.LAST_RUN: ""}
        return self.note(volume, entries)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the volumes, what there is already, and the preview."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if not self.volumes.situations:
            return context
        form = context["form"]
        context.update(
            rows=several.rows(self.volumes, self.request.user, ()),
            fixed=True,
            subtitle=self.subtitle(),
            notes=self.notes(),
            in_use=self.in_use(),
            freezes=self.freezes(),
            together=self.together(),
            kept_all_the_same=words.KEPT_ALL_THE_SAME,
            runner=words.runner(),
            shown=self.shown(form),
        )
        return context

    def subtitle(self) -> SafeString:
        """Return what it is about: an instance, a volume, or several."""
        if self.instance:
            name = self.instance.name or short(self.instance.id)
            shown = instance_link(self.instance.id, name)
            return sentence(_("All volumes of %(instance)s, together"), instance=shown)
        own = self.own()
        if len(own) == 1:
            return isolated(own[0].label)
        text = ngettext("%(count)d volume", "%(count)d volumes, each by itself", len(own))
        return sentence(text, count=len(own))

    def together(self) -> SafeString | str:
        """Return the way to a schedule of all volumes of the instance that uses the only one."""
        exposures = self.volumes.exposures
        holders = exposures[0].holders if len(exposures) == 1 and not self.instance else ()
        if len(holders) != 1 or not holders[0].instance_id:
            return ""
        query = urlencode({"instance": holders[0].instance_id, "next": self.next_url})
        known = holders[0].instance
        name = (known.name if known else "") or short(holders[0].instance_id)
        text = sentence(_("All volumes of %(instance)s, together"), instance=isolated(name))
        return link(f"{self.request.path}?{query}", text)

    def freezes(self) -> bool:
        """Tell whether freezing the file systems is certain now, for all volumes of an instance."""
        instance = self.instance
        return instance is not None and quiesced.is_certain(self.exposures(), instance.id)

    def notes(self) -> list[SafeString | str]:
        """Return what there is already, and what becomes of it."""
        found: list[SafeString | str] = []
        for volume in self.own():
            schedule = self.existing.get(volume.id)
            name = isolated(volume.label)
            if schedule is None:
                if rules.has(volume.metadata):
                    text = _(
                        "%(volume)s has a schedule that is not understood, or is another "
                        "project's. This one replaces it."
                    )
                    found.append(sentence(text, volume=name))
            elif schedule.id != self.fresh[volume.id].id:
                text = _(
                    "%(volume)s has another schedule, which this one replaces. What that one has "
                    "taken stays: nothing deletes it any more."
                )
                found.append(sentence(text, volume=name))
            elif len(self.own()) > 1 and self.beginning is None:
                found.append(
                    sentence(_("%(volume)s has a schedule, which is changed."), volume=name)
                )
        blocked = [each.volume for each in self.exposures() if each.blocked]
        text = _("In the state in which %(volume)s is now, nothing would be taken.")
        found += [sentence(text, volume=isolated(each.label)) for each in blocked]
        if any(each.paused for each in self.fresh.values()):
            found.append(_("The schedule is paused, and stays paused."))
        return found

    def shown(self, form: forms.Form) -> Shown | None:
        """Return the preview of what the form says, None where that is not possible."""
        if not form.is_bound:
            form = self.get_form_class()(data=_as_typed(form.initial))
        if not isinstance(form, ScheduleForm) or not form.is_valid():
            return None
        schedules = self.schedules(form)
        kept = {
            volume_id: each
            for volume_id, each in schedules.items()
            if volume_id in self.existing and self.existing[volume_id].id == each.id
        }
        found = taken(self.connection, kept)
        return forecast_of(
            self.request, schedules, self.own(), found, self.limits, self.connection.now()
        )


def _as_typed(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what a browser would send of the values that a form begins with."""
    return {
        name: each.strftime("%H:%M") if isinstance(each, time) else str(each)
        for name, each in values.items()
        if each is not False
    }
