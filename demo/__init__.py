# SPDX-License-Identifier: Apache-2.0
"""Brings up Horizon with the plugin on a cloud of its own, for trying and for testing."""
