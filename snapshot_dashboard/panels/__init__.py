# SPDX-License-Identifier: Apache-2.0
"""The pages: they read input, call ``cloud``, and show what ``rules`` say of it."""
