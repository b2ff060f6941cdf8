# SPDX-License-Identifier: Apache-2.0
"""The snapshots of an image or of a group snapshot, and which image a snapshot belongs to."""
