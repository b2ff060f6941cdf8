# SPDX-License-Identifier: Apache-2.0
"""The result page of a set: its content, its actions and its calls."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.cache import cache

from snapshot_dashboard.cloud import idempotency
from snapshot_dashboard.rules import sets
from tests.unit.cloud.wire import (
    CINDER,
    NOVA,
    OTHER_PROJECT,
    PROJECT,
    SILENT,
    Json,
    Wire,
    connection,
    snapshot_json,
)
from tests.unit.panels.features.snapshot_set.snapshot_sets import (
    OF_INSTANCE,
    SET,
    accepting,
    asked,
    fill,
    running,
    volumes_of,
)
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person

SET_ID = "0f0e0d0c-0b0a-4908-8706-050403020100"
MESSAGES = "/messages?resource_uuid={}&limit=1&sort=created_at:desc"


def address(*ids: str, **more: str) -> str:
    """Return the address of the set's page."""
    query = [*(("id", each) for each in ids), *more.items()]
    return f"{SET}{SET_ID}/?{urlencode(query)}"


def member(volume_id: str, status: str = "available", count: int = 2, **more: Any) -> Json:
    """Return a snapshot of the set as Cinder tells it."""
    said = snapshot_json(f"s-{volume_id}", volume_id=volume_id, status=status)
    return said | {"metadata": sets.metadata(SET_ID, count)} | more


def lines(page: Answer) -> list[str]:
    """Return the lines of the page."""
    found = page.all("//*[@class='sd-set-lines']/ul/li")
    return [" ".join(each.text_content().split()) for each in found]


def send(wire: Wire, person: Person, **more: str) -> str:
    """Send the dialog of an instance with two volumes; return the address that follows."""
    dialog = person.get(OF_INSTANCE, dialog=True)
    answer = person.post(OF_INSTANCE, fill(dialog, tick=True, **more), dialog=True)
    return str(answer.headers["X-Horizon-Location"])


def test_whoever_made_a_set_is_told_what_it_costs_by_type(
    wire: Wire, person: Person, settings: Any
) -> None:
    types = {"ssd": "0.05", "nvme": "1"}
    settings.SNAPSHOT_DASHBOARD = {"PRICES": {"currency": "NZD", "types": types}}
    running(wire, "v1", "v2")
    wire.volume("v2", volume_type="hdd")
    accepting(wire)
    url = send(wire, person)
    set_id = urlsplit(url).path.removeprefix(SET).strip("/")
    made = [member("v1"), member("v2")]
    wire.holds("snapshots", *(each | {"metadata": sets.metadata(set_id, 2)} for each in made))
    said = "Price: about NZD 1.00 a month. Those whose price is not known are left out."
    assert said in person.get(url).text


def test_what_a_set_costs_is_told_where_one_price_is_for_all(
    wire: Wire, person: Person, settings: Any
) -> None:
    wire.holds("snapshots", member("v1"), member("v2", status="error"))
    types = {"*": "0.05"}
    settings.SNAPSHOT_DASHBOARD = {"PRICES": {"currency": "NZD", "types": types}}
    wire.says("GET", MESSAGES.format("s-v2"), {"messages": []})
    assert "Price: about NZD 1.00 a month." in person.get(address("v1", "v2")).text
    types["nvme"] = "1"
    assert "Price" not in person.get(address("v1", "v2")).text


def made(wire: Wire, *ids: str, status: str = "creating") -> list[Json]:
    """Return what Cinder has made of what it was asked for."""
    return [
        snapshot_json(f"s-{each}", volume_id=each, status=status, metadata=body["metadata"])
        for each, body in asked(wire).items()
        if each in ids
    ]


def test_each_line_tells_what_became_of_its_snapshot(wire: Wire, person: Person) -> None:
    wire.holds("snapshots", member("v2", "creating"), member("v1"))
    page = person.get(address("v1", "v2"))
    assert page.said("//*[@data-sd-set-summary]") == "2 of 2 snapshots requested."
    assert lines(page) == ["v1 - Available", "v2 - Creating"]
    assert page.all("//*[@data-sd-moving]")
    assert page.said("//a[@data-sd-set-reload]") == "Reload"
    assert "Try Again" not in page.text
    assert "not at the same instant" in page.text


def test_the_page_costs_one_call_where_the_filter_works(wire: Wire, person: Person) -> None:
    wire.holds("snapshots", member("v1"), member("v2"))
    person.get(address("v1", "v2"))
    assert len(wire.sent("GET", "/snapshots/detail")) == 1


@pytest.mark.parametrize("how", ["ignored", "refused"])
def test_without_the_filter_each_volume_is_looked_at(wire: Wire, person: Person, how: str) -> None:
    other = snapshot_json("other", volume_id="v9")
    if how == "ignored":
        wire.holds("snapshots", other, member("v1"))
    else:
        wire.fails("GET", "/snapshots/detail", 400)
    listed = f"{CINDER}/snapshots/detail?volume_id="
    wire.says("GET", f"{listed}v1", {"snapshots": [member("v1")]})
    wire.says("GET", f"{listed}v2", {"snapshots": [snapshot_json("s", volume_id="v2")]})
    page = person.get(address("v1", "v2"))
    assert lines(page) == [
        "v1 - Available",
        "v2 - Not there: it was not created, or has been deleted.",
    ]
    assert page.said("//*[@data-sd-set-summary]") == "1 of 2 snapshots requested."


def test_a_volume_that_cannot_be_looked_at_is_not_called_missing(
    wire: Wire, person: Person
) -> None:
    wire.fails("GET", "/snapshots/detail", 400)
    wire.says("GET", f"{CINDER}/snapshots/detail?volume_id=v1", {"snapshots": [member("v1")]})
    wire.fails("GET", f"{CINDER}/snapshots/detail?volume_id=v2", 500)
    page = person.get(address("v1", "v2"))
    assert lines(page)[1].startswith(
        "v2 - It cannot be checked right now. The storage service answered with an internal error"
    )
    assert "Try Again" not in page.text


def test_a_refusal_is_told_with_its_reason_and_only_the_missing_is_made_again(
    wire: Wire, person: Person
) -> None:
    running(wire, "v1", "v2")
    accepting(wire, "v2")
    result = send(wire, person, name="before", description="typed")
    wire.holds("snapshots", *made(wire, "v1"))
    page = person.get(result)
    assert lines(page) == [
        "name of v1 - Creating",
        "name of v2 - Not created: Your project has reached a limit. Delete what is no longer "
        "needed, or ask for a higher limit. Reason given by the service: "
        "the reason Request ID: req-00000000-0000-4000-8000-000000000000",
    ]
    assert ("btn btn-primary", "Try Again (1)") in page.submits
    form = page.one("//form[contains(@action, 'snapshot_set')]")
    wire.mocker.reset_mock()
    accepting(wire)
    again = person.post(form.get("action"), dict(form.form_values()))
    assert urlsplit(again.headers["Location"]).path == urlsplit(result).path
    (body,) = asked(wire).values()
    assert (body["volume_id"], body["name"], body["description"], body["force"]) == (
        "v2",
        "before name of v2",
        "typed",
        True,
    )
    assert body["metadata"][sets.SIZE] == "2"
    query = parse_qs(urlsplit(again.headers["Location"]).query)
    assert query["id"] == ["v1", "v2"]


def test_trying_again_is_refused_where_it_has_become_worse(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2", status="SHUTOFF")
    accepting(wire, "v2")
    result = send(wire, person)
    wire.holds("snapshots", *made(wire, "v1"))
    form = person.get(result).one("//form[contains(@action, 'snapshot_set')]")
    running(wire, "v1", "v2")
    wire.mocker.reset_mock()
    accepting(wire)
    again = person.post(form.get("action"), dict(form.form_values()))
    assert again.problem == "Nothing more was created: the situation has changed"
    assert asked(wire) == {}
    assert not again.one("//input[@name='acknowledged']").checked


def test_somebody_else_ticks_for_himself(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2")
    accepting(wire, "v2")
    result = send(wire, person)
    wire.holds("snapshots", *made(wire, "v1"))
    cache.clear()
    page = person.get(result)
    assert lines(page)[1] == "v2 - Not there: it was not created, or has been deleted."
    (link,) = page.all("//a[contains(@href, '/snapshot_set/?')]")
    assert link.text_content() == "Try Again (1)"
    accepting(wire)
    dialog = person.get(link.get("href"))
    assert dialog.said("//h3") == "Snapshot All Volumes of name of i1"
    assert not dialog.one("//input[@name='acknowledged']").checked
    wire.mocker.reset_mock()
    accepting(wire)
    done = person.post(link.get("href"), fill(dialog, tick=True))
    assert urlsplit(done.headers["Location"]).path == urlsplit(result).path
    (body,) = asked(wire).values()
    assert (body["volume_id"], body["metadata"][sets.SIZE]) == ("v2", "2")


def test_a_failure_of_the_storage_is_told_in_words_and_made_again(
    wire: Wire, person: Person
) -> None:
    running(wire, "v1", "v2")
    accepting(wire)
    result = send(wire, person)
    failed = made(wire, "v2", status="error")
    wire.holds("snapshots", *made(wire, "v1", status="available"), *failed)
    event = {"id": "m1", "resource_uuid": "s-v2", "event_id": "VOLUME_VOLUME_SNAPSHOT_009_013"}
    wire.says("GET", MESSAGES.format("s-v2"), {"messages": [event | {"user_message": "x"}]})
    page = person.get(result)
    assert lines(page) == [
        "name of v1 - Available",
        "name of v2 - Not created: The storage could not make the snapshot. Show snapshot",
    ]
    assert page.said("//*[@data-sd-set-summary]") == "1 of 2 snapshots requested."
    form = page.one("//form[contains(@action, 'snapshot_set')]")
    first = asked(wire)["v2"]["metadata"]["snapshot_dashboard:request"]
    wire.mocker.reset_mock()
    accepting(wire)
    person.post(form.get("action"), dict(form.form_values()))
    (body,) = asked(wire).values()
    assert body["volume_id"] == "v2"
    assert body["metadata"]["snapshot_dashboard:request"] != first


def test_a_failure_without_a_reason_says_so(wire: Wire, person: Person) -> None:
    wire.holds("snapshots", member("v1", "error"), member("v2"))
    wire.says("GET", MESSAGES.format("s-v1"), {"messages": []})
    page = person.get(address("v1", "v2"))
    assert lines(page)[0].startswith("v1 - Not created: The storage service gave no reason.")


def test_a_lost_answer_is_not_known_yet(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2")

    def answer(request: Any, context: Any) -> Json:
        if request.json()["snapshot"]["volume_id"] == "v2":
            raise SILENT
        context.status_code = 202
        return {"snapshot": snapshot_json("s-v1", volume_id="v1", status="creating")}

    wire.mocker.register_uri("POST", f"{CINDER}/snapshots", json=answer)
    result = send(wire, person)
    wire.holds("snapshots", *made(wire, "v1", status="available"))
    page = person.get(result)
    assert lines(page)[1] == (
        "name of v2 - Not known yet: the storage service did not answer in time."
    )
    assert page.all("//*[@data-sd-moving]")
    assert "Try Again" not in page.text
    wire.holds("snapshots", *made(wire, "v1", "v2", status="available"))
    found = person.get(result)
    assert lines(found)[1] == "name of v2 - Available"
    assert not found.all("//*[@data-sd-moving]")


def test_an_attempt_that_was_given_up_may_be_tried_again(
    wire: Wire, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "state", lambda *_: idempotency.AttemptState.GIVEN_UP)
    wire.holds("snapshots", member("v1"))
    page = person.get(address("v1", "v2"))
    assert lines(page)[1] == "v2 - Not there: it was not created, or has been deleted."
    assert "Try Again (1)" in page.text


def test_the_notice_of_the_system_disk_is_repeated(wire: Wire, person: Person) -> None:
    wire.instance("i1", image={"id": "g1"})
    volumes_of(wire, "v1", disks="b")
    wire.holds("snapshots", member("v1"))
    page = person.get(address("v1", instance="i1"))
    assert (
        "The system disk (root disk) of name of i1 is not a volume and is not included" in page.text
    )


def test_an_instance_that_is_gone_takes_nothing_away(wire: Wire, person: Person) -> None:
    wire.fails("GET", f"{NOVA}/servers/i1", 404)
    wire.holds("snapshots", member("v1"))
    assert lines(person.get(address("v1", instance="i1"))) == ["v1 - Available"]


def test_a_script_gets_the_lines_alone(wire: Wire, person: Person) -> None:
    wire.holds("snapshots", member("v1"))
    answer = person.get(address("v1", instance="i1"), dialog=True)
    assert answer.html.lstrip().startswith('<div class="sd-set-lines"')
    assert wire.sent("GET", f"{NOVA}/servers/i1") == []


def test_an_unreadable_set_is_explained(wire: Wire, person: Person) -> None:
    wire.fails("GET", "/snapshots/detail", 500)
    page = person.get(address("v1"))
    assert page.problem == "This cannot be shown right now"
    assert person.get(address("v1"), dialog=True).status == 503


def test_in_another_project_nothing_is_claimed(wire: Wire, person: Person) -> None:
    page = person.get(address("v1", project=OTHER_PROJECT))
    assert page.problem == 'You have switched to project "Web & Shop"'
    assert "Not there" not in page.text
    assert wire.sent("GET", "/snapshots/detail") == []


def test_members_that_are_not_listed_are_counted(wire: Wire, person: Person) -> None:
    wire.holds("snapshots", member("v1", count=5), member("v2", count=5))
    page = person.get(address("v1"))
    assert page.said("//*[@data-sd-set-summary]") == "2 of 5 snapshots requested."
    assert "3 more were asked for together with these." in page.text


def test_the_way_back_is_our_own(wire: Wire, person: Person) -> None:
    wire.holds("snapshots", member("v1"))
    back = "//a[normalize-space()='Back']/@href"
    assert person.get(address("v1", next="/project/instances/")).one(back) == "/project/instances/"
    assert person.get(address("v1", next="//evil.test/")).one(back) == VOLUMES


def test_a_snapshot_tells_which_set_it_is_part_of(wire: Wire, person: Person) -> None:
    wire.volume("v1")
    wire.snapshot(metadata=sets.metadata(SET_ID, 3))
    page = person.get(f"{SNAPSHOTS}s1")
    assert "Part of a set of 3 Show set" in page.text
    (url,) = page.all("//a[normalize-space()='Show set']/@href")
    assert urlsplit(url).path == urlsplit(address()).path
    wire.snapshot()
    assert "Part of a set" not in person.get(f"{SNAPSHOTS}s1").text


def test_a_form_whose_answer_was_lost_is_led_to_its_set(
    wire: Wire, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "is_shared", lambda: True)
    running(wire, "v1", "v2")
    accepting(wire)
    dialog = person.get(OF_INSTANCE, dialog=True)
    form = fill(dialog, tick=True)
    url = f"{SET}outcome/?request={form['request']}&project={PROJECT}"
    assert person.client.get(url).json()["state"] == "none"
    person.post(OF_INSTANCE, form, dialog=True)
    said = person.client.get(url).json()
    assert said["state"] == "made"
    assert "Show set" in said["html"]


def test_what_is_remembered_is_one_persons_own() -> None:
    from snapshot_dashboard.cloud import sets as cloud

    cloud.remember(connection(), "u-anna", sets.Plan(SET_ID))
    assert cloud.remembered(connection(), "u-anna", SET_ID) == sets.Plan(SET_ID)
    assert cloud.remembered(connection(), "u-ben", SET_ID) is None
    assert cloud.remembered(connection(project_id="p2"), "u-anna", SET_ID) is None
