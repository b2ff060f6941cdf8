# SPDX-License-Identifier: Apache-2.0
"""Base of row actions that lead from a list to a dialog, and back."""

from __future__ import annotations

from typing import Any

from horizon import tables


class WayBackLink(tables.LinkAction):
    """Row action whose dialog leads back to this page of the list."""

    def get_link_url(self, datum: Any = None) -> str:
        """Return the address of the dialog."""
        return str(self.table.with_way_back(super().get_link_url(datum)))
