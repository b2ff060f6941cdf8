# SPDX-License-Identifier: Apache-2.0
"""Searches of the services by id or part of a name, by role; and Nova's empty images."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from devcloud.waiting import wait_until
from snapshot_dashboard.cloud import compute, images, names, people, support_search
from snapshot_dashboard.cloud.errors import Forbidden
from snapshot_dashboard.cloud.session import Connection, Deadline
from snapshot_dashboard.rules.support_search import Kind, SearchResult
from tests.cloud.workshop import PATIENCE, Workshop, unique
from tests.conftest import Connect

pytestmark = pytest.mark.extended

Ours = Callable[..., Connection]


@pytest.fixture(scope="module")
def ours(connect: Connect) -> Ours:
    """Function: the connection that the plugin would use for a user."""

    def connection(user: str, project: str | None = None) -> Connection:
        theirs: Any = connect(user, project)
        session = theirs.session
        return Connection(
            token=session.get_token(),
            project_id=theirs.current_project_id,
            region=theirs.config.region_name,
            block_storage_url=theirs.block_storage.get_endpoint(),
            compute_url=theirs.compute.get_endpoint(),
            verify=True,
            rights=user,
            deadline=Deadline(PATIENCE),
            write_seconds=PATIENCE,
            identity_url=session.get_endpoint(service_type="identity", interface="public"),
            image_url=session.get_endpoint(service_type="image", interface="public") + "/v2",
        )

    return connection


@pytest.fixture
def support(ours: Ours) -> Connection:
    """An administrator who works in a project of her own."""
    return ours("admin", "admin")


@dataclass(frozen=True)
class Booted:
    """An instance of web-shop that was started from a volume, and the image made of it."""

    instance: Any
    volume: Any
    image_id: str
    snapshot: Any


@pytest.fixture(scope="module")
def booted(shared_workshop: Workshop) -> Booted:
    """Start an instance from a volume, and let Nova make an image of it."""
    # Every character in the name that means something in a regular expression.
    instance, volume_id = shared_workshop.started_from_volume(r"a|b (web) [1] {2} ^x$ .*+?\d")
    owner = shared_workshop.owner
    image = owner.compute.create_server_image(instance.id, unique("rescue"))
    shared_workshop.later(owner.image.delete_image, image.id)
    wait_until(
        lambda: bool(shared_workshop.snapshots_of(volume_id)),
        seconds=PATIENCE,
        what="Nova to make the snapshot of the root volume",
    )
    (made,) = shared_workshop.snapshots_of(volume_id)
    snapshot = shared_workshop.settled_snapshot(made.id)
    return Booted(instance, owner.block_storage.get_volume(volume_id), image.id, snapshot)


@pytest.fixture(scope="module")
def objects(booted: Booted, connect: Connect) -> dict[Kind, tuple[str, str]]:
    """One of each kind, by id and name, none of it Otto's."""
    theirs: Any = connect("admin")
    anna, web_shop = theirs.identity.find_user("anna"), theirs.identity.find_project("web-shop")
    everything = {
        Kind.SNAPSHOT: booted.snapshot,
        Kind.VOLUME: booted.volume,
        Kind.INSTANCE: booted.instance,
        Kind.PROJECT: web_shop,
        Kind.USER: anna,
    }
    return {kind: (str(each.id), str(each.name)) for kind, each in everything.items()}


@pytest.mark.parametrize("kind", list(Kind))
def test_support_finds_anything_by_its_id_in_either_spelling(
    kind: Kind, objects: dict[Kind, tuple[str, str]], support: Connection
) -> None:
    object_id, name = objects[kind]
    plain = object_id.replace("-", "")
    for text in (plain, f" '{uuid.UUID(plain)}' ".upper()):
        found = support_search.find(support, text)
        assert [(each.kind, each.id, each.name) for each in found.hits] == [(kind, object_id, name)]
        assert (found.unread, found.more) == ((), ())


@pytest.mark.parametrize("kind", list(Kind))
def test_support_finds_anything_by_a_part_of_its_name(
    kind: Kind, objects: dict[Kind, tuple[str, str]], support: Connection
) -> None:
    object_id, name = objects[kind]
    found = support_search.find(support, name[1:])
    assert (kind, object_id, name) in [(each.kind, each.id, each.name) for each in found.hits]
    assert (found.unread, found.more) == ((), ())


def test_what_belongs_to_a_project_is_told_with_it(
    booted: Booted, objects: dict[Kind, tuple[str, str]], support: Connection
) -> None:
    web_shop, _name = objects[Kind.PROJECT]
    for kind in (Kind.SNAPSHOT, Kind.VOLUME, Kind.INSTANCE):
        (hit,) = support_search.find(support, objects[kind][0]).hits
        assert hit.project_id == web_shop
    (server,) = compute.instances_named(support, str(booted.instance.name), 5)
    assert (server.project_id, server.status) == (web_shop, "ACTIVE")


def test_a_name_that_cinder_would_take_for_a_number_is_found(
    shared_workshop: Workshop, support: Connection
) -> None:
    """A volume's filters are read as Python literals: this one would search for a decimal."""
    name = f"0x{uuid.uuid4().hex[:12]}"
    volume = shared_workshop.owner.block_storage.create_volume(name=name, size=1)
    shared_workshop.adopt_volume(volume.id)
    assert [each.id for each in support_search.find(support, name).hits] == [volume.id]


@pytest.mark.parametrize("text", ["[1]", "{}", "None", "(1,)", "'", "%", "_", "|", "(", "\\"])
def test_nothing_is_found_that_does_not_hold_the_text(text: str, support: Connection) -> None:
    found = support_search.find(support, text)
    assert found.unread == ()
    assert all(text in each.name for each in found.hits)


@pytest.mark.parametrize("length", [64, 65, 255, 300])
def test_no_length_is_too_much_for_a_service(length: int, support: Connection) -> None:
    assert support_search.find(support, "x" * length) == SearchResult()


def without_request_ids(found: SearchResult) -> object:
    """Return everything that is told, but for the ids that no two requests share."""
    unread = [(kind, reason.reason, reason.status) for kind, reason in found.unread]
    return found.hits, unread, found.more


@pytest.mark.parametrize("kind", list(Kind))
def test_a_member_of_another_project_is_not_told_whether_it_exists(
    kind: Kind, objects: dict[Kind, tuple[str, str]], ours: Ours
) -> None:
    otto = ours("otto")
    object_id, name = objects[kind]
    nobodys = uuid.uuid4()
    expected = without_request_ids(support_search.find(otto, str(nobodys)))
    assert without_request_ids(support_search.find(otto, object_id)) == expected
    expected = without_request_ids(
        support_search.find(otto, f"no such name {nobodys}"[: len(name)])
    )
    assert without_request_ids(support_search.find(otto, name)) == expected
    assert expected[0] == ()  # type: ignore[index]


def test_a_member_finds_what_is_his_own(
    objects: dict[Kind, tuple[str, str]], ours: Ours, booted: Booted
) -> None:
    anna = ours("anna")
    for object_id, _name in objects.values():
        assert [each.id for each in support_search.find(anna, object_id).hits] == [object_id]
    found = support_search.find(anna, booted.volume.name)
    assert [each.id for each in found.hits] == [booted.volume.id]
    refused = {kind: reason.status for kind, reason in found.unread}
    assert refused == {Kind.INSTANCE: 403, Kind.PROJECT: 403, Kind.USER: 403}


def test_names_of_people_are_read_by_those_who_may(
    objects: dict[Kind, tuple[str, str]], ours: Ours, support: Connection
) -> None:
    for kind in (Kind.PROJECT, Kind.USER):
        object_id, name = objects[kind]
        assert names.look_up(support, kind.value, [object_id])[object_id].name == name
        assert names.look_up(ours("otto"), kind.value, [object_id]) == {}
        assert names.look_up(ours("anna"), kind.value, [object_id])[object_id].name == name
    user_id, _name = objects[Kind.USER]
    assert names.look_up(ours("rita"), "user", [user_id]) == {}


def test_all_projects_names_are_read_by_an_administrator_only(
    objects: dict[Kind, tuple[str, str]], ours: Ours, support: Connection
) -> None:
    object_id, name = objects[Kind.PROJECT]
    found = people.project_names(support)
    assert (found[object_id], found.truncated) == (name, False)
    with pytest.raises(Forbidden):
        people.project_names(ours("otto"))


@pytest.mark.parametrize(
    ("user", "project"), [("anna", None), ("rita", None), ("admin", "admin"), ("admin", "web-shop")]
)
def test_the_empty_image_that_nova_makes_is_found_by_its_snapshot(
    user: str, project: str | None, booted: Booted, ours: Ours
) -> None:
    found = images.empty_images_of(ours(user, project), [booted.snapshot.id])
    (image,) = found.images
    assert image.id == booted.image_id
    assert image.snapshot_ids == {booted.snapshot.id}
    assert image.project_id == booted.instance.project_id
    assert found.complete


def test_an_empty_image_that_its_owner_hides_is_found(
    booted: Booted, ours: Ours, shared_workshop: Workshop
) -> None:
    glance = shared_workshop.admin.image
    for hidden in (True, False):
        glance.update_image(booted.image_id, os_hidden=hidden)
        listed = [each.id for each in glance.images(size_max=0, visibility="all")]
        assert (booted.image_id in listed) is not hidden
        found = images.empty_images_of(ours("anna"), [booted.snapshot.id])
        assert [each.id for each in found.images] == [booted.image_id]


def test_another_projects_member_finds_no_empty_image(booted: Booted, ours: Ours) -> None:
    found = images.empty_images_of(ours("otto"), [booted.snapshot.id])
    assert (found.images, found.complete) == ((), True)


def test_the_beginning_of_an_id_is_found_by_administrators(
    support: Connection, ours: Ours, shared_workshop: Workshop
) -> None:
    volume = shared_workshop.volume("short")
    snapshot = shared_workshop.snapshot(volume.id)
    for object_id, kind in ((volume.id, Kind.VOLUME), (snapshot.id, Kind.SNAPSHOT)):
        for text in (object_id[:8], object_id[:13], object_id.replace("-", "")[:20]):
            found = support_search.find(support, text)
            assert (kind, object_id) in {(each.kind, each.id) for each in found.hits}
            assert found.whole == (Kind.INSTANCE, Kind.PROJECT, Kind.USER)
        # Cinder refuses the filter to members; they find by the whole id.
        assert support_search.find(ours("anna"), object_id[:8]).whole == tuple(Kind)
