"""News of a discussion: to those who are asked, who asked, and whose post was hidden. Never to all."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.notifications.services import Kind
from portal.threads.models import HideReason

DECISIONS = {"hidden": _("it was hidden"), "kept": _("it stays")}


def _reason(params: dict[str, Any]) -> dict[str, Any]:
    return {"reason": dict(HideReason.choices).get(str(params.get("reason")), "…")}


def _decision(params: dict[str, Any]) -> dict[str, Any]:
    return {"decision": DECISIONS.get(str(params.get("decision")), "…")}


ASKED = Kind(
    "thread.asked",
    _("A neighbour asks for your official answer in “%(title)s”"),
    _("Please answer by %(due_at)s. The time you take is shown in public."),
)
ANSWERED = Kind(
    "thread.answered",
    _("Your question in “%(title)s” was answered"),
    _("%(who)s has answered officially."),
)
HIDDEN = Kind(
    "thread.hidden",
    _("Your post in “%(title)s” was hidden"),
    _("Reason: %(reason)s. If you do not agree, appeal on the post's page: %(appeal)s decides."),
    words=_reason,
)
RESTORED = Kind("thread.restored", _("Your post in “%(title)s” is shown again"), mail=False)
UPHELD = Kind(
    "thread.upheld", _("Your post in “%(title)s” stays hidden"), _("%(who)s has decided your appeal.")
)
FLAG_SETTLED = Kind(
    "thread.flag_settled",
    _("The post you reported in “%(title)s” was looked at"),
    _("Decision: %(decision)s."),
    mail=False,
    words=_decision,
)
