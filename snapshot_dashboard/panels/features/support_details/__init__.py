# SPDX-License-Identifier: Apache-2.0
"""The details of a snapshot or a volume for support staff."""
