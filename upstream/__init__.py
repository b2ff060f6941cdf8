# SPDX-License-Identifier: Apache-2.0
"""Patches against Horizon's newest release, with what applies, tests and measures them."""
