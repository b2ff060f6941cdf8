# SPDX-License-Identifier: Apache-2.0
"""Script that prints, as JSON, which module each panel of the two dashboards comes from.

With ``{absent}`` true the plugin cannot be imported.
"""

LIST_PANELS = """
import json, sys
if {absent}:
    sys.modules["snapshot_dashboard"] = None
import django
django.setup()
import horizon
from django.urls import reverse
reverse("horizon:project:volumes:index")
panels = {{}}
for dashboard in ("project", "admin"):
    for panel in horizon.get_dashboard(dashboard).get_panels():
        panels[dashboard + "/" + panel.slug] = type(panel).__module__
print(json.dumps(panels))
"""
