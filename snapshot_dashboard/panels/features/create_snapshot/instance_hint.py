# SPDX-License-Identifier: Apache-2.0
"""Query parameter with the instances that a list has shown for a volume.

It makes a dialog faster, never different: an instance counts only where the volume, read anew
under the person's own token, is attached to it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.http import QueryDict
from django.utils.http import urlencode

from snapshot_dashboard.rules.ids import as_uuid

_PARAMETER = "holder"
# More than a few attachments are rare, and each costs a request to Nova.
_MOST = 4


def with_holders(url: str, instance_ids: Iterable[str | None]) -> str:
    """Add the hint to a dialog's address, which has no query yet."""
    ids = [each for each in instance_ids if each][:_MOST]
    return f"{url}?{urlencode({_PARAMETER: ids}, doseq=True)}" if ids else url


def likely_holders(query: QueryDict) -> tuple[str, ...]:
    """Return the instances of the hint; what is no id is left out."""
    ids = dict.fromkeys(each for each in query.getlist(_PARAMETER) if as_uuid(each))
    return tuple(ids)[:_MOST]
