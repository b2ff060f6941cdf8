# SPDX-License-Identifier: Apache-2.0
"""A logged-in user of the dashboard, and the answers they get."""

import datetime
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import lxml.html
import pytest
from django.http import HttpResponse
from django.test import Client
from openstack_auth.user import User

from tests.unit.cloud.wire import CINDER, KEYSTONE, NOVA, PROJECT, TOKEN

VOLUMES = "/project/volumes/"
SNAPSHOTS = "/project/snapshots/"
BACKUPS = "/project/backups/"
CREATE_SNAPSHOT = f"{VOLUMES}v1/create_snapshot/"
CREATE_BACKUP = f"{VOLUMES}v1/create_backup/"
CREATE_VOLUME = f"{VOLUMES}create/?snapshot_id=s1"


def service(kind: str, url: str) -> dict[str, Any]:
    endpoint = {"interface": "public", "region": "RegionOne", "region_id": "RegionOne", "url": url}
    return {"type": kind, "name": kind, "endpoints": [endpoint]}


CATALOG = [
    service("identity", KEYSTONE),
    # The type that each Horizon knows: those before 25.2 have not heard of "block-storage".
    service("volumev3", CINDER),
    service("compute", NOVA),
]


def in_regions(*names: str) -> list[dict[str, Any]]:
    """Return the catalog of a cloud with these regions."""
    return [
        {**each, "endpoints": [each["endpoints"][0] | {"region_id": n, "region": n} for n in names]}
        for each in CATALOG
    ]


# The first Horizon whose rules tell readers from members.
_READERS = 25


def looker() -> User:
    """Return somebody who may look at things and change nothing, or skip the test.

    The rules of services that come with Horizon 24.0 let a reader do what a member may.
    """
    if int(version("horizon").split(".")[0]) < _READERS:
        pytest.skip("The rules of this Horizon let a reader do what a member may.")
    return user("reader")


def user(
    *roles: str,
    project: str = PROJECT,
    region: str = "RegionOne",
    catalog: list[Any] | None = None,
) -> User:
    """Return a user whose token is good for an hour."""
    named = [{"id": role, "name": role} for role in roles]
    expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    token = SimpleNamespace(
        id=TOKEN,
        expires=expires,
        project={"id": project, "name": "Web & Shop", "domain_id": "default"},
        roles=named,
        unscoped_token="unscoped",
        user={"id": "u-anna", "name": "anna"},
    )
    return User(
        id="u-anna",
        token=token,
        user="anna",
        project_id=project,
        project_name="Web & Shop",
        domain_id=None,
        user_domain_id="default",
        user_domain_name="Default",
        roles=named,
        service_catalog=CATALOG if catalog is None else catalog,
        services_region=region,
        endpoint=KEYSTONE,
        authorized_tenants=[SimpleNamespace(id=project, name="Web & Shop", enabled=True)],
        enabled=True,
        unscoped_token="unscoped",
    )


class Answer:
    """One answer of the dashboard, read as a person reads it."""

    def __init__(self, response: HttpResponse) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.html = response.content.decode()
        self.cookies = response.cookies
        self.document = lxml.html.fromstring(self.html) if self.html.strip() else None

    @property
    def text(self) -> str:
        """Return what is written on the page, folded parts included, in single spaces."""
        return " ".join(self._found("string(.)").split()) if self.document is not None else ""

    def _found(self, path: str) -> Any:
        assert self.document is not None, f"An empty answer: HTTP {self.status}"
        return self.document.xpath(path)

    def all(self, path: str) -> list[Any]:
        """Return every match of an XPath."""
        return list(self._found(path))

    def one(self, path: str) -> Any:
        """Return the only match of an XPath."""
        (found,) = self._found(path)
        return found

    def said(self, path: str) -> str:
        """Return the text of the only match, in single spaces."""
        return " ".join(self.one(path).text_content().split())

    @property
    def problem(self) -> str:
        """Return the title of the problem that is shown on top, an empty string for none."""
        shown = self.all("//*[contains(@class, 'sd-problem')][not(ancestor::*[@hidden])]//strong")
        return " ".join(shown[0].text_content().split()) if shown else ""

    @property
    def problem_text(self) -> str:
        """Return everything that the problem on top says."""
        return self.said("//*[contains(@class, 'sd-problem')][not(ancestor::*[@hidden])]")

    @property
    def explanation(self) -> str:
        """Return what the panel of the verdict says, the folded steps included."""
        return self.said("//*[@id='sd-explanation']")

    @property
    def submits(self) -> list[tuple[str, str]]:
        """Return class and label of each button that sends the form."""
        shown = self.all("//*[@type='submit'][not(@hidden)]")
        return [(each.get("class"), each.get("value")) for each in shown]

    @property
    def tick(self) -> str:
        """Return the sentence beside the tick, an empty string where none is needed."""
        found = self.all("//label[@for='id_acknowledged']")
        return " ".join(found[0].text_content().split()) if found else ""

    def value(self, field_id: str) -> str:
        """Return what is in a field."""
        field = self.one(f"//*[@id='{field_id}']")
        said = str(field.value if field.value is not None else "")
        # HTML drops the first line break of a text area; this parser does not.
        return said.removeprefix("\n") if field.tag == "textarea" else said

    def visible_words(self) -> int:
        """Count the words that can be read without unfolding or scrolling a script in."""
        assert self.document is not None
        page = lxml.html.fromstring(self.html)
        hidden = "//script | //*[@hidden] | //details/*[not(self::summary)] | //textarea"
        for element in page.xpath(hidden):
            element.drop_tree()
        labels = [each.get("value") for each in page.xpath("//*[@type='submit']")]
        said = " ".join([page.text_content(), *labels]).split()
        return sum(any(char.isalnum() for char in word) for word in said)


class Person:
    """A logged-in person with a browser."""

    def __init__(self) -> None:
        self.client = Client()

    def speaks(self, language: str) -> None:
        """Let the browser ask for pages in this language."""
        self.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language

    def get(self, path: str, *, dialog: bool = False) -> Answer:
        """Open a page, or with ``dialog`` what a modal dialog shows of it."""
        return Answer(self.client.get(path, headers=_headers(dialog)))

    def post(self, path: str, data: dict[str, Any], *, dialog: bool = False) -> Answer:
        """Send a form."""
        return Answer(self.client.post(path, data, headers=_headers(dialog)))


def _headers(dialog: bool) -> dict[str, str]:
    return {"X-Requested-With": "XMLHttpRequest"} if dialog else {}
