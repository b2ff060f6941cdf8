# SPDX-License-Identifier: Apache-2.0
"""Hold, Release Hold and Keep Until: notes on snapshots that say that they are to be kept."""
