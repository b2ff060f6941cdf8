# SPDX-License-Identifier: Apache-2.0
"""Project > Volumes > Groups: stock's pages with a menu entry that does not block."""
