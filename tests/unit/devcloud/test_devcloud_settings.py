# SPDX-License-Identifier: Apache-2.0
"""Reading the settings from the environment."""

from pathlib import Path

import pytest

from devcloud.settings import CHECKOUT, SERVICES, Settings, from_environment


def test_defaults() -> None:
    settings = from_environment({})
    assert settings.home == CHECKOUT / ".state" / "demo"
    assert settings.auth_url == "http://127.0.0.1:15000/v3"


def test_ports_follow_each_other_in_the_order_of_the_services() -> None:
    settings = from_environment({"DEVCLOUD_PORT_BASE": "25000"})
    assert [settings.port(service) for service in SERVICES] == list(range(25000, 25006))
    assert settings.port("cinder") == 25004


def test_a_relative_home_is_inside_the_checkout() -> None:
    assert from_environment({"DEVCLOUD_HOME": ".state/test"}).home == CHECKOUT / ".state/test"


def test_an_absolute_home_is_taken_as_it_is(tmp_path: Path) -> None:
    assert from_environment({"DEVCLOUD_HOME": str(tmp_path)}).home == tmp_path


def test_settings_survive_the_way_to_a_child_process(settings: Settings) -> None:
    assert from_environment(settings.as_environment()) == settings


@pytest.mark.parametrize("value", ["", "abc", "-1", "80", "65531"])
def test_an_impossible_port_base_names_its_setting(value: str) -> None:
    with pytest.raises(ValueError, match="DEVCLOUD_PORT_BASE"):
        from_environment({"DEVCLOUD_PORT_BASE": value})
