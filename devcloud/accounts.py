# SPDX-License-Identifier: Apache-2.0
"""The people, projects and service accounts of the cloud, and their passwords.

The passwords are printed by the demo and protect nothing: every service listens on
loopback only.
"""

from dataclasses import dataclass

DOMAIN = "Default"
DOMAIN_ID = "default"
ADMIN_PASSWORD = "admin-pass"  # noqa: S105 - a demo login that is meant to be known
DEMO_PASSWORD = "demo-pass"  # noqa: S105
SERVICE_PASSWORD = "service-pass"  # noqa: S105
SERVICE_PROJECT = "service"
PROJECTS = ("web-shop", "research", "blog")


@dataclass(frozen=True)
class Account:
    """A login: the role it has in each of its projects, and what it is there to show."""

    name: str
    password: str
    roles: dict[str, str]
    purpose: str

    @property
    def projects(self) -> list[str]:
        """The projects it can work in; the first is its default."""
        return list(self.roles)


ACCOUNTS = (
    Account(
        "anna",
        DEMO_PASSWORD,
        {"web-shop": "member"},
        "cloud user: owns the web shop's instances, volumes and snapshots",
    ),
    Account(
        "rita",
        DEMO_PASSWORD,
        {"web-shop": "reader"},
        "reader: sees everything of the web shop and can change nothing",
    ),
    Account(
        "otto",
        DEMO_PASSWORD,
        {"research": "member"},
        "cloud user of another project: must never see the web shop",
    ),
    Account(
        "bea",
        DEMO_PASSWORD,
        {"web-shop": "member", "research": "member"},
        "cloud user of both projects: switches between them",
    ),
    Account(
        "nils",
        DEMO_PASSWORD,
        {"blog": "member"},
        "cloud user who needs support: his snapshots hang, or are in the way",
    ),
    Account(
        "admin",
        ADMIN_PASSWORD,
        {"admin": "admin", "web-shop": "admin"},
        "administrator: sees all projects in the admin dashboard",
    ),
)


def account(name: str) -> Account:
    """The account of that name. Raises KeyError when there is none."""
    for candidate in ACCOUNTS:
        if candidate.name == name:
            return candidate
    raise KeyError(name)
