# SPDX-License-Identifier: Apache-2.0
"""Configures the installed Horizon for the languages of the plugin.

Horizon's releases bring its catalogues as text only; an operator compiles them once (``manage.py
compilemessages``, which needs GNU gettext). This does the same with what Horizon has anyway.
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

APPLICATIONS = ("horizon", "openstack_auth", "openstack_dashboard")
LANGUAGES = ("de", "fr")


def main() -> int:
    """Compile each catalogue of the Horizon of this environment; return the exit code."""
    for application in APPLICATIONS:
        site = Path(__import__(application).__path__[0])
        for language in LANGUAGES:
            for text in (site / "locale" / language / "LC_MESSAGES").glob("*.po"):
                with text.open("rb") as source, text.with_suffix(".mo").open("wb") as target:
                    write_mo(target, read_po(source))
    return 0


if __name__ == "__main__":
    sys.exit(main())
