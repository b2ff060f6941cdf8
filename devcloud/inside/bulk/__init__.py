# SPDX-License-Identifier: Apache-2.0
"""Thousands of volumes, snapshots and instances within seconds, as cloned database rows.

For tests of what a page costs, and for nothing else: one of each is made through the APIs,
and its rows are copied with new ids, names, sizes and dates. The volumes store nothing;
the instances belong to a host that does not exist, so nobody can act on them.
"""
