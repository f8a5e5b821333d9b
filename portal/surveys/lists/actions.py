"""What can be done with a demand list, a demand and a service, as their pages offer it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.community.models import User
from portal.duties.models import Duty
from portal.record.services import key
from portal.surveys.lists import answering, forms, offering, services
from portal.surveys.models import Demand, Reply, Service, Survey

_ANSWERED = _("Everybody reads the answer now, with its day.")
_PROMISES = _("Everybody reads it on the demand list, with the day by which it is promised.")
_BACK = WayBack("reconsider")


def _answer(reply: Reply) -> Any:
    return partial(_called, reply)


def _called(reply: Reply, user: User, pk: int, **fields: Any) -> Demand:
    return answering.answer(user, pk, reply, **fields)


def _asks_needs(survey: Survey, user: User) -> bool:
    return survey.asks_needs


def _is_called(demand: Demand, user: User) -> bool:
    return Duty.objects.active().about(key(demand)).filter(kind=services.SUMMONED).exists()


def _is_matched(demand: Demand, user: User) -> bool:
    return demand.matches.exists()


def _is_offered(service: Service, user: User) -> bool:
    return service.is_offered


def _is_over(service: Service, user: User) -> bool:
    return not service.is_offered


SURVEY_ACTIONS: dict[str, Action] = {
    "list_demands": Action(
        _("Make the demand list"),
        services.list_demands,
        text=_(
            "Every need that reaches the line becomes a duty of the committee: a topic, a service, an activity, a "
            "summons, a project, or the reason why not. Everybody reads the list."
        ),
        done=_("The list is made. What is owed stands on your page."),
        main=True,
        ready=_asks_needs,
        not_ready=_("It did not ask what is needed: there is nothing to list."),
        then=lambda survey, made: (
            f"{reverse('surveys:demands', args=[survey.neighbourhood.slug])}?survey={survey.pk}"
        ),
        effect=Effect.PUBLISHES,
        way_back=_("A list that was made stays. It follows when the published results are corrected."),
    ),
}
DEMAND_ACTIONS: dict[str, Action] = {
    "raise_topic": Action(
        _("Begin a topic from it"),
        answering.raise_topic,
        forms.NewTopicForm,
        text=_("A draft begins with what was asked written in it. You fill in the rest, and send it."),
        done=_("The draft has begun. Please fill in the rest and send it."),
        then=lambda demand, topic: reverse("deliberation:draft", args=[topic.pk, 1]),
        effect=Effect.PUBLISHES,
        way_back=_BACK,
    ),
    "answer_topic": Action(
        _("A topic takes it up"),
        _answer(Reply.TOPIC),
        forms.TopicForm,
        text=_PROMISES,
        done=_ANSWERED,
        effect=Effect.PUBLISHES,
        way_back=_BACK,
    ),
    "answer_service": Action(
        _("A service answers it"),
        _answer(Reply.SERVICE),
        forms.ServiceAnswerForm,
        text=_("One of the service list; put a new one on the list first."),
        done=_ANSWERED,
        effect=Effect.PUBLISHES,
        way_back=_BACK,
    ),
    "answer_activity": Action(
        _("Volunteers take it up"),
        _answer(Reply.ACTIVITY),
        forms.ActivityAnswerForm,
        text=_("One that was posted for everyone; a team begins a new one on its page."),
        done=_ANSWERED,
        effect=Effect.PUBLISHES,
        way_back=_BACK,
    ),
    "answer_summons": Action(
        _("Ask those responsible to come"),
        _answer(Reply.SUMMONS),
        forms.SummonsForm,
        text=_("They are told, and owe it by the day. Everybody reads whom you asked, and what."),
        done=_("Everybody reads it now."),
        tells=True,
        effect=Effect.PUBLISHES,
        way_back=_BACK,
    ),
    "answer_fund": Action(
        _("A project of the micro-fund"),
        _answer(Reply.FUND),
        forms.PromiseForm,
        text=_PROMISES,
        done=_ANSWERED,
        effect=Effect.PUBLISHES,
        way_back=_BACK,
    ),
    "answer_not_possible": Action(
        _("Not possible, because …"),
        _answer(Reply.NOT_POSSIBLE),
        forms.NotPossibleForm,
        text=_("Everybody reads the reason on the demand list."),
        done=_("Everybody reads the reason now."),
        tone="danger",
        effect=Effect.PUBLISHES,
        way_back=_BACK,
    ),
    "report_done": Action(
        _("Say that it is done"),
        answering.report_done,
        forms.DoneForm,
        text=_("The promise is kept: everybody reads what was done."),
        done=_("Everybody reads it now."),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=WayBack("reopen"),
    ),
    "appear": Action(
        _("Say what you do about it"),
        answering.appear,
        forms.AppearForm,
        text=_("You were asked to come. The committee is told, and everybody reads your answer."),
        done=_("Sent."),
        tells=True,
        main=True,
        ready=_is_called,
        not_ready=_("This was answered already."),
        effect=Effect.PUBLISHES,
        way_back=_("It stays in the record. Whatever changes is said to the committee."),
    ),
    "move": Action(
        _("Promise another day"),
        answering.move,
        forms.MoveForm,
        text=_("The day that was promised before stays in the record, with your reason."),
        done=_("Promised for another day."),
        effect=Effect.REPLACES,
        way_back=_("The day can be moved again."),
    ),
    "correct": Action(
        _("Put the words right"),
        answering.correct,
        forms.CorrectForm,
        text=_("What stood there before stays in the record, with your reason."),
        done=_("Put right."),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=_("It can be put right again."),
    ),
    "reconsider": Action(
        _("Take the answer back"),
        answering.reconsider,
        forms.ReasonForm,
        text=_("Over the line another answer is owed from now on. The record keeps both."),
        done=_("Taken back."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=_("Answer it anew."),
    ),
    "reopen": Action(
        _("Not done after all"),
        answering.reopen,
        forms.MoveForm,
        text=_("It is promised anew. What was said to be done stays in the record."),
        done=_("Promised anew."),
        effect=Effect.REPLACES,
        way_back=WayBack("report_done"),
    ),
    "match": Action(
        _("Name something for it"),
        offering.match,
        forms.MatchForm,
        text=_("Everybody reads it on this page: what there is for this already."),
        done=_("Named."),
        tone="quiet",
        from_address=("resource",),
        effect=Effect.PUBLISHES,
        way_back=WayBack("unmatch"),
    ),
    "unmatch": Action(
        _("Name it no more"),
        offering.unmatch,
        forms.UnmatchForm,
        text=_("It stays on the resource map, and leaves this page."),
        done=_("No longer named."),
        tone="quiet",
        ready=_is_matched,
        not_ready=_("Nothing is named for it."),
        effect=Effect.ENDS,
        way_back=WayBack("match"),
    ),
}
SERVICE_ACTIONS: dict[str, Action] = {
    "edit": Action(
        _("Change what it says"),
        offering.edit,
        forms.EditServiceForm,
        text=_("Everybody reads it at once; the record knows that it was changed."),
        done=_("Saved."),
        effect=Effect.REPLACES,
        way_back=_("A mistake is put right by saving again."),
    ),
    "count": Action(
        _("How many came"),
        offering.count,
        forms.CountForm,
        text=_("The list shows it beside the service, with its month; the figure before gives way to it."),
        done=_("Saved."),
        effect=Effect.REPLACES,
        way_back=_("A wrong figure is put right by entering it again."),
    ),
    "end": Action(
        _("It is offered no more"),
        offering.end,
        forms.EndForm,
        text=_("It leaves the list from today on, and stays to be read with your reason."),
        done=_("Ended."),
        tone="danger",
        ready=_is_offered,
        not_ready=_("It is offered no more already."),
        effect=Effect.ENDS,
        way_back=WayBack("put_back"),
    ),
    "put_back": Action(
        _("Put it back on the list"),
        offering.put_back,
        forms.EndForm,
        text=_("It is offered as before, and answers the demands it answered. Everybody reads why."),
        done=_("It is on the list again."),
        ready=_is_over,
        not_ready=_("It is on the list."),
        effect=Effect.PUBLISHES,
        way_back=WayBack("end"),
    ),
}
