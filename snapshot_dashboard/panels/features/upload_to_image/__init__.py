# SPDX-License-Identifier: Apache-2.0
"""Upload to Image of a volume."""
