# SPDX-License-Identifier: Apache-2.0
"""Schedules of snapshots: when they are taken, which are kept, and what is deleted."""
