# SPDX-License-Identifier: Apache-2.0
"""The search form of the lists: part of a name, volume, status, age, all in the address."""

import ast
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from django.core.cache import cache

from tests.unit.cloud.wire import CINDER, PROJECT, Json, Wire, snapshot_json, volume_json
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person

HOSTILE = "<script>alert('x')</script>\"'&"
BOTH = pytest.mark.parametrize(
    ("address", "resource"), [(VOLUMES, "volumes"), (SNAPSHOTS, "snapshots")]
)
V1, V2 = "7c2d0000-0000-4000-8000-00000000000a", "7c2d0000-0000-4000-8000-00000000000b"
S1 = "7c2d0000-0000-4000-8000-00000000000c"
REFUSED = "Invalid filters %s are found in query options."


@pytest.fixture(autouse=True)
def small(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Show three rows on a page, and look through five at a time."""
    settings.API_RESULT_PAGE_SIZE = 3
    monkeypatch.setattr("snapshot_dashboard.rules.listing.PART", 5)
    cache.clear()


def days_ago(days: float) -> str:
    """Return a moment as Cinder writes it."""
    return (datetime.now(timezone.utc) - timedelta(days=days)).replace(tzinfo=None).isoformat()


def cinder(
    wire: Wire, resource: str, *rows: Json, by_part: bool = False, by_tag: bool = True
) -> None:
    """Let Cinder hold these, the newest first, as it answers a member."""

    def answer(request: Any, context: Any) -> Json:
        said = dict(parse_qsl(urlsplit(request.url).query))
        refused = ["name~"] if "name~" in said and not by_part else []
        refused += ["metadata"] if "metadata" in said and not by_tag else []
        if refused:
            context.status_code = 400
            return {"badRequest": {"code": 400, "message": REFUSED % ", ".join(refused)}}
        found = list(rows) if said.get("sort", "").endswith("desc") else list(rows)[::-1]
        exact = said.keys() & {"name", "status", "volume_id"}
        found = [each for each in found if all(each[key] == said[key] for key in exact)]
        found = [each for each in found if said.get("name~", "")[1:] in each["name"]]
        wanted = ast.literal_eval(said.get("metadata", "{}")).items()
        found = [each for each in found if wanted <= each["metadata"].items()]
        ids = [each["id"] for each in found]
        start = ids.index(said["marker"]) + 1 if "marker" in said else 0
        limit = int(said.get("limit", "1000"))
        end = start + limit
        more = {f"{resource}_links": [{"rel": "next", "href": "x"}]} if end < len(found) else {}
        return {resource: found[start:end], "count": len(found), **more}

    wire.mocker.register_uri("GET", f"{CINDER}/{resource}/detail", json=answer)


def named(resource: str, *names: str) -> list[Json]:
    """Return rows whose ids are their names."""
    one = volume_json if resource == "volumes" else snapshot_json
    return [one(each, name=each) for each in names]


def of_age(**days: float) -> list[Json]:
    """Return snapshots whose ids are their names, so many days old."""
    return [snapshot_json(each, name=each, created_at=days_ago(ago)) for each, ago in days.items()]


def shown(page: Answer) -> list[str]:
    """Return the ids of the rows that a page shows."""
    return [each.get("data-object-id") for each in page.all("//tr[@data-object-id]")]


def asking(address: str, **values: str) -> str:
    """Return the address of a search."""
    pairs = [pair for each in values.items() for pair in zip(("field", "value"), each, strict=True)]
    return f"{address}?{urlencode(pairs)}"


def calls(wire: Wire) -> list[str]:
    """Return the lists that were asked for, in order."""
    paths = (urlsplit(each.url).path for each in wire.mocker.request_history)
    return [each.removeprefix("/v3/") for each in paths if each.endswith("/detail")]


def fields(page: Answer) -> dict[str, str]:
    """Return what the form would send, by field."""
    form = page.one("//form[@role='search']")
    assert form.get("method").lower() == "get"
    pairs = [(each.name, each.value or "") for each in form.xpath(".//input | .//select")]
    values = [value for name, value in pairs if name == "value"]
    return dict(zip((value for name, value in pairs if name == "field"), values, strict=True))


@BOTH
def test_a_part_of_a_name_is_compared_here_where_cinder_refuses_it(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    cinder(wire, resource, *named(resource, "web-1", "db", "My-WEB"))
    assert shown(person.get(asking(address, name_part="web"))) == ["web-1", "My-WEB"]
    assert calls(wire) == [f"{resource}/detail"] * 2
    wire.mocker.reset_mock()
    assert shown(person.get(asking(address, name_part="db"))) == ["db"]
    assert calls(wire) == [f"{resource}/detail"]
    assert "name~" not in wire.query(f"/{resource}/detail")


@BOTH
def test_a_part_of_a_name_is_left_to_a_cinder_that_takes_it(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    cinder(wire, resource, *named(resource, "web-1", "db", "web-2"), by_part=True)
    assert shown(person.get(asking(address, name_part="web"))) == ["web-1", "web-2"]
    assert calls(wire) == [f"{resource}/detail"]
    query = wire.query(f"/{resource}/detail")
    assert (query["name~"], query["limit"]) == ("%web", "4")


def test_a_letter_that_means_any_other_to_a_database_is_compared_here(
    wire: Wire, person: Person
) -> None:
    wire.holds("snapshots", *named("snapshots", "a_b", "axb"))
    assert shown(person.get(asking(SNAPSHOTS, name_part="a_b"))) == ["a_b"]
    assert wire.query("/snapshots/detail")["name~"] == "%a_b"


def test_a_cinder_too_old_for_a_part_of_a_name_is_not_asked_by_it(
    wire: Wire, person: Person
) -> None:
    wire.versions("3.33")
    cinder(wire, "volumes", *named("volumes", "web", "db"), by_part=True)
    assert shown(person.get(asking(VOLUMES, name_part="web"))) == ["web"]
    assert "name~" not in wire.query("/volumes/detail")


def test_any_other_refusal_is_told(wire: Wire, person: Person) -> None:
    wire.fails("GET", "/volumes/detail", 400, "No.")
    page = person.get(asking(VOLUMES, name_part="web"))
    assert page.problem == "This cannot be shown: the storage service refused the request"
    assert len(calls(wire)) == 1


def tagged(**tags: str) -> list[Json]:
    """Return snapshots whose ids are their names, each with a value of the tag "env"."""
    return [snapshot_json(each, name=each, metadata={"env": tag}) for each, tag in tags.items()]


@pytest.mark.parametrize("value", ["prod", HOSTILE, "", "a=b", "größe \U0001f600", "None", "\\'"])
def test_a_tag_is_left_to_cinder(wire: Wire, person: Person, value: str) -> None:
    cinder(wire, "snapshots", *tagged(s1=value, s2=f"{value}x", s3=value))
    page = person.get(asking(SNAPSHOTS, tag=f"env={value}"))
    assert shown(page) == ["s1", "s3"]
    assert calls(wire) == ["snapshots/detail"]
    assert fields(page)["tag"] == f"env={value}"
    assert "<script>alert" not in page.html


def test_a_tag_is_compared_here_where_cinder_refuses_that(wire: Wire, person: Person) -> None:
    rows = tagged(web_1="prod", web_2="test", db="prod")
    cinder(wire, "snapshots", *rows, by_tag=False)
    assert shown(person.get(asking(SNAPSHOTS, tag="env=prod"))) == ["web_1", "db"]
    assert calls(wire) == ["snapshots/detail"] * 2
    wire.mocker.reset_mock()
    page = person.get(asking(SNAPSHOTS, tag="env=none"))
    assert calls(wire) == ["snapshots/detail"]
    assert "All of them were compared one by one: 3." in page.text
    # Both filters are refused in one answer.
    cache.clear()
    wire.mocker.reset_mock()
    assert shown(person.get(asking(SNAPSHOTS, name_part="web", tag="env=prod"))) == ["web_1"]
    assert calls(wire) == ["snapshots/detail"] * 2


@pytest.mark.parametrize("text", ["prod", "=prod", HOSTILE])
def test_what_is_no_tag_is_explained(wire: Wire, person: Person, text: str) -> None:
    page = person.get(asking(SNAPSHOTS, tag=text))
    assert page.problem == f'"{text}" is no tag that can be searched for'
    assert "such as env=prod" in page.problem_text
    assert calls(wire) == []


@BOTH
def test_a_long_list_is_searched_part_by_part_with_one_call_each(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    names = ["x1", "web-1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "web-2", "x9"]
    cinder(wire, resource, *named(resource, *names))
    page = person.get(asking(address, name_part="web"))
    wire.mocker.reset_mock()
    assert (
        page.said("//p[@data-sd-searching]/span[@role='status']") == "Searching: 5 of 11 checked."
    )
    further = page.one("//a[@data-sd-further]").get("href")
    page = person.get(address + further)
    assert shown(page) == ["web-2"]
    assert (
        page.said("//p[@data-sd-searching]/span[@role='status']") == "Searching: 10 of 11 checked."
    )
    page = person.get(address + page.one("//a[@data-sd-further]").get("href"))
    assert page.all("//p[@data-sd-searching]") == []
    assert "There are no rows on this page of the list. First page" in page.text
    assert calls(wire) == [f"{resource}/detail"] * 2
    assert fields(page)["name_part"] == "web"


def test_a_search_that_finds_nothing_says_so_at_its_end(wire: Wire, person: Person) -> None:
    cinder(wire, "snapshots", *named("snapshots", *(f"x{number}" for number in range(7))))
    page = person.get(asking(SNAPSHOTS, name_part="web", status="available"))
    assert "Nothing was found so far." in page.text
    assert "No snapshot matches" not in page.text
    page = person.get(SNAPSHOTS + page.one("//a[@data-sd-further]").get("href"))
    assert "No snapshot matches this filter." in page.text
    assert "All names were compared one by one: 7." in page.text
    without = [each.get("href") for each in page.all("//tr[contains(@class, 'empty')]//a")]
    assert [parse_qs(urlsplit(each).query)["field"] for each in without] == [
        ["status"],
        ["name_part"],
    ]


def test_more_than_a_page_has_is_on_the_next_one(wire: Wire, person: Person) -> None:
    cinder(wire, "volumes", *named("volumes", *(f"web-{number}" for number in range(5))))
    page = person.get(asking(VOLUMES, name_part="web"))
    (following,) = {each.get("href") for each in page.all("//a[contains(@href, 'marker=web-2')]")}
    assert shown(page) == ["web-0", "web-1", "web-2"]
    assert shown(person.get(VOLUMES + following)) == ["web-3", "web-4"]


@pytest.mark.parametrize(
    ("age", "found", "sort"),
    [("older:1m", ["s90", "s40"], "created_at:asc"), ("newer:1w", ["s1", "s2"], "created_at:desc")],
)
def test_an_age_is_where_the_list_begins_and_costs_one_call(
    wire: Wire, person: Person, age: str, found: list[str], sort: str
) -> None:
    cinder(wire, "snapshots", *of_age(s1=1, s2=2, s20=20, s40=40, s90=90))
    page = person.get(asking(SNAPSHOTS, age=age))
    assert shown(page) == found
    assert calls(wire) == ["snapshots/detail"]
    query = wire.query("/snapshots/detail")
    assert (query["sort"], query["limit"]) == (sort, "4")
    assert page.all("//a[contains(@href, 'marker=')]") == []


def test_an_age_in_another_order_is_searched_for(wire: Wire, person: Person) -> None:
    cinder(wire, "snapshots", *of_age(s1=1, s2=2, s20=20, s40=40, s90=90))
    page = person.get(asking(SNAPSHOTS, age="older:1m") + "&sort=-created_at")
    assert shown(page) == ["s40", "s90"]
    assert fields(page)["age"] == "older:1m"
    assert page.one("//form[@role='search']/input[@name='sort']").get("value") == "-created_at"


def test_an_age_that_is_none_is_told(wire: Wire, person: Person) -> None:
    page = person.get(asking(SNAPSHOTS, age=HOSTILE))
    assert page.problem == f'"{HOSTILE}" is no age that can be searched for'
    assert calls(wire) == []


def test_the_snapshots_of_a_volume_older_than_a_month_are_one_search(
    wire: Wire, person: Person
) -> None:
    cinder(wire, "volumes", volume_json(V1, name="web-data"), volume_json(V2, name="db"))
    old = {"created_at": days_ago(40)}
    cinder(
        wire,
        "snapshots",
        snapshot_json("young", volume_id=V1, created_at=days_ago(2)),
        snapshot_json("old", volume_id=V1, **old),
        snapshot_json("other", volume_id=V2, **old),
    )
    page = person.get(asking(SNAPSHOTS, volume="web-data", age="older:1m"))
    assert shown(page) == ["old"]
    assert calls(wire) == ["volumes/detail", "snapshots/detail"]
    words = [" ".join(each.text_content().split()) for each in page.all("//ul/li[./bdi]")]
    assert words == ["Volume = web-data", "Age = older than a month"]
    sent = fields(page)
    assert (sent["volume"], sent["age"], sent["name_part"]) == ("web-data", "older:1m", "")


@pytest.mark.parametrize("typed", [V1, V1.upper(), V1.replace("-", "")])
def test_a_volume_by_its_id_costs_no_call_more(wire: Wire, person: Person, typed: str) -> None:
    cinder(wire, "snapshots", snapshot_json("s1", volume_id=V1))
    assert shown(person.get(asking(SNAPSHOTS, volume=typed))) == ["s1"]
    assert calls(wire) == ["snapshots/detail"]


def test_a_volume_that_is_not_there_is_told_with_a_way_on(wire: Wire, person: Person) -> None:
    cinder(wire, "volumes")
    page = person.get(asking(SNAPSHOTS, volume=HOSTILE, age="older:1m"))
    assert page.problem == f'There is no volume called "{HOSTILE}"'
    assert "A volume is found by its whole name, or by its ID." in page.problem_text
    (offer,) = page.all("//*[contains(@class, 'sd-problem')]//a")
    query = parse_qs(urlsplit(offer.get("href")).query)
    assert query == {"field": ["age", "name_part"], "value": ["older:1m", HOSTILE]}
    assert "<script>alert" not in page.html
    assert calls(wire) == ["volumes/detail"]


def test_of_several_volumes_of_a_name_one_is_chosen(wire: Wire, person: Person) -> None:
    cinder(wire, "volumes", *(volume_json(each, name=HOSTILE) for each in (V1, V2)))
    cinder(wire, "snapshots", snapshot_json("s1", volume_id=V2))
    page = person.get(asking(SNAPSHOTS, volume=HOSTILE))
    assert page.problem == f'More than one volume is called "{HOSTILE}"'
    offers = page.all("//*[contains(@class, 'sd-problem')]//a")
    assert [each.text_content() for each in offers] == [f"{HOSTILE} ({each})" for each in (V1, V2)]
    assert shown(person.get(SNAPSHOTS + offers[1].get("href"))) == ["s1"]


def test_of_names_that_differ_by_capitals_the_one_as_typed_is_meant(
    wire: Wire, person: Person
) -> None:
    wire.holds("volumes", volume_json(V1, name="WEB"), volume_json(V2, name="web"))
    cinder(wire, "snapshots", snapshot_json("s1", volume_id=V2))
    assert shown(person.get(asking(SNAPSHOTS, volume="web"))) == ["s1"]


def test_an_id_in_the_box_finds_the_snapshot_or_those_of_the_volume(
    wire: Wire, person: Person
) -> None:
    cinder(wire, "snapshots", snapshot_json("s1", volume_id=V1))
    wire.says("GET", f"/snapshots/{S1}", {"snapshot": snapshot_json(S1)})
    wire.fails("GET", f"/snapshots/{V1}", 404)
    assert shown(person.get(asking(SNAPSHOTS, name_part=S1))) == [S1]
    assert calls(wire) == []
    assert shown(person.get(asking(SNAPSHOTS, name_part=V1))) == ["s1"]


def test_an_id_in_the_box_of_volumes_finds_the_volume(wire: Wire, person: Person) -> None:
    wire.says("GET", f"/volumes/{V1}", {"volume": volume_json(V1)})
    assert shown(person.get(asking(VOLUMES, name_part=V1))) == [V1]
    assert calls(wire) == []


@BOTH
def test_what_the_form_sends_becomes_an_address_without_empty_fields(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    cinder(wire, resource)
    sent = {**fields(person.get(address)), "name_part": " web ", "status": "error"}
    answer = person.get(asking(address, **sent))
    assert answer.status == 302
    assert answer.headers["Location"] == asking(address, name_part="web", status="error")
    wire.mocker.reset_mock()
    assert person.get(asking(address, name_part="")).headers["Location"] == address
    assert calls(wire) == []


def test_what_a_link_says_by_an_id_stands_where_people_write_it(wire: Wire, person: Person) -> None:
    cinder(wire, "snapshots", snapshot_json("s1", volume_id=V1, name="web"))
    page = person.get(asking(SNAPSHOTS, volume_id=V1, name="web"))
    assert shown(page) == ["s1"]
    assert fields(page)["volume"] == V1
    assert page.one("//details[contains(@class, 'sd-search-more')]").get("open") is not None


def test_a_status_is_chosen_in_the_words_of_the_page(wire: Wire, person: Person) -> None:
    cinder(wire, "snapshots", snapshot_json("s1", status="error_deleting"))
    page = person.get(asking(SNAPSHOTS, status="Error DELETING"))
    assert shown(page) == ["s1"]
    chosen = page.one("//select[@id='sd_search_status']/option[@selected]")
    assert (chosen.get("value"), chosen.text_content()) == ("error_deleting", "Error deleting")
    assert "Status = Error deleting" in page.text
    odd = person.get(asking(SNAPSHOTS, status="<odd>"))
    chosen = odd.one("//select[@id='sd_search_status']/option[@selected]")
    assert (chosen.get("value"), chosen.text_content()) == ("<odd>", "<odd>")


def test_a_whole_name_that_does_not_match_leads_to_a_part_of_it(wire: Wire, person: Person) -> None:
    cinder(wire, "volumes")
    page = person.get(asking(VOLUMES, name=HOSTILE))
    assert "The whole name must match." in page.text
    part = page.one("//a[.='Search by a part of the name']").get("href")
    assert part == asking("", name_part=HOSTILE)


def test_rows_of_a_volumes_name_are_read_again_without_looking_it_up(
    wire: Wire, person: Person
) -> None:
    wire.snapshot(status="creating")
    address = asking(SNAPSHOTS, volume="web-data", age="newer:1d")
    query = "&action=rows_update&table=volume_snapshots&obj_id=s1,s2"
    wire.says("GET", "/snapshots/s2", {"snapshot": snapshot_json("s2")})
    answer = person.client.get(
        address + query, headers={"x-requested-with": "XMLHttpRequest"}
    ).json()
    assert set(answer["rows"]) == {"s1", "s2"}
    assert calls(wire) == []


def test_the_next_part_of_another_project_is_not_taken(wire: Wire, person: Person) -> None:
    cinder(wire, "volumes", *named("volumes", "web-1"))
    address = asking(VOLUMES, name_part="web")
    script = {"x-requested-with": "XMLHttpRequest"}
    part = Answer(
        person.client.get(f"{address}&project={PROJECT}&region=RegionOne", headers=script)
    )
    assert (part.status, shown(part)) == (200, ["web-1"])
    assert "project%3D" not in part.html
    wire.mocker.reset_mock()
    part = Answer(person.client.get(f"{address}&project=other&region=RegionOne", headers=script))
    assert part.status == 409
    assert calls(wire) == []
    assert person.get(f"{address}&project=other").status == 200


@pytest.mark.parametrize("field", ["name_part", "name", "volume", "age", "status"])
def test_nothing_that_is_searched_for_is_run_by_angular(
    wire: Wire, person: Person, field: str
) -> None:
    cinder(wire, "volumes")
    cinder(wire, "snapshots")
    page = person.get(asking(SNAPSHOTS, **{field: "{$ 1 $}"}))
    assert "{$" not in page.html
    assert page.all("//form[@role='search']")


def test_a_details_tab_has_no_search(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.holds("snapshots", snapshot_json())
    page = person.get(f"{VOLUMES}v1/?tab=volume_details__snapshots_tab")
    assert page.all("//form[@role='search']") == []
