# SPDX-License-Identifier: Apache-2.0
"""Hold and Release Hold: notes on snapshots that say that they are to be kept."""
