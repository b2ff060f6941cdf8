# SPDX-License-Identifier: Apache-2.0
"""A cloud of many customers within seconds, for the support staff's pages and reports.

``plan`` says what there is to be, ``customers`` and ``storage`` copy rows accordingly, and
``truth`` counts the plan. The rows are copies as in :mod:`devcloud.inside.bulk`: the volumes store
nothing, and the instances belong to a host that does not exist.
"""
