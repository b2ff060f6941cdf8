# SPDX-License-Identifier: Apache-2.0
"""Project > Volumes > Group Snapshots: stock's pages under a menu entry that never hangs."""
