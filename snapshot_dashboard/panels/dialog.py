# SPDX-License-Identifier: Apache-2.0
"""The base of our dialogs: a modal and a plain page alike, which never loses what was typed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django import forms
from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from horizon import exceptions
from horizon.forms import ModalFormView

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import once
from snapshot_dashboard.cloud.errors import CloudError, NotFound, SessionExpired
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.once import AlreadyMade
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels import audit, problems
from snapshot_dashboard.panels.addresses import page
from snapshot_dashboard.panels.html import dialog_link
from snapshot_dashboard.panels.problems import EXPIRED, LOST, Problem
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

# What a dialog makes.
Made = TypeVar("Made", Snapshot, Volume)


class DialogView(ModalFormView, Generic[Made]):
    """A form about one object: read it, show it, and do one thing with it.

    A subclass gives ``resource`` (``snapshots`` or ``volumes``: what it makes), reads its
    object in :meth:`load` and acts in ``form_valid``. ``self.problem`` is shown on top of the
    dialog; with ``self.usable`` False only the problem and a way out are.
    """

    resource = ""
    gone: Problem
    close_label = _("Close")
    problem: Problem | None = None
    usable = True
    # The form has made its object before: there is nothing to fill in any more.
    done = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Read the object under the person's own token before anything else."""
        self.next_url = self.own_path(request.POST.get("next") or request.GET.get("next") or "")
        user = request.user
        self.request_id = _as_request_id(request.POST.get("request"))
        self.opened_in = request.POST.get("opened_in") or f"{user.project_id} {user.project_name}"
        if self.opened_in.partition(" ")[0] != user.project_id:
            return self.elsewhere()
        try:
            try:
                self.reload()
            except SessionExpired:
                raise
            except CloudError as error:
                return self.unreadable(error)
            return super().dispatch(request, *args, **kwargs)
        except SessionExpired as error:
            # Horizon's middleware sends the person to the login page (401 to a script).
            raise exceptions.NotAuthenticated from error

    def reload(self) -> None:
        """Read the object, with a fresh deadline.

        :raises CloudError: it cannot be read.
        """
        self.connection: Connection = connect(self.request, afresh=True)
        self.load()

    def load(self) -> None:
        """Read what the dialog is about.

        :raises CloudError: it cannot be read.
        """
        raise NotImplementedError

    def own_path(self, path: str) -> str:
        """Return where to go afterwards: only ever a path of this dashboard."""
        plain = path.startswith("/") and path.isprintable()
        allowed = plain and url_has_allowed_host_and_scheme(path, None)
        return path if allowed else str(self.success_url)

    def get_form(self, form_class: type[forms.Form] | None = None) -> forms.Form:
        """Return the form; ours are plain Django forms, the view does the work."""
        return (form_class or self.get_form_class())(**self.get_form_kwargs())

    def again(
        self, form: forms.Form, problem: Problem | None = None, *, looked: bool = False
    ) -> HttpResponse:
        """Show the dialog again with what was typed, and what went wrong.

        Unless the form was sent before, and made something or may have: then that is to be told.
        ``looked`` says that this is known already.
        """
        earlier = None if looked else self.earlier(form)
        if earlier is not None:
            return earlier
        self.problem = problem
        return self.form_invalid(form)

    def earlier(self, form: forms.Form) -> HttpResponse | None:
        """Answer with what an earlier sending of this form has made, None where there is none."""
        state = self.sent_before(self.request.user.project_id)
        if state is once.State.NONE and once.is_shared():
            return None
        try:
            found = self.look()
        except SessionExpired:
            raise
        except CloudError:
            # What cannot be looked for may be there.
            return self.again(form, problems.under_way(self.resource), looked=True)
        if found:
            return self.not_made(form, AlreadyMade(found))
        if state is once.State.UNDER_WAY:
            return self.again(form, problems.under_way(self.resource), looked=True)
        return None

    def sent_before(self, project_id: str) -> once.State:
        """Tell what is known of an earlier sending of this form in a project."""
        region = self.request.user.services_region or ""
        return once.state(region, project_id, self.request_id)

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Show the dialog again; nothing is read anew and nothing typed is lost."""
        return self.render_to_response(self.get_context_data(form=form))

    def unreadable(self, error: CloudError) -> HttpResponse:
        """Answer with a dialog that says why its object cannot be shown.

        What was typed already comes back with it, to be sent again: the next request reads
        the object anew, so that no warning is ever skipped.
        """
        posted = self.request.method == "POST" and not isinstance(error, NotFound)
        self.usable = posted
        self.problem = (
            problems.unsent(error, self.resource) if posted else problems.reading(error, self.gone)
        )
        if posted and self.sent_before(self.request.user.project_id) is not once.State.NONE:
            self.problem = problems.under_way(self.resource)
        context = DialogView.get_context_data(self, form=self.blind_form() if posted else None)
        context.update(retry=posted, submit_url=self.request.get_full_path())
        return self.render_to_response(context)

    def elsewhere(self) -> HttpResponse:
        """Answer that the person has switched project since the form was opened.

        The project of a session is changed for all of its tabs. What was typed comes back, to
        be sent again after switching back.
        """
        project_id, _separator, name = self.opened_in.partition(" ")
        self.problem = problems.switched(self.request.user.project_name, name)
        if self.sent_before(project_id) is not once.State.NONE:
            self.problem = problems.under_way(self.resource)
        context = DialogView.get_context_data(self, form=self.blind_form())
        context.update(
            retry=True,
            submit_url=self.request.get_full_path(),
            switch_url=_switch_url(project_id),
            switch_name=name,
        )
        return self.render_to_response(context)

    def outcome_url(self) -> str:
        """Return where a script asks what became of a form whose answer was lost."""
        raise NotImplementedError

    def blind_form(self) -> forms.Form:
        """Return the form with what was typed, without knowing the object."""
        return self.get_form_class()(self.request.POST)

    def look(self) -> Sequence[Made]:
        """Return what this form has made so far.

        :raises CloudError: it cannot be read.
        """
        raise NotImplementedError

    def make_once(self, action: str, call: Callable[[], Made], **facts: Any) -> Made:
        """Make what the form asks for unless it has done so, and write the audit log.

        :raises CloudError: it was not made, that is not known, or it was made before.
        """
        told: list[str] = []

        def audited() -> Made:
            try:
                made = call()
            except CloudError as error:
                audit.record(self.request, action, None, error, **facts)
                raise
            told.append(made.id)
            audit.record(self.request, action, made.id, **facts)
            return made

        def look() -> Sequence[Made]:
            # Slow reads before it, or a write that timed out, have used up the page's time.
            self.connection = connect(self.request, afresh=True)
            return self.look()

        made = once.make_once(self.connection, self.request_id, look=look, make=audited)
        if made.id not in told:
            audit.record(self.request, action, made.id, found_later=True, **facts)
        return made

    def page_of(self, made: Made) -> SafeString:
        """Return a link to what was made."""
        raise NotImplementedError

    def not_made(self, form: forms.Form, error: CloudError) -> HttpResponse:
        """Come back with what went wrong, or with what the form has made before."""
        if not isinstance(error, AlreadyMade):
            return self.again(form, problems.creating(error, self.resource), looked=True)
        links: tuple[SafeString, ...] = tuple(self.page_of(each) for each in error.found)
        another = dialog_link(self.request.get_full_path(), _("Create Another"))
        names = [each.label for each in error.found]
        self.usable, self.done = False, True
        problem = problems.already_made(self.resource, names, (*links, another))
        return self.again(form, problem, looked=True)

    def finished(self) -> HttpResponse:
        """Leave the dialog for the page that it was opened from."""
        return HttpResponseRedirect(self.next_url)

    def get_cancel_url(self) -> str:
        """Return where Cancel and Close lead on the plain page."""
        return self.next_url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the dialog's frame needs."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            problem=self.problem,
            usable=self.usable,
            next_url=self.next_url,
            opened_in=self.opened_in,
            request_id=self.request_id,
            paused=problems.PAUSED,
            outcome_url=self.outcome_url(),
            close_label=self.close_label,
            csrf_cookie=django_settings.CSRF_COOKIE_NAME,
            lost=LOST[self.resource],
            expired=EXPIRED,
            support_text=settings.get("SUPPORT_TEXT"),
            support_url=settings.get("SUPPORT_URL"),
            oldest_url=_oldest_first(),
        )
        return context


def _as_request_id(text: str | None) -> str:
    """Return the request id that a form carries, a new one for a form without (stock's)."""
    try:
        return str(uuid.UUID(text or ""))
    except ValueError:
        return str(uuid.uuid4())


def _switch_url(project_id: str) -> str:
    """Return where the person's project is switched; Horizon 27 has renamed the address."""
    return page("switch_project_id", project_id) or page("switch_tenants", project_id)


def _oldest_first() -> str:
    """Return the address of the oldest snapshots, empty where there is no such page."""
    snapshots = page("horizon:project:snapshots:index")
    return f"{snapshots}?sort=created_at" if snapshots else ""
