# SPDX-License-Identifier: Apache-2.0
"""The cloud of many customers, for tests of the support staff's pages and reports."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

from demo.layout import ROOT, Home
from devcloud.access import load as load_access
from devcloud.whole_cloud import WholeCloud, load
from tests.cloud.workshop import PATIENCE


def whole_cloud(home: Home) -> WholeCloud:
    """Fill the cloud in ``home`` where nobody has yet (10 s), and return what it holds.

    Tests only read what the customers have, so that it stays true for the next one.
    """
    port = urlsplit(load_access(home.path).auth_url).port
    done = subprocess.run(
        [sys.executable, "-m", "devcloud", "whole-cloud"],
        cwd=ROOT,
        env={**os.environ, "DEVCLOUD_HOME": str(home.path), "DEVCLOUD_PORT_BASE": str(port)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return load(home.path)
