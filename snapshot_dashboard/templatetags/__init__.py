# SPDX-License-Identifier: Apache-2.0
"""Filters for our templates."""
