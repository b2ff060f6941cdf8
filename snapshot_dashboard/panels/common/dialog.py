# SPDX-License-Identifier: Apache-2.0
"""Base view of the dialogs: modal or page, keeping what was typed."""

from __future__ import annotations

import enum
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from horizon.forms import ModalFormView
from horizon.utils.http import is_ajax

from snapshot_dashboard import settings
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import problems, reattach, scope
from snapshot_dashboard.panels.common.create_once import CreateOnce
from snapshot_dashboard.panels.common.json_answers import without_menu
from snapshot_dashboard.panels.common.links import own_path, page
from snapshot_dashboard.panels.common.problems import Problem

# Shows the template of a view, its ``ajax_template_name``, as a page of its own.
DIALOG_PAGE = "snapshot_dashboard/common/dialog_page.html"


class Mode(enum.Enum):
    """What the button of a dialog does."""

    ACT = "act"
    # Sends what was typed once more, to be looked at anew.
    AGAIN = "again"
    # There is none.
    CLOSE = "close"


def _mode(context: dict[str, Any]) -> Mode:
    if context.get("retry"):
        return Mode.AGAIN
    return Mode.ACT if context["usable"] else Mode.CLOSE


class DialogView(ModalFormView):
    """A form about an existing object: reads it, shows it, and changes one thing.

    A subclass reads its object in :meth:`load`, acts in ``form_valid``, and has the words for
    what may happen meanwhile. ``self.problem`` is shown on top of the dialog; with
    ``self.usable`` False only the problem and a way out are.
    """

    # The template of a subclass; on a page of its own the other one is around it.
    ajax_template_name: str
    template_name = DIALOG_PAGE
    # Said when the object is no longer there; when a script has lost an answer, and the session.
    gone: Problem
    lost: Problem
    expired: Problem
    # The label of the button while the form is on its way.
    sending: str | Promise = ""
    close_label = _("Close")
    # Names of the pages about what this dialog deletes: none of them is a way back afterwards.
    deleted_pages: tuple[str, ...] = ()
    # Whether a volume that was detached for this dialog is to be attached again afterwards.
    attach_again = False
    # Whether a browser keeps what was typed when the dialog is left: never what confirms.
    keeps_typed = True
    problem: Problem | None = None
    usable = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Read the object under the person's own token before anything else."""
        self.begin(request)
        if scope.elsewhere(request):
            return self.elsewhere()
        try:
            self.reload()
        except CloudError as error:
            return self.unreadable(error)
        return super().dispatch(request, *args, **kwargs)

    def begin(self, request: HttpRequest) -> None:
        """Take over what the address or the form says of where the dialog was opened."""
        back = own_path(request.POST.get("next") or request.GET.get("next") or "")
        self.next_url = back or str(self.success_url)
        self.detached = reattach.detached_for(request) if self.attach_again else ()
        self.scope = scope.opened_in(request)

    @cached_property
    def once(self) -> CreateOnce[Any] | None:
        """Return what keeps the form from making its object twice, None where it makes none."""
        return None

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

    def unsent(self, error: CloudError) -> Problem:
        """Return what to say when the form could not be acted on: its object cannot be read.

        Where nothing can be sent, a form that somebody made by hand is answered like a page.
        """
        return self.once.unsent(error) if self.once else self.unread(error)

    def unread(self, error: CloudError) -> Problem:
        """Return what to say when the object cannot be read to begin with."""
        return problems.reading(error, self.gone)

    def switched(self) -> Problem:
        """Return what to say of a form that was opened in another project or region."""
        sent = self.once.unsettled if self.once else None
        return sent or scope.switched(self.request, self.scope, scope.NOT_CREATED)

    def here(self) -> str:
        """Return the address of this dialog, to come back to from a page that it leads to."""
        query = self.request.GET.copy()
        query["next"] = self.next_url
        return f"{self.request.path}?{query.urlencode()}"

    def get_form(self, form_class: type[forms.Form] | None = None) -> forms.Form:
        """Return the form; ours are plain Django forms, the view does the work."""
        return (form_class or self.get_form_class())(**self.get_form_kwargs())

    def again(self, form: forms.Form, problem: Problem | None = None) -> HttpResponse:
        """Show the dialog again with what was typed, and what went wrong.

        Unless the form was sent before, and made something or may have: then that is to be told.
        """
        if self.once:
            earlier = self.once.earlier()
            problem = self.once.outcome(earlier) if earlier else problem
            self.usable = self.usable and not self.once.done
        self.problem = problem
        return self.form_invalid(form)

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
        self.problem = self.unsent(error) if posted else self.unread(error)
        if isinstance(error, NotFound):
            self.problem = scope.perhaps_elsewhere(self.request, self.problem)
        context = DialogView.get_context_data(self, form=self.blind_form() if posted else None)
        context.update(retry=posted, submit_url=self.request.get_full_path())
        return self.render_to_response(context)

    def elsewhere(self) -> HttpResponse:
        """Answer that the person has switched project or region since the form was opened.

        They are changed for all tabs of a session. What was typed comes back, to be sent again
        after switching back.
        """
        self.problem = self.switched()
        back = scope.switch(self.request, self.scope)
        context = DialogView.get_context_data(self, form=self.blind_form())
        context.update(
            retry=True,
            submit_url=self.request.get_full_path(),
            switch_url=back.url,
            switch_name=back.name,
        )
        return self.render_to_response(context)

    def blind_form(self) -> forms.Form:
        """Return the form with what was typed, without knowing the object."""
        return self.get_form_class()(self.request.POST)

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        """Show the dialog; in a modal without what only a whole page shows."""
        if is_ajax(self.request):
            without_menu(self.request)
        context["mode"] = _mode(context).value
        answer: HttpResponse = super().render_to_response(context, **options)
        return answer

    def finished(self) -> HttpResponse:
        """Leave the dialog for the page that it was opened from, if that is still there."""
        reattach.remind_of(self.request, connect(self.request), self.detached)
        gone = {page(name, each) for name in self.deleted_pages for each in self.kwargs.values()}
        path = self.next_url.partition("?")[0]
        return HttpResponseRedirect(str(self.success_url) if path in gone else self.next_url)

    def get_cancel_url(self) -> str:
        """Return where Cancel and Close lead on the plain page."""
        return self.next_url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the dialog's frame needs, whatever is known of its object."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            problem=self.problem,
            usable=self.usable,
            next_url=self.next_url,
            scope=self.scope,
            detached=self.detached,
            keeps_typed=self.keeps_typed,
            sending=self.sending,
            close_label=self.close_label,
            csrf_cookie=django_settings.CSRF_COOKIE_NAME,
            expired=self.expired,
            support_text=settings.get("SUPPORT_TEXT"),
            support_url=settings.get("SUPPORT_URL"),
        )
        context.update(self.frame())
        return context

    def frame(self) -> dict[str, Any]:
        """Return what differs between kinds of dialogs in the frame."""
        return self.once.frame() if self.once else {"lost": self.lost}
