# SPDX-License-Identifier: Apache-2.0
"""Stock's addresses, every one of them."""

from openstack_dashboard.dashboards.admin.volume_groups.urls import urlpatterns

__all__ = ["urlpatterns"]
