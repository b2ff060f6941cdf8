# SPDX-License-Identifier: Apache-2.0
"""Create Backup of a volume, or of one of its snapshots."""
