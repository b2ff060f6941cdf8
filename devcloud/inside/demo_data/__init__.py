# SPDX-License-Identifier: Apache-2.0
"""The demo data: what a small web shop, a research group and a blog have in their cloud.

Everything is made through the services' own APIs by the people themselves. Two things cannot
be made that way. One is an old snapshot, since Cinder's API does not let anyone choose the time
of creation: "old" snapshots of the web shop carry a past date in their names only, as nightly
jobs name them. The other is what the support staff is asked about, such as a snapshot that has
been "creating" for hours: for the blog, and for nothing else, rows of Cinder's are changed
(:mod:`devcloud.inside.demo_data.past`).
"""
