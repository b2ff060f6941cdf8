# SPDX-License-Identifier: Apache-2.0
"""Create Snapshot and Clone Group of a volume group."""
