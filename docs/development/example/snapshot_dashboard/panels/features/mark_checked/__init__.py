# SPDX-License-Identifier: Apache-2.0
"""Mark as Checked: a note on a snapshot that somebody has looked at its content."""
