# SPDX-License-Identifier: Apache-2.0
"""The error about a setting that is not written as it has to be."""


class WrongSetting(Exception):
    """An operator's value means nothing; the text says what it should have been."""
