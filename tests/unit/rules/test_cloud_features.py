# SPDX-License-Identifier: Apache-2.0
"""Which features a cloud has, told from what was read."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from snapshot_dashboard import settings
from snapshot_dashboard.rules.cloud_check import Finding, State, clocks, guest_agents
from snapshot_dashboard.rules.cloud_features import FEATURES, RELEASES, RULES, Facts, features
from snapshot_dashboard.rules.failure import Service

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "operator.rst"
NEW = {Service.BLOCK_STORAGE: (3, 71), Service.COMPUTE: (2, 96), Service.IMAGE: (2, 17)}
CINDER, NOVA, GLANCE = Service.BLOCK_STORAGE, Service.COMPUTE, Service.IMAGE


def told(facts: Facts) -> dict[str, Finding]:
    """Return the findings by their keys."""
    return {each.key: each for each in features(facts)}


def without(facts: Facts) -> dict[str, str]:
    """Return what is not there, and why."""
    return {key: each.text for key, each in told(facts).items() if each.state is State.NO}


def test_a_new_cloud_has_all_that_can_be_told() -> None:
    found = told(Facts(versions=NEW, raw_images=True))
    assert len(found) == len(FEATURES) + 2
    unsure = [key for key, each in found.items() if each.state is not State.YES]
    assert unsure == ["reimage"]


@pytest.mark.parametrize(
    ("service", "version", "missing"),
    [
        (CINDER, (3, 26), ["create_snapshot", "snapshot_set", "group_snapshot", "clone_group"]),
        (CINDER, (3, 39), ["revert", "reimage"]),
        (CINDER, (3, 67), ["reimage"]),
        (NOVA, (2, 44), ["instance_snapshot"]),
        (NOVA, (2, 38), ["frozen", "instance_snapshot"]),
        (
            NOVA,
            (2, 19),
            ["frozen", "instance_snapshot", "investigate", "set_launch", "attachments"],
        ),
    ],
)
def test_what_an_old_version_lacks(
    service: Service, version: tuple[int, int], missing: list[str]
) -> None:
    found = without(Facts(versions=NEW | {service: version}, raw_images=True))
    assert set(missing) <= set(found)
    assert all("needs" in found[each] for each in missing)
    # What is not missing for it is not told to be.
    assert len(found) <= len(missing) + 2


def test_each_version_is_in_the_table_of_the_guide() -> None:
    told = set(re.findall(r"^     - (\d\.\d+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    for versions in RELEASES.values():
        assert {f"{major}.{minor}" for major, minor in versions} <= told
    for feature in FEATURES:
        for need in feature.needs:
            assert need.version in ((0, 0), *RELEASES.get(need.service, {}))


def test_what_goes_on_without_a_version_is_there_and_says_what_is_lost() -> None:
    found = told(Facts(versions=NEW | {NOVA: (2, 8), CINDER: (3, 59)}))
    assert found["create_snapshot"].state is State.YES
    assert "every attached volume is told as state unknown" in found["create_snapshot"].text
    assert "needs Compute API 2.9" in found["create_snapshot"].text
    assert "reads more pages (needs Block Storage API 3.60)" in found["delete"].text


def test_a_service_that_is_not_there_or_not_read_is_told_so() -> None:
    only = {CINDER: (3, 71)}
    assert "no Compute service" in without(Facts(versions=only))["attachments"]
    found = told(Facts(versions=only, unread=frozenset({NOVA})))["attachments"]
    assert (found.state, found.do) == (State.UNKNOWN, "See above")
    nothing = told(Facts(unread=frozenset({CINDER})))
    assert "revert" not in nothing
    assert nothing["ways_back"].state is State.UNKNOWN


def test_what_horizon_hides_or_a_setting_has_switched_back_is_not_there() -> None:
    allowed = dict.fromkeys(RULES, True) | {"backup:create": False, "context_is_admin": False}
    facts = Facts(versions=NEW, allowed=allowed, settings={"CLONE_GROUP": "stock"})
    found = without(facts)
    assert "(rule backup:create)" in found["create_backup"]
    assert 'SNAPSHOT_DASHBOARD["CLONE_GROUP"] is "stock"' in found["clone_group"]
    assert found["support"].endswith("for administrators, who these roles are not")
    assert "group_snapshot" not in found
    hidden = without(Facts(versions=NEW, allowed={"volume:revert_to_snapshot": False}))
    assert "(rule volume:revert_to_snapshot)" in hidden["revert"]


def test_every_setting_that_switches_back_is_that_of_a_feature() -> None:
    switches = {key for key in settings.DEFAULTS if not settings.wrong(key, "stock")}
    texts = {key for key in switches if settings.wrong(key, "any text")}
    assert texts == {each.setting for each in FEATURES if each.setting}


def test_backup_and_guest_agents_decide_too() -> None:
    unknown = Finding("backup", State.UNKNOWN, "Backup service: not told", "Ask an administrator")
    none = Finding("guest_agent_images", State.NO, "Images: none", "Set both")
    found = told(Facts(versions=NEW, backup=unknown, frozen=none))
    assert (found["create_backup"].state, found["create_backup"].do) == (unknown.state, unknown.do)
    assert (found["frozen"].state, found["frozen"].do) == (State.NO, "Set both")


def test_clocks_that_differ_are_told_with_what_to_do() -> None:
    same = clocks({CINDER: timedelta(), NOVA: timedelta(seconds=4)})
    assert (same.state, same.do) == (State.YES, "")
    off = clocks({CINDER: timedelta(hours=1), NOVA: timedelta(seconds=-90)})
    assert off.state is State.NO and "NTP" in off.do
    assert off.text.endswith(": Block Storage 3600 s ahead, Compute 90 s behind")
    assert clocks({}).state is State.UNKNOWN


def test_images_that_lack_something_are_named_but_not_all() -> None:
    names = [f"image {number}" for number in range(7)]
    state, text, do = guest_agents(9, names, complete=True)
    assert (state, "os_require_quiesce=yes" in do) == (State.NO, True)
    assert text == ": 7 of 9 lack os_require_quiesce: " + ", ".join(names[:5]) + ", ..."
    assert guest_agents(2, [], complete=True)[0] is State.YES
    assert "looked at" in guest_agents(0, [], complete=False)[1]
