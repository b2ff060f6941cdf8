# SPDX-License-Identifier: Apache-2.0
"""The Create Snapshot dialog of an instance: says what it makes, and asks before it copies disks.

It sends what stock sends, Nova's createImage, which itself forces the snapshots of all volumes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from horizon import messages
from openstack_dashboard.dashboards.project.images.snapshots import views as stock

from snapshot_dashboard.cloud import attachment, names
from snapshot_dashboard.cloud import instance_snapshots as cloud
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import CloudError, NotFound, Refused, Unreachable
from snapshot_dashboard.cloud.identity import has_block_storage
from snapshot_dashboard.cloud.instance_snapshots import Machine
from snapshot_dashboard.panels.common import keep_until, problems, programs, quota, tags
from snapshot_dashboard.panels.common.attachment_state import several, several_texts, verdicts
from snapshot_dashboard.panels.common.attachment_state.confirmed import accepted
from snapshot_dashboard.panels.common.attachment_state.confirmed_several import (
    ConfirmedSeveralView,
)
from snapshot_dashboard.panels.common.attachment_state.explanation import frozen_url
from snapshot_dashboard.panels.common.attachment_state.judged import SHOWN
from snapshot_dashboard.panels.common.attachment_state.several import SeveralVolumes
from snapshot_dashboard.panels.common.attachment_state.several_texts import Summary
from snapshot_dashboard.panels.common.create_once import CreateOnce
from snapshot_dashboard.panels.common.html import instance_link, isolated, link, short
from snapshot_dashboard.panels.common.links import lazy_page, own_path, page, with_query
from snapshot_dashboard.panels.common.object_links import object_link, remembered
from snapshot_dashboard.panels.common.outcome import ImageOutcomeView, image_link, images_of_form
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.quota_of_several import together
from snapshot_dashboard.panels.common.switched import switched
from snapshot_dashboard.panels.features.instance_snapshot import notes, texts
from snapshot_dashboard.panels.features.instance_snapshot.forms import InstanceSnapshotForm
from snapshot_dashboard.rules import consistency, sets
from snapshot_dashboard.rules import instance_snapshot as rules
from snapshot_dashboard.rules.attachment import Exposure, used_by
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.instance_snapshot import Origin
from snapshot_dashboard.rules.programs.operation import Action, Field, Operation
from snapshot_dashboard.rules.quota import Limit


class InstanceSnapshotView(ConfirmedSeveralView[Image]):
    """Stock's address, field and message, of an instance started from a volume or from an image.

    The system disk of the latter stands in ``volumes`` under the id of the instance.
    """

    form_class = InstanceSnapshotForm
    ajax_template_name = "snapshot_dashboard/instance_snapshot/_create.html"
    modal_id = "create_snapshot_modal"
    form_id = "create_snapshot_form"
    live_name = "horizon:project:images:snapshots:create_live"
    page_title = gettext_lazy("Create Snapshot")
    success_url = lazy_page("horizon:project:images:index")
    of_each = "snapshots"
    acknowledgement = several_texts.ACKNOWLEDGEMENT
    attach_again = False
    with_volumes = False
    limits: Mapping[str, Limit] | None = None
    # The name of an image that Nova was asked for, and has not made as far as is known.
    failed = ""

    @cached_property
    def once(self) -> CreateOnce[Image]:
        """Return what keeps the form from making a second image."""
        name = "horizon:project:images:snapshots:create_outcome"
        return CreateOnce(
            self.request,
            "instance_snapshots",
            find=images_of_form,
            link=image_link,
            outcome_url=reverse(name, args=(self.kwargs["instance_id"],)),
            patience=cloud.GIVEN_UP,
        )

    def frame(self) -> dict[str, Any]:
        """Tell a script's look for the outcome that there may be snapshots, too."""
        frame = super().frame()
        if self.with_volumes:
            frame["outcome_url"] = with_query(frame["outcome_url"], volumes="yes")
        return frame

    def load(self) -> None:
        """Read the instance and what would be copied of it, and the limits for volumes."""
        self.load_instance(attachment.read_all, with_limits=True)

    def look(self) -> None:
        """Read the instance and what would be copied of it anew.

        That is two calls for the instance; and, where it was started from a volume, two for the
        attachment records, one for each of its volumes, of which there is no list, and one for
        each instance that uses them. The name of a volume that is left out is asked for once.
        """
        self.load_instance(attachment.read_all_again)

    def load_rest(self) -> None:
        """Read the limits for volumes."""
        if self.with_volumes:
            self.limits = quota.finish(quota.start(self.connection))

    def load_instance(self, how: several.Read, *, with_limits: bool = False) -> None:
        """Read the instance and what would be copied of it."""
        self.gone = problems.INSTANCE_GONE
        machine = cloud.read(self.connection, self.kwargs["instance_id"])
        self.instance = machine.instance
        self.origin = rules.origin(machine.instance, machine.devices.values())
        self.with_volumes = self.origin is not Origin.IMAGE
        self.barred: Summary | None = None
        self.left_out: Mapping[str, SafeString] = {}
        if self.with_volumes:
            self.load_volumes(machine, how, with_limits=with_limits)
        else:
            self.load_system_disk(machine)
        if rules.is_refused(self.instance):
            self.barred = texts.refused(self.instance)

    def load_volumes(self, machine: Machine, how: several.Read, *, with_limits: bool) -> None:
        """Read each volume with what uses it, and beside them the limits.

        :raises CloudError: one of them cannot be read.
        """
        asked = quota.start(self.connection) if with_limits else None
        found = several.read(self.connection, machine.devices, how)
        self.volumes = self.complete(found.judged(self.judge))
        self.limits = quota.finish(asked) if asked else None
        if not found.situations:
            self.barred = texts.without_volumes(self.instance)

    def judge(self, situation: Situation) -> Exposure:
        """Return the verdict on a volume of the instance, whatever Cinder says of it."""
        return used_by(situation.exposure, self.instance.id)

    def load_system_disk(self, machine: Machine) -> None:
        """Judge the system disk, and read the names of the volumes that are left out."""
        instance, project_id = machine.instance, self.connection.project_id
        exposure = rules.system_disk(instance, machine.project_id, project_id)
        self.volumes = SeveralVolumes({instance.id: Situation(exposure)})
        ids = machine.devices
        names.look_up(self.connection, "volume", ids)
        by_id = remembered(self.connection, "volume", ids)
        self.left_out = {each: object_link("volume", by_id(each)) for each in ids}

    @property
    def disk(self) -> Exposure:
        """Return the verdict on the system disk of an instance that was started from an image."""
        return self.volumes.situations[self.instance.id].exposure

    @property
    def blocked(self) -> bool:
        """Tell whether no image can be made now: for a volume, or for the instance's state."""
        return self.barred is not None or super().blocked

    @property
    def seen_now(self) -> str:
        """Return what is shown now, with the volumes that are left out, and what bars it."""
        state = "".join(filter(str.isalnum, self.instance.status)) if self.barred else ""
        words = [super().seen_now, *(f"{each}:" for each in self.left_out), state]
        return " ".join(filter(None, words))

    def news(self, seen: str) -> Problem | None:
        """Return what the person has not read yet, a volume that is left out included."""
        problem = super().news(seen)
        if self.barred:
            return problem or problems.BLOCKED[self.once.resource]
        added = self.newly_left_out(seen)
        return problem or (texts.newly_left_out(added) if added else None)

    def newly_left_out(self, seen: str) -> list[SafeString]:
        """Return the names of volumes that are left out and were not shown."""
        shown = sets.read_seen(seen)
        return [name for each, name in self.left_out.items() if each not in shown]

    def announced(self, seen: str, *, worse: bool) -> SafeString:
        """Return what an open dialog says of a change, a volume that is left out included."""
        text, added = super().announced(seen, worse=worse), self.newly_left_out(seen)
        return format_html("{} {}", text, texts.newly_left_out(added).text) if added else text

    def accepts(self, ticked: str) -> bool:
        """Tell whether the sentence that was shown was ticked."""
        if self.with_volumes:
            return super().accepts(ticked)
        needed = self.disk.acknowledgement
        return needed is None or accepted(ticked, needed)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Let the form know how long a name may be."""
        longest = rules.LONGEST_WITH_VOLUMES if self.with_volumes else rules.LONGEST_NAME
        more = {"longest": longest, "with_volumes": self.with_volumes}
        return {**super().get_form_kwargs(), **more}

    def create(self, form: InstanceSnapshotForm, *, force: bool) -> HttpResponse:
        """Ask Nova."""
        name = form.cleaned_data["name"]
        self.until = form.until(self.request) if self.with_volumes else None
        self.tagged = form.tagged
        note = consistency.write(rules.note(self.volumes.exposures))
        metadata = note | {consistency.REQUEST: self.once.request_id}
        facts = {"instance_id": self.instance.id, "name": name, **self.judged(form)}
        make = partial(self.make, name, metadata)
        return self.send(form, "instance.create_snapshot", make, force=force, **facts)

    def make(self, name: str, metadata: Mapping[str, str]) -> Image:
        """Have the image made.

        :raises CloudError: it was not, or that is not known.
        """
        try:
            return cloud.create(self.connection, self.instance.id, name=name, metadata=metadata)
        except Unreachable:
            # It was never sent.
            raise
        except CloudError as error:
            self.failed = name
            if isinstance(error, NotFound):
                # It may be about a volume: whether the instance is there is read again.
                raise Refused.because(error) from error
            raise

    def judged(self, form: InstanceSnapshotForm) -> dict[str, Any]:
        """Return what the audit log has to tell of what is copied, and of what was shown of it."""
        if self.with_volumes:
            return super().judged(form)
        return {"shown": form.cleaned_data["seen"][:SHOWN], "verdict": self.disk.verdict.value}

    def again(self, form: InstanceSnapshotForm, problem: Problem | None = None) -> HttpResponse:
        """Show the dialog again; Nova may have made some of the snapshots before it failed."""
        if self.failed and self.with_volumes and problem:
            problem = notes.with_leftovers(self.request, problem, self.failed)
        return super().again(form, problem)

    def tell(self, made: Image, *, force: bool) -> None:
        """Note what the snapshots were taken while, and leave stock's message."""
        exposures = self.volumes.exposures if self.with_volumes else []
        more = self.until, self.tagged
        written = notes.write(self.request, made, self.once.request_id, exposures, *more)
        instance = self.instance
        name = isolated(made.label)
        consists = page("horizon:project:snapshots:of_image", made.id)
        shown = consists if written.snapshots else ""
        way = link(shown, name) if shown else image_link(made, name)
        instance_shown = instance_link(instance.id, instance.name or short(instance.id))
        messages.success(self.request, texts.made_of(way, instance_shown))
        if written.snapshots is not None and bool(written.snapshots) is not self.with_volumes:
            messages.warning(self.request, texts.otherwise(written.snapshots))
        elif written.unnoted:
            messages.warning(self.request, texts.unnoted(written.unnoted))
            if self.until:
                messages.warning(self.request, keep_until.not_noted(written.unnoted))
            if any(self.tagged(each.volume) for each in exposures):
                messages.warning(self.request, tags.not_noted(written.unnoted))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that the dialog says."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            submit_url=self.address(),
            situated=not self.once.done,
            instance_id=self.instance.id,
            subtitle=isolated(self.instance.name or short(self.instance.id)),
            with_volumes=self.with_volumes,
            set_instead=self.set_instead(),
            **programs.shown(self.request, self.operation()),
        )
        if self.with_volumes:
            context.update(self.volumes_shown())
        else:
            context.update(self.disk_shown())
        if self.barred:
            context["explanation"] = self.barred
        needed = context["needed"] is not None
        button = texts.button(needed=needed, with_volumes=self.with_volumes)
        return context | {"button": button}

    def operation(self) -> Operation:
        """Return what the form asks for."""
        name = programs.typed(self.request.POST, "name", default=programs.NAME)
        return Operation(Action.SERVER_IMAGE, (Field("server", self.instance.id), name))

    def volumes_shown(self) -> dict[str, Any]:
        """Return what is shown of an instance that was started from a volume."""
        exposures = self.volumes.exposures
        volumes = [each.volume for each in exposures]
        frozen = filter(None, map(frozen_url, exposures))
        return {
            "quiesced_url": "" if self.barred else next(frozen, ""),
            "makes": texts.makes(len(volumes)),
            "looks_like": texts.LOOKS_LIKE if self.origin is Origin.LIKELY_VOLUME else "",
            "quota": together(self.limits, [(each.size, each.type_name) for each in volumes]),
            "copied_tags": tags.offered(volumes),
        }

    def disk_shown(self) -> dict[str, Any]:
        """Return what is shown of the system disk of an instance that was started from an image."""
        needed = self.disk.acknowledgement
        return {
            "makes": texts.MAKES_IMAGE,
            "rows": (),
            "explanation": self.barred or texts.system_disk(self.disk),
            "needed": {"value": needed.value} if needed else None,
            "acknowledgement": verdicts.acknowledgement(needed, "snapshots") if needed else "",
            "left_out": texts.left_out(self.left_out.values()),
        }

    def set_instead(self) -> SafeString | str:
        """Return the way to Snapshot Volumes, empty where there are no volumes, or no such page."""
        dialog = page("horizon:project:volumes:snapshot_set")
        if not (self.with_volumes or self.left_out):
            return ""
        url = with_query(dialog, instance=self.instance.id, next=self.next_url)
        return texts.set_instead(url, with_image=not self.with_volumes)

    def address(self) -> str:
        """Return the dialog's own address, with the way back if it has one."""
        url = reverse("horizon:project:images:snapshots:create", args=(self.instance.id,))
        back = own_path(self.request.GET.get("next", ""))
        return with_query(url, next=back) if back else url


class InstanceSnapshotOutcomeView(ImageOutcomeView):
    """The outcome of Create Snapshot of an instance: Nova makes the image after the snapshots."""

    resource = "instance_snapshots"

    def unfound(self, problem: Problem) -> Problem:
        """Add where snapshots would be without their image."""
        return notes.with_possible_leftovers(problem) if "volumes" in self.request.GET else problem


_ours = InstanceSnapshotView.as_view()
_stock = stock.CreateView.as_view()


def _with_volumes(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Serve ours; stock's without a block storage service: there is no volume to speak of."""
    view = _ours if has_block_storage(request) else _stock
    response: HttpResponse = view(request, *args, **kwargs)
    return response


create_snapshot = switched("INSTANCE_SNAPSHOT", _with_volumes, _stock)
