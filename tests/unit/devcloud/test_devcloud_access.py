# SPDX-License-Identifier: Apache-2.0
"""The files that tell clients how to reach the cloud."""

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from devcloud import access
from devcloud.accounts import Account
from devcloud.settings import Settings


@pytest.fixture
def written(settings: Settings) -> access.Access:
    """The access of a cloud, after it was written."""
    settings.home.mkdir()
    return access.write(settings)


def clouds(settings: Settings) -> dict[str, Any]:
    """The entries of ``clouds.yaml``, as its readers parse it."""
    text = (settings.home / "clouds.yaml").read_text(encoding="utf-8")
    entries: dict[str, Any] = yaml.safe_load(text)["clouds"]
    return entries


def test_what_is_loaded_is_what_was_written(settings: Settings, written: access.Access) -> None:
    assert access.load(settings.home) == written


def test_no_cloud_was_started(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        access.load(tmp_path)


def test_logins_have_their_roles(written: access.Access) -> None:
    assert written.login("rita").roles == {"web-shop": ["reader"]}
    assert written.login("bea").projects == ["web-shop", "research"]
    with pytest.raises(KeyError):
        written.login("nobody")


def test_an_entry_for_each_account_and_each_of_several_projects(
    settings: Settings, written: access.Access
) -> None:
    entries = clouds(settings)
    assert set(entries) == {
        *("anna", "rita", "otto", "bea", "bea-web-shop", "bea-research", "nils"),
        *("admin", "admin-admin", "admin-web-shop"),
    }
    assert entries["bea-research"]["auth"]["project_name"] == "research"
    assert entries["admin"]["auth"]["password"] == "admin-pass"
    assert all(one["auth"]["auth_url"] == settings.auth_url for one in entries.values())


def test_an_added_account_is_kept_at_the_next_start(
    settings: Settings, written: access.Access
) -> None:
    added = Account("load", "pass", {"load": "member"}, "many rows")
    access.add(settings, added)
    access.add(settings, added)
    assert access.write(settings).accounts == [
        *written.accounts,
        access.load(settings.home).login("load"),
    ]
    assert access.load(settings.home).login("load").purpose == "many rows"
    assert "load" in clouds(settings)


def test_the_file_of_a_volume_is_found_on_any_backend(written: access.Access) -> None:
    for backend, folder in written.volume_files.items():
        folder.mkdir(parents=True)
        (folder / f"volume-{backend}").touch()
        assert written.file_of(f"volume-{backend}") == folder / f"volume-{backend}"
    with pytest.raises(FileNotFoundError, match="volume-none"):
        written.file_of("volume-none")


def test_an_access_log_is_read_from_an_offset(tmp_path: Path) -> None:
    log = tmp_path / "cinder-access.log"
    first = "2026-11-22T20:14:06.317+00:00\tGET\t/v3/volumes?limit=1\t200\t12.5\tsome client 1.0\n"
    second = first.replace("GET", "POST").replace("200", "202")
    log.write_text(first + second, encoding="utf-8")
    assert access.read_requests(log)[0] == access.Request(
        datetime(2026, 11, 22, 20, 14, 6, 317000, timezone.utc),
        "GET",
        "/v3/volumes?limit=1",
        200,
        12.5,
        "some client 1.0",
    )
    later = access.read_requests(log, start=len(first))
    assert [(request.method, request.status) for request in later] == [("POST", 202)]
