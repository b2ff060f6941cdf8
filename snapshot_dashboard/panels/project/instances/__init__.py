# SPDX-License-Identifier: Apache-2.0
"""Project > Compute > Instances: stock's pages with more row actions."""
