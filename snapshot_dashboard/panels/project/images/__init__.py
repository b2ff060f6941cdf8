# SPDX-License-Identifier: Apache-2.0
"""Project > Compute > Images: stock's pages; only Create Snapshot of an instance is ours."""
