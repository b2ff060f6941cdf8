# SPDX-License-Identifier: Apache-2.0
"""Tests over plain HTTP against a real cloud; see tests/conftest.py for what they get."""
