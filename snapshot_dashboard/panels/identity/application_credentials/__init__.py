# SPDX-License-Identifier: Apache-2.0
"""Identity > Application Credentials: stock's pages with a menu entry that does not block."""
