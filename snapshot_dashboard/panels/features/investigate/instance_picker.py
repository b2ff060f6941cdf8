# SPDX-License-Identifier: Apache-2.0
"""The choice of an instance for an analysis: a search that shows at most 50 instances.

It works without scripts: the search has a button then, which shows the dialog again with
everything typed. Where there are scripts, :class:`InstancesView` answers while somebody types.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View

from snapshot_dashboard.cloud import block_storage, compute
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.partial_reads import fact
from snapshot_dashboard.cloud.session import Connection, Later
from snapshot_dashboard.panels.common import causes
from snapshot_dashboard.panels.common.attachment_state.explanation import instance_status
from snapshot_dashboard.panels.common.attachment_state.locks import UNLOCK_CHOSEN
from snapshot_dashboard.panels.common.forms import CreateVolumeForm, DescribedForm
from snapshot_dashboard.panels.common.html import isolated, sentence, short
from snapshot_dashboard.panels.common.json_answers import JsonAnswer, rendered
from snapshot_dashboard.panels.common.scope import elsewhere
from snapshot_dashboard.rules import investigation as rules
from snapshot_dashboard.rules.ids import as_uuid
from snapshot_dashboard.rules.investigation import Candidate
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.support_search import LONGEST
from snapshot_dashboard.rules.volume import Attachment, Volume

MOST = 50
UNREADABLE = gettext_lazy("Instances cannot be shown right now. %(cause)s %(advice)s")


@dataclass(frozen=True, slots=True)
class InstanceChoice:
    """One instance to choose; ``suspect``: the snapshot was probably taken of it."""

    id: str
    name: str
    status: str
    short_id: str
    suspect: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """The content of the list; ``said`` tells screen readers how many were found."""

    lines: tuple[InstanceChoice, ...]
    more: bool
    searched: str
    note: SafeString | str = ""
    unreadable: str = ""
    unlock: str | Promise = ""

    @property
    def said(self) -> str:
        """Return how many instances are shown, or that they could not be read."""
        if self.unreadable:
            return self.unreadable
        count = len(self.lines)
        text = ngettext("%(count)d instance is shown.", "%(count)d instances are shown.", count)
        return text % {"count": count}


def _search() -> forms.CharField:
    return forms.CharField(
        max_length=LONGEST,
        required=False,
        label=gettext_lazy("Find an instance by a part of its name, or by its ID"),
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


def _instance() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Instance"),
        error_messages={"required": gettext_lazy("Choose an instance.")},
    )


class ChooseForm(DescribedForm):
    """The choice of an instance for an existing volume."""

    described = ("search",)
    search = _search()
    instance = _instance()


class CreateAndAttachForm(CreateVolumeForm):
    """A new volume and the choice of an instance for it."""

    described = (*CreateVolumeForm.described, "search")
    search = _search()
    instance = _instance()


class Search:
    """A search that runs while the rest of the page is read."""

    def __init__(self, connection: Connection, text: str, chosen: str) -> None:
        self.connection = connection
        self.text = text.strip()[:LONGEST]
        self.chosen = chosen
        # Of those that are asked for by id, the one that was chosen already comes second.
        wanted = [self.text] if self.text and as_uuid(self.text) == self.text else []
        ids = dict.fromkeys([*wanted, *([chosen] if chosen else [])])
        self.by_id = {each: connection.start(partial(_read_one, connection, each)) for each in ids}
        self.named: Later[tuple[tuple[Candidate, ...], bool]] | None = None
        if not wanted:
            self.named = connection.start(lambda: compute.candidates(connection, self.text, MOST))

    def finish(self, suspects: Iterable[str]) -> Picker:
        """Return what was found, those that are not recommended marked."""
        found, unread, more = self._found()
        own = [each for each in found.values() if each.project_id == self.connection.project_id]
        offered = [each for each in own if each.accepts]
        lines = _lines(offered, frozenset(suspects), self.chosen)
        if unread and self.chosen and self.chosen not in found:
            # It is checked anew when the form is sent.
            lines = (_unread(self.chosen), *lines)
        return Picker(
            lines=lines,
            more=more,
            searched=self.text,
            note=self._busy(own),
            unreadable=_unreadable(unread) if unread else "",
            unlock=UNLOCK_CHOSEN if any(each.locked for each in offered) else "",
        )

    def _busy(self, own: Iterable[Candidate]) -> str:
        """Return why the instance that was asked for by id is not offered."""
        asked = [each for each in own if each.id == self.text and not each.accepts]
        return unfit(asked[0]) if asked else ""

    def _found(self) -> tuple[dict[str, Candidate], CloudError | None, bool]:
        """Return what was found, why not all of it could be read, and whether there is more."""
        read = {each: fact(later.get) for each, later in self.by_id.items()}
        failed = [each.error for each in read.values() if each.error]
        found = {key: each.value for key, each in read.items() if each.value}
        more = False
        if self.named:
            by_name = fact(self.named.get)
            named, more = by_name.value or ((), False)
            failed += [by_name.error] if by_name.error else []
            found |= {each.id: each for each in named}
        return found, next(iter(failed), None), more


def _unreadable(error: CloudError) -> str:
    parts = {"cause": causes.cause(error.failure), "advice": causes.advice(error.failure)}
    return str(UNREADABLE % parts).strip()


def _read_one(connection: Connection, instance_id: str) -> Candidate | None:
    try:
        return compute.candidate(connection, instance_id)
    except NotFound:
        return None


def _lines(
    offered: Iterable[Candidate], suspects: frozenset[str], chosen: str
) -> tuple[InstanceChoice, ...]:
    found = list(offered)
    names = Counter(each.name for each in found)
    return tuple(
        InstanceChoice(
            id=each.id,
            name=each.label,
            status=instance_status(each.status, locked=each.locked),
            short_id=short(each.id) if names[each.name] > 1 else "",
            suspect=each.id in suspects,
            chosen=each.id == chosen,
        )
        for each in found
    )


def _unread(instance_id: str) -> InstanceChoice:
    """Return the line of an instance that was chosen and cannot be read right now."""
    name, status = short(instance_id), _("State unknown")
    return InstanceChoice(instance_id, name, status, short_id="", suspect=False, chosen=True)


def unfit(instance: Candidate) -> SafeString:
    """Return why an instance is not one to attach a volume to now."""
    if instance.status in rules.ACCEPTING:
        text = _('"%(instance)s" is busy and does not accept a volume now. Try again in a moment.')
    else:
        text = _('"%(instance)s" does not accept a volume now: its status is %(status)s.')
    status = instance_status(instance.status, locked=instance.locked)
    return sentence(text, instance=isolated(instance.label), status=status)


def unusable(connection: Connection, instance_id: str) -> SafeString | str:
    """Return why the chosen instance cannot be used, an empty text for one that can.

    It is read anew, under the person's own token: an administrator can read the instances of
    every project, and a volume of this one has no business on them.
    """
    try:
        found = connection.fetch(lambda: compute.candidate(connection, instance_id))
    except NotFound:
        return _("This instance no longer exists, or you cannot see it.")
    except CloudError as error:
        text = _("The instance cannot be checked right now. %(reason)s")
        return sentence(text, reason=causes.message(error.failure))
    if found.project_id != connection.project_id:
        return _("This instance belongs to another project. Choose one of this project.")
    return "" if found.accepts else unfit(found)


def records_of(connection: Connection, volume_id: str) -> Later[tuple[Attachment, ...] | None]:
    """Begin to read what the snapshot's volume is attached to now."""
    return connection.start(lambda: block_storage.attachment_records(connection, volume_id))


def suspects(
    snapshot: Snapshot, volume: Volume | None, asked: Later[tuple[Attachment, ...] | None]
) -> frozenset[str]:
    """Return the instances to be marked; what cannot be read marks none."""
    try:
        records = asked.get()
    except CloudError:
        records = None
    return rules.suspects(snapshot, volume, records)


class InstancesView(View):
    """Answers ``?search=&instance=`` with the list, which always holds the chosen one."""

    def get(self, request: HttpRequest, snapshot_id: str) -> HttpResponse:
        """Read the instances, and what they are to be marked by."""
        if elsewhere(request):
            return JsonAnswer({})
        try:
            picker = self.read(connect(request), snapshot_id)
        except CloudError:
            # What was shown stays.
            return HttpResponse(status=503)
        path = "snapshot_dashboard/investigate/_instances.html"
        html = rendered(request, path, {"picker": picker})
        return JsonAnswer({"html": html, "said": picker.said})

    def read(self, connection: Connection, snapshot_id: str) -> Picker:
        """Search, and read the snapshot and its volume beside it.

        :raises CloudError: the snapshot cannot be read.
        """
        query = self.request.GET
        search = Search(connection, query.get("search", ""), query.get("instance", ""))
        snapshot = connection.fetch(lambda: block_storage.snapshot(connection, snapshot_id))
        asked = records_of(connection, snapshot.volume_id)
        return search.finish(suspects(snapshot, None, asked))
