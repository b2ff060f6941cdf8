# SPDX-License-Identifier: Apache-2.0
"""Delete Volume and Delete Volume Snapshot."""
