# SPDX-License-Identifier: Apache-2.0
"""Snapshots of several volumes created together as one set."""
