"""What the workbench and the record call demands, services and what is owed about them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.duties.models import Duty
from portal.duties.steps import number_of, register_steps
from portal.record.wording import Subject, register_subjects
from portal.surveys.models import Demand
from portal.surveys.states import DemandState


def _unanswered(duty: Duty) -> list[int]:
    found = Demand.objects.filter(survey=number_of(duty), state=DemandState.OWED).order_by("answer_by", "pk")
    return list(found.values_list("pk", flat=True)[:1])


register_subjects(
    {
        "demand": Subject(_("Demands"), page="surveys:demand"),
        "service": Subject(_("Services"), page="surveys:service"),
        "profile": Subject(_("Profile")),
    }
)
register_kinds(
    {
        "survey.demand": _("say what becomes of a demand that the survey found"),
        "survey.promise": _("keep what was promised after the survey"),
        "survey.summons": _("come and answer what neighbours asked for in the survey"),
    }
)
ANSWERS = (
    "answer_topic",
    "answer_service",
    "answer_activity",
    "answer_summons",
    "answer_fund",
    "answer_not_possible",
)
register_steps(
    "surveys:demand_act",
    {"survey.demand": ANSWERS, "survey.promise": ("report_done",), "survey.summons": ("appear",)},
)
register_steps("surveys:list_act", {"survey.list": ("list_demands",)})
register_steps("surveys:demand_act", {"survey.respond": ANSWERS}, keys=_unanswered)
