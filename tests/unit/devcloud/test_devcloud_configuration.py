# SPDX-License-Identifier: Apache-2.0
"""The services' configuration files."""

from configparser import RawConfigParser

import pytest

from devcloud import configuration
from devcloud.settings import SERVICES, Settings


def read(settings: Settings, service: str) -> RawConfigParser:
    """Write all configuration files and parse that of one service."""
    configuration.write_all(settings)
    parser = RawConfigParser()
    parser.read(configuration.path_of(settings, service), encoding="utf-8")
    return parser


@pytest.mark.parametrize("service", SERVICES)
def test_every_database_is_inside_the_home(settings: Settings, service: str) -> None:
    parser = read(settings, service)
    connections = [
        parser[section]["connection"]
        for section in parser.sections()
        if "connection" in parser[section]
    ]
    assert connections
    assert all(one.startswith(f"sqlite:///{settings.databases}/") for one in connections)


@pytest.mark.parametrize("service", SERVICES)
def test_only_loopback_addresses_with_the_clouds_ports(settings: Settings, service: str) -> None:
    read(settings, service)
    text = configuration.path_of(settings, service).read_text(encoding="utf-8")
    addresses = [word for word in text.split() if word.startswith("http")]
    assert all(address.startswith("http://127.0.0.1:2100") for address in addresses)


def test_a_changed_port_base_reaches_every_file(settings: Settings) -> None:
    configuration.write_all(settings)
    moved = Settings(home=settings.home, port_base=22000)
    assert read(moved, "nova")["glance"]["api_servers"] == "http://127.0.0.1:22002"
    for service in SERVICES:
        text = configuration.path_of(moved, service).read_text(encoding="utf-8")
        assert ":2100" not in text


def test_each_backend_of_cinder_has_its_section(settings: Settings) -> None:
    parser = read(settings, "cinder")
    for backend in parser["DEFAULT"]["enabled_backends"].split(","):
        assert parser[backend]["volume_backend_name"] == backend


def test_only_the_linked_backend_keeps_snapshots_busy(settings: Settings) -> None:
    parser = read(settings, "cinder")
    assert parser["linked"].getboolean("devcloud_children_keep_snapshot_busy")
    assert not parser["files"].getboolean("devcloud_children_keep_snapshot_busy")
    assert parser["linked"]["devcloud_folder"] != parser["files"]["devcloud_folder"]


def test_nova_finds_its_pipeline_beside_its_configuration(settings: Settings) -> None:
    configuration.write_all(settings)
    configuration.write_all(settings)
    link = settings.etc / "nova" / "api-paste.ini"
    assert link.readlink() == settings.packaged_etc / "nova" / "api-paste.ini"
