# SPDX-License-Identifier: Apache-2.0
"""Launch New Instance: an instance that starts from volumes made from the snapshots of a set."""
