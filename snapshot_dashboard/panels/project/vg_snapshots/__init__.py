# SPDX-License-Identifier: Apache-2.0
"""Project > Volumes > Group Snapshots: stock's pages with a menu entry that does not block."""
