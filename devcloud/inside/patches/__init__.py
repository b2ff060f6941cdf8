# SPDX-License-Identifier: Apache-2.0
"""Changes to OpenStack's libraries, made while a service starts; each module says why.

They are what lets a whole project run in one process of an ordinary user, without a
message broker and without a database program.
"""
