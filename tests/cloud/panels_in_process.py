# SPDX-License-Identifier: Apache-2.0
"""Requests pages of a Horizon in this process: the view that answers, and its status.

``python panels_in_process.py USER PASSWORD VOLUME [FOLDER]``. With ``FOLDER`` the operator's
enabled files are those in it; an empty one is Horizon as if our files had been removed. Prints
one line of JSON.
"""

import json
import sys

import django
import openstack_dashboard.local.enabled
from django.conf import settings
from django.test import Client
from django.urls import resolve


def prepare(folder: str | None) -> None:
    """Start Django with the enabled files of ``folder``, or with the installed ones."""
    if folder is not None:
        openstack_dashboard.local.enabled.__path__ = [folder]
    # The styles were compressed for the other set of enabled files.
    settings.COMPRESS_ENABLED = False
    settings.COMPRESS_OFFLINE = False
    settings.COMPRESS_PRECOMPILERS = ()
    settings.ALLOWED_HOSTS = ["testserver"]
    django.setup()


def pages(user: str, password: str, volume: str) -> dict[str, dict[str, str | int]]:
    """Log in and ask for each page."""
    person = Client()
    region = settings.OPENSTACK_KEYSTONE_URL
    typed = {"username": user, "password": password, "region": "default", "auth_type": ""}
    answer = person.post("/auth/login/", typed)
    if answer.status_code != 302:
        raise SystemExit(f"Cannot log in at {region}: {answer.content.decode()[-2000:]}")
    found = {}
    for path in (
        "/project/volumes/",
        "/project/snapshots/",
        f"/project/volumes/{volume}/",
        f"/project/volumes/{volume}/create_snapshot/",
    ):
        view = resolve(path).func
        found[path] = {
            "view": getattr(view, "view_class", view).__module__,
            "status": person.get(path).status_code,
        }
    return found


if __name__ == "__main__":
    prepare(sys.argv[4] if len(sys.argv) > 4 else None)
    print(json.dumps(pages(*sys.argv[1:4])))
