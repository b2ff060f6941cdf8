# SPDX-License-Identifier: Apache-2.0
"""The base of dialogs that copy several volumes by one request, all of them or none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Generic

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from snapshot_dashboard.panels.common import audit, problems
from snapshot_dashboard.panels.common.attachment_state import several, several_texts
from snapshot_dashboard.panels.common.attachment_state.judged import SHOWN, JudgedView
from snapshot_dashboard.panels.common.attachment_state.several import SeveralVolumes
from snapshot_dashboard.panels.common.create_once import Made
from snapshot_dashboard.panels.common.forms import ConfirmedForm
from snapshot_dashboard.panels.common.links import page, with_query
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.rules import sets

# What the form carries where nothing can be made.
_BLOCKED = "blocked"


class ConfirmedSeveralView(JudgedView[Made], Generic[Made]):
    """A dialog about several volumes: one warning, one tick, one request.

    A subclass sets ``volumes`` in :meth:`load` and :meth:`look` by :meth:`complete`, has ``once``,
    the sentence to tick (``acknowledgement``), and asks for the thing in :meth:`create`. While it
    is open, ``live.SeveralView`` at ``live_name`` tells it what has changed.
    """

    volumes: SeveralVolumes
    acknowledgement: str | Promise
    # What is made of each volume, where the form makes something else of all of them.
    of_each: str | None = None
    live_name: str

    def look(self) -> None:
        """Read anew what the verdict depends on, by lists where there are any.

        :raises CloudError: it cannot be read.
        """
        raise NotImplementedError

    def load_rest(self) -> None:
        """Read what is shown beside the verdict, after it has changed."""
        raise NotImplementedError

    def complete(self, volumes: SeveralVolumes) -> SeveralVolumes:
        """Return the volumes, where each of them could be read.

        What cannot be read would be copied all the same, without a warning.

        :raises CloudError: one cannot be read.
        """
        for error in volumes.left.values():
            self.gone = problems.VOLUME_GONE
            raise error
        return volumes

    @property
    def blocked(self) -> bool:
        """Tell whether one of the volumes keeps all from being copied."""
        return any(each.blocked for each in self.volumes.exposures)

    @property
    def seen_now(self) -> str:
        """Return what is shown now, for the form to carry: a word for each volume, id first.

        Where nothing can be made there is one word more, without a colon: that is not always told
        by the volumes, such as of a group with too many of them. ``sets.read_seen`` ignores it, but
        an open dialog sees in it that what it shows is no longer what is true.
        """
        return " ".join([*filter(None, [self.volumes.seen]), *([_BLOCKED] if self.blocked else [])])

    @property
    def needs_tick(self) -> bool:
        """Tell whether something has to be accepted first."""
        return self.volumes.needs_tick(self.volumes.situations)

    def accepts(self, ticked: str) -> bool:
        """Tell whether the sentence was ticked."""
        return ticked == sets.ACKNOWLEDGED

    def news(self, seen: str) -> Problem | None:
        """Return what the person has not read yet, None where nothing has become worse."""
        problem = self.volumes.news(seen, self.volumes.situations)
        if not self.blocked:
            return problem
        text = problem.text if problem else ""
        return replace(problems.BLOCKED[self.once.resource], text=text)

    def announced(self, seen: str, *, worse: bool) -> SafeString:
        """Return what an open dialog says of what has changed since it was shown."""
        shown = sets.read_seen(seen)
        now = sets.read_seen(self.seen_now)
        return several_texts.announced(
            sets.differences(shown, self.volumes.exposures) if shown else (),
            sum(each not in now for each in shown),
            blocked=self.blocked,
            needed=self.needs_tick,
            worse=worse,
        )

    def judged(self, form: ConfirmedForm) -> dict[str, Any]:
        """Return what the audit log has to tell of the volumes, and of what was shown of them."""
        return {
            "volumes": [audit.whose(each.volume) for each in self.volumes.exposures],
            "shown": form.cleaned_data["seen"][:SHOWN],
            "verdicts": {each.volume.id: each.verdict.value for each in self.volumes.exposures},
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what ``_volumes.html`` and the tick need."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        ids, resource = list(self.volumes.situations), self.of_each or self.once.resource
        usable = self.usable and bool(ids) and not self.blocked
        context.update(
            fixed=True,
            rows=several.rows(self.volumes, self.request.user, ids, resource=resource),
            usable=usable,
            retry=not usable and self.request.method == "POST" and not self.once.done,
            explanation=several_texts.summary(self.volumes.exposures),
            needed={"value": sets.ACKNOWLEDGED} if self.needs_tick else None,
            acknowledgement=self.acknowledgement,
            seen=self.seen_now,
            live_url="" if self.once.done else self.live_url(),
        )
        return context

    def live_url(self) -> str:
        """Return the address at which a script asks what has changed, with the way back."""
        url = page(self.live_name, *self.kwargs.values())
        return with_query(url, next=self.next_url) if url else ""
