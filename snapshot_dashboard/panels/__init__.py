# SPDX-License-Identifier: Apache-2.0
"""Views, forms, tables and texts of the plugin's pages."""
