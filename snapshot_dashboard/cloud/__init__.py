# SPDX-License-Identifier: Apache-2.0
"""Access to the OpenStack services; no other package sends requests.

Typed functions that take a :class:`~snapshot_dashboard.cloud.session.Connection` and return
the dataclasses of ``rules``; every failure leaves as a
:class:`~snapshot_dashboard.cloud.errors.CloudError`.
"""
