# SPDX-License-Identifier: Apache-2.0
"""Launch as Instance from a snapshot."""
