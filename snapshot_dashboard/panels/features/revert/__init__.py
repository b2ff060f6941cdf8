# SPDX-License-Identifier: Apache-2.0
"""Revert Volume to a snapshot."""
