# SPDX-License-Identifier: Apache-2.0
"""Error that is shown to the user with what to do about it."""

from devcloud.errors import DevcloudError


class Problem(DevcloudError):
    """The demo or the tests cannot go on; the text says why and what helps."""
