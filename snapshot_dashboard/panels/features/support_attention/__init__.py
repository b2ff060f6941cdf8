# SPDX-License-Identifier: Apache-2.0
"""Needs Attention: snapshots that failed or take long, for support staff."""
