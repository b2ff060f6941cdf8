# SPDX-License-Identifier: Apache-2.0
"""The Create Frozen Snapshots dialog: quiesced snapshots of all volumes of an instance."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.cloud import attachment, compute, idempotency, quiesced
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import AnswerLost, CloudError
from snapshot_dashboard.cloud.idempotency import AlreadyMade
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import audit, problems, quota, scope, tags
from snapshot_dashboard.panels.common.attachment_state.explanation import holder_name
from snapshot_dashboard.panels.common.create_once import CreateOnce
from snapshot_dashboard.panels.common.dates import stamp
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.html import isolated, link
from snapshot_dashboard.panels.common.keep_until import KeepUntilForm
from snapshot_dashboard.panels.common.links import lazy_page
from snapshot_dashboard.panels.common.outcome import OutcomeView
from snapshot_dashboard.panels.common.quota_of_several import quota_texts
from snapshot_dashboard.panels.common.tags import SeveralTagsForm
from snapshot_dashboard.panels.features.quiesced import texts as words
from snapshot_dashboard.rules import quiesced as rules
from snapshot_dashboard.rules.ids import as_uuid
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.quiesced import NameMark, QuiesceBlocker
from snapshot_dashboard.rules.snapshot import Snapshot, default_name
from snapshot_dashboard.rules.tags import ChosenTags
from snapshot_dashboard.rules.volume import Volume


class QuiescedForm(KeepUntilForm, SeveralTagsForm):
    """The common part of the snapshots' names, their tags, and until when they are to be kept.

    Its ids are its own: Create Volume Snapshot lies open below it.
    """

    name = forms.CharField(
        max_length=rules.LONGEST_NAME,
        required=False,
        label=gettext_lazy("Snapshot Name"),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_frozen_%s", **kwargs)
        for name in ("name", "keep", "keep_date", "tags"):
            ids = f"id_frozen_{name}_help id_frozen_{name}_error"
            self.fields[name].widget.attrs["aria-describedby"] = ids


def progress_url(request: HttpRequest, volume_id: str, request_id: str) -> str:
    """Return the address at which one can see what has become of a form."""
    address = reverse("horizon:project:volumes:frozen", args=(volume_id, request_id))
    return f"{address}?{scope.current(request).query}"


class QuiescedView(DialogView):
    """The dialog, offered for a system disk and only where Nova fails rather than not quiesce."""

    form_class = QuiescedForm
    ajax_template_name = "snapshot_dashboard/quiesced/_create.html"
    modal_id = "create_frozen_modal"
    form_id = "create_frozen_form"
    page_title = gettext_lazy("Create Frozen Snapshots")
    success_url = lazy_page("horizon:project:volumes:index")
    gone = problems.VOLUME_GONE
    expired = problems.EXPIRED
    sending = gettext_lazy("Creating...")

    @cached_property
    def once(self) -> CreateOnce[Snapshot]:
        """Return what keeps the form from having the snapshots made twice."""
        address = "horizon:project:volumes:create_frozen_outcome"
        return CreateOnce(
            self.request,
            "snapshots",
            find=lambda connection, form: quiesced.look(connection, form).snapshots,
            link=lambda _made: link(self.progress_url(), _("Show snapshots")),
            outcome_url=reverse(address, args=(self.kwargs["volume_id"],)),
        )

    def load(self) -> None:
        """Read the system disk, then all volumes of its instance, and the limits beside them."""
        asked = quota.start(self.connection)
        volume_id = self.kwargs["volume_id"]
        self.situation: Situation = attachment.read(self.connection, volume_id)
        self.usable, self.problem = True, None
        self.instance_id = ""
        self.volumes: tuple[Volume, ...] = ()
        blocker = rules.blocker(self.situation.exposure)
        if blocker is None:
            self.instance_id = self.situation.exposure.holders[0].instance_id or ""
            self.problem = self.read_volumes()
        else:
            self.problem = words.blocked(blocker, self.situation.exposure)
        self.limits = quota.finish(asked)
        if self.problem:
            self.usable = False
            self.problem = replace(self.problem, links=(words.plain_link(volume_id),))

    def read_volumes(self) -> problems.Problem | None:
        """Read what will be snapshotted; return why it cannot be, if so."""
        read = partial(compute.volumes_of, self.connection, self.instance_id)
        found = attachment.read_all(self.connection, self.connection.fetch(read))
        exposures = [each.exposure for each in found.values() if isinstance(each, Situation)]
        if len(exposures) < len(found) or not exposures:
            return words.UNREADABLE_VOLUME
        self.volumes = tuple(each.volume for each in exposures)
        if not all(rules.is_held_by(each, self.instance_id) for each in exposures):
            return words.BLOCKERS[QuiesceBlocker.NOT_ALONE]
        return None

    def default_name(self) -> str:
        """Return the name that an empty field stands for."""
        return default_name(self.instance_name(), stamp(self.request), rules.LONGEST_NAME)

    def instance_name(self) -> str:
        """Return the instance's name, its id where it has none."""
        instance = self.situation.exposure.holders[0].instance
        return (instance.name if instance else "") or self.instance_id

    def form_valid(self, form: QuiescedForm) -> HttpResponse:
        """Ask Nova, once; then give the snapshots their names and notes, and show them."""
        if not self.usable:
            return self.again(form, self.problem)
        mark = NameMark(form.cleaned_data["name"] or self.default_name(), self.once.request_id)
        facts: dict[str, Any] = {
            "instance_id": self.instance_id,
            "volumes": [each.id for each in self.volumes],
        }
        make = partial(self.make, mark, form.until(self.request), form.chosen_tags())
        try:
            self.once.make("snapshot.create_frozen", make, **facts)
        except AlreadyMade:
            return self.progress()
        except CloudError as error:
            return self.refused(form, error)
        settle(self, self.instance_id, self.once.request_id)
        return self.progress()

    def make(self, mark: NameMark, until: date | None, chosen: ChosenTags) -> Snapshot:
        """Have the snapshots made, and return the first.

        :raises CloudError: they were not, or some only, or that is not known.
        """
        quiesced.create_image(connect(self.request), self.instance_id, mark, until, chosen)
        connect(self.request, afresh=True)
        found = self.once.look()
        if not found:
            raise AnswerLost
        return found[0]

    def refused(self, form: QuiescedForm, error: CloudError) -> HttpResponse:
        """Tell why nothing was made; where something may have been, show what there is."""
        if error.uncertain:
            return self.progress()
        connect(self.request, afresh=True)
        try:
            found = self.once.look()
        except CloudError:
            return self.progress()
        return self.progress() if found else self.again(form, words.refused(error))

    def again(self, form: forms.Form, problem: problems.Problem | None = None) -> HttpResponse:
        """Show the dialog again; what its form has made is shown by another page."""
        if isinstance(self.once.earlier(), AlreadyMade):
            return self.progress()
        return super().again(form, problem)

    def progress(self) -> HttpResponse:
        """Go to the page that shows what has become of it."""
        return HttpResponseRedirect(self.progress_url())

    def progress_url(self) -> str:
        """Return the address of that page."""
        return progress_url(self.request, self.kwargs["volume_id"], self.once.request_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what will be done, and of which volumes."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        volume = self.situation.exposure.volume
        sizes = [(each.size, each.type_name) for each in self.volumes]
        context.update(
            submit_url=reverse("horizon:project:volumes:create_frozen", args=(volume.id,)),
            volume=volume,
            # What was typed can be sent again: the instance may be running by then.
            retry=not self.usable and self.request.method == "POST",
        )
        if self.usable:
            context.update(
                volumes=self.volumes,
                instance=holder_name(self.situation.exposure.holders[0]),
                subtitle=isolated(self.instance_name()),
                default_name=self.default_name(),
                quota=quota_texts(self.limits, sizes),
                copied_tags=tags.offered(self.volumes),
                button=words.button(len(self.volumes)),
            )
        return context


def settle(view: Any, instance_id: str, request_id: str) -> CloudError | None:
    """Do what is left to do for the snapshots of a form; return why something still is."""
    connection: Connection = connect(view.request, afresh=True)
    facts: dict[str, Any] = {"instance_id": instance_id, "form": request_id}

    def about(thing: Snapshot | Image) -> AbstractContextManager[object]:
        if isinstance(thing, Snapshot):
            details = {**audit.whose(thing), **facts}
            return audit.change(view.request, "snapshot.finish_frozen", thing.id, **details)
        details = {"object_project_id": thing.project_id, "name": thing.name, "size": thing.size}
        return audit.change(view.request, "image.delete", thing.id, **details, **facts)

    try:
        made = quiesced.look(connection, request_id)
        quiesced.finish(connection, made, instance_id, about)
    except CloudError as error:
        return error
    return None


def is_asking(connection: Connection, request_id: str) -> bool:
    """Tell whether Nova may still be working on a form's request."""
    state = idempotency.state(connection.region, connection.project_id, request_id)
    return state is idempotency.AttemptState.UNDER_WAY


class QuiescedOutcomeView(OutcomeView):
    """The outcome of Create Frozen Snapshots."""

    resource = "snapshots"

    def found(self, connection: Connection, request_id: str) -> Sequence[SafeString]:
        """Look for the snapshots of the form."""
        known = as_uuid(request_id)
        if not known or not quiesced.look(connection, known).snapshots:
            return ()
        url = progress_url(self.request, self.kwargs["volume_id"], known)
        return (link(url, _("Show snapshots")),)
