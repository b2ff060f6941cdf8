# SPDX-License-Identifier: Apache-2.0
"""Errors that end a benchmark."""


class Unmeasurable(Exception):
    """What was asked for did not come; the text says what did instead."""


class Changed(Unmeasurable):
    """Rows that were to be unchanged have come: they had changed meanwhile."""
