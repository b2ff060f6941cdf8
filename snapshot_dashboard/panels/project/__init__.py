# SPDX-License-Identifier: Apache-2.0
"""The panels of the project dashboard."""
