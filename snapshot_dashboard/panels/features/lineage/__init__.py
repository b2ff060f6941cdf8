# SPDX-License-Identifier: Apache-2.0
"""The Lineage tab of volumes and snapshots."""
