# SPDX-License-Identifier: Apache-2.0
"""Admin > Volume > Group Snapshots: stock's pages under a menu entry that never hangs."""
