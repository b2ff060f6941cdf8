# SPDX-License-Identifier: Apache-2.0
"""Manage Attachments of a volume."""
