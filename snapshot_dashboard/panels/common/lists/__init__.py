# SPDX-License-Identifier: Apache-2.0
"""Tables: paging, state in the URL, refresh and rows."""
