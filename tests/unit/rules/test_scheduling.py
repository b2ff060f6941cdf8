# SPDX-License-Identifier: Apache-2.0
"""The texts to paste that run the command of schedules: whatever names say, they are texts."""

import json
import shlex

import pytest
import yaml

from snapshot_dashboard.rules.programs import scheduling
from snapshot_dashboard.rules.programs.scheduling import CLOUD, Place

HOSTILE = ["$(reboot)'\"`", "x\ny: z", "{{ a }}", "a: b # c", "END\nreboot"]


@pytest.mark.parametrize("name", HOSTILE)
def test_the_file_of_clouds_says_what_was_given(name: str) -> None:
    (found,) = yaml.safe_load(scheduling.clouds_yaml(Place(name, name, name)))["clouds"].values()
    assert found["region_name"] == name.replace("\n", " ")
    assert found["auth"]["auth_url"] == name.replace("\n", " ")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_role_is_one_word_of_the_shell(name: str) -> None:
    rules = json.dumps([{"path": "/v3/volumes"}])
    line = scheduling.credential(name, rules).partition("\nEND\n")[2]
    assert shlex.split(line)[4:6] == ["--role", name.replace("\n", " ")]


def test_the_job_of_kubernetes_runs_the_command_and_never_twice_at_once() -> None:
    job = yaml.safe_load(scheduling.kubernetes())
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["command"] == shlex.split(scheduling.cron())[8:]
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    assert CLOUD in container["command"]
