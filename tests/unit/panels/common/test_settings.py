# SPDX-License-Identifier: Apache-2.0
"""The plugin's settings: defaults, and checks that explain a wrong one."""

import logging.config
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import Warning as Complaint
from django.core.checks import run_checks

from snapshot_dashboard import settings as ours
from snapshot_dashboard.checks import check_settings

ROOT = Path(__file__).resolve().parents[4]


def complaints(settings: Any, **configured: Any) -> list[Complaint]:
    """Return what is said of a configuration."""
    settings.SNAPSHOT_DASHBOARD = configured
    return [each for each in check_settings() if isinstance(each, Complaint)]


def test_nothing_configured_is_right_and_gives_the_defaults(settings: Any) -> None:
    assert complaints(settings) == []
    del settings.SNAPSHOT_DASHBOARD
    assert check_settings() == []
    assert {key: ours.get(key) for key in ours.DEFAULTS} == ours.DEFAULTS


def test_a_valid_value_is_used(settings: Any) -> None:
    assert complaints(settings, PAGE_SECONDS=2, SUPPORT_TEXT="Ask us") == []
    assert (ours.get("PAGE_SECONDS"), ours.get("SUPPORT_TEXT")) == (2, "Ask us")


BY_TYPE = "'may' or 'always' or 'never', or a dict of these by patterns of type names"


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("PAGE_SECONDS", "5", "a number of seconds above 0"),
        ("PAGE_SECONDS", 0, "a number of seconds above 0"),
        ("WRITE_SECONDS", -1, "a number of seconds above 0"),
        ("NAMES_SECONDS", True, "a number of seconds above 0"),
        ("PAGE_SECONDS", float("nan"), "a number of seconds above 0"),
        ("POLL_FACTOR", 0, "a number above 0"),
        ("SNAPSHOT_DEPENDENCY", "sometimes", BY_TYPE),
        ("SNAPSHOT_DEPENDENCY", ["may"], BY_TYPE),
        ("SNAPSHOT_DEPENDENCY", {"*": "sometimes"}, BY_TYPE),
        ("SNAPSHOT_DEPENDENCY", {"nvme-*": "never", 5: "may"}, BY_TYPE),
        ("REIMAGE_FROM_SNAPSHOT", True, "'never' or 'proved' or 'image', or a dict"),
        ("REIMAGE_FROM_SNAPSHOT", {"lvm-*": "always"}, "'never' or 'proved' or 'image', or a dict"),
        ("GROUP_SNAPSHOT", {"*": "stock"}, "'explain' or 'stock'"),
        ("GROUP_SNAPSHOT_AT_ONCE", {"*": "perhaps"}, "'may' or 'always' or 'never', or a dict"),
        ("GROUP_SNAPSHOT_AT_ONCE", {1: "may"}, "'may' or 'always' or 'never', or a dict"),
        ("GROUP_SNAPSHOT_AT_ONCE", ["may"], "'may' or 'always' or 'never', or a dict"),
        ("PRICES", {"*": "0.05"}, "a dict such as"),
        ("PRICES", {"currency": "NZD", "types": {"*": "five"}}, "a dict whose prices are such as"),
        ("SUPPORT_TEXT", 5, "a text"),
        ("ENABLED", "no", "True or False"),
    ],
)
def test_a_wrong_value_is_explained_and_the_default_used(
    settings: Any, key: str, value: object, expected: str
) -> None:
    (complaint,) = complaints(settings, **{key: value})
    assert complaint.id == "snapshot_dashboard.W003"
    assert f'SNAPSHOT_DASHBOARD["{key}"] must be {expected}' in complaint.msg
    assert ours.get(key) == ours.DEFAULTS[key]


def test_the_longest_pattern_that_fits_a_type_counts(settings: Any) -> None:
    words = {"*": "never", "cons*": "always", "consistent": "may"}
    assert complaints(settings, GROUP_SNAPSHOT_AT_ONCE=words) == []
    found = [ours.by_type("GROUP_SNAPSHOT_AT_ONCE", each) for each in ("consistent", "cons-2", "")]
    assert found == ["may", "always", "never"]
    assert ours.differs_by_type("GROUP_SNAPSHOT_AT_ONCE")
    assert complaints(settings, GROUP_SNAPSHOT_AT_ONCE={"cons*": "always"}) == []
    assert ours.by_type("GROUP_SNAPSHOT_AT_ONCE", "other") == "may"


SAID = {"*": "may", "nvme-*": "never", "nvme-slow-*": "always", "SSD": "always"}


@pytest.mark.parametrize(
    ("said", "name", "word"),
    [
        ("always", "ssd", "always"),
        ("always", None, "always"),
        # The longest pattern counts, wherever it stands.
        (SAID, "nvme-fast", "never"),
        (SAID, "nvme-slow-1", "always"),
        (dict(reversed(SAID.items())), "nvme-slow-1", "always"),
        # Names of types are told apart by their case, as Cinder does.
        (SAID, "ssd", "may"),
        (SAID, "SSD", "always"),
        # Of a type that is not known nothing is claimed that is not true of all.
        (SAID, None, "may"),
        ({"*": "never", "nvme-*": "never"}, None, "never"),
        ({"nvme-*": "never"}, None, "may"),
        ({"nvme-*": "never"}, "ssd", "may"),
        ({}, "ssd", "may"),
    ],
)
def test_what_is_said_of_storage_may_differ_by_volume_type(
    settings: Any, said: object, name: str | None, word: str
) -> None:
    assert complaints(settings, SNAPSHOT_DEPENDENCY=said) == []
    assert ours.by_type("SNAPSHOT_DEPENDENCY", name) == word


@pytest.mark.parametrize(
    ("said", "name", "word"),
    [
        ("proved", "lvm-1", "proved"),
        ("proved", None, "proved"),
        ({"lvm-*": "proved"}, "lvm-1", "proved"),
        # What was proved of one type is no proof of another one, nor of one that is not known.
        ({"lvm-*": "proved"}, "ceph", "never"),
        ({"lvm-*": "proved"}, "", "never"),
        ({"lvm-*": "proved"}, None, "never"),
        ({"*": "proved", "crypt-*": "never"}, None, "never"),
        ({"*": "proved", "crypt-*": "never"}, "crypt-1", "never"),
    ],
)
def test_reimaging_is_allowed_for_types_only_for_which_it_was_proved(
    settings: Any, said: object, name: str | None, word: str
) -> None:
    assert complaints(settings, REIMAGE_FROM_SNAPSHOT=said) == []
    assert ours.by_type("REIMAGE_FROM_SNAPSHOT", name) == word


def test_a_misspelt_key_is_told_with_the_one_that_was_meant(settings: Any) -> None:
    (complaint,) = complaints(settings, PAGE_SECOND=2)
    assert complaint.id == "snapshot_dashboard.W002"
    assert complaint.hint == 'Did you mean "PAGE_SECONDS"?'


def test_the_checks_run_with_djangos(settings: Any) -> None:
    settings.SNAPSHOT_DASHBOARD = {"NONSENSE": 1}
    assert "snapshot_dashboard.W002" in [each.id for each in run_checks()]


def test_the_snippet_for_operators_holds_every_setting_and_receives_the_audit_log() -> None:
    example = ROOT / "snapshot_dashboard" / "conf" / "_1399_snapshot_dashboard.py.example"
    # As Horizon does: in the namespace of its settings, where LOGGING is that of the example.
    namespace: dict[str, Any] = {
        "LOGGING": {"version": 1, "formatters": {}, "handlers": {}, "loggers": {}}
    }
    exec(compile(example.read_text("utf-8"), example.name, "exec"), namespace)  # noqa: S102
    assert namespace["SNAPSHOT_DASHBOARD"] == ours.DEFAULTS
    logging.config.DictConfigurator(namespace["LOGGING"])
    (handler,) = namespace["LOGGING"]["loggers"]["snapshot_dashboard.audit"]["handlers"]
    assert handler in namespace["LOGGING"]["handlers"]
