"""How surveys are found: those that were opened."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.search.kinds import Kind, Mark, register
from portal.search.rooms import register_room
from portal.surveys.models import Survey
from portal.surveys.states import SurveyState


def _mark(survey: Survey) -> Mark | None:
    state = SurveyState(survey.state)
    return Mark(str(state.label), "grey") if state is SurveyState.CANCELLED else None


register(
    Kind(
        name="survey",
        label=_("Surveys"),
        model=Survey,
        things=Survey.objects.all,
        visible_to=Survey.objects.visible_to,
        title=lambda survey: survey.title,
        text=lambda survey: survey.intro,
        url=lambda survey: survey.get_absolute_url(),
        when=lambda survey: survey.opened_at,
        mark=_mark,
        shown=lambda survey: survey.opened_at is not None,
    )
)
register_room("surveys:surveys", _("All surveys"))
