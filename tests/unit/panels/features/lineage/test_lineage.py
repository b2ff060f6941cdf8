# SPDX-License-Identifier: Apache-2.0
"""The Lineage tab: its calls, its texts, and what it says about unreadable objects."""

import pytest

from tests.unit.cloud.wire import (
    KEYSTONE,
    NOVA,
    OTHER_PROJECT,
    PROJECT,
    Wire,
    attachment_json,
    snapshot_json,
    volume_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.lineage.lineage_wire import (
    SNAPSHOT_TAB,
    TAB,
    asked,
    chain,
    line,
    lineage_of,
    lineage_of_snapshot,
    list_snapshots,
    list_volumes,
    nodes,
)
from tests.unit.panels.person import VOLUMES, Person, user

WHOLE = [
    "volume:v1",
    "volume:v1/snapshot:s2",
    "volume:v1/snapshot:s1",
    "volume:v1/snapshot:s1/volume:v2",
    "volume:v1/snapshot:s1/volume:v2/snapshot:t1",
    "volume:v1/snapshot:s1/volume:v2/snapshot:t1/volume:v3",
]


def test_the_tab_is_read_when_it_is_opened_and_not_before(wire: Wire, person: Person) -> None:
    chain(wire)
    page = person.get(f"{VOLUMES}v1/")
    assert page.one("//a[@data-target='#volume_details__lineage_tab']").get("data-loaded") == (
        "false"
    )
    assert page.all("//*[@data-sd-lineage]") == []
    assert "/v3/volumes/detail" not in asked(wire)
    # Without scripts the head of the tab is a link to the same page with the tab in it.
    assert nodes(person.get(f"{VOLUMES}v1/{TAB}")) == WHOLE


def test_everything_hangs_on_what_it_comes_from(wire: Wire, person: Person) -> None:
    chain(wire)
    page = lineage_of(person)
    assert nodes(page) == WHOLE
    assert page.said("//*[@data-sd-count]") == "0 instances, 3 volumes, 3 snapshots"
    said = "All 3 newer volumes of this project were checked."
    assert page.said("//*[@data-sd-said]") == said
    assert line(page, "volume:v1") == "Volume name of v1 - Available - you are here"
    assert line(page, "snapshot:s1").endswith("Taken while: Not recorded - Available")


def test_from_the_end_of_the_chain_it_is_the_same_tree_but_for_siblings(
    wire: Wire, person: Person
) -> None:
    chain(wire)
    page = lineage_of(person, "v3")
    assert nodes(page) == [each for each in WHOLE if each != "volume:v1/snapshot:s2"]
    (current,) = page.all("//*[@aria-current='true']")
    assert current.get("href") == f"{VOLUMES}v3/"


def test_a_snapshot_is_shown_in_the_tree_of_its_volume(wire: Wire, person: Person) -> None:
    chain(wire)
    page = lineage_of_snapshot(person, "s2")
    assert nodes(page) == WHOLE
    assert line(page, "snapshot:s2").endswith("you are here")
    assert page.said("//*[@class='sd-tree-note']") == (
        "(no volumes made from it; all newer volumes checked)"
    )


def test_what_keeps_what_is_said_at_the_end(wire: Wire, person: Person) -> None:
    chain(wire)
    said = [each.text_content() for each in lineage_of(person).all("//*[@class]/li[not(@class)]")]
    assert said == [
        '"name of s1" may not be deletable while name of v2 exists.',
        '"name of t1" may not be deletable while name of v3 exists.',
        "name of v1 cannot be deleted while it has snapshots.",
        "name of v2 cannot be deleted while it has snapshots.",
    ]


@pytest.mark.parametrize(
    ("dependency", "expected"),
    [
        ("always", '"name of s1" cannot be deleted while 2 volumes made from it exist.'),
        ("may", '"name of s1" may not be deletable while 2 volumes made from it exist.'),
        ("never", ""),
        (
            {"*": "never", "ss?": "always"},
            '"name of s1" cannot be deleted while 2 volumes made from it exist.',
        ),
        ({"*": "always", "ssd": "never"}, ""),
    ],
)
def test_the_operator_s_word_on_dependent_volumes_is_kept(
    dependency: object, expected: str, wire: Wire, person: Person, settings: object
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"SNAPSHOT_DEPENDENCY": dependency}  # type: ignore[attr-defined]
    wire.volume("v1")
    list_snapshots(wire, "v1", snapshot_json("s1"))
    for each in ("v2", "v3"):
        list_snapshots(wire, each)
    list_volumes(wire, *(volume_json(each, snapshot_id="s1") for each in ("v2", "v3")))
    text = lineage_of(person).text
    assert expected in text
    assert ("made from it exist" in text) is bool(expected)


def test_instances_are_named_with_their_states(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    wire.instance("i2", "SHUTOFF")
    wire.volume("v2", snapshot_id="s1", status="in-use", attachments=[attachment_json("i2")])
    list_snapshots(wire, "v1", snapshot_json("s1"))
    list_snapshots(wire, "v2")
    made = {"status": "in-use", "attachments": [attachment_json("i2"), attachment_json("i3")]}
    list_volumes(wire, volume_json("v2", snapshot_id="s1", **made))
    wire.fails("GET", f"{NOVA}/servers/i3", 404)
    page = lineage_of(person)
    assert "attached to name of i1 (Active)" in line(page, "volume:v1")
    assert "attached to name of i2 (Shutoff)" in line(page, "volume:v2")
    assert line(page, "volume:v2").endswith("attached to i3")
    assert page.said("//*[@data-sd-count]") == "3 instances, 2 volumes, 1 snapshot"


def test_a_source_that_is_gone_is_not_explained_further(wire: Wire, person: Person) -> None:
    wire.volume("v1", snapshot_id="gone")
    wire.fails("GET", "/snapshots/gone", 404)
    list_snapshots(wire, "v1")
    page = lineage_of(person)
    assert nodes(page) == ["unseen:gone", "unseen:gone/volume:v1"]
    assert line(page, "unseen:gone") == "A snapshot that no longer exists or that you cannot see"


def test_a_volume_of_somebody_else_above_is_only_said_to_be_there(
    wire: Wire, person: Person
) -> None:
    wire.volume("v1", snapshot_id="s0")
    wire.snapshot("s0", volume_id="v0")
    wire.fails("GET", "/volumes/v0", 404)
    list_snapshots(wire, "v1")
    page = lineage_of(person)
    assert nodes(page)[0] == "unseen:v0"
    assert line(page, "unseen:v0") == "A volume that you cannot see"


def test_a_snapshot_of_a_volume_that_is_not_seen_is_shown(wire: Wire, person: Person) -> None:
    wire.snapshot("s1")
    wire.fails("GET", "/volumes/v1", 404)
    wire.says("GET", "/attachments?volume_id=v1", {"attachments": []})
    list_snapshots(wire, "v1", snapshot_json("s1"))
    list_volumes(wire, volume_json("v2", snapshot_id="s1"))
    list_snapshots(wire, "v2")
    page = lineage_of_snapshot(person)
    assert nodes(page) == [
        "unseen:v1",
        "unseen:v1/snapshot:s1",
        "unseen:v1/snapshot:s1/volume:v2",
    ]


def test_the_page_s_own_snapshot_is_there_at_any_age(wire: Wire, person: Person) -> None:
    wire.volume("v1")
    newest = [snapshot_json(f"n{each}") for each in range(21)]
    wire.snapshot("old1")
    list_snapshots(wire, "v1", *newest, count=240)
    page = lineage_of_snapshot(person, "old1")
    assert nodes(page)[1:] == [
        *(f"volume:v1/snapshot:n{each}" for each in range(20)),
        "volume:v1/snapshot:old1",
    ]
    more = page.one("//li[contains(@class, 'sd-tree-more')]")
    assert more.xpath("string(span)") == "219 older snapshots"
    assert more.xpath("a/@href") == [f"{SNAPSHOT_TAB}&older=n19&past=20"]


def test_older_snapshots_are_the_same_page_without_scripts(wire: Wire, person: Person) -> None:
    wire.volume("v1")
    list_snapshots(wire, "v1", snapshot_json("s9"), count=5)
    page = lineage_of(person, query="&older=s8&past=3")
    assert wire.query("/snapshots/detail")["marker"] == "s8"
    assert nodes(page) == ["volume:v1", "volume:v1/snapshot:s9"]
    assert "1 older snapshot" in page.text
    assert page.all("//a[text()='Begin with the newest again']/@href") == [TAB]


def test_a_large_project_is_looked_through_in_parts(wire: Wire, person: Person) -> None:
    wire.volume("v1")
    list_snapshots(wire, "v1", snapshot_json("s1"))
    list_volumes(wire, volume_json("v1"), volume_json("v5"), count=10_000)
    page = lineage_of(person)
    assert page.said("//*[@data-sd-said]") == (
        "Looking for volumes made from these snapshots: 2 of 10,000 checked."
    )
    assert "(no volumes made from it" not in page.text
    assert page.one("//*[@data-sd-look]").get("data-sd-all") == "10000"
    (on,) = page.all("//a[@data-sd-look-on]/@href")
    list_volumes(wire, volume_json("v2", snapshot_id="s1"), marker="v5")
    list_snapshots(wire, "v2")
    following = person.get(f"{VOLUMES}v1/{on}")
    assert "volume:v1/snapshot:s1/volume:v2" in nodes(following)
    assert following.said("//*[@data-sd-said]") == (
        "The last of all 3 newer volumes of this project were checked."
    )
    assert "(no volumes made from it" not in following.text


def test_a_snapshot_that_everybody_reads_of_says_so_of_itself(wire: Wire, person: Person) -> None:
    wire.volume("v1")
    list_snapshots(wire, "v1", snapshot_json("s1"))
    list_volumes(wire, volume_json("v1"), count=3000)
    assert lineage_of_snapshot(person).said("//*[@data-sd-said]") == (
        "Looking for volumes made from this snapshot: 1 of 3,000 checked."
    )


def test_what_cannot_be_read_is_said_and_the_rest_stays(wire: Wire, person: Person) -> None:
    wire.volume("v1", snapshot_id="s0")
    wire.fails("GET", "/snapshots/s0", 503)
    list_snapshots(wire, "v1", snapshot_json("s1"))
    wire.fails("GET", "/volumes/detail", 503)
    page = lineage_of(person)
    assert nodes(page) == ["volume:v1", "volume:v1/snapshot:s1"]
    assert page.said("//*[@data-sd-said]") == "Not everything could be checked."
    assert "It cannot be read right now where this volume comes from." in page.text
    assert "(no volumes made from it" not in page.text
    # From the beginning, as nothing has been looked through.
    (on,) = page.all("//a[@data-sd-look-on]/@href")
    assert on == f"{TAB}&looked=2026-11-22T06%3A10%3A00%2B00%3A00&done=0&all=0"
    list_volumes(wire, volume_json("v2", snapshot_id="s1"))
    list_snapshots(wire, "v2")
    again = person.get(f"{VOLUMES}v1/{on}")
    assert "volume:v1/snapshot:s1/volume:v2" in nodes(again)
    assert wire.query("/volumes/detail")["created_at"] == "gte:2026-11-22T05:10:00"
    wire.fails("GET", "/snapshots/detail", 503)
    wire.fails("GET", "/snapshots/detail?volume_id=v1", 503)
    page = lineage_of(person)
    assert "The snapshots of this volume cannot be read right now." in page.text
    assert "Its snapshots" in page.text


def test_all_generations_are_found_in_one_look(wire: Wire, person: Person) -> None:
    chain(wire)
    assert nodes(lineage_of(person)) == WHOLE
    assert len(wire.sent("GET", "/volumes/detail")) == 1
    assert wire.query("/volumes/detail")["created_at"] == "gte:2026-11-22T05:10:00"


def test_what_is_made_later_is_searched_since_the_first_snapshots(
    wire: Wire, person: Person
) -> None:
    """Those of the volume; one that is not on the first page of them is older."""
    wire.volume("v1")
    list_snapshots(wire, "v1", snapshot_json("s9"), count=300)
    wire.snapshot("s1", created_at="2026-11-01T06:10:00")
    list_volumes(wire, volume_json("v1"))
    lineage_of(person)
    assert wire.query("/volumes/detail")["created_at"] == "gte:2026-11-22T05:10:00"
    lineage_of_snapshot(person, "s1")
    assert wire.query("/volumes/detail")["created_at"] == "gte:2026-11-01T05:10:00"


def test_where_all_volumes_are_looked_at_that_is_said(wire: Wire, person: Person) -> None:
    wire.versions("3.59")
    chain(wire)
    page = lineage_of_snapshot(person, "s2")
    assert page.said("//*[@data-sd-said]") == "All 3 volumes of this project were checked."
    assert page.said("//*[@class='sd-tree-note']") == (
        "(no volumes made from it; all 3 volumes checked)"
    )


@pytest.mark.parametrize("path", ["/snapshots/detail", "/volumes/detail", "/snapshots/s0"])
def test_an_expired_session_leads_to_the_login(path: str, wire: Wire, person: Person) -> None:
    wire.volume("v1", snapshot_id="s0")
    wire.snapshot("s0")
    list_snapshots(wire, "v1", snapshot_json("s1"))
    wire.fails("GET", path, 401)
    wire.fails("GET", f"{path}?volume_id=v1", 401)
    assert lineage_of(person).status == 401


def test_names_are_escaped_and_isolated(wire: Wire, person: Person) -> None:
    hostile = "<script>alert(1)</script>"
    wire.volume("v1", name=hostile)
    list_snapshots(wire, "v1", snapshot_json("s1", name=hostile))
    page = lineage_of(person)
    assert hostile not in page.html
    assert [each.text_content() for each in page.all("//ul[@class='sd-tree']//bdi")] == (
        [hostile] * 2
    )


def test_many_volumes_made_from_one_snapshot_are_folded(wire: Wire, person: Person) -> None:
    wire.volume("v1")
    list_snapshots(wire, "v1", snapshot_json("s1"))
    made = [volume_json(f"m{each}", snapshot_id="s1") for each in range(60)]
    list_volumes(wire, *made)
    for each in made:
        list_snapshots(wire, str(each["id"]))
    page = lineage_of(person)
    (more,) = page.all("//li[@data-sd-node='snapshot:s1']/ul/li[@data-sd-more]")
    assert more.xpath("string(span)") == "50 more volumes"
    # Without scripts nothing is hidden.
    assert len(more.xpath("ul/li[@data-sd-node]")) == 50


SMALL, LARGE = 3, 300


@pytest.mark.parametrize("large", [False, True])
def test_what_it_costs_has_an_end(large: bool, wire: Wire, person: Person) -> None:
    """At most: 3 of the page, its snapshots, 2 looks, 12 lists of snapshots, 12 instances."""
    count = LARGE if large else SMALL
    wire.volume("v1")
    list_snapshots(wire, "v1", snapshot_json("s1"), count=LARGE if large else 1)
    made = []
    for each in range(count - 2):
        used = attachment_json(f"i{each}")
        made.append(volume_json(f"m{each}", snapshot_id="s1", status="in-use", attachments=[used]))
        list_snapshots(wire, f"m{each}", snapshot_json(f"t{each}", volume_id=f"m{each}"))
        wire.instance(f"i{each}")
    list_volumes(wire, *made)
    before = len(asked(wire))
    page = lineage_of(person)
    assert len(nodes(page)) >= count
    assert len(asked(wire)) - before <= (3 + 1 + 2 + 12 + 12 + 1 if large else 9)


def around_the_desk(wire: Wire) -> None:
    """Let there be what the admin's details read besides."""
    wire.says("GET", "/os-services", {"services": []})
    wire.says("GET", "/messages", {"messages": []})
    wire.says("GET", f"/os-quota-sets/{PROJECT}", {"quota_set": {}})
    project = {"id": PROJECT, "name": "web-shop", "domain_id": "default", "enabled": True}
    wire.says("GET", f"{KEYSTONE}/projects/{PROJECT}", {"project": project})


def test_an_administrator_asks_for_volumes_by_their_snapshots(wire: Wire, log_in: LogIn) -> None:
    admin = log_in(user("admin", project="p-admin"))
    wire.volume("v1")
    around_the_desk(wire)
    foreign = {"os-extended-snapshot-attributes:project_id": OTHER_PROJECT}
    list_snapshots(wire, "v1", snapshot_json("s1"), snapshot_json("s2", **foreign))
    list_volumes(wire, volume_json("v2", snapshot_id="s1"))
    list_snapshots(wire, "v2")
    page = admin.get(f"/admin/volumes/v1/{TAB}", dialog=True)
    assert nodes(page) == [
        "volume:v1",
        "volume:v1/snapshot:s1",
        "volume:v1/snapshot:s1/volume:v2",
        "volume:v1/snapshot:s2",
    ]
    query = wire.query("/volumes/detail")
    assert (query["snapshot_id"], query["all_tenants"]) == ("['s1','s2']", "1")
    assert wire.query("/snapshots/detail")["all_tenants"] == "1"
    assert "Other project" in line(page, "snapshot:s2")
    assert page.said("//*[@data-sd-said]") == ""
    assert "/admin/volumes/v2/" in page.html
    assert "/project/" not in page.html


def test_an_answer_to_another_question_counts_for_nothing(wire: Wire, log_in: LogIn) -> None:
    admin = log_in(user("admin", project="p-admin"))
    wire.volume("v1")
    around_the_desk(wire)
    list_snapshots(wire, "v1", snapshot_json("s1"))
    list_volumes(wire, volume_json("v9"), volume_json("v2", snapshot_id="s1"))
    page = admin.get(f"/admin/volumes/v1/{TAB}", dialog=True)
    assert nodes(page) == ["volume:v1", "volume:v1/snapshot:s1"]
    assert page.said("//*[@data-sd-said]") == "Not everything could be checked."
