# SPDX-License-Identifier: Apache-2.0
"""Clean Up: the snapshots of a project that may not be needed any more, and why."""
