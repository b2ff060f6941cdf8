# SPDX-License-Identifier: Apache-2.0
"""WSGI application for gunicorn: WhiteNoise serves /static, Horizon the rest."""

import os

from django.conf import settings
from openstack_dashboard.wsgi import application as horizon
from whitenoise import WhiteNoise

from demo.counting import CallLog, counted, watch
from demo.layout import chosen_home

# django-compressor puts a hash of the content into these names: they never change.
HASHED_NAME = r"/dashboard/(css|js)/.*[0-9a-f]{12}\.(css|js)$"


def build() -> WhiteNoise:
    """Return the whole application, counting outgoing calls when COUNT_CALLS=1."""
    inner = horizon
    if os.environ.get("COUNT_CALLS") == "1":
        log = CallLog(chosen_home().log("outgoing"))
        watch(log)
        inner = counted(inner, log)
    return WhiteNoise(
        inner,
        root=settings.STATIC_ROOT,
        prefix=settings.STATIC_URL,
        immutable_file_test=HASHED_NAME,
        max_age=60,
        # With DEBUG scripts and styles are compressed when a page first asks for them.
        autorefresh=settings.DEBUG,
    )


application = build()
