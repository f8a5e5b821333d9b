"""What happens to statements, in the record and to who put them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.threads.models import HideReason


def _reason(params: dict[str, Any]) -> dict[str, Any]:
    return {"reason": dict(HideReason.choices).get(str(params.get("reason")), "…")}


TAKEN_DOWN = Event(
    "opinions.taken_down",
    record=_("Statement no. %(statement)s of the opinion map taken down"),
    title=_("Your statement about “%(title)s” was taken down"),
    body=_("“%(text)s” Reason: %(reason)s. You can put it again in other words."),
    words=_reason,
)
RESTORED = Event(
    "opinions.restored",
    record=_("Statement no. %(statement)s of the opinion map shown again"),
    title=_("Your statement about “%(title)s” is shown again"),
    mail=False,
)
