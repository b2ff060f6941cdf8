# SPDX-License-Identifier: Apache-2.0
"""One package for each thing that a person can do; none imports another."""
