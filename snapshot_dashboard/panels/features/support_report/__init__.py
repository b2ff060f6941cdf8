# SPDX-License-Identifier: Apache-2.0
"""The report of all projects' snapshots and its CSV files."""
