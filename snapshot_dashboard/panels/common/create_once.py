# SPDX-License-Identifier: Apache-2.0
"""What the form of a dialog makes: once, however often it is sent, and what is known of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.cloud import idempotency
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.idempotency import AlreadyMade, AttemptState, UnderWay
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import audit, problems, scope
from snapshot_dashboard.panels.common.html import dialog_link
from snapshot_dashboard.panels.common.links import oldest_snapshots
from snapshot_dashboard.panels.common.problems import LOST, Problem
from snapshot_dashboard.rules.backup import Backup
from snapshot_dashboard.rules.group import Group, GroupSnapshot
from snapshot_dashboard.rules.ids import as_uuid
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

Made = TypeVar("Made", Snapshot, Volume, Backup, Image, Group, GroupSnapshot)


class CreateOnce(Generic[Made]):
    """One form's claim to make a snapshot, a volume or another object, under the form's id.

    ``resource``, such as ``snapshots``, chooses the texts. ``find`` reads what was made under an
    id, ``link`` leads to one of these, and at ``outcome_url`` a script asks what became of a form
    whose answer was lost. ``findable`` tells whether this cloud keeps the id:
    where it does not, a form is sent once. ``patience`` are the seconds after which it is given up.
    """

    def __init__(
        self,
        request: HttpRequest,
        resource: str,
        *,
        find: Callable[[Connection, str], Sequence[Made]],
        link: Callable[[Made], SafeString],
        outcome_url: str = "",
        findable: Callable[[Connection], bool] = lambda _connection: True,
        patience: float = idempotency.GIVEN_UP,
    ) -> None:
        self.resource = resource
        # Stock's form carries none.
        self.request_id = as_uuid(request.POST.get("request")) or str(uuid.uuid4())
        # The form has made its object before: there is nothing to fill in any more.
        self.done = False
        self._request = request
        self._find: Callable[[Connection, str], Sequence[Made]] = find
        self._link: Callable[[Made], SafeString] = link
        self._outcome_url = outcome_url
        self._findable = findable
        self._patience = patience
        self._looked = False
        self._earlier: CloudError | None = None

    @property
    def state(self) -> AttemptState:
        """Return what is known of an earlier sending of this form where it was opened."""
        opened = scope.opened_in(self._request)
        return idempotency.state(opened.region, opened.project_id, self.request_id)

    @property
    def unsettled(self) -> Problem | None:
        """Return what to say of an earlier sending where nothing can be read, None without one."""
        if self.state is AttemptState.NONE:
            return None
        return problems.under_way(self.resource)

    def unsent(self, error: CloudError) -> Problem:
        """Return what to say when the form could not be acted on."""
        return self.unsettled or problems.unsent(error, self.resource)

    def look(self) -> Sequence[Made]:
        """Return what this form has made so far.

        :raises CloudError: it cannot be read.
        """
        self._looked = True
        return self._find(connect(self._request), self.request_id)

    def earlier(self) -> CloudError | None:
        """Look once for what an earlier sending has made; return why nothing is to be made now.

        None where there was none, and where what was made has been looked at by itself.
        """
        if not self._looked:
            self._earlier = self._look_back()
        return self._earlier

    def _look_back(self) -> CloudError | None:
        state = self.state
        if state is AttemptState.NONE and idempotency.is_shared():
            return None
        try:
            found = self.look()
        except CloudError:
            # What cannot be looked for may be there.
            return UnderWay()
        if found:
            return AlreadyMade(found)
        return UnderWay() if state is AttemptState.UNDER_WAY else None

    def make(self, action: str, call: Callable[[], Made], **facts: Any) -> Made:
        """Make what the form asks for unless it has done so, and write the audit log.

        :raises CloudError: it was not made, that is not known, or it was made before.
        """
        sent: list[audit.Change] = []

        def audited() -> Made:
            with audit.change(self._request, action, None, **facts) as change:
                sent.append(change)
                made = call()
                change.made = made.id
            return made

        def look() -> Sequence[Made]:
            # Slow reads before it, or a write that timed out, have used up the page's time.
            return self._find(connect(self._request, afresh=True), self.request_id)

        connection = connect(self._request)
        if self.state is not AttemptState.NONE and not self._findable(connection):
            # What an earlier sending has made would be made again.
            raise UnderWay
        made = idempotency.make_once(
            connection, self.request_id, look=look, make=audited, patience=self._patience
        )
        for change in sent:
            if change.made is None:
                change.made = made.id
                change.accepted(found_later=True)
        return made

    def outcome(self, error: CloudError) -> Problem:
        """Return what to say when nothing was made now, or the form has made it before."""
        self._looked = True
        if not isinstance(error, AlreadyMade):
            return problems.creating(error, self.resource)
        self.done = True
        another = dialog_link(self._request.get_full_path(), _("Create Another"))
        found: Sequence[Made] = error.found
        links = (*(self._link(each) for each in found), another)
        return problems.already_made(self.resource, [each.label for each in found], links)

    def renew(self) -> None:
        """Go on as another form: this one has made what it makes."""
        self.request_id = str(uuid.uuid4())

    def frame(self) -> dict[str, Any]:
        """Return what lets a script follow the form, and the way to what uses up a limit."""
        return {
            "request_id": self.request_id,
            "outcome_url": self._outcome_url,
            "lost": LOST[self.resource],
            "paused": problems.PAUSED,
            # No snapshot uses up a limit of backups or of images.
            "oldest_url": "" if self.resource in ("backups", "images") else oldest_snapshots(),
        }
