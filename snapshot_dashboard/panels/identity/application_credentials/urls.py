# SPDX-License-Identifier: Apache-2.0
"""Stock's URL patterns, unchanged."""

from openstack_dashboard.dashboards.identity.application_credentials import urls as stock

urlpatterns = stock.urlpatterns
