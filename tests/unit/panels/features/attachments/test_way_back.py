# SPDX-License-Identifier: Apache-2.0
"""Manage Attachments and Create Backup return to the page that opened them."""

from urllib.parse import urlencode

import pytest

from tests.unit.cloud.wire import (
    NOVA,
    OTHER_PROJECT,
    PROJECT,
    Wire,
    attachment_json,
    volume_json,
)
from tests.unit.panels.person import CREATE_SNAPSHOT, VOLUMES, Answer, Person

ATTACH = f"{VOLUMES}v1/attach/"
FILTERED = f"{VOLUMES}?field=name&value=db&marker=v7"
DIALOG = f"{CREATE_SNAPSHOT}?{urlencode({'next': FILTERED})}"
HOST = "http://testserver"


def shelved(wire: Wire) -> None:
    """Let a volume be held for a shelved instance, from which it can be detached."""
    wire.attached(("i1", "SHELVED_OFFLOADED"), status="reserved")
    known = {"volumeAttachment": {"device": "/dev/vdb"}}
    wire.says("GET", f"{NOVA}/servers/i1/os-volume_attachments/v1", known)
    wire.says("DELETE", f"{NOVA}/servers/i1/os-volume_attachments/v1", {}, 202)


def opened(person: Person, **headers: str) -> Answer:
    """Open Manage Attachments from another page."""
    return Answer(person.client.get(ATTACH, headers=headers))


def detached(person: Person, page: Answer) -> Answer:
    """Press Detach Volume."""
    button = page.all("//tbody//button[contains(@value, '__detach__')]")[0]
    form = next(each for each in button.iterancestors("form"))
    return person.post(form.get("action"), {"action": button.get("value")})


@pytest.mark.parametrize("back", [FILTERED, DIALOG, "/project/snapshots/s1/revert/"])
@pytest.mark.parametrize("explicitly", [True, False])
def test_detaching_leads_back(wire: Wire, person: Person, back: str, *, explicitly: bool) -> None:
    shelved(wire)
    if explicitly:
        page = person.get(f"{ATTACH}?{urlencode({'next': back})}")
    else:
        page = opened(person, Referer=HOST + back)
    assert page.one("//a[contains(@class, 'cancel')]").get("href") == back
    answer = detached(person, page)
    assert answer.status == 302
    address = answer.headers["Location"]
    assert address == back or address.startswith(back + ("&" if "?" in back else "?"))
    # Only where it was detached for a while.
    assert ("detached=v1%2Fi1" in address) is (back != FILTERED)


@pytest.mark.parametrize(
    "referer", ["", "http://elsewhere.example/x/", f"{HOST}{ATTACH}", f"{HOST}//elsewhere.example/"]
)
def test_what_is_no_page_of_ours_is_no_way_back(wire: Wire, person: Person, referer: str) -> None:
    shelved(wire)
    page = opened(person, **({"Referer": referer} if referer else {}))
    assert page.one("//a[contains(@class, 'cancel')]").get("href") == VOLUMES
    assert detached(person, page).headers["Location"] == VOLUMES


def test_what_was_detached_for_a_dialog_travels_with_its_form(wire: Wire, person: Person) -> None:
    wire.volume()
    page = person.get(f"{CREATE_SNAPSHOT}?detached=v1/i1&detached=nonsense")
    assert [each.value for each in page.all("//input[@name='detached']")] == ["v1/i1"]


def test_the_list_leads_to_manage_attachments_with_its_filter(wire: Wire, person: Person) -> None:
    entries = [attachment_json("i1")]
    wire.holds("volumes", volume_json(status="error", attachments=entries))
    page = person.get(f"{VOLUMES}?field=name&value=db")
    (link,) = page.all(
        f"//a[starts-with(@href, '{ATTACH}')][contains(@class, 'data-table-action')]"
    )
    assert urlencode({"next": f"{VOLUMES}?field=name&value=db"}) in link.get("href")


def test_a_backup_leads_back_to_the_dialog_that_offered_it(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.says("GET", "/backups/detail", {"backups": []})
    path = f"{VOLUMES}v1/create_backup/?{urlencode({'next': DIALOG})}"
    page = person.get(path)
    assert page.one("//form[@id]//a[contains(@class, 'cancel')]").get("href") == DIALOG
    assert page.one("//form[.//input[@name='volume_id']]").get("action") == path


@pytest.mark.parametrize("action", ["detach", "attach"])
def test_in_another_project_nothing_is_attached_or_detached(
    wire: Wire, person: Person, action: str
) -> None:
    shelved(wire)
    page = opened(person)
    form = page.all("//form[contains(@action, '/attach/')]")[0]
    assert f"project={PROJECT}&region=RegionOne" in form.get("action")
    elsewhere = form.get("action").replace(PROJECT, OTHER_PROJECT)
    sent = {"instance": "i1"}
    if action == "detach":
        sent = {"action": page.all("//tbody//button")[0].get("value")}
    answer = person.post(elsewhere, sent)
    assert answer.status == 302
    assert [each for each in wire.mocker.request_history if each.method != "GET"] == []
