# SPDX-License-Identifier: Apache-2.0
"""What Horizon finds of the plugin in the identity dashboard."""
