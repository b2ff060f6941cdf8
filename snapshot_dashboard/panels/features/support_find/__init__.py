# SPDX-License-Identifier: Apache-2.0
"""Find: opens the page of an object named by an id or a name."""
