#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the plugin's wheel into a Horizon image of Kolla and enables it.
#
#   add-plugin.sh WHEEL
#
# Scripts and styles are not made here, because the settings are not in the image: Kolla mounts
# them when it starts the container, and then collects and compresses unless it finds the checksum
# of the same settings. The enabled files and packages are not part of that checksum, so what an
# older container may have left is removed.
set -eu
venv="${KOLLA_VENV:-/var/lib/kolla/venv}"
checksum="$(dirname "$venv")/.settings.md5sum.txt"

if [ "$#" -ne 1 ] || [ ! -f "$1" ]; then
    echo "One wheel is needed: $0 WHEEL" >&2
    exit 2
fi
# Everything that it needs came with Horizon.
"$venv/bin/python" -m pip install --no-index --no-deps --no-cache-dir "$1"
"$venv/bin/python" -m snapshot_dashboard enable
rm -f "$checksum"
