"""With what a call begins: practice without a source, each place writes its own (docs/funds.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area
from portal.community.rules import rule
from portal.funds.models import ApplicantKind, Call, CostClass, Criterion, Due, PlanStep

R = TypeVar("R", Criterion, PlanStep, CostClass)
CRITERIA = (
    ("need", _("Need"), _("How many neighbours need it, and how that is known"), 30),
    ("participation", _("Participation"), _("Who takes part in planning and doing it"), 25),
    ("feasibility", _("Feasibility"), _("Whether it can be done in this time by these people"), 20),
    ("budget", _("Budget"), _("Whether each amount is needed and fair"), 15),
    ("lasting", _("Lasting effect"), _("What is left when the money is spent"), 10),
)
COSTS = (
    ("materials", _("Materials"), "", 0),
    ("services", _("Services of others"), "", 0),
    ("venue", _("Venue"), "", 0),
    ("printing", _("Printing"), "", 0),
    ("insurance", _("Insurance"), "", 0),
    ("volunteers", _("Volunteers' meals and travel"), _("What they had to pay, not a wage"), 0),
    ("expert", _("Fee of an expert"), "", 0),
    ("equipment", _("Small equipment"), _("It belongs to the neighbourhood afterwards"), 0),
    ("contingency", _("Contingency"), _("For what nobody could foresee"), 5),
)
FORBIDDEN = (
    ("salaries", _("Salaries of staff"), _("The money is for what neighbours do themselves")),
    ("gifts", _("Gifts and cash"), _("Neither money nor presents go to those who are served")),
    ("banquets", _("Banquets"), _("A meal among volunteers at work is another matter")),
    ("assets", _("Fixed assets and building works"), _("They need other money and other permits")),
    ("others", _("What others have to pay"), _("The property firm, the repair fund, or the state")),
)


def numbers(here: Area) -> dict[str, int]:
    """The deadlines and least numbers that hold for a place today, as a call keeps them."""
    return {
        "eligibility_days": rule("funds.eligibility_working_days", here),
        "review_days": rule("funds.review_working_days", here),
        "notice_days": rule("funds.notice_working_days", here),
        "reviewers_least": rule("funds.reviewers", here),
        "posted_days": rule("funds.posted_days", here),
        "progress_months": rule("funds.progress_months", here),
        "change_percent": rule("funds.change_percent", here),
    }


def applicants() -> list[str]:
    """Everybody who can stand behind a project."""
    return [str(kind.value) for kind in ApplicantKind]


def lay_out(call: Call) -> None:
    """Give a new call its criteria, its plan and its kinds of cost, in the language of the portal."""
    with translation.override(settings.LANGUAGE_CODE):
        Criterion.objects.bulk_create(
            Criterion(call=call, key=key, label=str(label), help=str(text), weight=weight)
            for key, label, text, weight in CRITERIA
        )
        CostClass.objects.bulk_create(
            [
                CostClass(call=call, key=key, label=str(label), why=str(why), most_percent=most)
                for key, label, why, most in COSTS
            ]
            + [
                CostClass(call=call, key=key, label=str(label), why=str(why), forbidden=True)
                for key, label, why in FORBIDDEN
            ]
        )
    percents = rule("funds.instalments", call.neighbourhood)
    # PostgreSQL keeps an object's keys in an order of its own.
    PlanStep.objects.bulk_create(
        PlanStep(call=call, order=order, percent=percents[due], due=due)
        for order, due in enumerate((due for due in Due if due in percents), 1)
    )


def copy_rules(source: Call, target: Call) -> None:
    """Give a new call the criteria, plan and kinds of cost of another one."""
    Criterion.objects.bulk_create(_copied(source.criteria.all(), target))
    PlanStep.objects.bulk_create(_copied(source.plan.all(), target))
    CostClass.objects.bulk_create(_copied(source.cost_classes.all(), target))


def _copied(rows: Iterable[R], target: Call) -> list[R]:
    copies = list(rows)
    for row in copies:
        row.pk, row.call, row.stands = None, target, False
    return copies
