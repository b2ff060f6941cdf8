# SPDX-License-Identifier: Apache-2.0
"""A snapshot or a volume as support staff see it."""
