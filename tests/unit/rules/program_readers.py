# SPDX-License-Identifier: Apache-2.0
"""Reads programs as their languages do: what is done, and the values that it is given."""

import ast
import json
import shlex
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml

from snapshot_dashboard.rules.programs.program import Language

Read = tuple[str, dict[str, Any]]


def openstack(text: str) -> Read:
    """Return the words of a command, and its options with "name" or so for what follows them."""
    words = shlex.split(text)
    end = words.index("--") if "--" in words else len(words)
    said = [word for word in words[:end] if not word.startswith("--")]
    pairs = [word[2:].partition("=") for word in words[:end] if word.startswith("--")]
    options: dict[str, Any] = {name: value if equals else True for name, equals, value in pairs}
    several = [value for name, _equals, value in pairs if name == "property"]
    options |= {"property": several} if several else {}
    return " ".join(said), options | dict(zip(["last"], words[end + 1 :], strict=False))


def api(text: str) -> Read:
    """Return method, address and version of a request, and what its body says."""
    words = shlex.split(text.replace("\\\n", ""))
    assert words[:2] == ["curl", "--request"]
    headers = [words[place + 1] for place, word in enumerate(words) if word == "--header"]
    assert headers[0] == "X-Auth-Token: $OS_TOKEN"
    (version,) = [each for each in headers if each.startswith("OpenStack-API-Version: ")]
    ((name, body),) = json.loads(words[words.index("--data") + 1]).items()
    return f"{words[2]} {words[3]} {version.split(' ', 1)[1]} {name}", body


def python(text: str) -> Read:
    """Return the method that is called, and its arguments."""
    tree = ast.parse(text)
    call = tree.body[2].value  # type: ignore[attr-defined]
    versions = ast.unparse(tree.body[1].value.keywords[0])  # type: ignore[attr-defined]
    arguments = {str(each.arg): ast.literal_eval(each.value) for each in call.keywords}
    if "json" in arguments:
        (arguments,) = arguments["json"].values()
    return f"{ast.unparse(call.func)} {versions}", arguments


class Playbook(yaml.SafeLoader):
    """YAML with Ansible's tag for a text that it does not evaluate."""


def _unevaluated(loader: yaml.SafeLoader, node: Any) -> Any:
    return loader.construct_scalar(node)


Playbook.add_constructor("!unsafe", _unevaluated)


def ansible(text: str) -> Read:
    """Return the module of the only task, and its options."""
    (play,) = yaml.load(text, Playbook)  # noqa: S506 - it makes no objects
    ((module, options),) = play["tasks"][0].items()
    return module, options


def terraform(text: str) -> Read:
    """Return the resource and its arguments, as HashiCorp's own parser evaluates them."""
    hcl = pytest.importorskip("pygohcl", reason="it has wheels for few platforms")
    ((kind, named),) = hcl.loads(text)["resource"].items()
    ((name, arguments),) = named.items()
    return f"{kind}.{name}", arguments


READERS: Mapping[Language, Callable[[str], Read]] = {
    Language.OPENSTACK: openstack,
    Language.API: api,
    Language.PYTHON: python,
    Language.ANSIBLE: ansible,
    Language.TERRAFORM: terraform,
}
