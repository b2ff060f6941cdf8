# SPDX-License-Identifier: Apache-2.0
"""Snapshots of an instance with frozen file systems."""
