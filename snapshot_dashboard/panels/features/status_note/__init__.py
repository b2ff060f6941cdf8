# SPDX-License-Identifier: Apache-2.0
"""Explains why a snapshot takes long or failed, and what can be done."""
