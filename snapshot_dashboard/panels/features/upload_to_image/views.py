# SPDX-License-Identifier: Apache-2.0
"""The Upload to Image dialog: never forces what nobody has accepted."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from django.conf import settings as django_settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import messages
from openstack_dashboard.dashboards.project.volumes import forms as stock_forms
from openstack_dashboard.dashboards.project.volumes import views as stock

from snapshot_dashboard.cloud import attachment, images, uploads
from snapshot_dashboard.cloud.errors import Refused
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.panels.common import programs
from snapshot_dashboard.panels.common.attachment_state.confirmed import ConfirmedView
from snapshot_dashboard.panels.common.attachment_state.live import situation_shown
from snapshot_dashboard.panels.common.create_once import CreateOnce
from snapshot_dashboard.panels.common.html import isolated, stated
from snapshot_dashboard.panels.common.links import lazy_page, own_path, page, with_query
from snapshot_dashboard.panels.common.outcome import image_link, images_of_form
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.switched import switched
from snapshot_dashboard.panels.features.upload_to_image.forms import RAW, UploadToImageForm
from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.programs.operation import Action, Field, Operation


class UploadToImageView(ConfirmedView[Image]):
    """Stock's address, fields and message; the verdict is read anew for every request."""

    form_class = UploadToImageForm
    ajax_template_name = "snapshot_dashboard/upload_to_image/_upload_to_image.html"
    modal_id = "upload_to_image_modal"
    form_id = "upload_to_image_form"
    page_title = gettext_lazy("Upload Volume to Image")
    success_url = lazy_page("horizon:project:volumes:index")

    @cached_property
    def once(self) -> CreateOnce[Image]:
        """Return what keeps the form from making a second image."""
        args = (self.kwargs["volume_id"],)
        return CreateOnce(
            self.request,
            "images",
            find=images_of_form,
            link=image_link,
            outcome_url=reverse("horizon:project:volumes:upload_to_image_outcome", args=args),
        )

    def load(self) -> None:
        """Read the situation, and side by side what Glance takes."""
        asked = self.connection.start(lambda: images.disk_formats(self.connection))
        self.situation = attachment.read(self.connection, self.kwargs["volume_id"])
        self.taken = known(asked.get)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the formats that stock offers: those that Cinder can make."""
        offered = django_settings.OPENSTACK_IMAGE_BACKEND["image_formats"]
        formats = [
            (value, label)
            for value, label in offered
            if value in stock_forms.VALID_DISK_FORMATS
            and (self.taken is None or value in self.taken)
        ]
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return kwargs | {"formats": formats or [(RAW, RAW)]}

    def blind_form(self) -> UploadToImageForm:
        """Return the form with what was typed, any format allowed."""
        chosen = self.request.POST.get("disk_format", "") or RAW
        return self.form_class(self.request.POST, formats=[(chosen, chosen)])

    def create(self, form: UploadToImageForm, *, force: bool) -> HttpResponse:
        """Ask Cinder, unforced for a detached volume: it refuses if that is no longer true."""
        said = form.cleaned_data
        note = consistency.write(consistency.of(self.exposure)) | {
            consistency.REQUEST: self.once.request_id,
            consistency.REQUESTED_AT: self.connection.now().strftime(consistency.AT_FORMAT),
        }
        make = partial(
            uploads.create,
            self.connection,
            self.exposure.volume.id,
            name=said["image_name"],
            disk_format=said["disk_format"],
            force=force,
            note=note,
        )
        facts = self.judged(form) | {"name": said["image_name"]}
        return self.send(form, "image.upload", make, force=force, **facts)

    def not_made(self, error: Refused) -> Problem:
        """Say what may be behind the refusal of a forced upload: nobody can ask Cinder for it."""
        problem = super().not_made(error)
        if self.exposure.acknowledgement is None:
            return problem
        advice = _(
            "This cloud may refuse to upload a volume that is attached. Detach it first; or create "
            "a snapshot of it, make a volume from the snapshot, and upload that volume."
        )
        return replace(problem, advice=advice)

    def tell(self, made: Image, *, force: bool) -> None:
        """Leave stock's message for the page that follows; the name leads to the image."""
        text = _('Successfully sent the request to upload volume to image for volume: "%s"')
        named = image_link(made, isolated(self.exposure.volume.label))
        messages.info(self.request, stated(text, named))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that the dialog says."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        volume, blocked = self.exposure.volume, self.exposure.blocked
        context.update(
            submit_url=self.address(),
            volume=volume,
            situated=not self.once.done,
            usable=self.usable and not blocked,
            retry=blocked and self.request.method == "POST" and not self.once.done,
            **programs.shown(self.request, self.operation()),
        )
        if self.once.done:
            return context
        create = page("horizon:project:volumes:create_snapshot", volume.id)
        live_url = reverse("horizon:project:volumes:upload_to_image_live", args=(volume.id,))
        return context | {
            **situation_shown(self.request, self.situation, "images"),
            "create_snapshot_url": with_query(create, next=self.here()) if create else "",
            "live_url": live_url,
        }

    def operation(self) -> Operation:
        """Return what the form asks for."""
        said = {"disk_format": RAW, **self.request.POST.dict()}
        return Operation(
            Action.IMAGE,
            (
                Field("volume", self.exposure.volume.id),
                programs.typed(said, "name", "image_name", default=programs.NAME),
                programs.typed(said, "format", "disk_format", default=RAW),
                programs.forced(needed=self.needs_tick),
            ),
        )

    def address(self) -> str:
        """Return the dialog's own address, with the way back if it has one."""
        args = (self.exposure.volume.id,)
        url = reverse("horizon:project:volumes:upload_to_image", args=args)
        back = own_path(self.request.GET.get("next", ""))
        return with_query(url, next=back) if back else url


upload_to_image = switched(
    "UPLOAD_TO_IMAGE", UploadToImageView.as_view(), stock.UploadToImageView.as_view()
)
