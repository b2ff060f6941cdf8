# SPDX-License-Identifier: Apache-2.0
"""One package for each thing that a user can do; none imports another."""
