# SPDX-License-Identifier: Apache-2.0
"""Panels of the admin dashboard, for support staff: all projects."""
