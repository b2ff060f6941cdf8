# SPDX-License-Identifier: Apache-2.0
"""What a person is told when something cannot go on, and what to do about it."""

from devcloud.errors import DevcloudError


class Problem(DevcloudError):
    """The demo or the tests cannot go on; the text says why and what helps."""
