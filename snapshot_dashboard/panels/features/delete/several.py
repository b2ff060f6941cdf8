# SPDX-License-Identifier: Apache-2.0
"""The dialog that deletes several rows: what each is, what blocks it, what is affected.

The lists of support staff open it for one row too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from horizon import messages

from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.panels.common.delete_action import unable
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.html import isolated
from snapshot_dashboard.panels.common.lists import chosen_rows
from snapshot_dashboard.panels.common.lists.table import AddressTable
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.features.delete import lost_images, texts
from snapshot_dashboard.panels.features.delete.dialog import RowFacts
from snapshot_dashboard.rules.image import Image


class SeenForm(forms.Form):
    """The ids of the rows shown as deletable, and of the images that were warned of.

    ``images``: whether those that can be deleted here are to be deleted too.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    images = forms.BooleanField(required=False)


@dataclass(frozen=True, slots=True)
class RowToDelete:
    """A row of the dialog's list."""

    facts: RowFacts
    label: str
    where: Sequence[SafeString | str]


class DeleteSeveralView(DialogView):
    """Deletes those of the rows named by ``?id=`` that can be deleted, after showing them.

    A subclass names the list's table, whose rows and whose action are used.
    """

    table_class: type[AddressTable]
    form_class = SeenForm
    ajax_template_name = "snapshot_dashboard/delete/_several.html"
    modal_id = "delete_several_modal"
    form_id = "delete_several_form"
    gone = texts.NONE_LEFT
    lost = texts.LOST
    expired = texts.EXPIRED
    sending = gettext_lazy("Deleting...")
    # Heads of the columns; a subclass has the cells in ``where``.
    heads: tuple[str | Promise, ...] = ()
    change_shown = False

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Return the ids that the address names, each once."""
        return tuple(dict.fromkeys(self.request.GET.getlist("id")))

    def load(self) -> None:
        """Read each row by itself, and what is to be told of them before they are deleted.

        :raises CloudError: nothing can be read.
        """
        self.usable, self.problem = True, None
        self.left: dict[str, CloudError] = {}
        self.lines: list[RowToDelete] = []
        self.images: tuple[Image, ...] = ()
        self.table = self.table_class(self.request)
        self.table.way_back = self.next_url
        self.action: Any = self.table.base_actions["delete"]
        if len(self.ids) > chosen_rows.MOST_ALONE:
            self.usable, self.problem = False, texts.too_many(chosen_rows.MOST_ALONE)
            return
        rows, self.left = chosen_rows.read(self.table, self.connection, self.ids)
        self.table.data = rows
        facts = self.action.look(self.connection, rows)
        self.prepare(rows)
        self.lines = [RowToDelete(facts[row.id], row.name, self.where(row)) for row in rows]
        self.note = facts.note
        self.images = lost_images.deletable(self.request, self.connection, facts.images)
        if not rows:
            self.usable, self.problem = False, texts.NONE_LEFT
        elif not self.deletable:
            self.usable, self.problem = False, texts.NONE_DELETABLE

    @property
    def deletable(self) -> list[str]:
        """Return the ids of those that nothing is known to keep."""
        return [each.facts.id for each in self.lines if not each.facts.reason]

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read what the cells need besides: nothing, unless a subclass says otherwise."""

    def where(self, row: Any) -> Sequence[SafeString | str]:
        """Return the cells that tell a row from another of the same name."""
        raise NotImplementedError

    def unsent(self, error: CloudError) -> Problem:
        """Return what to say when nothing can be read to be deleted."""
        return texts.unsent(error)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Delete what was shown as deletable and still is, and state each result."""
        seen = set(form.cleaned_data["seen"].split())
        if not self.usable:
            return self.again(form, self.problem)
        wanted = [each for each in self.deletable if each in seen]
        images = {image for line in self.lines for image in line.facts.image_ids}
        if images - seen or not wanted:
            self.change_shown = True
            return self.again(form, texts.CHANGED)
        self.tell_of_others(wanted)
        whole = len(wanted) == len(self.ids)
        accepted = self.action.delete_each(self.table, self.request, wanted, whole=whole)
        if form.cleaned_data["images"]:
            lost_images.delete(self.request, self.images, wanted, accepted)
        return self.finished()

    def tell_of_others(self, wanted: Collection[str]) -> None:
        """Leave a message about each that is not deleted."""
        for object_id, error in self.left.items():
            chosen_rows.tell(self.request, object_id, error)
        for line in self.lines:
            if line.facts.id not in wanted:
                reason = line.facts.reason or texts.NOT_SHOWN
                messages.error(self.request, unable(self.action, line.label, reason))

    def seen(self) -> str:
        """Return what counts as shown."""
        if self.request.method == "POST" and not self.change_shown:
            return str(self.request.POST.get("seen", ""))
        images = [image for line in self.lines for image in line.facts.image_ids]
        return " ".join([*self.deletable, *dict.fromkeys(images)])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the rows."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        count = len(self.deletable)
        title = self.action._get_action_name(self.deletable or self.ids)
        context.update(
            submit_url=self.request.get_full_path(),
            page_title=title,
            heads=self.heads,
            going=[each for each in self.lines if not each.facts.reason],
            staying=[each for each in self.lines if each.facts.reason],
            left=[
                (isolated(each), chosen_rows.why_left(error)) for each, error in self.left.items()
            ],
            note=self.note if self.lines else "",
            seen=self.seen(),
            help_text=self.action.help_text,
            button=title,
            going_title=ngettext("This will be deleted", "These will be deleted", count),
            staying_title=_("Not deleted, because something stands in the way"),
            **lost_images.offer(self.images if self.deletable else ()),
        )
        return context
