# SPDX-License-Identifier: Apache-2.0
"""Requests to Cinder and Nova without a dashboard, with one user's token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from keystoneauth1 import session
from keystoneauth1.identity import v3
from requests.adapters import HTTPAdapter

from devcloud.access import Access, Login
from devcloud.accounts import DOMAIN

# What ours asks for (cloud/block_storage.py), so that Cinder does the same work.
_VERSION = {"OpenStack-API-Version": "volume 3.65"}
_POOL = 64
# Seconds; an answer that takes longer is none.
_TIMEOUT = 60


class Raw:
    """A user in the first of their projects."""

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
        self.storage = str(keystone.get_endpoint(service_type="block-storage", interface="public"))
        self.compute = str(keystone.get_endpoint(service_type="compute", interface="public"))
        self.project = str(keystone.get_project_id())
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.mount("http://", HTTPAdapter(pool_maxsize=_POOL))
        self._http.headers.update({"X-Auth-Token": str(keystone.get_token()), **_VERSION})

    def get(self, url: str) -> requests.Response:
        """Fetch a whole address, from any thread.

        :raises requests.RequestException: it is refused, or no answer comes.
        """
        answer = self._http.get(url, timeout=_TIMEOUT)
        answer.raise_for_status()
        return answer

    def read(self, path: str) -> Any:
        """Return what Cinder answers at a path of this project."""
        return self.get(self.storage + path).json()

    def post(self, path: str, body: Mapping[str, Any]) -> requests.Response:
        """Send something to a path of Cinder's, from any thread."""
        answer = self._http.post(self.storage + path, json=body, timeout=_TIMEOUT)
        answer.raise_for_status()
        return answer

    def delete(self, path: str) -> None:
        """Ask Cinder for something to be deleted; what is gone already may be."""
        answer = self._http.delete(self.storage + path, timeout=_TIMEOUT)
        if answer.status_code != requests.codes.not_found:
            answer.raise_for_status()
