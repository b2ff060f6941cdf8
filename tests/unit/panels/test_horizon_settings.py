# SPDX-License-Identifier: Apache-2.0
"""Every Horizon setting that stock's panels read is honoured or documented as unused."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openstack_dashboard
import pytest

import snapshot_dashboard
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.panels.common.links import leads_somewhere
from snapshot_dashboard.panels.features.snapshot_set.actions import SnapshotVolumes
from tests.unit.cloud.wire import Wire, snapshot_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import CATALOG, SNAPSHOTS, Person, user
from tests.unit.panels.support import VOLUMES, alive, be_quiet, support_user

STOCK = Path(openstack_dashboard.__file__).parent
OURS = Path(snapshot_dashboard.__file__).parent
# The panels whose places are taken, and the modules behind them.
SOURCES = (
    "dashboards/project/volumes",
    "dashboards/project/snapshots",
    "dashboards/admin/volumes",
    "dashboards/admin/snapshots",
    "api/base.py",
    "api/cinder.py",
    "api/nova.py",
    "api/_nova.py",
    "api/glance.py",
    "api/keystone.py",
    "usage/quotas.py",
)
# Honoured: by the file of ours that reads it, or that calls what reads it.
HONOURED = {
    "API_RESULT_PAGE_SIZE": ("panels/common/lists/table.py", "functions.get_page_size"),
    "FILTER_DATA_FIRST.admin.volumes": ("panels/admin/volumes/views.py", "FILTER_DATA_FIRST"),
    "LAUNCH_INSTANCE_DEFAULTS.disable_volume_snapshot": (
        "panels/features/launch/views.py",
        "disable_volume_snapshot",
    ),
    "OPENSTACK_ENDPOINT_TYPE": ("cloud/identity.py", "base.url_for"),
    "SECONDARY_ENDPOINT_TYPE": ("cloud/identity.py", "base.url_for"),
    "OPENSTACK_KEYSTONE_ENDPOINT_TYPE": ("cloud/identity.py", "OPENSTACK_KEYSTONE_ENDPOINT_TYPE"),
    "OPENSTACK_SSL_CACERT": ("cloud/identity.py", "OPENSTACK_SSL_CACERT"),
    "OPENSTACK_SSL_NO_VERIFY": ("cloud/identity.py", "OPENSTACK_SSL_NO_VERIFY"),
    # By stock's classes, which ours inherit.
    "OPENSTACK_CINDER_FEATURES.enable_backup": ("panels/project/volumes/tables.py", "stock."),
    "OPENSTACK_HYPERVISOR_FEATURES.can_set_mount_point": (
        "panels/features/attachments/views.py",
        "stock_forms.AttachForm",
    ),
    "OPENSTACK_IMAGE_BACKEND": ("panels/project/volumes/urls.py", "stock.urlpatterns"),
}
IRRELEVANT = {
    "API_RESULT_LIMIT": "stock's limit of lists of images that are read whole; ours have pages",
    "DEBUG": "the client libraries' own logging of requests",
    "HORIZON_IMAGES_UPLOAD_MODE": "how a file is uploaded as an image",
    "OPENSTACK_API_VERSIONS": "a version is asked for by each call, and is what the service has",
    "OPENSTACK_HYPERVISOR_FEATURES.can_set_password": "a dialog of instances",
    "OPENSTACK_HYPERVISOR_FEATURES.enable_quotas": "limits of instances, which are not shown",
    "OPENSTACK_HYPERVISOR_FEATURES.requires_keypair": "a dialog of instances",
    "OPENSTACK_KEYSTONE_BACKEND.can_edit_domain": "nothing of Keystone is changed",
    "OPENSTACK_KEYSTONE_BACKEND.can_edit_group": "nothing of Keystone is changed",
    "OPENSTACK_KEYSTONE_BACKEND.can_edit_project": "nothing of Keystone is changed",
    "OPENSTACK_KEYSTONE_BACKEND.can_edit_role": "nothing of Keystone is changed",
    "OPENSTACK_KEYSTONE_BACKEND.can_edit_user": "nothing of Keystone is changed",
    "OPENSTACK_KEYSTONE_BACKEND.name": "says whether people can be edited",
    "OPENSTACK_KEYSTONE_DEFAULT_DOMAIN": "where projects are created",
    "OPENSTACK_KEYSTONE_DEFAULT_ROLE": "the role that a new member gets",
    "OPENSTACK_KEYSTONE_MULTIDOMAIN_SUPPORT": "which domain is edited",
    "OPENSTACK_KEYSTONE_PREFER_DOMAIN_TOKEN": "a token for editing domains; ours is the person's",
    "OPENSTACK_KEYSTONE_URL": "for logging in, when there is no catalog yet",
}


def read_by_stock() -> Iterator[str]:
    """Yield each setting that the sources of stock name."""
    for source in SOURCES:
        path = STOCK / source
        files = [path] if path.is_file() else sorted(path.rglob("*.py"))
        for text in (each.read_text("utf-8") for each in files if "tests" not in each.parts):
            yield from re.findall(r"\bsettings\.([A-Z][A-Z_0-9]+)", text)
            pairs = re.findall(r"get_dict_config\(\s*['\"](\w+)['\"],\s*['\"]([\w.]+)['\"]", text)
            yield from (".".join(each) for each in pairs)
    # The wizard to which a snapshot's row leads reads it in the browser.
    yield "LAUNCH_INSTANCE_DEFAULTS.disable_volume_snapshot"


@pytest.mark.parametrize("setting", sorted(set(read_by_stock())))
def test_a_setting_is_honoured_or_of_no_use(setting: str) -> None:
    assert (setting in HONOURED) is not (setting in IRRELEVANT)
    if setting in HONOURED:
        place, how = HONOURED[setting]
        assert how in (OURS / place).read_text("utf-8")


def test_there_are_settings_to_be_honoured() -> None:
    assert len(set(read_by_stock())) > 20


@pytest.fixture
def admin(wire: Wire, log_in: LogIn) -> Person:
    """A member of support staff of a quiet cloud."""
    alive(wire)
    be_quiet(wire)
    return log_in(support_user())


@pytest.mark.parametrize(("wanted", "filtered", "read"), [(True, False, False), (True, True, True)])
def test_nothing_is_read_before_there_is_a_filter_where_it_is_wanted_so(
    wire: Wire, admin: Person, settings: Any, *, wanted: bool, filtered: bool, read: bool
) -> None:
    settings.FILTER_DATA_FIRST = {"admin.volumes": wanted}
    page = admin.get(VOLUMES + ("?field=status&value=available" if filtered else ""))
    assert bool(wire.sent("GET", "/volumes/detail")) is read
    assert ("Please specify a search criteria first." in page.text) is not read


def test_keystone_is_asked_where_operators_want_it_asked(rf: Any, settings: Any) -> None:
    settings.OPENSTACK_KEYSTONE_ENDPOINT_TYPE = "internalURL"
    region = {"region": "RegionOne", "region_id": "RegionOne"}
    kinds = ("public", "internal")
    endpoints = [{**region, "interface": k, "url": f"http://{k}.test/v3"} for k in kinds]
    identity = {"type": "identity", "name": "keystone", "endpoints": endpoints}
    request = rf.get("/")
    request.user = user("member", catalog=[identity, *CATALOG[1:]])
    assert connect(request).identity_url == "http://internal.test/v3"


@pytest.mark.parametrize(("disabled", "offered"), [(False, 1), (True, 0)])
def test_a_launch_that_the_wizard_does_not_know_is_not_offered(
    wire: Wire, person: Person, settings: Any, disabled: bool, offered: int
) -> None:
    settings.LAUNCH_INSTANCE_DEFAULTS = {"disable_volume_snapshot": disabled}
    wire.snapshot()
    page = person.get(f"{SNAPSHOTS}s1/launch/", dialog=True)
    assert len(page.all("//button[.='Launch Anyway']")) == offered
    assert ("does not offer to launch instances from snapshots" in page.text) is disabled
    settings.SNAPSHOT_DASHBOARD = {"LAUNCH_FROM_SNAPSHOT": "stock"}
    wire.holds("snapshots", snapshot_json())
    found = person.get(SNAPSHOTS).all("//tr[@data-object-id]//*[contains(@id, 'launch_snapshot')]")
    assert len(found) == offered


@pytest.mark.parametrize("panel", ["project/volumes", "project/snapshots", "admin/volumes"])
def test_every_panel_of_ours_answers_for_names(wire: Wire, admin: Person, panel: str) -> None:
    answer = admin.client.get(f"/{panel}/names/shown/", {"q": "user:u-anna"})
    assert answer.json()["names"] == {"user:u-anna": "name of u-anna"}


_BLOCK_STORAGE = ("block-storage", "volumev3", "volume")


def test_snapshot_volumes_is_not_offered_without_block_storage(log_in: LogIn, rf: Any) -> None:
    request = rf.get("/")
    request.user = user("member")
    assert SnapshotVolumes().allowed(request)
    others = [each for each in CATALOG if each["type"] not in _BLOCK_STORAGE]
    request.user = user("member", catalog=others)
    assert not SnapshotVolumes().allowed(request)


@pytest.mark.parametrize(
    ("who", "leads"), [(user("member", "reader"), False), (support_user(), True)]
)
def test_an_action_does_not_lead_to_a_panel_that_the_person_may_not_use(
    log_in: LogIn, rf: Any, who: Any, *, leads: bool
) -> None:
    log_in(who)
    request = rf.get("/")
    request.user, request.session = who, {}
    action = SimpleNamespace(url="horizon:admin:volumes:detail")
    assert leads_somewhere(action, request) is leads
