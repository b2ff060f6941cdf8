# SPDX-License-Identifier: Apache-2.0
"""The page that follows a volume until it is attached to an instance, and attaches it.

It has an address of its own, so that it survives a reload. A script looks again and again, and
sends the form once when the volume is Available; without one the person does, by "Check Again"
and "Attach Now". Opening the address alone never attaches anything.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from snapshot_dashboard.cloud import investigation, messages
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.investigation import AttachProgress, Outcome
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import audit, problems, scope
from snapshot_dashboard.panels.common.delete_action import attempt
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.json_answers import JsonAnswer, problem_html, rendered
from snapshot_dashboard.panels.common.links import lazy_page, page
from snapshot_dashboard.panels.common.problems import PAUSED, Problem
from snapshot_dashboard.panels.common.scope import elsewhere
from snapshot_dashboard.panels.features.investigate import texts as words
from snapshot_dashboard.rules.investigation import AttachStep
from snapshot_dashboard.rules.message import Message

_MOVING = (AttachStep.CREATING, AttachStep.ATTACHING)


def read(
    connection: Connection, snapshot_id: str, volume_id: str, instance_id: str
) -> AttachProgress:
    """Look once.

    :raises CloudError: the volume cannot be read; NotFound if it was not made from the snapshot.
    """
    found = investigation.read(connection, volume_id, instance_id)
    if found.volume.snapshot_id != snapshot_id:
        raise NotFound
    return found


def foreign(connection: Connection, progress: AttachProgress) -> Problem | None:
    """Return why nothing is done with what belongs to another project, None where it does not.

    An administrator can read the volumes and the instances of every project.
    """
    if progress.volume.project_id != connection.project_id:
        return words.FOREIGN_VOLUME
    if progress.instance and progress.instance.project_id != connection.project_id:
        return words.FOREIGN_INSTANCE
    return None


def texts_of(connection: Connection, progress: AttachProgress, way_back: str) -> dict[str, Any]:
    """Return what the page shows of one look."""
    barred = foreign(connection, progress)
    ready = progress.step is AttachStep.READY and progress.instance is not None and not barred
    met = barred or words.problem(progress, _message(connection, progress), way_back)
    return {
        "progress": progress,
        "met": met,
        "items": words.items(progress),
        "leaving": "" if barred else words.leaving(progress),
        "pending": not barred and (progress.step in _MOVING or _is_open(progress)),
        "links": _links(progress) if progress.step is AttachStep.ATTACHED else (),
        **_buttons(progress, ready=ready),
    }


def _buttons(progress: AttachProgress, *, ready: bool) -> dict[str, Any]:
    again = ready and progress.attempt is not None
    return {
        "ready": ready,
        # The script sends the form: once, for whoever asked for it in a form of ours.
        "wanted": ready and progress.wanted and not again,
        "button": (_("Try Again") if again else _("Attach Now")) if ready else "",
        "close": _("Leave It") if again else _("Close"),
    }


def _is_open(progress: AttachProgress) -> bool:
    """Tell whether a volume that is Available may change by itself, or by the script."""
    if progress.step is not AttachStep.READY or isinstance(progress.trouble, NotFound):
        return False
    if progress.attempt:
        return progress.attempt.outcome is Outcome.UNKNOWN
    return progress.wanted


def _message(connection: Connection, progress: AttachProgress) -> Message | None:
    """Read why the volume could not be made; the page can do without."""
    if progress.step is not AttachStep.FAILED:
        return None
    found = known(lambda: messages.about(connection, progress.volume.id, 1))
    return next(iter(found or ()), None)


def _links(progress: AttachProgress) -> tuple[tuple[str, str], ...]:
    volume_id = progress.volume.id
    found = (
        (page("horizon:project:volumes:detail", volume_id), _("Show volume")),
        (page("horizon:project:instances:detail", progress.instance_id), _("Show instance")),
    )
    return tuple(each for each in found if each[0])


class InvestigationView(DialogView):
    """The progress page and its form, which attaches the volume."""

    form_class = forms.Form
    ajax_template_name = "snapshot_dashboard/investigate/_progress.html"
    modal_id = "investigate_modal"
    form_id = "investigate_form"
    page_title = gettext_lazy("Create Volume and Attach")
    success_url = lazy_page("horizon:project:volumes:index")
    gone = problems.VOLUME_GONE
    lost = words.LOST
    expired = words.EXPIRED
    sending = gettext_lazy("Attaching...")

    def load(self) -> None:
        """Read how far the volume is.

        :raises CloudError: the volume cannot be read.
        """
        self.progress = read(self.connection, **self.kwargs)

    def unsent(self, error: CloudError) -> Problem:
        """Say that nothing was attached."""
        return problems.telling(error, words.UNREAD, words.NOT_ATTACHED)

    def switched(self) -> Problem:
        """Say that nothing was attached where the page was opened either."""
        posted = self.request.method == "POST"
        words = scope.NOT_ATTACHED if posted else scope.THIS_PAGE
        return scope.switched(self.request, self.scope, words)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Attach the volume if it can be attached now, and say how far it is."""
        progress = self.progress
        if self.may_attach() and foreign(self.connection, progress) is None:
            self.attach()
        if self.is_script():
            return _answer(self.request, self.connection, self.progress, self.next_url)
        if self.progress.step is AttachStep.READY and self.progress.attempt:
            # Told at once: the cache that remembers it for the next look may be of no use.
            return self.form_invalid(form)
        return HttpResponseRedirect(self.request.get_full_path())

    def may_attach(self) -> bool:
        """Tell whether this form is to attach; the script's is, once for each wish."""
        progress = self.progress
        if progress.step is not AttachStep.READY or progress.instance is None:
            return False
        if "auto" not in self.request.POST:
            return True
        return investigation.take_wish(self.connection, progress.volume.id, progress.instance_id)

    def attach(self) -> None:
        """Attach, and look again: an attempt that was refused may have been the second one."""
        volume, instance_id = self.progress.volume, self.progress.instance_id
        attempt(
            self.request,
            lambda link: investigation.attach(link, volume, instance_id),
            "volume.attach",
            volume.id,
            **audit.whose(volume),
            instance_id=instance_id,
            snapshot_id=volume.snapshot_id or "",
        )
        try:
            self.reload()
        except CloudError:
            # What was known before stays; the next look, or a reload, tells the rest.
            return

    def is_script(self) -> bool:
        """Tell whether the page's script has sent the form."""
        return self.request.headers.get("X-Requested-With") == "XMLHttpRequest"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how far the volume is."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        texts = texts_of(self.connection, self.progress, self.next_url)
        context.update(texts)
        context.update(
            submit_url=self.request.get_full_path(),
            step_url=reverse(
                "horizon:project:snapshots:investigate_step", kwargs=dict(self.kwargs)
            ),
            heading=sentence(
                _('Volume "%(volume)s", made from a snapshot'),
                volume=isolated(self.progress.volume.label),
            ),
            close_label=texts["close"],
            cancel_label=texts["close"],
            paused=PAUSED,
        )
        return context


class StepView(View):
    """Answers the page's script with the progress."""

    def get(self, request: HttpRequest, **kwargs: str) -> HttpResponse:
        """Look once."""
        if elsewhere(request):
            # There the volume seems to be gone. The button says what is the matter.
            return JsonAnswer({})
        try:
            connection = connect(request)
            return _answer(request, connection, read(connection, **kwargs), "")
        except NotFound:
            html = problem_html(request, problems.VOLUME_GONE)
            return JsonAnswer(_payload("gone", html, pending=False))
        except CloudError:
            # What was shown stays: the next look reads it again.
            return HttpResponse(status=503)


def _answer(
    request: HttpRequest, connection: Connection, progress: AttachProgress, way_back: str
) -> JsonAnswer:
    context = texts_of(connection, progress, way_back)
    path = "snapshot_dashboard/common/_progress_steps.html"
    return JsonAnswer(
        _payload(
            progress.step.value,
            rendered(request, path, context),
            pending=context["pending"],
            attach=context["wanted"],
            button=str(context["button"]),
            close=str(context["close"]),
            announce=str(words.announced(progress)),
        )
    )


def _payload(step: str, html: str, **more: Any) -> dict[str, Any]:
    return {"step": step, "html": html, "attach": False, "button": "", "announce": "", **more}
