"""From the published results to the demand list: each need over the line is owed an answer."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, announce, log
from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.community.selectors import members
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.search import services as search
from portal.surveys.course.promises import follow
from portal.surveys.lists import events
from portal.surveys.lists.permissions import SURVEYS
from portal.surveys.models import Demand, Question, Snapshot, Survey
from portal.surveys.results.services import latest
from portal.surveys.states import DemandState, SurveyState

OWED, PROMISED, SUMMONED = "survey.demand", "survey.promise", "survey.summons"
LISTED = frozenset({SurveyState.LISTS_UPDATED, SurveyState.RESPONDED})
FIGURES = ("title", "group", "base", "needed", "percent", "rank", "over", "snapshot")
NAMED = 20


@transaction.atomic
def list_demands(user: User, pk: int) -> Survey:
    """Make the demand list of a published survey; each demand over its line is owed an answer in working days.

    Rule surveys.respond_working_days. Raises NotPossible where no results were published, and where
    nothing was asked that could be listed.
    """
    survey = SURVEYS.take(user, pk, "list_demands")
    if not survey.asks_needs:
        raise NotPossible(_("It did not ask what is needed: there is nothing to list."))
    snapshot = latest(survey)
    if snapshot is None:
        raise NotPossible(str(SurveyState.ANALYSED.label))
    made = [_made(survey, snapshot, row) for row in _rows(snapshot)]
    advance(survey, SurveyState.LISTS_UPDATED)
    over = sum(demand.over for demand in made)
    told = {"over": over, "all": len(made), "threshold": survey.threshold}
    log(events.LISTED, survey, by=user, data=told)
    settle(survey, by=user)
    follow(survey, by=user)
    return survey


@transaction.atomic
def relist(pk: int) -> bool:
    """Let the list follow results that were corrected, with a trace; answers stay. Returns whether anything was new.

    A demand that comes over the line is owed an answer; one that falls below it and waits for one, no more.
    """
    survey = Survey.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    snapshot = latest(survey)
    stale = survey.demands.exclude(snapshot=snapshot)
    if snapshot is None or survey.state not in LISTED or not stale.exists():
        return False
    known = {demand.key: demand for demand in survey.demands.select_related("survey__neighbourhood")}
    for row in _rows(snapshot):
        demand = known.pop(row["key"], None)
        if demand is None:
            _made(survey, snapshot, row)
        else:
            _correct(demand, snapshot, row)
    for demand in known.values():
        _gone(demand, snapshot)
    log(events.RELISTED, survey, data={"why": snapshot.why})
    settle(survey)
    return True


def settle(survey: Survey, by: User | None = None) -> None:
    """Bring a locked survey where its demands lead: answered when none is owed any more, and back. One that is
    neither stays as it is."""
    owed = survey.demands.filter(state=DemandState.OWED).exists()
    if survey.state == SurveyState.LISTS_UPDATED and not owed:
        advance(survey, SurveyState.RESPONDED)
        follow(survey, by=by)
        _tell(survey)
    elif survey.state == SurveyState.RESPONDED and owed:
        advance(survey, SurveyState.LISTS_UPDATED)
        follow(survey, by=by)
        log(events.OWED_AGAIN, survey)


def owe(demand: Demand) -> None:
    """The committee owes an answer from now on."""
    due = add_working_days(clock.now(), rule("surveys.respond_working_days", demand.neighbourhood))
    duties.open_duty(OWED, demand, due=due, post=Post.WORKER)
    demand.answer_by = due.last_day
    demand.save(update_fields=["answer_by"])


def _rows(snapshot: Snapshot) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = snapshot.payload.get("demands", [])
    return rows


def _made(survey: Survey, snapshot: Snapshot, row: dict[str, Any]) -> Demand:
    over = row["percent"] >= survey.threshold
    demand = Demand.objects.create(
        survey=survey,
        key=row["key"],
        question=Question.objects.filter(survey=survey, key=row["key"]).first(),
        previous=_before(survey, row["key"]),
        state=DemandState.OWED if over else DemandState.BELOW,
        **_figures(survey, snapshot, row),
    )
    if over:
        owe(demand)
    search.index(demand)
    return demand


def _figures(survey: Survey, snapshot: Snapshot, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": row["text"][:200],
        "group": row.get("group", "")[:30],
        "base": row["base"],
        "needed": row["needed"],
        "percent": row["percent"],
        "rank": row["rank"],
        "over": row["percent"] >= survey.threshold,
        "snapshot": snapshot,
    }


def _before(survey: Survey, name: str) -> Demand | None:
    """The same need in the newest survey before that asked the same questions here."""
    earlier = Demand.objects.filter(
        key=name, survey__family=survey.family, survey__neighbourhood=survey.neighbourhood_id
    ).exclude(survey=survey)
    if survey.opened_at:
        earlier = earlier.filter(survey__opened_at__lt=survey.opened_at)
    return earlier.order_by("-survey__opened_at", "-pk").first()


def _correct(demand: Demand, snapshot: Snapshot, row: dict[str, Any]) -> None:
    was = demand.percent
    for name, value in _figures(demand.survey, snapshot, row).items():
        setattr(demand, name, value)
    if demand.state == DemandState.BELOW and demand.over:
        advance(demand, DemandState.OWED, also=FIGURES)
        owe(demand)
    elif demand.state == DemandState.OWED and not demand.over:
        advance(demand, DemandState.BELOW, also=FIGURES)
        duties.drop(demand, OWED)
    else:
        demand.save(update_fields=FIGURES)
    if was != demand.percent:
        log(events.FIGURES, demand, data={"was": was, "now": demand.percent})
    search.index(demand)


def _gone(demand: Demand, snapshot: Snapshot) -> None:
    """It is no demand any more: one that nobody answered is taken off the list, an answer stays."""
    log(events.GONE, demand)
    if demand.state in (DemandState.BELOW, DemandState.OWED):
        duties.drop(demand)
        search.drop(demand)
        demand.delete()
        return
    demand.snapshot = snapshot
    demand.save(update_fields=["snapshot"])


def _tell(survey: Survey) -> None:
    """Once a survey everybody here is told what becomes of what was asked for: who asked for what, nobody knows."""
    over = list(survey.demands.filter(over=True))
    refused = [demand.title for demand in over if demand.state == DemandState.NOT_POSSIBLE]
    figures: dict[str, Any] = {"promised": len(over) - len(refused), "refused": len(refused)}
    announce(
        events.RESPONDED,
        survey,
        by=SYSTEM,
        to=members(survey.neighbourhood),
        data=figures,
        once_per=f"{key(survey)}:responded",
        list="；".join(refused[:NAMED]) or "–",
        **figures,
    )
