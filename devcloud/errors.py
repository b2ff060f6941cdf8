# SPDX-License-Identifier: Apache-2.0
"""Errors that devcloud explains to its user."""


class DevcloudError(Exception):
    """An error that its user can act on; its text is shown without a traceback."""


class PortTaken(DevcloudError):
    """Another program listens where a service of this cloud wants to."""


class ServiceFailed(DevcloudError):
    """A service ended or stayed silent while it was starting."""


class TookTooLong(DevcloudError):
    """A condition was still false when its deadline passed."""
