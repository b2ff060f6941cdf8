# SPDX-License-Identifier: Apache-2.0
"""Makes a volume from each snapshot of a set, each once, and one instance of all of them.

Nova could make the volumes by itself (a block device whose source is a snapshot). It is not asked
to: it gives up on a volume after some three minutes, names none of them, and where one fails those
before it are left without a mark. Volumes that were made first are found again, and Cinder refuses
to reserve one for a second instance, so that no form ever makes two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from snapshot_dashboard.cloud import block_storage, caching, compute, idempotency, lists
from snapshot_dashboard.cloud.answers import Record, number, text
from snapshot_dashboard.cloud.bounded_reads import Sparing
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import (
    CloudError,
    Forbidden,
    NotFound,
    QuotaExceeded,
    Refused,
    RequestFailed,
    Service,
    checked,
)
from snapshot_dashboard.cloud.idempotency import AlreadyMade, AttemptState
from snapshot_dashboard.cloud.partial_reads import Fact, facts
from snapshot_dashboard.cloud.session import Connection, Deadline
from snapshot_dashboard.rules import set_launch as rules
from snapshot_dashboard.rules.consistency import REQUEST
from snapshot_dashboard.rules.failure import Failure
from snapshot_dashboard.rules.quota import Limit
from snapshot_dashboard.rules.set_launch import LAUNCH, Disk, Flavor, Launched, Model, NewVolumes
from snapshot_dashboard.rules.volume import Volume

_READ = "2.9"
# From here on an instance without networks has to be asked for as such, and is given a volume that
# several instances may use.
_LAUNCH = {False: "2.37", True: "2.60"}
_NEWEST = 50
_PAGE = 100
_WAITED_FOR = 30.0
_REMEMBERED = 24 * 3600

Value = TypeVar("Value")
# What sends a request for a volume of a snapshot, and writes that down.
SendVolume = Callable[[str, Callable[[], Volume]], Volume]
SendInstance = Callable[[Callable[[], Launched]], Launched]


@dataclass(frozen=True, slots=True)
class Order:
    """A volume to be made from a snapshot."""

    disk: Disk
    name: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What there is of a form. ``wanted``: the instance is to follow as soon as it can."""

    form: str
    snapshot_ids: tuple[str, ...]
    volumes: NewVolumes
    launched: Launched | None
    stage: rules.Stage
    wanted: bool
    refusals: Mapping[str, Failure]
    # Why the instance was refused; or whether it was asked for, and nobody knows what became of it.
    refusal: Failure | None
    asking: bool


def disks(connection: Connection, snapshot_ids: Sequence[str]) -> tuple[Disk, ...]:
    """Read snapshots and their volumes.

    :raises CloudError: one of them cannot be read.
    """
    one = Sparing().each(partial(block_storage.snapshot, connection))
    found = _all(facts(connection, one, snapshot_ids))
    wanted = [each.volume_id for each in found]
    volumes = _all(facts(connection, partial(block_storage.volume, connection), wanted))
    by_id = {each.id: each for each in volumes}
    return tuple(Disk(each, by_id[each.volume_id]) for each in found)


def _all(found: Mapping[str, Fact[Value]]) -> list[Value]:
    for each in found.values():
        if each.error is not None:
            raise each.error
    return [each.value for each in found.values() if each.value is not None]


def model(connection: Connection, instance_id: str) -> Model:
    """Read an instance of this project with all that a new one takes over.

    Its id may be from metadata, which anybody in the project can edit: an administrator could read
    any project's.

    :raises CloudError: it cannot be read, or its networks or its flavor cannot.
    """
    path = f"/servers/{checked(instance_id)}"
    get = partial(connection.call, Service.COMPUTE, "GET", microversion=_READ)
    interfaces = connection.start(lambda: get(f"{path}/os-interface"))
    devices = connection.start(partial(compute.disks_of, connection, instance_id))
    found = connection.fetch(lambda: get(path)).record("server")
    if text(found, "tenant_id") != connection.project_id:
        raise NotFound
    about = found.get("flavor")
    flavor = connection.start(partial(_flavor, connection, text(_record(about), "id")))
    key_name = text(found, "key_name")
    foreign_key = bool(key_name) and not connection.fetch(partial(_has_key, connection, key_name))
    networks = interfaces.get().records("interfaceAttachments")
    return Model(
        id=text(found, "id"),
        name=text(found, "name"),
        flavor=flavor.get(),
        devices=devices.get(),
        networks=tuple(text(each, "net_id") for each in networks if text(each, "net_id")),
        network_names=tuple(_record(found.get("addresses"))),
        security_groups=_names(found.get("security_groups")),
        key_name=key_name,
        foreign_key=foreign_key,
        zone=text(found, "OS-EXT-AZ:availability_zone"),
        config_drive=text(found, "config_drive").lower() == "true",
    )


def _record(found: object) -> Record:
    return found if isinstance(found, dict) else {}


def _names(found: object) -> tuple[str, ...]:
    listed = found if isinstance(found, list) else ()
    return tuple(dict.fromkeys(text(_record(each), "name") for each in listed))


def _flavor(connection: Connection, flavor_id: str) -> Flavor:
    path = f"/flavors/{checked(flavor_id)}"
    answer = connection.call(Service.COMPUTE, "GET", path, microversion=_READ)
    found = answer.record("flavor")
    cores, memory = number(found.get("vcpus")), number(found.get("ram"))
    return Flavor(flavor_id, text(found, "name") or flavor_id, cores, memory)


def _has_key(connection: Connection, name: str) -> bool:
    """Tell whether this person has a key pair of this name: each has pairs of their own."""
    answer = connection.call(Service.COMPUTE, "GET", "/os-keypairs", microversion=_READ)
    pairs = (_record(each.get("keypair")) for each in answer.records("keypairs"))
    return any(text(each, "name") == name for each in pairs)


def limits(connection: Connection) -> Mapping[str, Limit]:
    """Read Nova's limits of instances, cores and memory (MiB).

    :raises CloudError: they cannot be read.
    """
    answer = connection.call(Service.COMPUTE, "GET", "/limits", microversion=_READ)
    found = _record(answer.record("limits").get("absolute"))
    named = {"instances": "Instances", "cores": "Cores", "ram": "RAM"}
    limits = {}
    for resource, word in named.items():
        used = number(found.get(f"total{word}Used"))
        most = f"maxTotal{word}Size" if resource == "ram" else f"maxTotal{word}"
        if used is not None:
            limits[resource] = Limit(used, number(found.get(most)))
    return limits


def made(connection: Connection, form: str) -> NewVolumes:
    """Find the volumes that were made for a form.

    :raises CloudError: they cannot be read.
    """
    return rules.new_volumes(_marked(connection, LAUNCH, form))


def _marked(connection: Connection, key: str, value: str) -> Sequence[Volume]:
    """Return the project's volumes with this entry, oldest first.

    Compared here too: the filter is ignored below 3.10, and an operator can switch it off. Then
    the newest are looked at.
    """
    query: lists.Query = {"metadata": str({key: value}), "limit": _PAGE, "sort": "created_at:desc"}
    try:
        found = lists.read(connection, lists.VOLUMES, query).items
    except Refused:
        return block_storage.volumes_with(connection, key, value)
    return [each for each in found[::-1] if each.metadata.get(key) == value]


def make_volumes(
    connection: Connection, form: str, orders: Sequence[Order], send: SendVolume
) -> Mapping[str, CloudError]:
    """Make each volume once, and return why some were not, by snapshot."""
    waiting = replace(connection, deadline=Deadline(_WAITED_FOR))
    by_id = {each.disk.snapshot.id: each for each in orders}

    def make(snapshot_id: str) -> Volume:
        return _made(waiting, form, by_id[snapshot_id], send)

    found = facts(waiting, make, by_id)
    errors = {key: each.error for key, each in found.items() if each.error is not None}
    certain = {
        key: error.failure
        for key, error in errors.items()
        if isinstance(error, RequestFailed) and not error.uncertain
    }
    cache.set(_key(connection, form, "refusals"), certain, _REMEMBERED)
    return errors


def _made(connection: Connection, form: str, order: Order, send: SendVolume) -> Volume:
    snapshot = order.disk.snapshot

    ask = partial(
        block_storage.create_volume,
        connection,
        snapshot.id,
        name=order.name,
        description="",
        # None is the snapshot's own.
        size=snapshot.size,
        metadata=rules.metadata(form, snapshot.id, order.request_id),
    )
    look = partial(_marked, connection, REQUEST, order.request_id)
    try:
        return idempotency.make_once(
            connection, order.request_id, look=look, make=lambda: send(snapshot.id, ask)
        )
    except AlreadyMade as error:
        before: Volume = error.found[0]
        return before


def read(connection: Connection, form: str, snapshot_ids: Sequence[str]) -> Progress:
    """Look once at what there is of a form.

    :raises CloudError: it cannot be read.
    """
    volumes = connection.fetch(partial(made, connection, form))
    complete = all(volumes.of(each) for each in snapshot_ids)
    launched = connection.fetch(partial(_launched, connection, form)) if complete else None
    under_way = [
        each
        for each in snapshot_ids
        if volumes.of(each) is None and _is_under_way(connection, form, each, volumes)
    ]
    return Progress(
        form=form,
        snapshot_ids=tuple(snapshot_ids),
        volumes=volumes,
        launched=launched,
        stage=rules.stage(snapshot_ids, volumes, launched, under_way),
        wanted=bool(cache.get(_key(connection, form, "wish"))),
        refusals=cache.get(_key(connection, form, "refusals")) or {},
        refusal=cache.get(_key(connection, form, "refusal")),
        asking=launched is None and _is_claimed(connection, form),
    )


def _is_under_way(connection: Connection, form: str, snapshot_id: str, volumes: NewVolumes) -> bool:
    request_id = rules.request_id(form, snapshot_id, volumes)
    return _is_claimed(connection, request_id)


def _is_claimed(connection: Connection, request_id: str) -> bool:
    state = idempotency.state(connection.region, connection.project_id, request_id)
    return state is AttemptState.UNDER_WAY


def was_sent(region: str, project_id: str, form: str, snapshot_ids: Sequence[str]) -> bool:
    """Tell whether a form has asked for something, as far as that is remembered."""
    nothing = rules.new_volumes(())
    ids = (rules.request_id(form, each, nothing) for each in snapshot_ids)
    states = (idempotency.state(region, project_id, each) for each in ids)
    return any(each is not AttemptState.NONE for each in states)


def _launched(connection: Connection, form: str) -> Launched | None:
    """Find the instance of a form among the newest of the project."""
    path, query = "/servers/detail", {"limit": _NEWEST}
    answer = connection.call(Service.COMPUTE, "GET", path, microversion=_READ, query=query)
    marked = (
        each
        for each in answer.records("servers")
        if _record(each.get("metadata")).get(LAUNCH) == form
    )
    return next((_instance(each) for each in marked), None)


def _instance(raw: Record) -> Launched:
    fault = text(_record(raw.get("fault")), "message")
    return Launched(text(raw, "id"), text(raw, "name"), text(raw, "status"), fault)


def want(connection: Connection, form: str) -> None:
    """Remember that the instance is to be launched as soon as its volumes are Available."""
    cache.set(_key(connection, form, "wish"), True, _REMEMBERED)


def take_wish(connection: Connection, form: str) -> bool:
    """Tell whether the instance is wanted; True only once, to whoever asks first."""
    return bool(cache.delete(_key(connection, form, "wish")))


def launch(
    connection: Connection,
    form: str,
    like: Model,
    name: str,
    volumes: Sequence[Volume],
    send: SendInstance,
) -> Launched:
    """Ask for the instance, once; ``volumes`` begin with that of the system disk.

    :raises CloudError: it was refused, or that is not known, or it was made before.
    """
    cache.delete(_key(connection, form, "refusal"))

    def look() -> Sequence[Launched]:
        found = _launched(connection, form)
        return [found] if found else []

    ask = partial(_ask, connection, form, like, name, volumes)
    try:
        return idempotency.make_once(connection, form, look=look, make=lambda: send(ask))
    except RequestFailed as error:
        if not error.uncertain:
            cache.set(_key(connection, form, "refusal"), error.failure, _REMEMBERED)
        raise


def _ask(
    connection: Connection, form: str, like: Model, name: str, volumes: Sequence[Volume]
) -> Launched:
    devices = [
        {
            "uuid": each.id,
            "source_type": "volume",
            "destination_type": "volume",
            "boot_index": 0 if place == 0 else -1,
            "delete_on_termination": False,
        }
        for place, each in enumerate(volumes)
    ]
    wanted: dict[str, object] = {
        "name": name,
        "flavorRef": like.flavor.id,
        "block_device_mapping_v2": devices,
        "networks": [{"uuid": each} for each in like.networks] or "none",
        "metadata": {LAUNCH: form},
    }
    optional: dict[str, object] = {
        "security_groups": [{"name": each} for each in like.security_groups],
        "key_name": "" if like.foreign_key else like.key_name,
        "availability_zone": like.zone,
        "config_drive": like.config_drive,
    }
    wanted |= {key: value for key, value in optional.items() if value}
    version = _LAUNCH[any(each.multiattach for each in volumes)]
    post = partial(connection.call, Service.COMPUTE, "POST", "/servers", microversion=version)
    try:
        answer = post(body={"server": wanted})
    except Forbidden as error:
        # Nova words a limit as it words what a role forbids.
        if "quota" not in error.reason.lower():
            raise
        raise QuotaExceeded(
            error.reason, status=error.status, request_id=error.request_id, service=error.service
        ) from error
    made_id = text(answer.record("server"), "id")
    return Launched(made_id, name, "BUILD")


def _key(connection: Connection, form: str, what: str) -> str:
    return caching.key(connection.region, connection.project_id, "set-launch", form, what)
