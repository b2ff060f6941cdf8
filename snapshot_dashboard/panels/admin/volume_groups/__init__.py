# SPDX-License-Identifier: Apache-2.0
"""Admin > Volume > Groups: stock's pages under a menu entry that never hangs."""
