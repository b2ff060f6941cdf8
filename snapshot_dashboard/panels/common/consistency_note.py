# SPDX-License-Identifier: Apache-2.0
"""Texts of a snapshot's consistency note (column "Taken while").

Never green and never a tick: the best that a note can say is that nothing was known to be wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from snapshot_dashboard.panels.common.html import sentence
from snapshot_dashboard.rules.consistency import ConsistencyNote, Taken


@dataclass(frozen=True, slots=True)
class _NoteTexts:
    word: str | Promise
    sentence: str | Promise
    # Font Awesome's name, the same in versions 4 and 6.
    icon: str = ""


_POWER, _BOLT, _QUESTION = "fa-power-off", "fa-bolt", "fa-question"
_NO_MEMORY = gettext_lazy(
    "%(instance)s was paused when the snapshot was requested. Data in its memory is missing. "
    "The snapshot may be corrupted."
)
_NO_MEMORY_SUSPENDED = gettext_lazy(
    "%(instance)s was suspended when the snapshot was requested. Data in its memory is missing. "
    "The snapshot may be corrupted."
)
_WORDS = {
    Taken.DETACHED: _NoteTexts(
        pgettext_lazy("state of the volume when the snapshot was requested", "Detached"),
        gettext_lazy(
            "The volume was not attached to any instance when the snapshot was requested."
        ),
    ),
    Taken.QUIESCED: _NoteTexts(
        pgettext_lazy(
            "state of the instance when the snapshot was requested", "Frozen by the guest agent"
        ),
        gettext_lazy(
            "%(instance)s was running, and its guest agent (package qemu-guest-agent) had frozen "
            "(quiesced) the file systems while the snapshot was requested."
        ),
    ),
    Taken.SHUT_OFF: _NoteTexts(
        pgettext_lazy("state of the instance when the snapshot was requested", "Shut off"),
        gettext_lazy(
            "%(instance)s was shut off when the snapshot was requested. "
            "Sound if it had shut down normally."
        ),
        _POWER,
    ),
    Taken.SHELVED: _NoteTexts(
        pgettext_lazy("state of the instance when the snapshot was requested", "Shelved"),
        gettext_lazy(
            "%(instance)s was shelved when the snapshot was requested. "
            "Sound if it had been shut down normally before."
        ),
        _POWER,
    ),
    Taken.RUNNING: _NoteTexts(
        pgettext_lazy("state of the instance when the snapshot was requested", "Running"),
        gettext_lazy(
            "%(instance)s was running when the snapshot was requested, and this was accepted "
            "after a warning. The snapshot may be corrupted."
        ),
        _BOLT,
    ),
    Taken.PAUSED: _NoteTexts(
        pgettext_lazy("state of the instance when the snapshot was requested", "Paused"),
        _NO_MEMORY,
        _BOLT,
    ),
    Taken.SUSPENDED: _NoteTexts(
        pgettext_lazy("state of the instance when the snapshot was requested", "Suspended"),
        _NO_MEMORY_SUSPENDED,
        _BOLT,
    ),
    Taken.SEVERAL: _NoteTexts(
        "",
        gettext_lazy(
            "Several instances were attached when the snapshot was requested: %(list)s. "
            "The snapshot may be corrupted."
        ),
        _BOLT,
    ),
    Taken.UNKNOWN: _NoteTexts(
        pgettext_lazy("state of the instance when the snapshot was requested", "State unknown"),
        gettext_lazy(
            "It was not certain what used the volume when the snapshot was requested, or in "
            "which state. The snapshot may be corrupted."
        ),
        _QUESTION,
    ),
    Taken.NOT_RECORDED: _NoteTexts(
        pgettext_lazy("state of the instance when the snapshot was requested", "Not recorded"),
        gettext_lazy(
            "This snapshot was made elsewhere (command line, another tool, before this page "
            "existed). Nothing is known about the instance at that time."
        ),
        _QUESTION,
    ),
}
_LOWERED = {
    Taken.DETACHED: gettext_lazy(
        "The volume was not attached when the snapshot was requested, and may have been attached "
        "before it was finished. The snapshot may be corrupted."
    ),
    Taken.QUIESCED: gettext_lazy(
        "The guest agent froze the file systems when the snapshot was requested. Whether it was "
        "finished in time is not known. The snapshot may be corrupted."
    ),
    Taken.SHUT_OFF: gettext_lazy(
        "The instance was shut off when the snapshot was requested, and may have been started "
        "before it was finished. The snapshot may be corrupted."
    ),
    Taken.SHELVED: gettext_lazy(
        "The instance was shelved when the snapshot was requested, and may have been started "
        "before it was finished. The snapshot may be corrupted."
    ),
}
_BEFORE_USE = {
    Taken.DETACHED: gettext_lazy("Taken while the volume was detached."),
    Taken.QUIESCED: gettext_lazy(
        "Taken while the guest agent of %(instance)s had frozen its file systems."
    ),
    Taken.SHUT_OFF: gettext_lazy(
        "Taken while %(instance)s was shut off: sound if it had shut down normally."
    ),
    Taken.SHELVED: gettext_lazy(
        "Taken while %(instance)s was shelved: sound if it had been shut down normally before."
    ),
    Taken.RUNNING: gettext_lazy(
        "Taken while %(instance)s was running: this snapshot may be corrupted."
    ),
    Taken.PAUSED: gettext_lazy(
        "Taken while %(instance)s was paused: this snapshot may be corrupted."
    ),
    Taken.SUSPENDED: gettext_lazy(
        "Taken while %(instance)s was suspended: this snapshot may be corrupted."
    ),
    Taken.SEVERAL: gettext_lazy(
        "Taken while several instances were attached: this snapshot may be corrupted."
    ),
    Taken.UNKNOWN: gettext_lazy(
        "Taken while the state of the instance was not known: this snapshot may be corrupted."
    ),
    Taken.NOT_RECORDED: gettext_lazy(
        "Not recorded: it is not known whether an instance was writing to the volume."
    ),
}

ObjectLink = Callable[[str], SafeString]


def word(label: ConsistencyNote) -> str:
    """Return the column's word; always more than a colour or an icon."""
    if label.taken is Taken.SEVERAL:
        return ngettext("%(count)d instance", "%(count)d instances", label.count) % {
            "count": label.count
        }
    return str(_WORDS[label.taken].word)


def full_text(label: ConsistencyNote, object_link: ObjectLink) -> SafeString:
    """Return the whole sentence; ``object_link`` links an instance by its id."""
    if label.before in _LOWERED:
        return sentence(_LOWERED[label.before])
    text = sentence(_WORDS[label.taken].sentence, **_parts(label, object_link))
    if label.damaged:
        return format_html("{} {}", text, _("The note in the metadata cannot be read."))
    return text


def before_use(label: ConsistencyNote, object_link: ObjectLink) -> SafeString:
    """Return the line above the fields of a dialog that uses the snapshot."""
    if label.before in _LOWERED:
        return sentence(_LOWERED[label.before])
    parts = _parts(label, object_link)
    if not label.instances:
        parts["instance"] = _("an instance")
    return sentence(_BEFORE_USE[label.taken], **parts)


def cell(label: ConsistencyNote) -> SafeString:
    """Return the table's cell: icon and word, whether it warns, and why on pointing at it.

    The whole sentence, with the instance, is on the snapshot's own page.
    """
    icon = _WORDS[label.taken].icon
    drawn = format_html('<span class="fa {}" aria-hidden="true"></span> ', icon) if icon else ""
    warning = format_html(" <small>{}</small>", _("may be corrupted"))
    return format_html(
        '<span class="sd-note" title="{}">{}{}{}</span>',
        _tooltip(label),
        drawn,
        word(label),
        warning if label.may_be_corrupted else "",
    )


def _tooltip(label: ConsistencyNote) -> str:
    """Return why as plain text, which names nobody."""
    if label.before in _LOWERED:
        return str(_LOWERED[label.before])
    return str(_BEFORE_USE[label.taken]) % {"instance": _("an instance")}


def _parts(label: ConsistencyNote, object_link: ObjectLink) -> dict[str, object]:
    if not label.instances:
        return {"instance": _("An instance"), "list": _("unknown")}
    links = format_html_join(", ", "{}", ((object_link(each),) for each, _state in label.instances))
    if label.more:
        more = ngettext("and %(count)d more", "and %(count)d more", label.more)
        links = format_html("{} {}", links, more % {"count": label.more})
    return {"instance": object_link(label.instances[0][0]), "list": links}
