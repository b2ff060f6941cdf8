# SPDX-License-Identifier: Apache-2.0
"""Create Volume from a snapshot."""
