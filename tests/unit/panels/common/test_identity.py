# SPDX-License-Identifier: Apache-2.0
"""From a request of the dashboard to token, project, region and endpoints."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from openstack_auth.user import User

from snapshot_dashboard.cloud.errors import Unreachable
from snapshot_dashboard.cloud.identity import connect, public_addresses
from snapshot_dashboard.rules.programs.api import Addresses
from tests.unit.cloud.wire import CINDER, KEYSTONE, NOVA, PROJECT, TOKEN
from tests.unit.panels.person import CATALOG, service, user


def request(who: User) -> HttpRequest:
    """Return a request of this user."""
    made = RequestFactory().get("/")
    made.user = who
    return made


def renamed(kind: str) -> list[Any]:
    """Return a catalog whose block storage service has this type."""
    return [
        {**each, "type": kind if each["type"] == "volumev3" else each["type"]} for each in CATALOG
    ]


def test_a_connection_is_the_persons_own() -> None:
    link = connect(request(user("reader", "member")))
    assert (link.token, link.project_id, link.region) == (TOKEN, PROJECT, "RegionOne")
    assert (link.block_storage_url, link.compute_url) == (CINDER, NOVA)
    assert link.rights == "member,reader"


@pytest.mark.parametrize("kind", ["block-storage", "volumev3", "block-store", "volume"])
def test_block_storage_is_found_under_each_of_its_types(kind: str) -> None:
    older = service("volumev2", "http://cinder.test/v2/p")
    catalog = [older, *renamed(kind)]
    assert connect(request(user(catalog=catalog))).block_storage_url == CINDER


def test_the_third_version_is_taken_where_the_first_has_its_old_type() -> None:
    catalog = [service("volume", "http://cinder.test/v1/p"), *CATALOG]
    assert connect(request(user(catalog=catalog))).block_storage_url == CINDER


def test_a_catalog_without_block_storage_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        connect(request(user(catalog=renamed("something-else"))))


def test_a_catalog_without_compute_leaves_it_unknown() -> None:
    catalog = [each for each in CATALOG if each["type"] != "compute"]
    assert connect(request(user(catalog=catalog))).compute_url is None


def placed(kind: str, url: str) -> list[Any]:
    """Return a catalog with one service at this address."""
    return [*(each for each in CATALOG if each["type"] != kind), service(kind, url)]


@pytest.mark.parametrize("end", ["", "/", "/v3", "/v3/", "/v2.0"])
@pytest.mark.parametrize("front", ["http://identity.test", "https://cloud.test/identity"])
def test_keystone_is_asked_at_its_third_version(front: str, end: str) -> None:
    catalog = placed("identity", front + end)
    assert connect(request(user(catalog=catalog))).identity_url == f"{front}/v3"


@pytest.mark.parametrize("end", ["", "/", "/v2", "/v2/", "/v2.15"])
@pytest.mark.parametrize("front", ["http://image.test:9292", "https://cloud.test/v2-images"])
def test_glance_is_asked_at_its_second_version(front: str, end: str) -> None:
    catalog = placed("image", front + end)
    assert connect(request(user(catalog=catalog))).image_url == f"{front}/v2"


def test_a_catalog_without_them_leaves_keystone_and_glance_unknown() -> None:
    catalog = [each for each in CATALOG if each["type"] not in ("identity", "image")]
    link = connect(request(user(catalog=catalog)))
    assert (link.identity_url, link.image_url) == (None, None)
    assert connect(request(user())).identity_url == KEYSTONE


@pytest.mark.parametrize(
    ("no_verify", "cacert", "expected"),
    [(False, None, True), (False, "/own.pem", "/own.pem"), (True, "/own.pem", False)],
)
def test_certificates_are_verified_as_horizon_is_told(
    settings: Any, no_verify: bool, cacert: str | None, expected: bool | str
) -> None:
    settings.OPENSTACK_SSL_NO_VERIFY = no_verify
    settings.OPENSTACK_SSL_CACERT = cacert
    assert connect(request(user())).verify == expected


def test_the_times_are_those_configured(settings: Any) -> None:
    settings.SNAPSHOT_DASHBOARD = {"PAGE_SECONDS": 2.0, "WRITE_SECONDS": 9.0}
    link = connect(request(user()))
    assert 0 < link.deadline.remaining() <= 2
    assert link.write_seconds == 9


def test_programs_are_told_the_public_addresses(settings: Any) -> None:
    """Horizon may use some that nobody outside can reach."""
    settings.OPENSTACK_ENDPOINT_TYPE = "internalURL"
    inside = [
        {**end, "interface": "internal", "url": f"http://inside.test/{each['type']}/"}
        for each in CATALOG
        for end in each["endpoints"]
    ]
    catalog = [
        {**each, "endpoints": [*each["endpoints"], end]}
        for each, end in zip(CATALOG, inside, strict=True)
    ]
    made = request(user(catalog=catalog))
    assert connect(made).block_storage_url == "http://inside.test/volumev3/"
    assert public_addresses(made) == Addresses(CINDER, NOVA)
    only_inside = [{**each, "endpoints": [end]} for each, end in zip(CATALOG, inside, strict=True)]
    told = public_addresses(request(user(catalog=only_inside)))
    assert told == Addresses("http://inside.test/volumev3", "http://inside.test/compute")
