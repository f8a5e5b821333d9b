"""What happens to paper besides reading it: in the public record without saying whose, and to who can answer again."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

MOVED = Event(
    "survey.answer_moved",
    record=_("put right which home answers belong to that came on paper or by telephone"),
)
YOURS_AGAIN = Event(
    "survey.yours_again",
    title=_("You can answer now: %(title)s"),
    body=_(
        "Answers of another home had been noted as yours by mistake. This was put right. Please answer by "
        "%(closes_at)s."
    ),
)
