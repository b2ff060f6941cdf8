# SPDX-License-Identifier: Apache-2.0
"""The column "Snapshots" of the lists of volumes."""
