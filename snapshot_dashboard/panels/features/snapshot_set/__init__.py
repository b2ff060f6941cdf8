# SPDX-License-Identifier: Apache-2.0
"""Snapshots of several volumes made as one set."""
