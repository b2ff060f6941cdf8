# SPDX-License-Identifier: Apache-2.0
"""Texts about locked instances: what has to be done before an advice can be followed.

Nova refuses most changes of a locked instance to all but administrators, see
``rules/attachment.py:Holder.locked``. Whether the reader is one is not known here, so each text is
true for both.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.panels.common.html import sentence

# Said where somebody chooses an instance.
UNLOCK_CHOSEN = gettext_lazy(
    "Unlock a locked instance first: until then no volume can be attached to it, and it cannot be "
    "paused or shut off, unless your role allows that."
)


def unlock_first(names: Sequence[SafeString], *, for_support: bool = False) -> SafeString:
    """Return what has to be done before an advice about these locked instances; empty for none.

    ``for_support`` tells that the advice is for support staff, not for the owner.
    """
    if not names:
        return SafeString("")
    text = _for_support(len(names)) if for_support else _for_owner(len(names))
    return sentence(text, instances=format_html_join(", ", "{}", ((each,) for each in names)))


def _for_owner(count: int) -> str:
    return ngettext(
        "%(instances)s is locked. Unlock it first: until then it cannot be started, shut off or "
        "deleted, and volumes cannot be attached or detached, unless your role allows that. If you "
        "cannot unlock it, contact support.",
        "These instances are locked: %(instances)s. Unlock them first: until then they cannot be "
        "started, shut off or deleted, and volumes cannot be attached or detached, unless your "
        "role allows that. If you cannot unlock them, contact support.",
        count,
    )


def _for_support(count: int) -> str:
    return ngettext(
        "%(instances)s is locked. The owner has to unlock it first. Your role may allow you to act "
        "although it is locked.",
        "These instances are locked: %(instances)s. The owner has to unlock them first. Your role "
        "may allow you to act although they are locked.",
        count,
    )
