# SPDX-License-Identifier: Apache-2.0
"""Create Volume and Attach: a snapshot's content on an instance for analysis."""
