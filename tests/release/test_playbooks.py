# SPDX-License-Identifier: Apache-2.0
"""Ansible itself hands a playbook's values to the module as they were typed.

The collection is a stand-in with the options of release 2.5.0, which writes down what it is given.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from demo import environments
from demo.environments import Recipe
from demo.layout import ROOT
from demo.processes import Children
from snapshot_dashboard.rules.programs import ansible
from snapshot_dashboard.rules.programs.operation import Action, Field, Kind, Operation, flag

pytestmark = pytest.mark.extended

ENVIRONMENT = ROOT / ".venv" / "ansible"
# Read in openstack/ansible-collections-openstack, 2.5.0; those that we name.
OPTIONS = {
    "volume_snapshot": {"volume": "str", "name": "str", "description": "str", "force": "bool"},
    "volume": {
        "snapshot": "str",
        "name": "str",
        "description": "str",
        "size": "int",
        "volume_type": "str",
        "availability_zone": "str",
    },
    "volume_backup": {
        "volume": "str",
        "name": "str",
        "description": "str",
        "force": "bool",
        "snapshot": "str",
        "is_incremental": "bool",
    },
    "server_volume": {"server": "str", "volume": "str"},
}
MODULE = """#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
import json
from ansible.module_utils.basic import AnsibleModule
options = {options!r}
module = AnsibleModule({{name: {{"type": kind}} for name, kind in options.items()}})
given = {{name: value for name, value in module.params.items() if value is not None}}
with open({log!r}, "a") as log:
    log.write(json.dumps([{name!r}, given]) + "\\n")
module.exit_json(changed=True, volume={{"id": "made-1"}})
"""
HOSTILE = (
    "{{ lookup('pipe', 'touch /tmp/harmed') }} {% raw %}x{% endraw %} {# y #}",
    "it's \"x\" \\ $HOME: #no 'comment' @a !unsafe &b *c",
    "--help",
    "true",
    "null",
    "1.50",
    "\U0001f600 \uffff é",
)


@pytest.fixture(scope="module")
def playbook_command(children: Children) -> Path:
    """The command of an Ansible in an environment of its own."""
    recipe = Recipe("ansible", ENVIRONMENT, ("ansible-core",))
    environments.install_once(recipe, children)
    return ENVIRONMENT / "bin" / "ansible-playbook"


def played(command: Path, folder: Path, *operations: Operation) -> list[Any]:
    """Run the playbook of some operations; return which modules were given what."""
    modules = folder / "ansible_collections" / "openstack" / "cloud" / "plugins" / "modules"
    modules.mkdir(parents=True)
    log = folder / "log"
    for name, options in OPTIONS.items():
        text = MODULE.format(name=name, options=options, log=str(log))
        (modules / f"{name}.py").write_text(text)
    book = folder / "play.yml"
    book.write_text(ansible.program(operations).text)
    settings = {"ANSIBLE_COLLECTIONS_PATH": str(folder), "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    run = [str(command), "-i", "localhost,", "-c", "local", str(book)]
    interpreter = f"ansible_python_interpreter={ENVIRONMENT / 'bin' / 'python'}"
    done = subprocess.run(
        [*run, "-e", interpreter],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in log.read_text().splitlines()]


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_name_is_not_evaluated(playbook_command: Path, tmp_path: Path, typed: str) -> None:
    fields = (
        Field("snapshot", "s1"),
        Field("name", typed),
        Field("description", typed),
        Field("size", "3", kind=Kind.NUMBER),
        Field("type", typed),
        Field("zone", typed),
    )
    operation = Operation(Action.VOLUME, fields, attached_to=Field("instance", typed))
    named = {"name": typed, "description": typed, "volume_type": typed, "availability_zone": typed}
    assert played(playbook_command, tmp_path, operation) == [
        ["volume", {"snapshot": "s1", "size": 3, **named}],
        ["server_volume", {"server": typed, "volume": "made-1"}],
    ]


def test_each_module_has_the_options_that_are_named(playbook_command: Path, tmp_path: Path) -> None:
    snapshot = (Field("volume", "v1"), flag("force", said=True), Field("name", "n"))
    found = played(playbook_command, tmp_path, Operation(Action.SNAPSHOT, snapshot))
    assert found == [["volume_snapshot", {"volume": "v1", "force": True, "name": "n"}]]


def test_a_backup_has_them_too(playbook_command: Path, tmp_path: Path) -> None:
    backup = (
        Field("volume", "v1"),
        Field("name", "n"),
        Field("snapshot", "s1"),
        flag("incremental", said=True),
    )
    assert played(playbook_command, tmp_path, Operation(Action.BACKUP, backup)) == [
        ["volume_backup", {"volume": "v1", "name": "n", "snapshot": "s1", "is_incremental": True}]
    ]
