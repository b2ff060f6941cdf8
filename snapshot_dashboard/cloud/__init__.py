# SPDX-License-Identifier: Apache-2.0
"""The only code that talks to OpenStack.

Typed functions that take a :class:`~snapshot_dashboard.cloud.session.Connection` and return
the dataclasses of ``rules``; every failure leaves as a
:class:`~snapshot_dashboard.cloud.errors.CloudError`.
"""
