# SPDX-License-Identifier: Apache-2.0
"""Building blocks used by several features."""
