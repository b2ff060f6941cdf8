# SPDX-License-Identifier: Apache-2.0
"""A small real OpenStack on this machine, for the demo and for the tests.

Keystone, Placement, Glance, Neutron, Cinder and Nova run as one process each on loopback,
with SQLite databases, no message broker, no containers and no need for root.

The modules directly in this package use nothing but the standard library, so that
``python3 -m devcloud up`` works on a machine where nothing is installed yet.
``devcloud.inside`` runs in the virtual environment that holds the OpenStack services.
"""
