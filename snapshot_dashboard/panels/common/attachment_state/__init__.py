# SPDX-License-Identifier: Apache-2.0
"""Texts and markup about a volume's attachments."""
