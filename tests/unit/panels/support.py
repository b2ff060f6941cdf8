# SPDX-License-Identifier: Apache-2.0
"""The pages of support staff with faked services without faults."""

from typing import Any

from openstack_auth.user import User

from tests.unit.cloud.wire import (
    KEYSTONE,
    OTHER_PROJECT,
    PROJECT,
    Json,
    Wire,
    attachment_json,
    snapshot_json,
    volume_json,
)
from tests.unit.panels.every_view import nothing_there
from tests.unit.panels.person import CATALOG, Answer, user

SNAPSHOTS = "/admin/snapshots/"
VOLUMES = "/admin/volumes/"
FIND = f"{SNAPSHOTS}find/"
HOST = "cinder@ssd"
SNAPSHOT = f"{SNAPSHOTS}s1"
VOLUME = f"{VOLUMES}v1/"
UNREAD = "This could not be read."
DETACHED = "The volume is detached: a snapshot is taken without a warning."
HOSTILE = "<script>alert('x')</script>\"'&"
IMAGES = "http://image.test/v2/images"
_GLANCE = {"interface": "public", "region": "RegionOne", "url": "http://image.test"}


def support_user(*roles: str) -> User:
    """Return an administrator, in a project of her own, of a cloud that has images too."""
    endpoint = {**_GLANCE, "region_id": "RegionOne"}
    image = {"type": "image", "name": "image", "endpoints": [endpoint]}
    everything = [*CATALOG, image]
    return user(*(roles or ("admin", "member", "reader")), project="p-support", catalog=everything)


def hosted(volume_id: str = "v1", **more: Any) -> Json:
    """Return a volume as Cinder tells it to an administrator."""
    return volume_json(volume_id, **{"os-vol-host-attr:host": f"{HOST}#p1", **more})


def be_quiet(wire: Wire) -> None:
    """Let there be the volume v1 of our project, and let every service answer."""
    wire.holds("snapshots")
    wire.holds("volumes", hosted())
    wire.says("GET", "/volumes/v1", {"volume": hosted()})
    wire.records("v1")
    wire.says("GET", "/messages", {"messages": []})
    service = {"binary": "cinder-volume", "host": HOST, "state": "up", "status": "enabled"}
    service["updated_at"] = "2026-11-22T15:52:00.000000"
    wire.says("GET", "/os-services", {"services": [service]})
    wire.says("GET", IMAGES, {"images": []})
    wire.quota()
    for project in (PROJECT, OTHER_PROJECT):
        wire.says("GET", f"{KEYSTONE}/projects/{project}", {"project": person(project)})
    wire.says("GET", f"{KEYSTONE}/users/u-anna", {"user": person("u-anna")})


def busy(wire: Wire) -> None:
    """Let an instance use the volume v1, which has the snapshot s1; all else is 404."""
    nothing_there(wire)
    be_quiet(wire)
    used = volume_json(attachments=[attachment_json("i1")], status="in-use")
    wire.attached(("i1", "ACTIVE"))
    wire.volume("v2")
    wire.snapshot()
    wire.holds("volumes", used)
    wire.holds("snapshots", snapshot_json())
    wire.says("GET", "/backups/detail", {"backups": []})
    wire.says("GET", "/types", {"volume_types": []})
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": []})
    wire.says("GET", f"{KEYSTONE}/projects", {"projects": [], "links": {}})
    limits = {"volumes": {"in_use": 1, "reserved": 0, "limit": 10}}
    wire.says("GET", "/os-quota-sets/p-support?usage=True", {"quota_set": limits})


def person(object_id: str, name: str | None = None) -> Json:
    """Return a project or a user as Keystone tells it."""
    return {"id": object_id, "name": name or f"name of {object_id}", "enabled": True}


def alive(wire: Wire) -> None:
    """Let Keystone have no project and no user of any name or other id."""
    wire.nobody_has_the_id()
    wire.says("GET", f"{KEYSTONE}/projects", {"projects": [], "links": {}})
    wire.says("GET", f"{KEYSTONE}/users", {"users": [], "links": {}})


def shown(page: Answer) -> list[str]:
    """Return the ids of the rows that a list shows."""
    return [each.get("data-object-id") for each in page.all("//tr[@data-object-id]")]


def heads(page: Answer) -> list[str]:
    """Return the titles of the columns, without that of the ticks."""
    found = page.all("//table[contains(@class, 'sd-list')]/thead/tr[last()]/th")
    return [title for each in found if (title := " ".join(each.text_content().split()))]


def cell(page: Answer, title: str, object_id: str = "s1") -> str:
    """Return what a row says under a column's title."""
    place = (
        len(page.all("//tr[@data-object-id][1]/td")) - len(heads(page)) + heads(page).index(title)
    )
    return page.said(f"//tr[@data-object-id='{object_id}']/td[{place + 1}]")


def line(page: Answer, term: str) -> str:
    """Return what stands beside a term on a page of details."""
    return page.said(f"//dl[contains(@class, 'sd-lines')]/dt[.='{term}']/following-sibling::dd[1]")


def asked(wire: Wire) -> list[str]:
    """Return the paths that were asked for, versions left out."""
    paths = [each.path.removeprefix("/v3") for each in wire.mocker.request_history]
    return [path for path in paths if path != "/"]


def there_is(wire: Wire, **more: Any) -> None:
    """Let the volume be so, and made by Anna."""
    wire.says("GET", "/volumes/v1", {"volume": hosted(user_id="u-anna", **more)})


def attached(wire: Wire, *instances: tuple[str, str], **more: Any) -> None:
    """Let the volume be in use by instances, each an id and a status."""
    entries = [attachment_json(each) for each, _status in instances]
    there_is(wire, **({"status": "in-use", "attachments": entries} | more))
    wire.records("v1", *(each for each, _status in instances))
    for instance_id, status in instances:
        wire.instance(instance_id, status)


def lines(page: Answer) -> dict[str, str]:
    """Return everything that the first list of facts says."""
    terms = page.all("(//dl[contains(@class, 'sd-lines')])[1]/dt")
    return {each.text_content(): line(page, each.text_content()) for each in terms}


def spaced(text: str) -> str:
    """Return facts that stand one below another as if they stood in a row."""
    return text.replace("used.S", "used. S")


def blockers(page: Answer) -> list[str]:
    """Return what must go first."""
    return [
        " ".join(each.text_content().split()) for each in page.all("//ol[@class='sd-obstacles']/li")
    ]


def ticket(page: Answer) -> list[str]:
    """Return the lines of the text for a ticket."""
    return list(
        page.one("//details[contains(@class, 'sd-ticket')]/pre").text_content().splitlines()
    )
