# SPDX-License-Identifier: Apache-2.0
"""The Launch as Instance dialog: recommends an image, and links to Horizon's launch.

What an operator wants is ``LAUNCH_FROM_SNAPSHOT``: advise, hide (the action is left out), or
stock (Horizon's action as it is).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openstack_dashboard.dashboards.project.snapshots import tables as stock
from openstack_dashboard.utils import settings as setting_utils

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import block_storage, launching
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.panels.common import dependency, problems
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.html import dialog_link, isolated, link, sentence
from snapshot_dashboard.panels.common.links import launch_advice_url, lazy_page, page
from snapshot_dashboard.panels.common.lists.rows import SnapshotRow
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.rules.launching import LaunchState, LaunchStep, StepProgress, launch_state
from snapshot_dashboard.rules.snapshot import Source, as_source


def wizard_takes_snapshots() -> bool:
    """Tell whether Horizon's wizard launches from snapshots; an operator may have it not to."""
    key = ("LAUNCH_INSTANCE_DEFAULTS", "disable_volume_snapshot")
    return not setting_utils.get_dict_config(*key)


class LaunchSnapshot(stock.LaunchSnapshotNG):
    """Stock's action that opens the advice unless the operator has configured otherwise."""

    def allowed(self, request: HttpRequest, snapshot: SnapshotRow | None = None) -> bool:
        """Leave it out where the volume is known not to boot, and where the operator says so."""
        wanted = settings.get("LAUNCH_FROM_SNAPSHOT")
        if wanted == "hide" or (wanted == "stock" and not wizard_takes_snapshots()):
            return False
        if snapshot is None or snapshot._volume.bootable == "false":
            return False
        return bool(snapshot.status == "available")

    def get_link_url(self, datum: SnapshotRow) -> str:
        """Return the address of the advice; without it, stock's call of its wizard."""
        url = launch_advice_url(datum.id)
        if not url:
            return str(super().get_link_url(datum))
        self.classes: tuple[str, ...] = (*stock.LaunchSnapshotNG.classes, "ajax-modal")
        return str(self.table.with_way_back(url))


_ADVICE: dict[str, str | Promise] = {
    "may": gettext_lazy(
        "An instance launched from a snapshot may keep the snapshot, and the volume it was taken "
        "from, from being deleted."
    ),
    "always": gettext_lazy(
        "An instance launched from a snapshot keeps the snapshot, and the volume it was taken "
        "from, from being deleted."
    ),
    "never": gettext_lazy(
        "An image stays when the snapshot and the volume it was taken from are deleted."
    ),
}
_STEPS: dict[LaunchStep, Promise] = {
    LaunchStep.VOLUME: gettext_lazy("Create a volume from this snapshot"),
    LaunchStep.IMAGE: gettext_lazy("Upload that volume to an image"),
    LaunchStep.LAUNCH: gettext_lazy("Launch instances from the image"),
    LaunchStep.CLEAN_UP: gettext_lazy("Delete the helper volume"),
}
_PROGRESS: dict[StepProgress, str | Promise] = {
    StepProgress.OPEN: "",
    StepProgress.UNDER_WAY: gettext_lazy("Under way"),
    StepProgress.DONE: gettext_lazy("Done"),
}
_NOT_AVAILABLE = Problem(
    gettext_lazy("An instance cannot be launched from this snapshot now"),
    gettext_lazy("Its status is %(status)s, and only an Available snapshot can be used."),
    tone="info",
)
_BLOCKED = {
    Source.MOVING: replace(_NOT_AVAILABLE, advice=gettext_lazy("Reload this page in a moment.")),
    Source.UNUSABLE: replace(
        _NOT_AVAILABLE, advice=gettext_lazy("Choose another snapshot of the same volume.")
    ),
    Source.FOREIGN: Problem(
        gettext_lazy("This snapshot belongs to another project"),
        gettext_lazy(
            "An instance launched here would belong to your project, and might keep the owner "
            "from deleting the snapshot."
        ),
        gettext_lazy("Switch to the owner's project to launch an instance."),
        tone="info",
    ),
}


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step: a link and its state."""

    link: SafeString
    progress: str | Promise
    volume: SafeString | str = ""


class LaunchAdviceView(DialogView):
    """The advice: why to use an image, the four steps to one, and Horizon's launch."""

    http_method_names = ["get", "head", "options"]
    form_class = forms.Form
    ajax_template_name = "snapshot_dashboard/launch/_launch.html"
    modal_id = "launch_advice_modal"
    form_id = "launch_advice_form"
    page_title = gettext_lazy("Launch as Instance")
    success_url = lazy_page("horizon:project:snapshots:index")
    gone = problems.SNAPSHOT_GONE
    # The frame has room for them; here nothing is ever sent.
    lost = problems.UNREADABLE
    expired = problems.EXPIRED

    def load(self) -> None:
        """Read the snapshot, and beside it the newest volumes."""
        snapshot_id = self.kwargs["snapshot_id"]
        made = self.connection.start(lambda: launching.made_from(self.connection, snapshot_id))
        self.snapshot = self.connection.fetch(
            lambda: block_storage.snapshot(self.connection, snapshot_id)
        )
        self.way: LaunchState = launch_state(known(made.get) or ())
        source = as_source(self.snapshot, self.connection.project_id)
        if source is not Source.USABLE:
            self.usable = False
            problem = _BLOCKED[source]
            status = {"status": status_word(self.snapshot.status)}
            self.problem = replace(problem, text=str(problem.text) % status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the advice and the steps."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            submit_url=self.request.get_full_path(),
            heading=self.heading(),
            advice=_ADVICE[dependency.of_volume(self.connection, self.snapshot.volume_id)],
            steps=[self.line(step) for step in LaunchStep],
            first_url=self.address(self.way.next),
            first_label=self.first_label(),
            launch_id=self.snapshot.id if wizard_takes_snapshots() else "",
            launched_url=page("horizon:project:snapshots:index"),
        )
        return context

    def heading(self) -> SafeString:
        """Return which snapshot it is about."""
        return sentence(
            _('Snapshot "%(snapshot)s", %(created)s'),
            snapshot=isolated(self.snapshot.label),
            created=shown(self.request, self.snapshot.created_at),
        )

    def line(self, step: LaunchStep) -> StepLine:
        """Return one step with its link, and the helper volume once it is there."""
        helper = self.way.helper
        url, text = self.address(step), _STEPS[step]
        # What changes something opens as a dialog, as it does from the lists.
        linked = dialog_link(url, text) if self.is_dialog(step) else link(url, text)
        names = step in (LaunchStep.IMAGE, LaunchStep.CLEAN_UP) and helper
        return StepLine(
            link=linked,
            progress=_PROGRESS[self.way.steps[step]],
            volume=isolated(helper.label) if names and helper else "",
        )

    def is_dialog(self, step: LaunchStep) -> bool:
        """Tell whether a step leads to a dialog and not to a page."""
        ready = self.way.steps[LaunchStep.VOLUME] is StepProgress.DONE
        return step is LaunchStep.VOLUME or (step is LaunchStep.IMAGE and ready)

    def address(self, step: LaunchStep) -> str:
        """Return where a step is done, empty where the operator has taken that page away."""
        helper = self.way.helper
        if step is LaunchStep.VOLUME:
            query = {"snapshot_id": self.snapshot.id, "next": self.next_url}
            create = page("horizon:project:volumes:create")
            return f"{create}?{urlencode(query)}" if create else ""
        if step is LaunchStep.LAUNCH:
            return page("horizon:project:images:index")
        if helper is None:
            return page("horizon:project:volumes:index")
        if self.is_dialog(step):
            return page("horizon:project:volumes:upload_to_image", helper.id)
        return page("horizon:project:volumes:detail", helper.id)

    def first_label(self) -> str:
        """Return what the main button says."""
        if self.way.next is LaunchStep.VOLUME:
            return _("Start with Step 1")
        return _("Continue with Step 2")

    def frame(self) -> dict[str, Any]:
        """Return what differs in the frame: whether the main button opens a dialog."""
        shown_first = self.usable and hasattr(self, "way")
        return {"lost": self.lost, "first_is_dialog": shown_first and self.is_dialog(self.way.next)}
