# SPDX-License-Identifier: Apache-2.0
"""Create Snapshot of a volume."""
