# SPDX-License-Identifier: Apache-2.0
"""The part of devcloud that runs in the virtual environment of the OpenStack services."""
