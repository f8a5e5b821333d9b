"""Until when surveys take answers, in the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.actions.dates import MOST, Dated, DateKind, register_dates
from portal.community.models import Area, Visitor
from portal.record.services import key
from portal.surveys.models import Survey
from portal.surveys.states import SurveyState


def _read(user: Visitor, here: Area, start: datetime, end: datetime) -> Iterable[Dated]:
    # Before it opens only its makers know of it; one that was closed early ended then.
    known = Survey.objects.visible_to(user).filter(neighbourhood=here, opened_at__isnull=False)
    ending = known.annotate(ends=Coalesce("closed_at", "closes_at")).filter(ends__gt=start, ends__lte=end)
    for survey in ending.order_by("ends", "pk")[:MOST]:
        yield Dated(
            "survey",
            here.slug,
            key(survey),
            survey.title,
            getattr(survey, "ends"),  # noqa: B009 - annotated
            survey.get_absolute_url(),
            word=_("Survey ends"),
            off=_("called off") if survey.state == SurveyState.CANCELLED else "",
            deadline=True,
        )


register_dates(DateKind("survey", _("Surveys"), "edit", 60, _read))
