# SPDX-License-Identifier: Apache-2.0
"""Domain rules: pure functions on frozen dataclasses.

Nothing here knows Django, HTTP or a client library, so that every rule can be
read and tested by itself.
"""
