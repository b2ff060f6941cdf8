# SPDX-License-Identifier: Apache-2.0
"""A Horizon plugin that makes volume snapshots safe to take and to use."""

__version__ = "0.3.0"
