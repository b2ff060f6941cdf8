# SPDX-License-Identifier: Apache-2.0
"""The least that a dialog can take: the slowest chain of calls that it cannot do without.

Replayed raw, on one kept connection for each service, by the same person on the same cloud.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import requests
from keystoneauth1 import session
from keystoneauth1.identity import v3

from bench.subjects import Things
from devcloud.access import Access, Login
from devcloud.accounts import DOMAIN

_VERSION = {"OpenStack-API-Version": "volume 3.65"}


class Floor:
    """Somebody's token, and the addresses of the services."""

    def __init__(self, cloud: Access, login: Login) -> None:
        auth = v3.Password(
            auth_url=cloud.auth_url,
            username=login.name,
            password=login.password,
            project_name=login.projects[0],
            user_domain_name=DOMAIN,
            project_domain_name=DOMAIN,
        )
        keystone = session.Session(auth=auth)
        self._storage = str(keystone.get_endpoint(service_type="block-storage", interface="public"))
        self._compute = str(keystone.get_endpoint(service_type="compute", interface="public"))
        self._project = keystone.get_project_id()
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers.update({"X-Auth-Token": str(keystone.get_token()), **_VERSION})

    def read(self, path: str) -> Any:
        """Return what Cinder answers at a path of this project."""
        answer = self._http.get(self._storage + path, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def chains(self, things: Things) -> Mapping[str, Callable[[], None]]:
        """Return, for each subject that has a floor, its chain of calls."""
        volume = f"{self._storage}/volumes"
        limits = f"{self._storage}/os-quota-sets/{self._project}?usage=True"
        snapshot = f"{self._storage}/snapshots/{things.snapshot}"
        # What is read side by side counts with the slowest of it: the limits, here.
        return {
            "Create Snapshot, detached": self._chain(limits),
            "Create Snapshot, attached": self._chain(
                f"{volume}/{things.attached}", self._instance(things)
            ),
            "Create Volume": self._chain(snapshot, f"{volume}/{things.detached}"),
            "A volume's row": self._chain(limits),
            "A snapshot's row": self._chain(snapshot),
            "Volumes": self._chain(f"{volume}/detail?limit=21&sort=created_at:desc"),
            "Snapshots": self._chain(f"{self._storage}/snapshots/detail?limit=21"),
        }

    def _instance(self, things: Things) -> str:
        attachment = self.read(f"/volumes/{things.attached}")["volume"]["attachments"][0]
        return f"{self._compute}/servers/{attachment['server_id']}"

    def _chain(self, *urls: str) -> Callable[[], None]:
        def call() -> None:
            for url in urls:
                self._http.get(url, timeout=60).raise_for_status()

        return call


def measure(chains: Mapping[str, Callable[[], None]], repeats: int) -> dict[str, float]:
    """Return the median of each chain, in milliseconds."""
    return {name: _median(call, repeats) for name, call in chains.items()}


def _median(call: Callable[[], None], repeats: int) -> float:
    call()
    times: Sequence[float] = [_once(call) for _turn in range(repeats)]
    return round(statistics.median(times), 1)


def _once(call: Callable[[], None]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000
