# SPDX-License-Identifier: Apache-2.0
"""Base of the deletion dialogs, and the delete actions of rows that open them.

Where no blocker is known a row keeps stock's button; a script opens the dialog in
the place of stock's question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from horizon import tables

from snapshot_dashboard.cloud.dependents import Backup
from snapshot_dashboard.cloud.errors import CloudError, NotFound, OnHold, Refused
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.images import EmptyImages
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import dependency, scope
from snapshot_dashboard.panels.common.delete_action import (
    ReasonedDelete,
    attempt,
    reason_of,
    say_done,
)
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.html import dialog_link, isolated, link, sentence
from snapshot_dashboard.panels.common.image_warnings import lost_images, unread_images
from snapshot_dashboard.panels.common.json_answers import JsonAnswer
from snapshot_dashboard.panels.common.links import page, with_query
from snapshot_dashboard.panels.common.lists import chosen_rows
from snapshot_dashboard.panels.common.next_steps import BlockerWithSteps
from snapshot_dashboard.panels.common.problems import Problem, because
from snapshot_dashboard.panels.features.delete import texts
from snapshot_dashboard.panels.features.delete.made_from import first_look
from snapshot_dashboard.panels.features.delete.texts import Nouns
from snapshot_dashboard.rules.deletion import Finding
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.source_search import SourceSearch


class DeletingView(DialogView):
    """A dialog that deletes one object: shows what blocks the deletion and what is related.

    A subclass reads in ``load`` and fills ``next_steps``; it is usable when there are none. A
    script asks with ``?ask`` whether there is anything to tell, before stock's own question.
    """

    nouns: Nouns
    audit_action = ""
    # Stock's action, whose message and level are used.
    action: type[tables.DeleteAction]
    lost = texts.LOST
    expired = texts.EXPIRED
    sending = gettext_lazy("Deleting...")

    next_steps: tuple[BlockerWithSteps, ...] = ()
    backups: tuple[Backup, ...] | None = ()
    images: EmptyImages | None = EmptyImages((), complete=True)

    @property
    def object_id(self) -> str:
        """Return the id in the address."""
        return str(next(iter(self.kwargs.values())))

    @property
    def label(self) -> str:
        """Return the name of what is to be deleted."""
        raise NotImplementedError

    def facts(self) -> SafeString:
        """Return what tells it from another of the same name; it was read."""
        raise NotImplementedError

    def source_search(self) -> SourceSearch:
        """Return the snapshots whose volumes are looked for."""
        raise NotImplementedError

    def volume_type(self) -> str | None:
        """Return the type of the volume that these snapshots are of, None where it is not known."""
        raise NotImplementedError

    def dependency(self) -> str:
        """Return what the operator says of volumes made from these snapshots."""
        return dependency.of_type(self.volume_type())

    def dependents_address(self, name: str) -> str:
        """Return where a script looks for volumes made from them."""
        address, known = page(name, self.object_id), self.volume_type()
        return with_query(address, type=known) if known else address

    def remove(self) -> Callable[[Connection], None]:
        """Return the call that deletes it."""
        raise NotImplementedError

    def for_audit(self) -> dict[str, Any]:
        """Return what the audit log says of what is deleted."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the dialog, or tell a script whether it has anything to say."""
        if "ask" in request.GET:
            return JsonAnswer({"clear": self.clear()})
        answer: HttpResponse = super().get(request, *args, **kwargs)
        return answer

    def clear(self) -> bool:
        """Tell whether nothing at all has to be said before it is deleted."""
        quiet = self.usable and self.images is not None and not self.images.images
        return quiet and first_look(self.connection, self.source_search(), self.dependency())

    @property
    def gone(self) -> Problem:  # type: ignore[override]
        """Return what to say when it does not exist any more."""
        return self.nouns.gone

    def unsent(self, error: CloudError) -> Problem:
        """Return what to say when it cannot be read to be deleted."""
        return texts.unsent(error)

    def switched(self) -> Problem:
        """Return what to say of a form that was opened in another project or region."""
        return scope.switched(self.request, self.scope, scope.NOT_DELETED)

    def refuse_foreign(self, project_id: str | None) -> None:
        """Refuse what is of another project: its owner would not know who did it."""
        if project_id != self.connection.project_id:
            self.usable, self.problem = False, self.nouns.foreign

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Delete it, or come back with what blocks it by now."""
        if not self.usable:
            return self.again(form, self.problem or texts.IN_THE_WAY)
        return self.unconfirmed(form) or self.delete(form)

    def unconfirmed(self, form: forms.Form) -> HttpResponse | None:
        """Return the dialog when something must be read or confirmed first, else None."""
        return None

    def delete(self, form: forms.Form) -> HttpResponse:
        """Ask Cinder, and say what came of it."""
        call, facts = self.remove(), self.for_audit()
        error = attempt(self.request, call, self.audit_action, self.object_id, **facts)
        if error is None:
            say_done(self.request, self.action(), [self.label], complete=True)
            return self.finished()
        if isinstance(error, Refused | OnHold):
            return self.refused(form, error)
        self.usable = not isinstance(error, NotFound)
        return self.again(form, texts.failed(error, self.nouns))

    def refused(self, form: forms.Form, error: CloudError) -> HttpResponse:
        """Read again after a refusal, and show the blockers, or that none can be seen."""
        try:
            self.reload()
        except CloudError:
            return self.again(form, texts.failed(error, self.nouns))
        if self.next_steps or not self.usable:
            return self.again(form, because(texts.IN_THE_WAY, error))
        unseen = texts.refused_unseen(error, self.nouns, self.object_id)
        return self.again(form, unseen)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what must go first, and what is only related."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            submit_url=self.request.path,
            label=self.label,
            facts=self.facts(),
            next_steps=self.next_steps,
            related=_related(self.backups, self.images),
            lost_images=lost_images(self.images),
            dependency=self.dependency(),
        )
        return context


def _related(
    backups: Sequence[Backup] | None, images: EmptyImages | None
) -> list[SafeString | str]:
    """Return what is said of things that need not be deleted."""
    related: list[SafeString | str] = []
    if backups is None:
        related.append(_("It could not be read whether there are backups."))
    elif backups:
        text = ngettext(
            'The backup "%(names)s" is kept.', "These backups are kept: %(names)s.", len(backups)
        )
        names = format_html_join(", ", "{}", ((isolated(each.label),) for each in backups))
        related.append(sentence(text, names=names))
    if unread := unread_images(images):
        related.append(unread)
    return related


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What has to be shown of one row before it is deleted.

    ``reason`` is what keeps it, empty for nothing known; ``image_ids`` are the images that stop
    working without it.
    """

    id: str
    reason: SafeString | str = ""
    warnings: tuple[SafeString, ...] = ()
    image_ids: tuple[str, ...] = ()

    @property
    def clear(self) -> bool:
        """Tell whether there is nothing."""
        return not (self.reason or self.warnings)


class RowsFacts(dict[str, RowFacts]):
    """:class:`RowFacts` by row id; ``note`` is about all rows, such as what is unread.

    ``images`` are those that stop working without some of the rows.
    """

    note: SafeString | str = ""
    images: tuple[Image, ...] = ()


class ExplainedDelete(ReasonedDelete):
    """Mixin of stock's delete actions that explains why a row cannot be deleted.

    A row with a known blocker has a link of the same name and id, to the
    dialog that explains it; any other keeps stock's button, which a script turns into the way to
    the dialog that asks. None of it costs a call. Where it is sent without having been asked,
    what is to be told is read then, and nothing is deleted before it was shown.
    """

    # Names of the pages that explain: the project's dialog, the details for support staff, and the
    # dialogs of both about several.
    dialog = ""
    details_page = ""
    several = ""
    support_several = ""

    def known_blockers(self, datum: Any) -> tuple[Finding, ...]:
        """Return the blockers that the row alone shows."""
        raise NotImplementedError

    def known_next_steps(self, datum: Any) -> tuple[BlockerWithSteps, ...]:
        """Return the same in words, with next steps."""
        raise NotImplementedError

    def unseen(self, connection: Connection, datum: Any) -> SafeString:
        """Return why the service refuses, where the row does not know; it may ask for it."""
        return SafeString("")

    def look(self, connection: Connection, rows: Sequence[Any]) -> RowsFacts:
        """Read what is to be told of these rows before they are deleted."""
        raise NotImplementedError

    def why(self: Any, datum: Any) -> SafeString:
        """Return the way to where it is explained what keeps a row."""
        request = self.table.request
        url = self.dialog_url(request, datum)
        if not url:
            return SafeString("")
        return link(url, _("Why?")) if _in_admin(request) else dialog_link(url, _("Why?"))

    def confirmation_url(
        self: Any, table: Any, request: HttpRequest, obj_ids: list[str]
    ) -> str | None:
        """Return the address of the dialog, None where nothing is to be told.

        It is empty where the dialog's panel is hidden or closed to this person. Rows that the
        role does not allow to delete have nothing to be confirmed.
        """
        rows = [table.get_object_by_id(each) for each in obj_ids]
        rows = [each for each in rows if table._filter_action(self, request, each)]
        if len(rows) <= chosen_rows.MOST_ALONE and self.is_clear(request, rows):
            return None
        if len(obj_ids) == 1 and not _in_admin(request):
            return str(self.dialog_url(request, rows[0]))
        # With one more the dialog says that they are too many; all of them may be more than
        # servers take in an address.
        return self.several_url(request, obj_ids[: chosen_rows.MOST_ALONE + 1])

    def is_clear(self, request: HttpRequest, rows: Sequence[Any]) -> bool:
        """Tell whether nothing has to be told before these rows are deleted."""
        found = self.look(connect(request, afresh=True), rows)
        return not found.note and all(each.clear for each in found.values())

    def several_url(self: Any, request: HttpRequest, ids: Sequence[str] = ()) -> str:
        """Return the address of the dialog about several rows, back to this page of the list."""
        url = page(self.support_several if _in_admin(request) else self.several)
        if not url:
            return ""
        url = self.table.with_way_back(url)
        joint = "&" if "?" in url else "?"
        return f"{url}{joint}{urlencode([('id', each) for each in ids])}" if ids else str(url)

    def allowed(self: Any, request: HttpRequest, datum: Any = None) -> bool:
        """Offer it whatever the state; what the role does not allow is left out by its rule."""
        return True

    def update(self: Any, request: HttpRequest, datum: Any) -> None:
        """Make the button of a row a link where it could not do what it says."""
        shared = self.table.base_actions[self.name]
        if callable(shared.verbose_name):
            # Once for a page: Horizon makes a class for each text with a plural.
            super(ExplainedDelete, shared).update(request, datum)  # type: ignore[misc]
        self.verbose_name = shared.verbose_name
        self.verbose_name_plural = shared.verbose_name_plural
        if datum is None:
            return
        url = self.dialog_url(request, datum)
        if not url:
            return
        if self.known_blockers(datum):
            self.method, self.bound_url = "GET", url
            opens_above = () if _in_admin(request) else ("ajax-modal",)
            self.classes = [*self.classes, *opens_above]
        elif _in_admin(request):
            self.attrs["data-sd-delete"] = self.several_url(request, [datum.id])
        else:
            self.attrs["data-sd-delete"] = url

    def get_default_attrs(self: Any) -> dict[str, str]:
        """Leave out of a link what is for stock's script; the button above a list has a dialog."""
        attrs: dict[str, str] = super().get_default_attrs()  # type: ignore[misc]
        if self.method == "GET":
            attrs.pop("data-batch-action", None)
        elif "data-sd-delete" not in self.attrs and (url := self.several_url(self.table.request)):
            attrs["data-sd-delete-several"] = url
        return attrs

    def dialog_url(self: Any, request: HttpRequest, datum: Any) -> str:
        """Return where it is explained: the dialog, or for support staff the details."""
        if _in_admin(request):
            return page(self.details_page, datum.id)
        url = page(self.dialog, datum.id)
        return str(self.table.with_way_back(url)) if url else ""

    def refusal(
        self: Any, request: HttpRequest, connection: Connection, datum: Any, error: CloudError
    ) -> SafeString:
        """Return why a row stayed."""
        if not isinstance(error, Refused):
            return reason_of(error)
        if _in_admin(request):
            return format_html("{} {}", reason_of(error), self.why(datum))
        unseen = self.unseen(connection, datum)
        return format_html("{} {} {}", unseen, reason_of(error), self.why(datum))


def _in_admin(request: HttpRequest) -> bool:
    """Tell whether a list is the admin's, whose details pages show the blockers."""
    dashboard = getattr(request, "horizon", {}).get("dashboard")
    return getattr(dashboard, "slug", "") == "admin"
