# SPDX-License-Identifier: Apache-2.0
"""Building blocks of the pages that belong to no single feature."""
