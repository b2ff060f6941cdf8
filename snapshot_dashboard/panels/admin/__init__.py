# SPDX-License-Identifier: Apache-2.0
"""The panels of the admin dashboard: what support staff needs, across all projects."""
