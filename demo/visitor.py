# SPDX-License-Identifier: Apache-2.0
"""A client of the dashboard without a browser: plain HTTP, forms and cookies."""

from typing import Any

import lxml.html
import requests

from devcloud.access import Login

AJAX = {"X-Requested-With": "XMLHttpRequest"}
# Seconds; stock pages on a busy machine are slow.
TIMEOUT = 120


class Visitor:
    """Somebody with a session at the dashboard at ``base``, such as ``http://127.0.0.1:8000``.

    Answers are returned whatever their status; only logging in raises when it fails.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        # The machine's own settings (proxies, .netrc) have no part in this.
        self.session.trust_env = False

    def get(self, path: str, *, dialog: bool = False, **options: Any) -> requests.Response:
        """Fetch a page, or with ``dialog`` what a modal dialog would show."""
        headers = AJAX if dialog else {}
        return self.session.get(self.base + path, headers=headers, timeout=TIMEOUT, **options)

    def post(
        self, path: str, data: dict[str, Any], *, dialog: bool = False, **options: Any
    ) -> requests.Response:
        """Send a form with the token against forgery that the site gave last."""
        token = self.session.cookies.get("csrftoken", "")
        headers = {"Referer": self.base + path, **(AJAX if dialog else {})}
        return self.session.post(
            self.base + path,
            data={"csrfmiddlewaretoken": token, **data},
            headers=headers,
            timeout=TIMEOUT,
            **options,
        )

    def log_in(self, login: Login, project: str | None = None) -> None:
        """Log in and, when a project is named, work in that one.

        Raises AssertionError when the site does not let this person in.
        """
        form = lxml.html.fromstring(self.get("/auth/login/").text).forms[0]
        answer = self.post(
            "/auth/login/",
            {**dict(form.fields), "username": login.name, "password": login.password},
            allow_redirects=False,
        )
        if answer.status_code != requests.codes.found:
            raise AssertionError(f"{login.name} cannot log in: HTTP {answer.status_code}")
        if project is not None:
            self.switch_to(project)

    def switch_to(self, project: str) -> None:
        """Work in another project of this person.

        Raises AssertionError when the site does not offer it and it is not the current one.
        """
        page = lxml.html.fromstring(self.get("/settings/").text)
        offered = {
            link.text_content().strip(): link.get("href")
            for link in page.xpath("//a[contains(@href, '/auth/switch/')]")
        }
        if project in offered:
            self.get(offered[project])
            return
        current = page.xpath("//*[contains(@class, 'context-project')]")
        if project not in {node.text_content().strip() for node in current}:
            raise AssertionError(f"Not offered: project {project}; there are {sorted(offered)}")
