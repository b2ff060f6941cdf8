# SPDX-License-Identifier: Apache-2.0
"""Unit tests, tests against a real cloud, and tests in a browser."""
