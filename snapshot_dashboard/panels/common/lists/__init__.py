# SPDX-License-Identifier: Apache-2.0
"""Tables: reading by page, state in the address, refresh, and rows."""
