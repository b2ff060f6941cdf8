# SPDX-License-Identifier: Apache-2.0
"""Django settings of the unit tests: Horizon's own for tests, with our enabled folder.

Other than Horizon's own they check policies as a real dashboard does, and have no database.
"""

import tempfile
from pathlib import Path
from typing import Any

_STATE = Path(__file__).resolve().parents[1] / ".state" / "unit"
_STATE.mkdir(parents=True, exist_ok=True)

# Horizon's settings put a secret key into the machine's temporary folder: into ours instead.
_machine_folder, tempfile.tempdir = tempfile.tempdir, str(_STATE)
from openstack_dashboard.test.settings import *  # noqa: E402, F403

tempfile.tempdir = _machine_folder

import openstack_dashboard.enabled  # noqa: E402
from openstack_dashboard import defaults  # noqa: E402
from openstack_dashboard.test import settings as _stock  # noqa: E402
from openstack_dashboard.utils.settings import update_dashboards  # noqa: E402

import snapshot_dashboard.enabled  # noqa: E402

DATABASES: dict[str, Any] = {}
SECRET_KEY = "only for the unit tests"
TIME_ZONE = "UTC"
# The dashboard's own choice of languages would ask the browser's: the tests read English.
LANGUAGE_CODE = "en"

# Each template is read and compiled once, as in production.
TEMPLATES: list[dict[str, Any]] = _stock.TEMPLATES
_options = TEMPLATES[0]["OPTIONS"]
# The menu is of other panels, and scripts do not run here: both cost more than the pages.
_blank = {"horizon/common/_sidebar.html": "", "horizon/_scripts.html": ""}
_blank_loader = ("django.template.loaders.locmem.Loader", _blank)
_cached = "django.template.loaders.cached.Loader"
_options["loaders"] = [(_cached, [_blank_loader, *_options["loaders"]])]
_options["debug"] = False

# Styles are compiled in a test of their own, not with every page.
COMPRESS_ENABLED = False
COMPRESS_PRECOMPILERS = ()
COMPRESS_ROOT = str(_STATE)

POLICY_CHECK_FUNCTION = defaults.POLICY_CHECK_FUNCTION
POLICY_FILES_PATH = defaults.POLICY_FILES_PATH
# Those that our panels ask; reading the others takes seconds.
POLICY_FILES = {
    service: defaults.POLICY_FILES[service] for service in ("compute", "image", "volume")
}

OPENSTACK_API_VERSIONS = {"identity": 3, "image": 2, "volume": 3, "compute": 2}

# Horizon's settings have read its enabled files already. What that left is taken out again, so
# that both folders are read together and ours replace files of the same name.
_READ_BEFORE = frozenset(
    {"dashboards", "default_dashboard", "panel_customization", "plugins", "scss_files"}
)
HORIZON_CONFIG: dict[str, Any] = {
    key: value for key, value in _stock.HORIZON_CONFIG.items() if key not in _READ_BEFORE
}
INSTALLED_APPS: list[str] = [
    app for app in _stock.INSTALLED_APPS if app not in _stock.HORIZON_CONFIG["plugins"]
]
update_dashboards(
    [openstack_dashboard.enabled, snapshot_dashboard.enabled], HORIZON_CONFIG, INSTALLED_APPS
)
HORIZON_CONFIG["js_files"] = list(dict.fromkeys(HORIZON_CONFIG["js_files"]))
