# SPDX-License-Identifier: Apache-2.0
"""The page that follows the volumes of a form until they are Available, and launches the instance.

Its address holds all that is left to do: ``?id=`` of each snapshot, that of the system disk first,
``instance=`` to be like, and ``name=``. A script looks again and again, and sends the form once
when the volumes are Available; without one the person does. Opening the address alone never makes
anything.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from snapshot_dashboard.cloud import messages, set_launch
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.partial_reads import facts, values
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.cloud.set_launch import Order, Progress
from snapshot_dashboard.panels.common import audit, problems, scope
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.json_answers import JsonAnswer, problem_html, rendered
from snapshot_dashboard.panels.common.links import lazy_page, page
from snapshot_dashboard.panels.common.problems import PAUSED, Problem
from snapshot_dashboard.panels.features.set_launch import progress_texts as words
from snapshot_dashboard.panels.features.set_launch import texts
from snapshot_dashboard.panels.features.set_launch.views import sending
from snapshot_dashboard.rules import set_launch as rules
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.ids import as_uuid
from snapshot_dashboard.rules.set_launch import Launched, Stage

_MOVING = (Stage.MAKING, Stage.LAUNCHING)


def read(request: HttpRequest, connection: Connection, form: str) -> Progress:
    """Look once at what the address asks for.

    :raises CloudError: it cannot be read; NotFound where there is nothing of this form.
    """
    if not as_uuid(form):
        raise NotFound
    ids = list(dict.fromkeys(request.GET.getlist("id")))[: sets.MOST]
    found = set_launch.read(connection, form, ids)
    if not ids or not (found.volumes.all or found.refusals or found.stage is Stage.MAKING):
        raise NotFound
    return found


def texts_of(request: HttpRequest, connection: Connection, progress: Progress) -> dict[str, Any]:
    """Return what the page shows of one look."""
    ready = progress.stage is Stage.READY and not progress.asking
    again = progress.stage is Stage.INCOMPLETE or (ready and progress.refusal is not None)
    label = _("Try Again") if again else _("Launch Now") if ready else ""
    # The script sends the form: once, for whoever asked for it in a form of ours.
    wanted = ready and progress.wanted and not again
    return {
        "progress": progress,
        "items": words.items(progress, _name(request), _messages(connection, progress)),
        "met": words.problem(progress, _delete_url(request, progress)),
        "leaving": words.leaving(progress),
        "links": words.done_links(progress),
        "button": label,
        "wanted": wanted,
        "pending": progress.stage in _MOVING or wanted or progress.asking,
    }


def _name(request: HttpRequest) -> str:
    return request.GET.get("name", "")[: rules.LONGEST_NAME]


def _messages(connection: Connection, progress: Progress) -> Any:
    """Read why the storage could not make some volumes; the page can do without."""
    made = (progress.volumes.of(each) for each in progress.snapshot_ids)
    failed = [each.id for each in made if each and each.status == "error"]
    read = partial(messages.about, connection, limit=1)
    found = values(facts(connection, read, failed, decoration=True))
    return {volume_id: newest[0] for volume_id, newest in found.items() if newest}


def _delete_url(request: HttpRequest, progress: Progress) -> str:
    """Return where the volumes can be deleted, empty without any."""
    url = page("horizon:project:volumes:delete_several")
    volumes = progress.volumes
    shown = volumes.left_over if progress.stage is Stage.DONE else volumes.all
    ids = [("id", each.id) for each in shown]
    query = [*ids, ("next", page("horizon:project:volumes:index"))]
    return f"{url}?{urlencode(query)}" if url and ids else ""


class LaunchProgressView(DialogView):
    """The progress page and its form, which makes what is missing or launches the instance."""

    form_class = forms.Form
    ajax_template_name = "snapshot_dashboard/set_launch/_progress.html"
    modal_id = "set_launch_modal"
    form_id = "set_launch_progress_form"
    page_title = gettext_lazy("Launch New Instance")
    success_url = lazy_page("horizon:project:instances:index")
    gone = words.GONE
    lost = words.LOST
    expired = problems.EXPIRED
    sending = gettext_lazy("Launching...")

    @property
    def launch_id(self) -> str:
        """Return the id of the form that all of it was made for."""
        return str(self.kwargs["request_id"])

    def load(self) -> None:
        """Read how far it is.

        :raises CloudError: it cannot be read.
        """
        self.progress = read(self.request, self.connection, self.launch_id)

    def switched(self) -> Problem:
        """Say that it is elsewhere than the person works now."""
        return scope.switched(self.request, self.scope, scope.THIS_PAGE)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Do what is to be done now, and say how far it is."""
        problem = self.act()
        if self.is_script():
            return _answer(self.request, self.connection, self.progress)
        if problem is not None:
            return self.again(form, problem)
        return HttpResponseRedirect(self.request.get_full_path())

    def act(self) -> Problem | None:
        """Make what is missing, or launch the instance; return why that was not even tried."""
        stage = self.progress.stage
        try:
            if stage is Stage.INCOMPLETE and not self.is_script():
                self.make_missing()
            elif stage is Stage.READY and self.may_launch():
                self.launch()
            self.reload()
        except CloudError as error:
            return problems.telling(error, texts.UNTRIED)
        return None

    def may_launch(self) -> bool:
        """Tell whether this form is to launch; the script's is, once for each wish."""
        return "auto" not in self.request.POST or set_launch.take_wish(
            self.connection, self.launch_id
        )

    def make_missing(self) -> None:
        """Make the volumes that are missing, or that the storage could not make.

        :raises CloudError: a snapshot cannot be read.
        """
        volumes = self.progress.volumes
        lacking = [
            each
            for each in self.progress.snapshot_ids
            if volumes.of(each) is None or volumes.failed(each) == len(volumes.by_snapshot[each])
        ]
        orders = [
            Order(
                disk,
                sets.name_of(_name(self.request), disk.volume.label),
                rules.request_id(self.launch_id, disk.snapshot.id, volumes),
            )
            for disk in set_launch.disks(self.connection, lacking)
            if disk.snapshot.project_id == self.connection.project_id
        ]
        set_launch.make_volumes(self.connection, self.launch_id, orders, sending(self.request))
        set_launch.want(self.connection, self.launch_id)

    def launch(self) -> None:
        """Launch the instance; what Nova says against it is remembered for the next look.

        :raises CloudError: the instance to be like cannot be read.
        """
        made = [self.progress.volumes.of(each) for each in self.progress.snapshot_ids]
        volumes = [each for each in made if each]
        name = _name(self.request)
        like = set_launch.model(self.connection, self.request.GET.get("instance", ""))
        ids = [each.id for each in volumes]
        facts: dict[str, Any] = {"name": name, "volumes": ids, "like": like.id}

        def send(ask: Callable[[], Launched]) -> Launched:
            with audit.change(self.request, "instance.launch", None, **facts) as change:
                made = ask()
                change.made = made.id
            return made

        with suppress(CloudError):
            # A refusal is remembered, and shown with the steps; the next look tells the rest.
            set_launch.launch(self.connection, self.launch_id, like, name, volumes, send)

    def is_script(self) -> bool:
        """Tell whether the page's script has sent the form."""
        return self.request.headers.get("X-Requested-With") == "XMLHttpRequest"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how far it is."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        step = reverse("horizon:project:snapshots:launch_set_step", args=(self.launch_id,))
        context.update(
            texts_of(self.request, self.connection, self.progress),
            submit_url=self.request.get_full_path(),
            step_url=f"{step}?{self.request.GET.urlencode()}",
            heading=sentence('"%(name)s"', name=isolated(_name(self.request))),
            cancel_label=_("Close"),
            paused=PAUSED,
        )
        return context


class LaunchStepView(View):
    """Answers the page's script with the progress."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Look once."""
        if scope.elsewhere(request):
            return JsonAnswer({})
        try:
            connection = connect(request)
            return _answer(
                request, connection, read(request, connection, str(kwargs["request_id"]))
            )
        except NotFound:
            html = problem_html(request, words.GONE)
            return JsonAnswer(_payload("gone", html, pending=False))
        except CloudError:
            # What was shown stays: the next look reads it again.
            return HttpResponse(status=503)


def _answer(request: HttpRequest, connection: Connection, progress: Progress) -> JsonAnswer:
    context = texts_of(request, connection, progress)
    path = "snapshot_dashboard/common/_progress_steps.html"
    return JsonAnswer(
        _payload(
            progress.stage.value,
            rendered(request, path, context),
            pending=context["pending"],
            attach=context["wanted"],
            button=str(context["button"]),
            announce=words.announced(progress),
        )
    )


def _payload(step: str, html: str, **more: Any) -> dict[str, Any]:
    return {"step": step, "html": html, "attach": False, "button": "", "announce": "", **more}
