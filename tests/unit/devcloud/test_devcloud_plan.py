# SPDX-License-Identifier: Apache-2.0
"""The demo data, as planned."""

import re
from collections import Counter

from demo import noted
from demo.layout import ROOT
from devcloud.inside.demo_data import plan
from devcloud.inside.resources import VOLUME_QUOTAS
from snapshot_dashboard.rules import quiesced

VOLUMES = (*plan.WEB_SHOP_VOLUMES, *plan.STORY_VOLUMES, *plan.GROUP_VOLUMES)
CHILDREN = plan.WEB_SHOP_CHILDREN
INSTANCES = (*plan.WEB_SHOP_INSTANCES, *plan.SHARING_INSTANCES)
NUMBER_OF_VOLUMES = len(VOLUMES) + len(CHILDREN)
NUMBER_OF_SNAPSHOTS = (
    sum(len(volume.snapshots) for volume in VOLUMES)
    + sum(bool(child.snapshot) for child in CHILDREN)
    + len(plan.GROUP_VOLUMES)
    # The one that fails.
    + 1
)
ROWS = 20  # of a page, unless somebody chose another number


def test_there_is_enough_for_three_pages() -> None:
    assert NUMBER_OF_VOLUMES > 45
    assert NUMBER_OF_SNAPSHOTS > 45


def test_the_quota_leaves_room_for_whoever_tries_something() -> None:
    quota = VOLUME_QUOTAS["web-shop"]
    size = sum(volume.size * (1 + len(volume.snapshots)) for volume in VOLUMES)
    assert quota["volumes"] - NUMBER_OF_VOLUMES >= 8
    assert quota["snapshots"] - NUMBER_OF_SNAPSHOTS - len(noted.SNAPSHOTS) >= 8
    assert quota["gigabytes"] - size >= 500


def test_the_quota_of_one_type_is_used_up() -> None:
    snapshots = [name for volume in VOLUMES if volume.type == "hdd" for name in volume.snapshots]
    assert len(snapshots) == VOLUME_QUOTAS["web-shop"]["snapshots_hdd"]


def test_names_tell_volumes_apart_and_one_volume_has_none() -> None:
    names = Counter([*(volume.name for volume in VOLUMES), *(child.name for child in CHILDREN)])
    assert max(names.values()) == 1
    assert "" in names


def test_every_instance_has_its_volumes_planned() -> None:
    planned = {volume.name: volume for volume in VOLUMES}
    for instance in INSTANCES:
        assert all(name in planned for name in instance.data)
        assert not instance.root or planned[instance.root].bootable


def test_only_a_shared_volume_is_on_two_instances() -> None:
    planned = {volume.name: volume for volume in VOLUMES}
    uses = Counter(name for instance in INSTANCES for name in (instance.root, *instance.data))
    shared = {name for name, count in uses.items() if name and count > 1}
    assert shared
    assert {planned[name].type for name in shared} == {"shared"}


def test_a_volume_comes_from_a_snapshot_of_a_volume_from_a_snapshot() -> None:
    made_of = {child.snapshot: child.source for child in CHILDREN if child.snapshot}
    assert any(child.source in made_of for child in CHILDREN)


def test_stories_of_the_readme_begin_with_volumes_on_the_first_page() -> None:
    newest = [*plan.STORY_VOLUMES, *CHILDREN, *plan.GROUP_VOLUMES]
    assert len(newest) <= ROWS
    readme = (ROOT / "README.rst").read_text(encoding="utf-8")
    stories = readme.partition("Stories to walk through")[2].partition("``make demo HORIZON")[0]
    told = set(re.findall("``([^`]+)``", stories))
    known = {each.name for each in INSTANCES} | {each.name for each in plan.BLOG_VOLUMES}
    assert {each.name for each in plan.STORY_VOLUMES} - {"shop-data"} <= told
    known |= {plan.GROUP_SNAPSHOT, *(each.name for each in plan.STORY_VOLUMES)}
    known |= {each.name for each in CHILDREN} | {each.name for each in plan.GROUP_VOLUMES}
    assert told <= known


def test_there_is_an_instance_whose_file_systems_are_frozen() -> None:
    planned = {volume.name: volume for volume in VOLUMES}
    running = [each for each in INSTANCES if each.state == "ACTIVE" and each.root]
    assert any(planned[each.root].agent and each.data for each in running)
    assert quiesced.demands(plan.AGENT_PROPERTIES)


def test_all_states_are_there() -> None:
    assert {instance.state for instance in INSTANCES} == {
        *("ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED", "SHELVED", "SHELVED_OFFLOADED"),
        *("RESCUE", "ERROR"),
    }


def test_the_blogs_stories_are_about_what_is_planned() -> None:
    volumes = {volume.name: volume for volume in plan.BLOG_VOLUMES}
    snapshots = Counter(name for volume in plan.BLOG_VOLUMES for name in volume.snapshots)
    stuck = {each.snapshot for each in plan.STUCK}
    assert max(snapshots.values()) == 1
    assert stuck | {plan.UNDELETABLE} < set(snapshots)
    assert plan.UNDELETABLE not in stuck
    assert set(volumes[plan.DOWN].snapshots) <= stuck
    assert len(volumes[plan.TEMPORARY].snapshots) == 1
    # What keeps its owner from deleting it is nothing that he can see.
    assert volumes[plan.FOREIGN].snapshots == ()


def test_one_snapshot_hangs_on_a_service_that_is_up_and_one_on_one_that_is_down() -> None:
    (down,) = (volume for volume in plan.BLOG_VOLUMES if volume.name == plan.DOWN)
    creating = {each.snapshot for each in plan.STUCK if each.status == "creating"}
    assert creating & set(down.snapshots)
    assert creating - set(down.snapshots)
