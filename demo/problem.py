# SPDX-License-Identifier: Apache-2.0
"""Error that is shown to the user with what to do about it."""

from devcloud.errors import DevcloudError


class Problem(DevcloudError):
    """The program cannot continue; the text says why and what helps."""
