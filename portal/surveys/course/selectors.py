"""Questions asked of surveys in more than one place."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from portal.community.models import Area, Visitor
from portal.kit import clock
from portal.surveys.models import Because, Response, Survey
from portal.surveys.states import ResponseState, SurveyState

# So many seconds a question takes on average.
SECONDS = 12


def odd(responses: QuerySet[Response]) -> QuerySet[Response]:
    """Of answers those that were handed in and look odd, or were taken out."""
    handed_in = responses.exclude(state=ResponseState.DRAFT)
    return handed_in.exclude(flags=[], state=ResponseState.HANDED_IN)


def minutes(survey: Survey) -> int:
    """About how many minutes it takes: as those found who tried it out, else reckoned from its questions."""
    return survey.minutes or max(1, survey.questions.count() * SECONDS // 60)


def unready(survey: Survey) -> list[str]:
    """What is missing before a survey can be approved, in words."""
    found = {
        _("Say what the survey is for."): not survey.intro,
        _("Say what becomes of the answers."): not survey.privacy,
        _("Say how long the answers are kept."): survey.keep_months is None,
        _("Say when it closes."): survey.closes_at is None or clock.passed(survey.closes_at),
        _("It has no question yet."): not survey.questions.exists(),
    }
    return [text for text, lacks in found.items() if lacks]


def open_here(here: Area) -> QuerySet[Survey]:
    """Those that take answers now, the one that ends first on top."""
    return Survey.objects.running().filter(neighbourhood=here).order_by("closes_at", "pk")


def listed(user: Visitor, here: Area) -> QuerySet[Survey]:
    """All of a neighbourhood that somebody may know of, those that run first, then the newest."""
    found = Survey.objects.visible_to(user).filter(neighbourhood=here).select_related("neighbourhood")
    runs = Q(state__in=[SurveyState.OPEN, SurveyState.PAUSED])
    return found.annotate(runs=Count("pk", filter=runs)).order_by(
        "-runs", F("opened_at").desc(nulls_first=True), "-pk"
    )


def removed(survey: Survey) -> list[tuple[str, int]]:
    """How many answers were left out, by reason, the most first."""
    rows = survey.responses.filter(state=ResponseState.REMOVED).order_by().values("removed_because")
    counted = rows.annotate(n=Count("pk")).order_by("-n", "removed_because")
    return [(str(Because(row["removed_because"] or Because.OTHER).label), row["n"]) for row in counted]
