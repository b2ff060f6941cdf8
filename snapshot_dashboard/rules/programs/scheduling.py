# SPDX-License-Identifier: Apache-2.0
"""Texts to paste that run the command of schedules again and again, with names quoted for each.

The same in all languages of people: they are read by machines.
"""

from __future__ import annotations

from dataclasses import dataclass

from snapshot_dashboard.rules.programs.quoting import shell, text
from snapshot_dashboard.rules.text import plain

# The entry in clouds.yaml, and the name of the application credential.
CLOUD = "snapshot-schedules"
_COMMAND = f"python3 -m snapshot_dashboard keep --os-cloud {CLOUD}"
# In the place of what nobody but the person is told.
_ID, _SECRET = "THE_ID", "THE_SECRET"  # noqa: S105 - what stands for one


@dataclass(frozen=True, slots=True)
class Place:
    """The cloud, the region and the project that the command is to look after."""

    auth_url: str
    region: str
    project: str


def credential(role: str, rules: str) -> str:
    """Return the commands of a shell that make an application credential.

    ``rules`` are its access rules as JSON.
    """
    return (
        f"cat > access-rules.json <<'END'\n{rules}\nEND\n"
        f"openstack application credential create --role {shell(role)} \\\n"
        f"  --access-rules access-rules.json {CLOUD}\n"
    )


def clouds_yaml(place: Place) -> str:
    """Return the file that the credential is written into."""
    return (
        f"# ~/.config/openstack/clouds.yaml, for project {plain(place.project)}\n"
        "clouds:\n"
        f"  {CLOUD}:\n"
        "    auth_type: v3applicationcredential\n"
        "    auth:\n"
        f"      auth_url: {text(place.auth_url)}\n"
        f"      application_credential_id: {text(_ID)}\n"
        f"      application_credential_secret: {text(_SECRET)}\n"
        f"    region_name: {text(place.region)}\n"
    )


def cron() -> str:
    """Return a line of a crontab: every 15 minutes, never twice at the same time."""
    return f"*/15 * * * * flock -n /tmp/{CLOUD}.lock {_COMMAND}\n"


def systemd() -> str:
    """Return a service and a timer of systemd, for the user who has the credentials."""
    return (
        f"# ~/.config/systemd/user/{CLOUD}.service\n"
        "[Unit]\n"
        "Description=Snapshots by schedule\n"
        "[Service]\n"
        "Type=oneshot\n"
        f"ExecStart=/usr/bin/env {_COMMAND}\n"
        "\n"
        f"# ~/.config/systemd/user/{CLOUD}.timer\n"
        "[Unit]\n"
        "Description=Snapshots by schedule, every 15 minutes\n"
        "[Timer]\n"
        "OnCalendar=*:0/15\n"
        "Persistent=true\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
        "\n"
        f"# Then: systemctl --user enable --now {CLOUD}.timer; loginctl enable-linger\n"
    )


def kubernetes() -> str:
    """Return a CronJob of Kubernetes; the image is yours to make."""
    return (
        f"# First: kubectl create secret generic {CLOUD} --from-file=clouds.yaml\n"
        "apiVersion: batch/v1\n"
        "kind: CronJob\n"
        "metadata:\n"
        f"  name: {CLOUD}\n"
        "spec:\n"
        '  schedule: "*/15 * * * *"\n'
        "  concurrencyPolicy: Forbid\n"
        "  jobTemplate:\n"
        "    spec:\n"
        "      backoffLimit: 0\n"
        "      template:\n"
        "        spec:\n"
        "          restartPolicy: Never\n"
        "          containers:\n"
        "            - name: keep\n"
        "              image: YOUR_IMAGE_WITH_SNAPSHOT_DASHBOARD\n"
        f"              command: {_listed(_COMMAND)}\n"
        "              env:\n"
        "                - name: OS_CLIENT_CONFIG_FILE\n"
        "                  value: /etc/openstack/clouds.yaml\n"
        "              volumeMounts:\n"
        "                - name: clouds\n"
        "                  mountPath: /etc/openstack\n"
        "                  readOnly: true\n"
        "          volumes:\n"
        "            - name: clouds\n"
        "              secret:\n"
        f"                secretName: {CLOUD}\n"
    )


def _listed(command: str) -> str:
    words = ", ".join(text(word) for word in command.split())
    return f"[{words}]"
