# SPDX-License-Identifier: Apache-2.0
"""The demo data: what a small web shop and a research group have in their cloud.

Everything is made through the services' own APIs by the people themselves. One thing
cannot be made that way: an old snapshot, since Cinder's API does not let anyone choose the
time of creation. So "old" snapshots carry a past date in their names only, as nightly jobs
name them; the database is not touched for it.
"""
