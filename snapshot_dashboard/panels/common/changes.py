# SPDX-License-Identifier: Apache-2.0
"""Texts about how a volume differs from what a dialog has shown."""

from __future__ import annotations

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from snapshot_dashboard.panels.common.attachment_state import verdicts
from snapshot_dashboard.panels.common.attachment_state.explanation import holder_name, holder_state
from snapshot_dashboard.panels.common.html import sentence
from snapshot_dashboard.rules import fingerprint
from snapshot_dashboard.rules.attachment import Exposure, Holder, Verdict
from snapshot_dashboard.rules.fingerprint import Seen


def then_and_now(seen: Seen, now: Exposure) -> SafeString:
    """Return what was shown and what is true now; empty where nothing has changed."""
    before, after = verdicts.brief(seen.verdict), verdicts.brief(now.verdict)
    if before == after:
        return of_holders(seen, now)
    return sentence(_("Then: %(before)s. Now: %(after)s."), before=before, after=after)


def announced(
    seen: Seen | None, now: Exposure, *, worse: bool, resource: str = "snapshots"
) -> SafeString:
    """Return what an open dialog says of a change, and what to do about it."""
    if now.verdict is Verdict.DETACHED:
        return sentence(_("Changed: the volume is now detached. No confirmation is needed."))
    parts = [of_holders(seen, now)] if seen else []
    if seen is None or seen.verdict is not now.verdict or not any(parts):
        text = _("Changed: the volume is now %(state)s.")
        parts.insert(0, sentence(text, state=verdicts.brief(now.verdict)))
    if now.blocked:
        parts.append(sentence(verdicts.KINDS[resource].none_now))
    elif worse:
        parts.append(sentence(_("Read the warning again.")))
    return _joined(parts)


def of_holders(seen: Seen, now: Exposure) -> SafeString:
    """Return what has changed of the instances and hosts that use the volume."""
    found = fingerprint.difference(seen, now)
    texts = [_came(each) for each in found.came] + [_changed(each) for each in found.changed]
    if found.left:
        text = ngettext(
            "%(count)d instance that used this volume no longer does.",
            "%(count)d instances that used this volume no longer do.",
            found.left,
        )
        texts.append(sentence(text, count=found.left))
    return _joined(texts)


def _came(holder: Holder) -> SafeString:
    return sentence(_("%(instance)s uses this volume now."), instance=holder_name(holder))


def _changed(holder: Holder) -> SafeString:
    texts = {
        Verdict.RUNNING: _("%(instance)s is running now."),
        Verdict.SHUT_OFF: _("%(instance)s is shut off now."),
    }
    text = texts.get(holder.verdict, _("%(instance)s has changed its state: %(state)s."))
    return sentence(text, instance=holder_name(holder), state=holder_state(holder))


def _joined(parts: list[SafeString]) -> SafeString:
    return format_html_join(" ", "{}", ((each,) for each in parts if each))
