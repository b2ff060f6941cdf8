# SPDX-License-Identifier: Apache-2.0
"""What a dialog shows of programs that do the same as its button.

Where something typed is part of a program, a script keeps it in step: js/common/programs.js.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.cloud.identity import connect, public_addresses
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.panels.common.html import attributes, sentence
from snapshot_dashboard.rules import tags
from snapshot_dashboard.rules.programs import ansible, languages, openstack
from snapshot_dashboard.rules.programs.operation import Action, Field, Kind, Operation
from snapshot_dashboard.rules.programs.program import Language, Piece, Program

# How a form names that something has to be accepted: then it is forced, ticked or not.
_FORCED_BY = "acknowledged"
_TOKEN = "export OS_TOKEN=$(openstack token issue --format=value --column=id)"  # noqa: S105 - none

# Not translated: names.
_NAMES: Mapping[Language, str] = {
    Language.OPENSTACK: "openstack",
    Language.API: "API (curl)",
    Language.PYTHON: "Python",
    Language.ANSIBLE: "Ansible",
    Language.TERRAFORM: "Terraform",
}
_NOTES: Mapping[Language, str | Promise] = {
    Language.OPENSTACK: gettext_lazy(
        "The same with the openstack client (Linux and macOS shells):"
    ),
    Language.API: gettext_lazy(
        "The same request, for Linux and macOS shells. Before it, put a token into OS_TOKEN: "
        "%(command)s"
    ),
    Language.PYTHON: gettext_lazy(
        "Needs openstacksdk. Which cloud and project it uses, OS_CLOUD or the variables of an RC "
        "file say."
    ),
    Language.ANSIBLE: gettext_lazy(
        "Needs the collection openstack.cloud. Where something of this kind and name exists "
        "already, Ansible makes nothing."
    ),
    Language.TERRAFORM: gettext_lazy(
        "Needs the provider terraform-provider-openstack. The volume stays Terraform's: it "
        "deletes what is removed from its files."
    ),
}
_ANSIBLE_NOTES: Mapping[Action, str | Promise] = {
    Action.SNAPSHOT: gettext_lazy(
        "Needs the collection openstack.cloud. Where a snapshot of this name exists already, "
        "Ansible makes nothing. Its module takes no tags."
    ),
    Action.VOLUME: gettext_lazy(
        "Needs the collection openstack.cloud. Where a volume of this name exists already, Ansible "
        "makes none and changes that one, its size included: choose a name that no volume has."
    ),
    Action.BACKUP: gettext_lazy(
        "Needs the collection openstack.cloud. Where a backup of this name exists already, Ansible "
        "makes nothing. Its module takes no container name."
    ),
}


@dataclass(frozen=True, slots=True)
class ShownProgram:
    """A program with its name, and what has to be known of it."""

    language: str
    name: str
    note: SafeString
    html: SafeString


# What stands for a name that has to be typed, and for an instance that has to be chosen.
NAME = "NAME"
INSTANCE = "INSTANCE_ID"


def typed(said: Mapping[str, Any], name: str, field: str = "", **more: Any) -> Field:
    """Return a value that follows a field of the form, which is called as it is by default."""
    value = said.get(field or name)
    return Field(name, "" if value is None else str(value), typed=field or name, **more)


def forced(*, needed: bool) -> Field:
    """Return the field that forces; it follows whether the form has something to accept."""
    value = "yes" if needed else ""
    return Field("force", value, typed=_FORCED_BY, kind=Kind.FLAG)


def tagged(said: Mapping[str, Any], copied: Mapping[str, str]) -> Field:
    """Return the tags that are typed, and those that are ``copied`` from the volume if ticked."""
    return typed(
        said,
        "tags",
        kind=Kind.TAGS,
        copied=tags.written(copied),
        copies=bool(said.get("copy_tags")),
    )


def shown(request: HttpRequest, *operations: Operation) -> dict[str, Any]:
    """Return what ``_programs.html`` needs to show how one thing is done after the other."""
    if not operations:
        return {}
    lacking = _lacking(request, operations[0])
    if lacking:
        return {"programs_why_not": lacking}
    action = operations[0].action
    found = languages.programs(operations, public_addresses(request))
    return {
        "programs": [_shown(each, action) for each in found],
        "programs_without": _without(operations),
    }


def _without(operations: Sequence[Operation]) -> str:
    """Return which of the languages that one would look for are missing, and why."""
    action, found = operations[0].action, []
    if not openstack.does(action):
        found.append(_("The openstack client sends a request for this that is refused."))
    if not ansible.does(action):
        found.append(_("Ansible has no module for this."))
    elif not ansible.tells_apart(operations):
        found.append(_("Ansible makes one thing of each name, and some of these have the same."))
    return " ".join(found)


def _shown(program: Program, action: Action) -> ShownProgram:
    note = _NOTES[program.language]
    if program.language is Language.ANSIBLE:
        note = _ANSIBLE_NOTES.get(action, note)
    command = format_html("<code>{}</code>", _TOKEN)
    return ShownProgram(
        program.language.value,
        _NAMES[program.language],
        sentence(note, command=command),
        format_html_join("", "{}", ((_html(each),) for each in program.pieces)),
    )


def _html(piece: Piece) -> SafeString:
    """Return a piece; one that follows the form carries what the script needs to write it."""
    if not piece.follows:
        return format_html("{}", piece.text)
    field = piece.field
    if field and field.typed:
        about = {
            "typed": field.typed,
            "quoting": piece.quoting.value,
            "before": piece.before,
            "after": piece.after,
            "default": field.default,
            "own": field.own,
            "ending": field.ending,
            "copied": field.copied,
        }
    else:
        about = {"before": piece.whole}
    about["only"] = piece.only
    data = attributes({f"data-sd-{name}": value for name, value in about.items()})
    return format_html("<span{}>{}</span>", data, piece.text)


def _lacking(request: HttpRequest, operation: Operation) -> str:
    """Return which version this cloud lacks for it, empty where it has it, or nobody knows."""
    if operation.is_computes:
        return ""
    has = known(connect(request).cinder_version)
    if has is None or has >= operation.lowest:
        return ""
    text = _(
        "A program needs version %(needed)s of the Block Storage API for this, and this cloud has "
        "%(has)s."
    )
    return text % {"needed": operation.version, "has": "{}.{}".format(*has)}
