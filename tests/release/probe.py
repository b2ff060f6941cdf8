# SPDX-License-Identifier: Apache-2.0
"""Requests pages of the Horizon of this Python in this process.

Reads JSON, a list of people with ``user``, ``password`` and ``paths``; prints one line of JSON: for
each path the module of the view that answers ("" for none), and the status. Imports nothing of
the checkout: this Horizon has the plugin only if it was installed.
"""

import json
import sys
from typing import Any

import django
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve


def logged_in(asked: dict[str, Any]) -> Client:
    """Log in."""
    person = Client(raise_request_exception=False)
    typed = {
        "username": asked["user"],
        "password": asked["password"],
        "region": "default",
        "auth_type": "",
    }
    answer = person.post("/auth/login/", typed)
    if answer.status_code != 302:
        raise SystemExit(f"Cannot log in: {answer.content.decode()[-2000:]}")
    return person


def view_of(path: str) -> str:
    """Return the module of the view that answers at a path, empty for none."""
    try:
        view = resolve(path).func
    except Resolver404:
        return ""
    return str(getattr(view, "view_class", view).__module__)


def status_of(person: Client, path: str) -> int:
    """Ask for a page."""
    return int(person.get(path).status_code)


def main() -> None:
    """Ask for each page."""
    people = json.load(sys.stdin)
    settings.ALLOWED_HOSTS = ["testserver"]
    django.setup()
    found = {}
    for asked in people:
        person = logged_in(asked)
        for path in asked["paths"]:
            found[path] = {"view": view_of(path), "status": status_of(person, path)}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
