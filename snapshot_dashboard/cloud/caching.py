# SPDX-License-Identifier: Apache-2.0
"""Names for what we keep in the cache that the workers share."""

from __future__ import annotations

import hashlib


def key(*scope: str, kind: str = "") -> str:
    """Return the name of an entry: ids and rights are in it as a hash, which has no odd characters.

    Whatever makes an entry somebody's own has to be in ``scope``.
    """
    digest = hashlib.sha256("\n".join(scope).encode()).hexdigest()
    return f"snapshot-dashboard:{kind}:{digest}" if kind else f"snapshot-dashboard:{digest}"
