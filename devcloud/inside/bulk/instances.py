# SPDX-License-Identifier: Apache-2.0
"""Cloning an instance with its attached volume."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devcloud.inside import rows
from devcloud.inside.client import Person, image_id
from devcloud.inside.demo_data.instances import Factory, flavor_ids
from devcloud.inside.demo_data.plan import Instance
from devcloud.inside.rows import Row

# Nova's compute service would look after thousands of instances that are none, were they
# on its host.
_NO_HOST = "clones"

# The tables with the rows of an instance, and the column that names it there.
_CELL_TABLES = {
    "instances": "uuid",
    "instance_extra": "instance_uuid",
    "instance_info_caches": "instance_uuid",
    "instance_system_metadata": "instance_uuid",
    "block_device_mapping": "instance_uuid",
}
_API_TABLES = {"instance_mappings": "instance_uuid", "request_specs": "instance_uuid"}


@dataclass(frozen=True)
class Template:
    """The instance that was made through the API, its volume, and what joins the two."""

    instance: str
    volume: str
    attachment: str
    name: str


def make_template(person: Person, volume: str) -> Template:
    """Start an instance with the volume attached. Raises keystoneauth's errors."""
    volumes = {"template": volume}
    factory = Factory(person, person, image_id(person), flavor_ids(person), volumes)
    instance = factory.make(Instance("template", data=("template",)))
    answer = person.volume.get("/attachments", params={"volume_id": volume}).json()
    return Template(instance, volume, answer["attachments"][0]["id"], "template")


def attach(
    cinder: sqlite3.Connection, volumes: list[Row], template: Template, new_id: Callable[[], str]
) -> list[dict[str, str]]:
    """Mark cloned volumes as attached, each to an instance to be.

    Returns, for each of them, which ids and names of the template become which.
    """
    (attachment,) = rows.select(cinder, "volume_attachment", "id", template.attachment)
    clones = []
    for volume in volumes:
        volume |= {"status": "in-use", "attach_status": "attached"}
        clones.append(
            {
                template.instance: new_id(),
                template.volume: volume["id"],
                template.attachment: new_id(),
                template.name: volume["display_name"].replace("volume", "instance"),
            }
        )
    rows.insert(cinder, "volume_attachment", (rows.renamed(attachment, names) for names in clones))
    return clones


def insert(
    databases: Path, template: Template, clones: list[dict[str, str]], new_id: Callable[[], str]
) -> None:
    """Write the instances into Nova's two databases."""
    with rows.writing(databases / "nova_api.db") as api:
        for table, column in _API_TABLES.items():
            found = rows.select(api, table, column, template.instance)
            rows.insert(api, table, (rows.renamed(row, names) for names in clones for row in found))
    with rows.writing(databases / "nova_cell1.db") as cell:
        for table, column in _CELL_TABLES.items():
            found = rows.select(cell, table, column, template.instance)
            copies = [rows.renamed(row, names) for names in clones for row in found]
            for copy in copies:
                _make_distinct(table, copy, new_id)
            rows.insert(cell, table, copies)


def _make_distinct(table: str, row: Row, new_id: Callable[[], str]) -> None:
    if table == "instances":
        row["host"] = row["launched_on"] = _NO_HOST
    elif table == "block_device_mapping":
        row["uuid"] = new_id()
