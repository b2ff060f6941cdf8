# SPDX-License-Identifier: Apache-2.0
"""Functions that OpenStack runs through sudo are run in the process itself.

Nothing that this cloud does with volumes or instances needs root.
"""

from typing import Any


def stay_unprivileged(*contexts: Any) -> None:
    """Make these oslo.privsep contexts call their functions directly."""
    for context in contexts:
        context.set_client_mode(False)
