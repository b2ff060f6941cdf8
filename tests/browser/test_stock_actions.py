# SPDX-License-Identifier: Apache-2.0
"""Each of stock's row actions still works in our tables."""

import pytest
from openstack.exceptions import raise_from_response

from tests.browser.pages import snapshots, volumes
from tests.browser.person import Person
from tests.cloud.workshop import Workshop, unique

pytestmark = pytest.mark.extended

# Action -> title of what it opens.
OF_VOLUMES = {
    "Edit Volume": "Edit Volume",
    "Extend Volume": "Extend Volume",
    "Manage Attachments": "Manage Volume Attachments",
    "Create Backup": "Create Volume Backup",
    "Change Volume Type": "Change Volume Type",
    "Upload to Image": "Upload Volume to Image",
    "Create Volume Transfer": "Create Volume Transfer",
    "Delete Volume": "Delete Volume",
    "Update Metadata": "Update Volume Metadata",
    "Launch as Instance": "Launch Instance",
}
OF_SNAPSHOTS = {
    "Edit Snapshot": "Edit Snapshot",
    "Create Backup": "Create Volume Backup",
    "Delete Volume Snapshot": "Delete Volume Snapshot",
    "Update Metadata": "Update Volume Snapshot Metadata",
    # Our advice; stock's wizard is behind its "Launch Anyway" (test_launch_advice.py).
    "Launch as Instance": "Launch as Instance",
}
DESCRIBED = ("OS::Cinder::Volume", "OS::Cinder::Snapshot")
TITLE = ".modal.in .modal-title"


@pytest.fixture(scope="module")
def bootable(shared_workshop: Workshop) -> str:
    """A detached volume that instances can be started from."""
    return str(shared_workshop.volume("bootable", image_id=shared_workshop.image_id()).id)


@pytest.fixture(scope="module")
def snapshot(shared_workshop: Workshop, bootable: str) -> str:
    """A snapshot of it."""
    return str(shared_workshop.snapshot(bootable).id)


@pytest.fixture(scope="module", autouse=True)
def defined_metadata(shared_workshop: Workshop) -> None:
    """Let the image service define some metadata: without any, stock's dialog fails."""
    image, namespace = shared_workshop.admin.image, unique("tests")
    definitions = "/metadefs/namespaces"
    raise_from_response(
        image.post(definitions, json={"namespace": namespace, "visibility": "public"})
    )
    shared_workshop.later(image.delete, f"{definitions}/{namespace}")
    for kind in DESCRIBED:
        path = f"{definitions}/{namespace}/resource_types"
        raise_from_response(image.post(path, json={"name": kind}))


@pytest.mark.parametrize("action", OF_VOLUMES)
def test_an_action_of_a_volume_opens(anna: Person, bootable: str, action: str) -> None:
    volumes(anna).open().choose(bootable, action)
    anna.see(TITLE, OF_VOLUMES[action])


@pytest.mark.parametrize("action", OF_SNAPSHOTS)
def test_an_action_of_a_snapshot_opens(
    anna: Person, bootable: str, snapshot: str, action: str
) -> None:
    snapshots(anna).open(f"field=volume_id&value={bootable}").choose(snapshot, action)
    anna.see(TITLE, OF_SNAPSHOTS[action])


@pytest.mark.parametrize(
    ("button", "title"),
    [("Create Volume", "Create Volume"), ("Accept Volume Transfer", "Accept Volume Transfer")],
)
def test_a_button_above_the_volumes_opens(anna: Person, button: str, title: str) -> None:
    volumes(anna).open()
    anna.click(".table_actions a", button)
    anna.see(TITLE, title)
