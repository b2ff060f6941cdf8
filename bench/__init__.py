# SPDX-License-Identifier: Apache-2.0
"""Benchmark of our pages against stock Horizon's on one cloud in one run (``make bench``)."""
