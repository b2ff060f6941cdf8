# SPDX-License-Identifier: Apache-2.0
"""Decides which features of the plugin a cloud has: for ``check --cloud``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from snapshot_dashboard.rules.cloud_check import (
    NAMES,
    Finding,
    State,
    Version,
    ways_back,
    written,
)
from snapshot_dashboard.rules.failure import Service

_CINDER, _NOVA, _GLANCE = Service.BLOCK_STORAGE, Service.COMPUTE, Service.IMAGE

# The releases of OpenStack that brought a version of an API.
RELEASES: Mapping[Service, Mapping[Version, str]] = {
    _CINDER: {
        (3, 5): "Newton",
        (3, 27): "Ocata",
        (3, 34): "Pike",
        (3, 40): "Pike",
        (3, 43): "Pike",
        (3, 45): "Queens",
        (3, 60): "Ussuri",
        (3, 65): "Xena",
    },
    _NOVA: {
        (2, 9): "Liberty",
        (2, 20): "Mitaka",
        (2, 37): "Newton",
        (2, 39): "Ocata",
        (2, 45): "Pike",
        (2, 60): "Queens",
    },
}
_PROGRAMS = {_CINDER: "Cinder", _NOVA: "Nova", _GLANCE: "Glance"}


@dataclass(frozen=True, slots=True)
class Need:
    """A version of a service; ``without`` is what is lost where the rest goes on without it."""

    service: Service
    version: Version = (0, 0)
    without: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that a person can do: what it needs, and what may keep it from being offered.

    ``rules`` are those of Horizon's policy files for it. ``setting`` is the one that brings
    Horizon's own dialog back.
    """

    key: str
    text: str
    needs: tuple[Need, ...] = ()
    rules: tuple[str, ...] = ()
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read of a cloud, and of a Horizon where there is one.

    A service that is in neither ``versions`` nor ``unread`` is not in the region. ``allowed`` tells
    of Horizon's rules whether the roles fulfil them, ``settings`` are the operator's own.
    ``raw_images`` tells that Glance takes images of format raw; ``backup`` and ``frozen`` are what
    is known of the backup service and of images whose instances can be frozen.
    """

    versions: Mapping[Service, Version] = field(default_factory=dict)
    unread: frozenset[Service] = frozenset()
    allowed: Mapping[str, bool] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    raw_images: bool = False
    backup: Finding | None = None
    frozen: Finding | None = None


_READ_INSTANCES = Need(_NOVA, (2, 9), "every attached volume is told as state unknown")
FEATURES = (
    Feature(
        "create_snapshot",
        "Create Snapshot of a volume, with a warning where it may be corrupted",
        (Need(_CINDER, (3, 27)), _READ_INSTANCES),
        ("volume:create_snapshot",),
    ),
    Feature(
        "snapshot_set",
        "Create Snapshots of several volumes, Snapshot Volumes of an instance",
        (Need(_CINDER, (3, 27)), _READ_INSTANCES),
        ("volume:create_snapshot",),
    ),
    Feature(
        "frozen",
        "Create Frozen Snapshots",
        (Need(_NOVA, (2, 39)), Need(_GLANCE)),
        ("volume:create_snapshot",),
    ),
    Feature(
        "create_backup",
        "Create Backup, with the warning",
        (Need(_CINDER, (3, 43), "a backup does not say what it was made while"),),
        ("backup:create",),
        "CREATE_BACKUP",
    ),
    Feature(
        "upload_to_image",
        "Upload to Image, with the warning",
        (Need(_GLANCE),),
        ("volume_extension:volume_actions:upload_image",),
        "UPLOAD_TO_IMAGE",
    ),
    Feature(
        "instance_snapshot",
        "Create Snapshot of an instance, with what it means for volumes",
        (Need(_NOVA, (2, 45)), Need(_GLANCE)),
        ("os_compute_api:snapshot",),
        "INSTANCE_SNAPSHOT",
    ),
    Feature(
        "group_snapshot",
        "Create Snapshot of a group, with the warning",
        (Need(_CINDER, (3, 27)),),
        ("group:create_group_snapshot",),
        "GROUP_SNAPSHOT",
    ),
    Feature(
        "clone_group",
        "Clone Group, with the warning",
        (Need(_CINDER, (3, 27)),),
        ("group:create",),
        "CLONE_GROUP",
    ),
    Feature(
        "restrictions",
        "What snapshots forbid, before Extend, Change Volume Type and others",
        (),
        (),
        "SNAPSHOT_RESTRICTIONS",
    ),
    Feature("create_volume", "Create Volume of a snapshot", (), ("volume:create",)),
    Feature(
        "investigate",
        "Create Volume and Attach",
        (
            Need(_NOVA, (2, 20)),
            Need(_NOVA, (2, 60), "a volume that several instances may use cannot be attached"),
        ),
        ("volume:create", "os_compute_api:os-volumes-attachments:create"),
    ),
    Feature(
        "launch",
        "Launch as Instance, with advice",
        (Need(_NOVA),),
        ("os_compute_api:servers:create",),
        "LAUNCH_FROM_SNAPSHOT",
    ),
    Feature(
        "set_launch",
        "Launch New Instance of a set of snapshots",
        (Need(_NOVA, (2, 37)),),
        ("volume:create", "os_compute_api:servers:create"),
    ),
    Feature(
        "attachments",
        "Manage Attachments",
        (Need(_NOVA, (2, 20)),),
        (
            "os_compute_api:os-volumes-attachments:create",
            "os_compute_api:os-volumes-attachments:delete",
        ),
    ),
    Feature(
        "delete",
        "Delete, with what must go first, and Lineage",
        (Need(_CINDER, (3, 60), "looking for volumes made from a snapshot reads more pages"),),
        ("volume:delete", "volume:delete_snapshot"),
    ),
    Feature(
        "keeping",
        "Keep Until, Hold and Release Hold of snapshots",
        (),
        ("volume:update_snapshot_metadata",),
    ),
    Feature(
        "clean_up",
        "Clean Up, which lists what may no longer be needed",
        (),
        ("volume:delete_snapshot",),
    ),
    Feature("reasons", "Why a snapshot has failed", (Need(_CINDER, (3, 5)),)),
    Feature(
        "counts",
        "How many snapshots there are",
        (Need(_CINDER, (3, 45), 'numbers are "or more"'),),
    ),
    Feature(
        "support",
        "Pages for support staff",
        (
            Need(_CINDER, (3, 34), "Find takes whole names only"),
            Need(_CINDER, (3, 65), "temporary snapshots are known by their names only"),
        ),
        ("context_is_admin",),
    ),
)
# What Horizon is asked for each role.
RULES = tuple(dict.fromkeys(rule for each in FEATURES for rule in each.rules)) + (
    "volume:revert_to_snapshot",
    "volume:reimage",
)


def scope_of(rule: str) -> str:
    """Return under which name Horizon has the policy file of a rule."""
    return "compute" if rule.startswith("os_compute_api:") else "volume"


def features(facts: Facts) -> tuple[Finding, ...]:
    """Return of each feature whether it is there, why not, and what an operator can do."""
    found = [_with_more(_judged(each, facts), facts) for each in FEATURES]
    if version := facts.versions.get(_CINDER):
        back = ways_back(version, has_images=facts.raw_images)
        found += [_hidden(each, facts) for each in back]
    else:
        why = "Ways back to a snapshot: Block Storage could not be read"
        found.append(Finding("ways_back", State.UNKNOWN, why, "See above"))
    return tuple(found)


def _judged(feature: Feature, facts: Facts) -> Finding:
    lacks = [*_withdrawn(feature, facts)]
    losses = []
    for need in feature.needs:
        lack = _lack(need, facts)
        if lack and need.without:
            losses.append(f"{need.without} ({lack.text})")
        elif lack:
            lacks.append(lack)
    if not lacks:
        return Finding(feature.key, State.YES, "; ".join([feature.text, *losses]))
    worst = next((each for each in lacks if each.state is State.NO), lacks[0])
    return Finding(feature.key, worst.state, f"{feature.text}: {worst.text}", worst.do)


def _withdrawn(feature: Feature, facts: Facts) -> Iterator[Finding]:
    word = facts.settings.get(feature.setting)
    if word in ("stock", "hide"):
        text = f'SNAPSHOT_DASHBOARD["{feature.setting}"] is "{word}"'
        yield Finding(feature.key, State.NO, text, "Take it out of the settings")
    for rule in feature.rules:
        if facts.allowed.get(rule) is not False:
            continue
        if rule == "context_is_admin":
            yield Finding(feature.key, State.NO, "for administrators, who these roles are not")
        else:
            text = f"Horizon hides it from these roles (rule {rule})"
            advice = f'Look at the policy file of "{scope_of(rule)}" in Horizon\'s POLICY_FILES'
            yield Finding(feature.key, State.NO, text, advice)


def _lack(need: Need, facts: Facts) -> Finding | None:
    name = NAMES[need.service]
    found = facts.versions.get(need.service)
    if need.service in facts.unread:
        return Finding("", State.UNKNOWN, f"{name} could not be read", "See above")
    if found is None:
        return Finding("", State.NO, f"this region has no {name} service")
    if found >= need.version:
        return None
    release = RELEASES[need.service][need.version]
    advice = f"It is in {_PROGRAMS[need.service]} since {release}"
    return Finding("", State.NO, f"needs {name} API {written(need.version)}", advice)


def _with_more(found: Finding, facts: Facts) -> Finding:
    """Return a finding with what is known of the backup service, or of images."""
    more = {"create_backup": facts.backup, "frozen": facts.frozen}.get(found.key)
    if found.state is State.NO or more is None or more.state is State.YES:
        return found
    state = State.UNKNOWN if found.state is State.UNKNOWN else more.state
    return Finding(found.key, state, f"{found.text}: {more.text}", more.do)


def _hidden(found: Finding, facts: Facts) -> Finding:
    rule = {"revert": "volume:revert_to_snapshot", "reimage": "volume:reimage"}[found.key]
    if found.state is State.NO or facts.allowed.get(rule) is not False:
        return found
    text = f"{found.text}: Horizon hides it from these roles (rule {rule})"
    return Finding(found.key, State.NO, text)
