# SPDX-License-Identifier: Apache-2.0
"""Update Status and Force Delete for support staff."""
