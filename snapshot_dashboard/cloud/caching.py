# SPDX-License-Identifier: Apache-2.0
"""Names for what we keep in the cache that the workers share."""

from __future__ import annotations

import hashlib
import json

# In the place of a project, for what is the same in all of them.
EVERY_PROJECT = ""


def key(region: str, project_id: str, kind: str, *more: str) -> str:
    """Return the name of an entry: ids and rights are in it as a hash, which has no odd characters.

    Two regions may share a cache, and an id means nothing outside of its region. Whatever else
    makes an entry somebody's own has to be in ``more``.
    """
    scope = json.dumps([region, project_id, *more])
    return f"snapshot-dashboard:{kind}:{hashlib.sha256(scope.encode()).hexdigest()}"
