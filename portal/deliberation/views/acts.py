"""What can be done to a topic: the words, the form and the service of each action, in the order of the buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.community.models import User
from portal.deliberation import households
from portal.deliberation.forms import acting
from portal.deliberation.models import Topic
from portal.deliberation.services import execution, forum, screening, topics
from portal.kit import clock

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Run = Callable[[User, Topic, Any], object]
Ready = Callable[[Topic, User], bool]


def _always(topic: Topic, user: User) -> bool:
    return True


def _period_over(topic: Topic, user: User) -> bool:
    return topic.state_until is None or clock.now() >= topic.state_until


def _may_second(topic: Topic, user: User) -> bool:
    return not topic.mine and bool(households.open_to_second(user.person_id, topic))


def _may_rate(topic: Topic, user: User) -> bool:
    everywhere = topic.area_id == topic.neighbourhood_id
    return everywhere or households.belongs(user.person_id, topic.area)


@dataclass(frozen=True)
class Act:
    """An action as pages show it. `run` gets the form; `ready` says whether it makes sense now, roles apart.

    `direct`: one press on the topic's page does it, without a page to confirm. `main`: shown as a big button.
    """

    label: StrOrPromise
    done: StrOrPromise
    run: Run
    form: type[acting.ActForm] = acting.ActForm
    text: StrOrPromise = ""
    main: bool = False
    danger: bool = False
    direct: bool = False
    ready: Ready = _always


def _values(run: Callable[..., object]) -> Run:
    """A service that takes a user, a topic's key and the form's fields by their names."""
    return lambda user, topic, form: run(user, topic.pk, **form.cleaned_data)


ACTS: dict[str, Act] = {
    "second": Act(
        _("I second it"),
        _("Thank you. Your household stands behind this topic."),
        lambda user, topic, form: topics.second(
            user, topic.pk, dwelling.pk if (dwelling := form.cleaned_data.get("dwelling")) else None
        ),
        acting.SecondForm,
        text=_("One seconding counts for each household. You can take it back until screening begins."),
        main=True,
        direct=True,
        ready=_may_second,
    ),
    "unsecond": Act(
        _("Take my seconding back"),
        _("Your seconding was taken back."),
        lambda user, topic, form: topics.unsecond(user, topic.pk),
        direct=True,
        ready=lambda topic, user: topic.mine,
    ),
    "accept": Act(
        _("Accept"),
        _("Accepted. The public notice has begun, and you are the first contact."),
        _values(screening.accept),
        acting.AcceptForm,
        text=_(
            "The topic goes on public notice; then neighbours discuss it. Your name is shown as first contact."
        ),
        main=True,
    ),
    "return": Act(
        _("Return for completion"),
        _("Returned to the proposer."),
        _values(screening.send_back),
        acting.ReasonForm,
        text=_("Say what is missing. The proposer has a few days to complete it."),
    ),
    "merge": Act(
        _("Merge into another topic"),
        _("Merged."),
        lambda user, topic, form: screening.merge(
            user, topic.pk, form.cleaned_data["number"].pk, form.cleaned_data["reason"]
        ),
        acting.MergeForm,
    ),
    "redirect": Act(
        _("Pass on"),
        _("Passed on. The page says to whom."),
        _values(screening.redirect),
        acting.RedirectForm,
        text=_("For what others are in charge of. The page shows to whom it went, and the reference."),
    ),
    "reject": Act(
        _("Do not accept"),
        _("Not accepted. The reason is published."),
        _values(screening.reject),
        acting.ReasonForm,
        text=_("The reason is published, and the proposer may appeal to the subdistrict once."),
        danger=True,
    ),
    "appeal": Act(
        _("Appeal to the subdistrict"),
        _("Your appeal was sent to the subdistrict office."),
        _values(screening.appeal),
        acting.TextForm,
        text=_(
            "There is one appeal for each topic. The subdistrict office decides and publishes its reason."
        ),
        main=True,
        ready=lambda topic, user: topic.appealed_at is None,
    ),
    "decide_appeal": Act(
        _("Decide the appeal"),
        _("The appeal is decided."),
        _values(screening.decide_appeal),
        acting.AppealDecisionForm,
        main=True,
        ready=lambda topic, user: topic.appealed_at is not None and topic.appeal_decided_at is None,
    ),
    "object": Act(
        _("Object"),
        _("Your objection was received and is published."),
        _values(screening.object_to),
        acting.TextForm,
        text=_("What should the committee and your neighbours take into account?"),
        main=True,
    ),
    "start_discussion": Act(
        _("Open the discussion"),
        _("The discussion is open."),
        lambda user, topic, form: screening.start_discussion(user, topic.pk),
        main=True,
        direct=True,
        ready=_period_over,
    ),
    "summarise": Act(
        _("Write the summary"),
        _("The summary is published."),
        _values(forum.summarise),
        acting.SummaryForm,
    ),
    "call_vote": Act(
        _("Call a vote"),
        _("The vote is called, and its roll is frozen."),
        lambda user, topic, form: forum.call_vote(user, topic.pk, form.motion()),
        acting.VoteForm,
        text=_("Who may vote is fixed at this moment. The question cannot be changed afterwards."),
        main=True,
    ),
    "decide": Act(
        _("Decide in the committee"),
        _("The decision is published."),
        _values(forum.decide),
        acting.DecideForm,
        text=_("Only what the committee itself may decide. The reason is published."),
        main=True,
        ready=lambda topic, user: not topic.is_owners_matter,
    ),
    "back_to_discussion": Act(
        _("Discuss again"),
        _("The discussion is open again."),
        _values(forum.back_to_discussion),
        acting.ReasonForm,
        text=_("For example after the plan was changed. The discussion gets its full time again."),
    ),
    "suspend": Act(
        _("Suspend"),
        _("The topic is suspended."),
        _values(forum.suspend),
        acting.ReasonForm,
        text=_("For example because of a court case. The reason is published."),
        danger=True,
    ),
    "resume": Act(
        _("Take up again"),
        _("The topic goes on."),
        lambda user, topic, form: forum.resume(user, topic.pk),
        main=True,
        direct=True,
    ),
    "start_execution": Act(
        _("Plan who does it, and when"),
        _("The plan is published; each step has its date."),
        lambda user, topic, form: execution.start_execution(
            user,
            topic.pk,
            post=form.cleaned_data["post"],
            name=form.cleaned_data["name"],
            budget=form.cleaned_data["budget"],
            steps=form.steps(),
        ),
        acting.ExecutionForm,
        text=_("Each step becomes a promise with its date, which everybody can follow."),
        main=True,
    ),
    "plan_steps": Act(
        _("Add a step"),
        _("The step was added."),
        lambda user, topic, form: execution.add_step(
            user,
            topic.pk,
            execution.PlannedStep(form.cleaned_data["step"], form.cleaned_data["until"]),
            form.cleaned_data["reason"],
        ),
        acting.AddStepForm,
    ),
    "finish": Act(
        _("Report the whole as done"),
        _("Done. Neighbours judge the result now."),
        lambda user, topic, form: execution.finish(user, topic.pk),
        text=_("Neighbours will be asked how they judge the result."),
        main=True,
        ready=lambda topic, user: all(step.done_at for step in topic.steps.all()),
    ),
    "rate": Act(
        _("Judge the result"),
        _("Thank you. You can change it until the topic is closed."),
        _values(execution.rate),
        acting.RateForm,
        main=True,
        ready=_may_rate,
    ),
    "close": Act(
        _("Close the topic"),
        _("The topic is closed."),
        lambda user, topic, form: execution.close(user, topic.pk, form.cleaned_data["reason"]),
        acting.ReasonForm,
        text=_("Say what came of it, and thank those who took part. It is the last word on the page."),
        ready=_period_over,
    ),
    "rework": Act(
        _("Have it done again"),
        _("A new round begins; its steps are published."),
        lambda user, topic, form: execution.rework(user, topic.pk, form.cleaned_data["reason"], form.steps()),
        acting.ReworkForm,
        text=_("For what neighbours are not satisfied with. They judge again afterwards."),
    ),
    "withdraw": Act(
        _("Withdraw my topic"),
        _("Your topic was withdrawn."),
        _values(topics.withdraw),
        acting.OptionalReasonForm,
        danger=True,
    ),
    "ask_withdrawal": Act(
        _("Ask to withdraw my topic"),
        _("The committee was asked."),
        _values(topics.ask_withdrawal),
        acting.ReasonForm,
        text=_("Neighbours already talk about it, so the committee must agree."),
        danger=True,
        ready=lambda topic, user: topic.withdrawal_asked_at is None,
    ),
    "agree_withdrawal": Act(
        _("Answer the request to withdraw"),
        _("The answer is published."),
        _values(topics.agree_withdrawal),
        acting.AgreeForm,
        main=True,
        ready=lambda topic, user: topic.withdrawal_asked_at is not None,
    ),
}
