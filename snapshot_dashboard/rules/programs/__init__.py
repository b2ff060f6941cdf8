# SPDX-License-Identifier: Apache-2.0
"""Programs that do what a dialog does: one description of it, written in several languages."""
