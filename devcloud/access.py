# SPDX-License-Identifier: Apache-2.0
"""Addresses and credentials of a running cloud for the demo, tests and clients.

``access.json`` in the cloud's folder says it to programs of this project, ``clouds.yaml``
to the ``openstack`` command and to openstacksdk.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from devcloud import accounts
from devcloud.configuration.cinder import FILE_BACKENDS
from devcloud.settings import REGION, SERVICES, Settings


@dataclass(frozen=True)
class Login:
    """A person's account: the roles it has in each of its projects, and what it is for."""

    name: str
    password: str
    projects: list[str]
    roles: dict[str, list[str]]
    purpose: str


@dataclass(frozen=True)
class Access:
    """Addresses, accounts and files of one cloud."""

    auth_url: str
    region: str
    endpoints: dict[str, str]
    accounts: list[Login]
    volume_files: dict[str, Path]
    access_logs: dict[str, Path]

    def login(self, name: str) -> Login:
        """The account of that name. Raises KeyError when there is none."""
        for login in self.accounts:
            if login.name == name:
                return login
        raise KeyError(name)

    def file_of(self, name: str) -> Path:
        """The file with the bytes of ``volume-<id>`` or ``snapshot-<id>``.

        Raises FileNotFoundError when no backend has it.
        """
        for folder in self.volume_files.values():
            if (folder / name).exists():
                return folder / name
        raise FileNotFoundError(f"No backend of this cloud has a file {name}.")


@dataclass(frozen=True)
class Request:
    """A request that a service answered; ``path`` includes the query."""

    time: datetime
    method: str
    path: str
    status: int
    milliseconds: float
    client: str


def load(home: Path) -> Access:
    """Read the access file of the cloud in ``home``.

    Raises FileNotFoundError when no cloud was ever started there.
    """
    data = json.loads((home / "access.json").read_text(encoding="utf-8"))
    data["accounts"] = [Login(**login) for login in data["accounts"]]
    for name in ("volume_files", "access_logs"):
        data[name] = {key: Path(path) for key, path in data[name].items()}
    return Access(**data)


def read_requests(access_log: Path, start: int = 0) -> list[Request]:
    """The requests in an access log from the byte offset ``start`` on."""
    with access_log.open("rb") as file:
        file.seek(start)
        return [_request(line) for line in file.read().decode().splitlines()]


def _request(line: str) -> Request:
    time, method, path, status, milliseconds, client = line.split("\t")
    return Request(
        datetime.fromisoformat(time), method, path, int(status), float(milliseconds), client
    )


def write(settings: Settings) -> Access:
    """Write both files for a cloud, keeping accounts that were added to the usual ones."""
    usual = [_login(account) for account in accounts.ACCOUNTS]
    return _write(settings, usual + _added(settings))


def add(settings: Settings, account: accounts.Account) -> Access:
    """Write both files with one account more."""
    added = [login for login in _added(settings) if login.name != account.name]
    usual = [_login(account) for account in accounts.ACCOUNTS]
    return _write(settings, [*usual, *added, _login(account)])


def _added(settings: Settings) -> list[Login]:
    try:
        known = load(settings.home).accounts
    except FileNotFoundError:
        return []
    usual = {account.name for account in accounts.ACCOUNTS}
    return [login for login in known if login.name not in usual]


def _write(settings: Settings, logins: list[Login]) -> Access:
    access = Access(
        auth_url=settings.auth_url,
        region=REGION,
        endpoints={service: settings.url(service) for service in SERVICES},
        accounts=logins,
        volume_files={name: settings.volumes / name for name in FILE_BACKENDS},
        access_logs={service: settings.access_log(service) for service in SERVICES},
    )
    text = json.dumps(asdict(access), indent=2, default=str)
    (settings.home / "access.json").write_text(text + "\n", encoding="utf-8")
    (settings.home / "clouds.yaml").write_text(clouds_yaml(access), encoding="utf-8")
    return access


def _login(account: accounts.Account) -> Login:
    roles = {project: [role] for project, role in account.roles.items()}
    return Login(account.name, account.password, account.projects, roles, account.purpose)


def clouds_yaml(access: Access) -> str:
    """The text of ``clouds.yaml``: an entry for each account, and for each further project."""
    lines = ["# Written by devcloud.", "clouds:"]
    for login in access.accounts:
        entries = {login.name: login.projects[0]}
        if len(login.projects) > 1:
            entries |= {f"{login.name}-{project}": project for project in login.projects}
        for name, project in entries.items():
            lines += _entry(access, login, name, project)
    return "\n".join(lines) + "\n"


def _entry(access: Access, login: Login, name: str, project: str) -> list[str]:
    return [
        f"  {name}:",
        "    auth:",
        f"      auth_url: {access.auth_url}",
        f"      username: {login.name}",
        f"      password: {login.password}",
        f"      project_name: {project}",
        f"      user_domain_name: {accounts.DOMAIN}",
        f"      project_domain_name: {accounts.DOMAIN}",
        f"    region_name: {access.region}",
        '    identity_api_version: "3"',
    ]
