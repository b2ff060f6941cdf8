# SPDX-License-Identifier: Apache-2.0
"""Create Backup of a volume, opened from Create Snapshot."""
