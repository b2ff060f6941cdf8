# SPDX-License-Identifier: Apache-2.0
"""Horizon plugin for volume snapshots that warns before a snapshot may be corrupted."""

__version__ = "0.3.0"
