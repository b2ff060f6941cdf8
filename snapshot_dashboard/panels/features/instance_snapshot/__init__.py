# SPDX-License-Identifier: Apache-2.0
"""Create Snapshot of an instance: an image of its system disk, or snapshots of all its volumes."""
