# SPDX-License-Identifier: Apache-2.0
"""Find: from an ID or a name to the page about it."""
