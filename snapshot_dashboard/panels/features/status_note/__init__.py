# SPDX-License-Identifier: Apache-2.0
"""Why a snapshot takes long or failed, and what can be done."""
