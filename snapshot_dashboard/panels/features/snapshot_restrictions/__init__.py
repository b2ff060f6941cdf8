# SPDX-License-Identifier: Apache-2.0
"""What the snapshots of a volume forbid later, told in Horizon's dialogs before it is sent."""
