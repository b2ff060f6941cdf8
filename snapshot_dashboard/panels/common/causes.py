# SPDX-License-Identifier: Apache-2.0
"""Texts for the causes of failures, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.panels.common import hold_texts
from snapshot_dashboard.panels.common.html import sentence
from snapshot_dashboard.rules.failure import Cause, Failure, Service

_SERVICES: Mapping[Service | None, Promise] = {
    Service.BLOCK_STORAGE: gettext_lazy("The storage service"),
    Service.COMPUTE: gettext_lazy("The compute service"),
    Service.IDENTITY: gettext_lazy("The identity service"),
    Service.IMAGE: gettext_lazy("The image service"),
    None: gettext_lazy("The service"),
}
# Each begins with the service's name, in the nominative, or does not name it.
_CAUSES: Mapping[Cause, Promise] = {
    Cause.UNREACHABLE: gettext_lazy("%(service)s cannot be reached."),
    Cause.NO_ANSWER: gettext_lazy("%(service)s did not answer."),
    Cause.OUT_OF_TIME: gettext_lazy("The time that a page may take was over before it was read."),
    Cause.NO_SERVICE: gettext_lazy("%(service)s is not offered in this region."),
    Cause.FAILED: gettext_lazy("%(service)s answered with an internal error (HTTP %(status)s)."),
    Cause.UNREADABLE: gettext_lazy("%(service)s gave an answer that cannot be read."),
    Cause.LOGGED_OUT: gettext_lazy("You have been logged out."),
    Cause.FORBIDDEN: gettext_lazy("Your role does not allow this."),
    Cause.NOT_FOUND: gettext_lazy("It no longer exists, or you cannot see it."),
    Cause.LIMIT: gettext_lazy("Your project has reached a limit."),
    Cause.TOO_MANY: gettext_lazy("%(service)s has been sent too many requests."),
    Cause.BAD_REQUEST: gettext_lazy("%(service)s refused the request."),
    Cause.CONFLICT: gettext_lazy("%(service)s refused the request in the present state."),
    Cause.REFUSED: gettext_lazy("%(service)s refused the request."),
    Cause.NOT_TRIED: gettext_lazy(
        "It was not tried, because the storage service took too long with the others."
    ),
    Cause.NOT_LOOKED_FOR: gettext_lazy(
        "It was not looked for, because too many of the others no longer exist."
    ),
    # Told with the hold itself wherever that is known.
    Cause.ON_HOLD: gettext_lazy("It is on hold."),
}
_LATER = gettext_lazy("Try again in a moment.")
_ADVICE: Mapping[Cause, str | Promise] = {
    Cause.UNREACHABLE: _LATER,
    Cause.NO_ANSWER: _LATER,
    Cause.OUT_OF_TIME: _LATER,
    Cause.NO_SERVICE: "",
    Cause.FAILED: _LATER,
    Cause.UNREADABLE: _LATER,
    Cause.LOGGED_OUT: gettext_lazy("Log in again."),
    Cause.FORBIDDEN: gettext_lazy("Ask somebody whose role allows it."),
    Cause.NOT_FOUND: "",
    Cause.LIMIT: gettext_lazy("Delete what is no longer needed, or ask for a higher limit."),
    Cause.TOO_MANY: _LATER,
    Cause.BAD_REQUEST: "",
    Cause.CONFLICT: "",
    Cause.REFUSED: "",
    Cause.NOT_TRIED: _LATER,
    Cause.NOT_LOOKED_FOR: gettext_lazy("Load the list again and choose anew."),
    Cause.ON_HOLD: hold_texts.RELEASE_FIRST,
}
# Where the service's own reason says all that this would, and more.
_GENERAL = frozenset({Cause.BAD_REQUEST, Cause.CONFLICT, Cause.REFUSED})


def cause(failure: Failure) -> str:
    """Return what happened, in one sentence."""
    if failure.hold:
        return hold_texts.told(failure.hold, None)
    parts = {"service": _SERVICES[failure.service], "status": failure.status}
    return str(_CAUSES[failure.cause] % parts)


def advice(failure: Failure) -> str:
    """Return what to do next, an empty text where only the place knows."""
    if failure.cause is Cause.TOO_MANY and failure.retry_after:
        text = ngettext(
            "Try again in %(count)d second.", "Try again in %(count)d seconds.", failure.retry_after
        )
        return text % {"count": failure.retry_after}
    return str(_ADVICE[failure.cause])


def given(failure: Failure) -> SafeString:
    """Return the service's own reason and its request id, as far as there are any."""
    texts = []
    if failure.reason:
        reason = format_html('<bdi lang="en">{}</bdi>', failure.reason)
        texts.append(sentence(_("Reason given by the service: %(reason)s"), reason=reason))
    if failure.request_id:
        request_id = format_html("<code>{}</code>", failure.request_id)
        texts.append(sentence(_("Request ID: %(request_id)s"), request_id=request_id))
    return format_html_join(" ", "{}", ((each,) for each in texts))


def brief(failure: Failure) -> SafeString:
    """Return why in one sentence: the service's own where it says more than ours would."""
    if failure.cause in _GENERAL and failure.reason:
        return format_html('<bdi lang="en">{}</bdi>', failure.reason)
    return format_html("{}", cause(failure))


def after(text: object, failure: Failure) -> SafeString:
    """Return a message of stock's with why; "it is gone" is all that it means by itself."""
    why = "" if failure.cause is Cause.NOT_FOUND else message(failure)
    return format_html("{} {}", text, why) if why else format_html("{}", text)


def message(failure: Failure) -> SafeString:
    """Return cause, advice, reason and request id for a message, which is one paragraph."""
    general = failure.cause in _GENERAL and failure.reason
    parts = ["" if general else cause(failure), advice(failure), given(failure)]
    return format_html_join(" ", "{}", ((each,) for each in parts if each))
