# SPDX-License-Identifier: Apache-2.0
"""Errors that end a benchmark."""


class Unmeasurable(Exception):
    """A measurement is impossible; the text says what came instead of the expected answer."""


class Changed(Unmeasurable):
    """Rows that were to be unchanged have come: they had changed meanwhile."""
