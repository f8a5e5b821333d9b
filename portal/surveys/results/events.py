"""What is said of results: in the public record with their fingerprint, and to those who were asked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.notifications.kinds import make_optional

PUBLISHED = Event(
    "survey.published",
    record=_("published the results of a survey: %(n)s answers, fingerprint %(sha256)s"),
    title=_("The results are there: %(title)s"),
    body=_("%(n)s answers were counted. What many need gets an answer."),
)
CORRECTED = Event(
    "survey.corrected",
    record=_("corrected the results of a survey (%(number)s): “%(why)s”, fingerprint %(sha256)s"),
    title=_("The results were corrected: %(title)s"),
    body=_("The reason: “%(why)s”. The earlier results can still be read."),
)
WAVE_PUBLISHED = Event(
    "wave.published",
    record=_(
        "published the results of a wave: %(n)s answers of %(places)s neighbourhoods, fingerprint %(sha256)s"
    ),
)
MARGINS = Event("survey.margins", record=_("wrote down who lives here, to weight a survey by"))
RELEASED = Event("survey.texts_released", record=_("showed %(count)s open answers of a survey, names masked"))
HIDDEN = Event(
    "survey.texts_hidden", record=_("took %(count)s open answers of a survey from what everybody reads")
)

make_optional(PUBLISHED.name)
