"""What can be done from the discussion to the end of a topic, and to the steps that carry it out."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.waiting import until
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.community.permissions import Role, roles_in
from portal.deliberation import households
from portal.deliberation.forms import carrying as forms
from portal.deliberation.forms.contacts import ContactForm
from portal.deliberation.forms.pictures import PictureForm
from portal.deliberation.forms.reasons import OptionalReasonForm, ReasonForm
from portal.deliberation.models import Topic
from portal.deliberation.models.topics import contact_in_office
from portal.deliberation.services import (
    contacts,
    deciding,
    execution,
    forum,
    pictures,
    screening,
    topics,
    undoing,
)
from portal.deliberation.services.transitions import no_open_hearing
from portal.kit import clock


def _period_over(topic: Topic, user: User) -> bool:
    return topic.state_until is None or clock.now() >= topic.state_until


def _taken_back_until(topic: Topic) -> datetime | None:
    """As long as the notice runs, and after it while an objection waits for its answer."""
    return None if topic.decided_at and deciding.objected(topic) else deciding.stands_from(topic)


def _names_contact(topic: Topic, user: User) -> bool:
    """Offered where somebody has left (the topic's page has asked already); the director finds it on every topic."""
    if Role.DIRECTOR in roles_in(user, topic.neighbourhood):
        return True
    serves: bool | None = getattr(topic, "contact_serves", None)
    if serves is None:
        return not Topic.objects.filter(contact_in_office(clock.today()), pk=topic.pk).exists()
    return not serves


def _may_rate(topic: Topic, user: User) -> bool:
    everywhere = topic.area_id == topic.neighbourhood_id
    return everywhere or households.belongs(user.person_id, topic.area)


CARRYING = {
    "start_discussion": Action(
        _("Open the discussion"),
        screening.start_discussion,
        text=_("Everybody whom the topic concerns is told, and can speak from now on."),
        done=_("The discussion is open."),
        main=True,
        waits=until(screening.require_notice_over),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "picture": Action(
        _("Choose its pictures"),
        pictures.hang,
        PictureForm,
        submit=_("Show these pictures"),
        text=_("Everybody sees them at once: the cover on top of the topic and beside it in lists."),
        done=_("The pictures are shown."),
        tone="quiet",
        effect=Effect.PUBLISHES,
        way_back=WayBack("picture"),
    ),
    "name_contact": Action(
        _("Name another first contact"),
        contacts.name_contact,
        ContactForm,
        submit=_("Name this contact"),
        text=_(
            "Somebody of the committee who keeps an eye on the topic until it is closed. Its page says so."
        ),
        done=_("The first contact is named."),
        tone="quiet",
        ready=_names_contact,
        effect=Effect.REPLACES,
        way_back=WayBack("name_contact"),
    ),
    "summarise": Action(
        _("Write the summary"),
        forum.summarise,
        forms.SummaryForm,
        done=_("The summary is published."),
        effect=Effect.REPLACES,
        text=_(
            "It stands above the discussion and beside the ballot, in place of an earlier one; all "
            "versions stay in the public record."
        ),
        way_back=WayBack("summarise"),
    ),
    "change_end": Action(
        _("Let the discussion end on another day"),
        forum.change_end,
        forms.EndForm,
        text=_(
            "Everybody whom the topic concerns was promised its end, and is told the new day and your reason at once."
        ),
        done=_("The discussion ends on another day."),
        tells=True,
        tone="quiet",
        ready=lambda topic, user: not _period_over(topic, user),
        effect=Effect.REPLACES,
        way_back=WayBack("change_end"),
    ),
    "call_vote": Action(
        _("Call a vote"),
        forum.call_vote,
        forms.VoteForm,
        text=_("Who may vote is fixed at this moment. The question cannot be changed afterwards."),
        done=_("The vote is called, and its roll is frozen."),
        main=True,
        waits=until(forum.require_discussed, no_open_hearing),
        effect=Effect.PUBLISHES,
        way_back=_("Until voting opens, the vote can be called off on its page."),
    ),
    "decide": Action(
        _("Decide in the committee"),
        deciding.decide,
        forms.DecideForm,
        text=_(
            "Only what the committee itself may decide: small matters after the discussion, others after a hearing. "
            "The decision and its reason are on public notice; neighbours can object, and are answered."
        ),
        done=_("The decision is published."),
        main=True,
        ready=lambda topic, user: deciding.may_decide(topic),
        not_ready=_(
            "Without a hearing the committee decides its small matters only. Please call a hearing or a vote."
        ),
        waits=until(forum.require_discussed, no_open_hearing),
        effect=Effect.ENDS,
        way_back=WayBack("take_back_decision"),
    ),
    "uphold": Action(
        _("Answer the objections: the decision stands"),
        deciding.uphold,
        forms.UpholdForm,
        text=_(
            "Each objection can have an answer of its own, or all of them one. What you write is published beneath the "
            "objections; whoever objected, and whoever stands behind the topic, is told."
        ),
        done=_("The objections are answered."),
        main=True,
        ready=lambda topic, user: topic.decided_at is not None and deciding.objected(topic),
        effect=Effect.PUBLISHES,
        way_back=_("The decision can still be taken back while it is on notice."),
    ),
    "take_back_decision": Action(
        _("Take the decision back"),
        deciding.take_back,
        ReasonForm,
        text=_(
            "The topic is discussed again, for the full time of a discussion, and decided anew. Your reason is "
            "published, and whoever stands behind the topic is told."
        ),
        done=_("Taken back. The topic is discussed again."),
        tone="quiet",
        ready=lambda topic, user: topic.decided_at is not None,
        effect=Effect.REPLACES,
        way_back=_("After the discussion the committee can decide the same as before."),
        until=_taken_back_until,
    ),
    "back_to_discussion": Action(
        _("Discuss again"),
        forum.back_to_discussion,
        ReasonForm,
        text=_("For example after the plan was changed. The discussion gets its full time again."),
        done=_("The discussion is open again."),
        waits=until(no_open_hearing),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "suspend": Action(
        _("Suspend"),
        forum.suspend,
        ReasonForm,
        text=_("For example because of a court case. The reason is published."),
        done=_("The topic is suspended."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("resume"),
    ),
    "resume": Action(
        _("Take up again"),
        forum.resume,
        text=_(
            "It goes on where it was stopped; a discussion gets its full time again. Its followers are told."
        ),
        done=_("The topic goes on."),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=WayBack("suspend"),
    ),
    "start_execution": Action(
        _("Plan who does it, and when"),
        execution.start_execution,
        forms.ExecutionForm,
        text=_("Each step becomes a promise with its date, which everybody can follow."),
        done=_("The plan is published; each step has its date."),
        main=True,
        waits=until(deciding.require_unobjected),
        effect=Effect.PUBLISHES,
        way_back=_(
            "Steps can be given another date and added afterwards; what was published stays in the public record."
        ),
    ),
    "plan_steps": Action(
        _("Add a step"),
        execution.add_step,
        forms.AddStepForm,
        done=_("The step was added."),
        effect=Effect.PUBLISHES,
        text=_("Neighbours read it at once, and it is owed by its date."),
        way_back=STAYS,
    ),
    "finish": Action(
        _("Report the whole as done"),
        execution.finish,
        text=_("Neighbours will be asked how they judge the result."),
        done=_("Done. Neighbours judge the result now."),
        main=True,
        waits=until(execution.require_done),
        effect=Effect.PUBLISHES,
        way_back=WayBack("rework"),
    ),
    "rate": Action(
        _("Judge the result"),
        execution.rate,
        forms.RateForm,
        done=_("Thank you. You can change it until the topic is closed."),
        main=True,
        ready=_may_rate,
        effect=None,
    ),
    "close": Action(
        _("Close the topic"),
        execution.close,
        ReasonForm,
        text=_("Say what came of it, and thank those who took part. It is the last word on the page."),
        done=_("The topic is closed."),
        waits=until(execution.require_judged),
        effect=Effect.ENDS,
        way_back=WayBack("reopen"),
    ),
    "reopen": Action(
        _("Open the topic again"),
        undoing.reopen,
        ReasonForm,
        text=_(
            "Neighbours can judge the result again, and the discussion is open. The committee closes "
            "it anew, or has it "
            "done again. Your reason is published."
        ),
        done=_("The topic is open again."),
        tone="quiet",
        main=True,
        effect=Effect.PUBLISHES,
        way_back=WayBack("close"),
        until=undoing.closed_for_good_at,
    ),
    "rework": Action(
        _("Have it done again"),
        execution.rework,
        forms.ReworkForm,
        text=_("For what neighbours are not satisfied with. They judge again afterwards."),
        done=_("A new round begins; its steps are published."),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "withdraw": Action(
        _("Withdraw my topic"),
        topics.withdraw,
        OptionalReasonForm,
        done=_("Your topic was withdrawn."),
        tone="danger",
        effect=Effect.ENDS,
        text=_("The topic ends here. Whoever stands behind it is told."),
        way_back=_("It cannot be taken back. You can raise the matter again as a new topic."),
    ),
    "ask_withdrawal": Action(
        _("Ask to withdraw my topic"),
        topics.ask_withdrawal,
        ReasonForm,
        text=_("Neighbours already talk about it, so the committee must agree."),
        done=_("The committee was asked."),
        tone="danger",
        ready=lambda topic, user: topic.withdrawal_asked_at is None,
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "agree_withdrawal": Action(
        _("Answer the request to withdraw"),
        topics.agree_withdrawal,
        forms.AgreeForm,
        done=_("The answer is published."),
        main=True,
        ready=lambda topic, user: topic.withdrawal_asked_at is not None,
        effect=Effect.ENDS,
        text=_("Agreed, the topic ends; otherwise it goes on. Your reason is published."),
        way_back=STAYS,
    ),
}
STEP_ACTIONS = {
    "report": Action(
        _("Report a step as done"),
        execution.report_step,
        forms.ReportForm,
        done=_("The step is reported as done."),
        effect=Effect.PUBLISHES,
        text=_("Neighbours read your note and see the photos at once; followers of the topic are told."),
        way_back=STAYS,
    ),
    "move": Action(
        _("Give a step another date"),
        execution.reschedule_step,
        forms.MoveStepForm,
        done=_("The step has a new date, and its reason is published."),
        effect=Effect.REPLACES,
        text=_("The old date and your reason are published, and followers of the topic are told."),
        way_back=WayBack("move"),
    ),
}
