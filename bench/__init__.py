# SPDX-License-Identifier: Apache-2.0
"""What our pages cost beside stock's, measured on one cloud in one run (``make bench``)."""
