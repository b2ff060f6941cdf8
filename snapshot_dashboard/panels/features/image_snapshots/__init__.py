# SPDX-License-Identifier: Apache-2.0
"""Images that consist of snapshots: which image a snapshot belongs to, and an image's snapshots."""
