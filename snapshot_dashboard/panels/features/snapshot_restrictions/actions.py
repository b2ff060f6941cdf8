# SPDX-License-Identifier: Apache-2.0
"""Horizon's Delete Instance, whose confirmation tells which volumes stay."""

from __future__ import annotations

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from openstack_dashboard.dashboards.project.instances import tables as stock

from snapshot_dashboard import settings


def _help_text() -> str:
    said = str(stock.DeleteInstance.help_text)
    if settings.is_stocks("SNAPSHOT_RESTRICTIONS"):
        return said
    stays = _("A volume that has snapshots is not deleted with its instance: it stays.")
    return f"{said} {stays}"


class DeleteInstance(stock.DeleteInstance):
    """Stock's action.

    A script makes the confirmation of what is on the page, and which volumes are to go with an
    instance is not: so it tells what is true of each instance.
    """

    help_text = lazy(_help_text, str)()


def with_ours(actions: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the actions with ours in the place of stock's."""
    return tuple(DeleteInstance if each is stock.DeleteInstance else each for each in actions)
