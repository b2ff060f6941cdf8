# SPDX-License-Identifier: Apache-2.0
"""Quiesced snapshots of all volumes of an instance (to users: frozen)."""
