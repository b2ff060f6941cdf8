# SPDX-License-Identifier: Apache-2.0
"""The Upload to Image dialog in front of faked services."""

from collections.abc import Callable
from typing import Any

from tests.unit.cloud.wire import CINDER, Json, Wire
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import CATALOG, VOLUMES, Answer, Person, service, user

UPLOAD = f"{VOLUMES}v1/upload_to_image/"
ACTION = "/volumes/v1/action"
GLANCE = "http://image.test/v2"
MISSING = "Tick the box above to create this image, or press Cancel."
TYPED = {"image_name": "golden <image>", "disk_format": "qcow2"}
NOTE = "snapshot_dashboard:"

UPLOADING = "os-volume_upload_image"
WRITING = "os-set_image_metadata"
ERASING = "os-unset_image_metadata"


def uploader(wire: Wire, log_in: LogIn) -> Person:
    """Return a member in a cloud with images, who has made none yet."""
    there_are_images(wire)
    return log_in(user("member", "reader", catalog=[*CATALOG, service("image", GLANCE)]))


def there_are_images(wire: Wire) -> None:
    """Let Glance tell what it takes, and Cinder accept whatever is asked of it."""
    about = {"properties": {"disk_format": {"enum": ["raw", "qcow2", "iso", None]}}}
    wire.says("GET", f"{GLANCE}/schemas/image", about)
    images(wire)
    accepting(wire)


def images(wire: Wire, *found: Json) -> None:
    """Let the project have these images."""
    wire.says("GET", f"{GLANCE}/images", {"images": list(found)})


def accepting(wire: Wire) -> None:
    """Let Cinder accept whatever is asked."""
    made = {"image_id": "g9", "image_name": TYPED["image_name"], "status": "uploading"}
    wire.says("POST", ACTION, {UPLOADING: made}, 202)


def answering(wire: Wire, which: str, answer: Callable[[Any, Any], Any] | type[Exception]) -> None:
    """Answer one of the actions in another way, and accept the others."""
    accepting(wire)
    how: dict[str, Any] = {"exc": answer} if isinstance(answer, type) else {"json": answer}
    wire.mocker.register_uri(
        "POST", CINDER + ACTION, additional_matcher=lambda request: which in request.json(), **how
    )


def refusing(wire: Wire, which: str, status: int, reason: str = "status must be available") -> None:
    """Answer one of the actions with an error, and accept the others."""

    def refuse(_request: Any, context: Any) -> Json:
        context.status_code = status
        context.headers["x-openstack-request-id"] = "req-of-it"
        return {"badRequest": {"code": status, "message": reason}}

    answering(wire, which, refuse)


def fill(dialog: Answer, **more: str) -> dict[str, Any]:
    """Return what a browser would send from the opened dialog."""
    hidden = {each.name: each.value for each in dialog.all("//form//input[@type='hidden']")}
    return {**hidden, **TYPED, **more}


def send(person: Person, **more: str) -> Answer:
    """Open the dialog, fill it in, and send it."""
    dialog = person.get(UPLOAD, dialog=True)
    return person.post(UPLOAD, fill(dialog, **more), dialog=True)


def acts(wire: Wire) -> list[tuple[str, Any]]:
    """Return what was asked of the volume, in order: each action with what it holds."""
    return [each for request in wire.sent("POST", ACTION) for each in request.json().items()]


def asked(wire: Wire) -> list[Json]:
    """Return the requests for an image, each with the properties that it would get."""
    properties: Json = {}
    found = []
    for action, said in acts(wire):
        if action == WRITING:
            properties.update(said["metadata"])
        elif action == ERASING:
            properties.pop(said["key"], None)
        else:
            found.append({**said, "metadata": dict(properties)})
    return found


def note(body: Json) -> dict[str, str]:
    """Return what the properties of an image say, without our prefix."""
    return {key.removeprefix(NOTE): value for key, value in body["metadata"].items()}
