# SPDX-License-Identifier: Apache-2.0
"""Project > Volumes > Groups: stock's pages under a menu entry that never hangs."""
