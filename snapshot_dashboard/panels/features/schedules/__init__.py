# SPDX-License-Identifier: Apache-2.0
"""Schedules of snapshots: set up, shown with their last run, paused and removed."""
