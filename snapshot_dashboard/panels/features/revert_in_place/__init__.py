# SPDX-License-Identifier: Apache-2.0
"""Revert in Place: an instance, or one volume, goes back to snapshots step by step."""
