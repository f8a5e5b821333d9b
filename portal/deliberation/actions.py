"""What can be done to a topic, or to a step of its plan, in the order of the buttons: words, service and form."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.community.permissions import Role, roles_in
from portal.deliberation import households
from portal.deliberation.forms import actions as forms
from portal.deliberation.forms.contacts import ContactForm
from portal.deliberation.forms.proposing import STATIONS, stations
from portal.deliberation.listing import with_steps
from portal.deliberation.models import Topic
from portal.deliberation.models.topics import contact_in_office
from portal.deliberation.services import contacts, execution, forum, screening, topics, undoing
from portal.deliberation.similar import similar
from portal.deliberation.states import State
from portal.kit import clock


def _period_over(topic: Topic, user: User) -> bool:
    return topic.state_until is None or clock.now() >= topic.state_until


def _names_contact(topic: Topic, user: User) -> bool:
    """Offered where somebody has left (the topic's page has asked already); the director finds it on every topic."""
    if Role.DIRECTOR in roles_in(user, topic.neighbourhood):
        return True
    serves: bool | None = getattr(topic, "contact_serves", None)
    if serves is None:
        return not Topic.objects.filter(contact_in_office(clock.today()), pk=topic.pk).exists()
    return not serves


def _stands_behind(topic: Topic, user: User) -> bool:
    """Whether the reader seconded it; the topic's own page has asked already (`mine`)."""
    known: bool | None = getattr(topic, "mine", None)
    if known is None:
        return topic.secondings.filter(person=user.person_id or 0).exists()
    return known


def _may_second(topic: Topic, user: User) -> bool:
    return not _stands_behind(topic, user) and bool(households.open_to_second(user.person_id, topic))


def _may_rate(topic: Topic, user: User) -> bool:
    everywhere = topic.area_id == topic.neighbourhood_id
    return everywhere or households.belongs(user.person_id, topic.area)


ACTIONS = {
    "second": Action(
        _("I second it"),
        topics.second,
        forms.SecondForm,
        text=_("One seconding counts for each household. You can take it back until screening begins."),
        done=_("Thank you. Your household stands behind this topic."),
        main=True,
        direct=True,
        ready=_may_second,
        effect=None,
    ),
    "unsecond": Action(
        _("Take my seconding back"),
        topics.unsecond,
        done=_("Your seconding was taken back."),
        direct=True,
        ready=_stands_behind,
        effect=None,
    ),
    "accept": Action(
        _("Accept"),
        screening.accept,
        forms.AcceptForm,
        text=_(
            "The topic goes on public notice; then neighbours discuss it. Your name is shown as first contact."
        ),
        done=_("Accepted. The public notice has begun, and you are the first contact."),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=WayBack("undo_screening"),
    ),
    "return": Action(
        _("Return for completion"),
        screening.send_back,
        forms.ReasonForm,
        text=_("Say what is missing. The proposer has a few days to complete it."),
        done=_("Returned to the proposer."),
        effect=Effect.PUBLISHES,
        way_back=WayBack("undo_screening", undoing.completion_ends),
    ),
    "merge": Action(
        _("Merge into another topic"),
        screening.merge,
        forms.MergeForm,
        done=_("Merged."),
        effect=Effect.ENDS,
        text=_(
            "This topic ends; what is said and done about it goes on under the other number. Its followers are told."
        ),
        way_back=WayBack("undo_screening"),
    ),
    "redirect": Action(
        _("Pass on"),
        screening.redirect,
        forms.RedirectForm,
        text=_("For what others are in charge of. The page shows to whom it went, and the reference."),
        done=_("Passed on. The page says to whom."),
        effect=Effect.ENDS,
        way_back=WayBack("undo_screening"),
    ),
    "reject": Action(
        _("Do not accept"),
        screening.reject,
        forms.ReasonForm,
        text=_("The reason is published, and the proposer may appeal to the subdistrict once."),
        done=_("Not accepted. The reason is published."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("undo_screening"),
    ),
    "undo_screening": Action(
        _("Take this decision back"),
        undoing.undo_screening,
        forms.ReasonForm,
        text=_(
            "The topic is before the committee again, which decides anew; the time for it runs on "
            "where it stopped. Your "
            "reason is published, and whoever stands behind the topic is told."
        ),
        done=_("Taken back. The topic is before the committee again."),
        tone="quiet",
        main=True,
        effect=Effect.REPLACES,
        way_back=_("Decide again: the committee can decide the same as before."),
        until=undoing.screening_stands_from,
        ready=lambda topic, user: topic.appeal_decided_at is None,
    ),
    "reclassify": Action(
        _("Put right whose matter it is"),
        undoing.reclassify,
        forms.ReclassifyForm,
        text=_(
            "Whose matter it is says who may decide it. What it was before, what it is now and your "
            "reason are published."
        ),
        done=_("Put right; the reason is published."),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=WayBack("reclassify"),
    ),
    "appeal": Action(
        _("Appeal to the subdistrict"),
        screening.appeal,
        forms.TextForm,
        text=_(
            "There is one appeal for each topic. The subdistrict office decides and publishes its reason."
        ),
        done=_("Your appeal was sent to the subdistrict office."),
        main=True,
        ready=lambda topic, user: topic.appealed_at is None,
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "decide_appeal": Action(
        _("Decide the appeal"),
        screening.decide_appeal,
        forms.AppealDecisionForm,
        done=_("The appeal is decided."),
        main=True,
        ready=lambda topic, user: topic.appealed_at is not None and topic.appeal_decided_at is None,
        effect=Effect.ENDS,
        text=_(
            "Granted, the topic goes back to screening; otherwise the refusal is final. The reason is published."
        ),
        way_back=STAYS,
    ),
    "object": Action(
        _("Object"),
        screening.object_to,
        forms.TextForm,
        text=_("What should the committee and your neighbours take into account?"),
        done=_("Your objection was received and is published."),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "start_discussion": Action(
        _("Open the discussion"),
        screening.start_discussion,
        text=_("Everybody whom the topic concerns is told, and can speak from now on."),
        done=_("The discussion is open."),
        main=True,
        ready=_period_over,
        effect=Effect.PUBLISHES,
        way_back=STAYS,
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
    "call_vote": Action(
        _("Call a vote"),
        forum.call_vote,
        forms.VoteForm,
        text=_("Who may vote is fixed at this moment. The question cannot be changed afterwards."),
        done=_("The vote is called, and its roll is frozen."),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=_("Until voting opens, the vote can be called off on its page."),
    ),
    "decide": Action(
        _("Decide in the committee"),
        forum.decide,
        forms.DecideForm,
        text=_("Only what the committee itself may decide. The reason is published."),
        done=_("The decision is published."),
        main=True,
        ready=lambda topic, user: not topic.is_owners_matter,
        effect=Effect.ENDS,
        way_back=STAYS,
    ),
    "back_to_discussion": Action(
        _("Discuss again"),
        forum.back_to_discussion,
        forms.ReasonForm,
        text=_("For example after the plan was changed. The discussion gets its full time again."),
        done=_("The discussion is open again."),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "suspend": Action(
        _("Suspend"),
        forum.suspend,
        forms.ReasonForm,
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
        ready=lambda topic, user: all(step.done_at for step in topic.steps.all()),
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
        forms.ReasonForm,
        text=_("Say what came of it, and thank those who took part. It is the last word on the page."),
        done=_("The topic is closed."),
        ready=_period_over,
        effect=Effect.ENDS,
        way_back=WayBack("reopen"),
    ),
    "reopen": Action(
        _("Open the topic again"),
        undoing.reopen,
        forms.ReasonForm,
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
        forms.OptionalReasonForm,
        done=_("Your topic was withdrawn."),
        tone="danger",
        effect=Effect.ENDS,
        text=_("The topic ends here. Whoever stands behind it is told."),
        way_back=_("It cannot be taken back. You can raise the matter again as a new topic."),
    ),
    "ask_withdrawal": Action(
        _("Ask to withdraw my topic"),
        topics.ask_withdrawal,
        forms.ReasonForm,
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


def _to_check(topic: Topic, user: User) -> dict[str, Any]:
    """The topic as neighbours will read it, and similar ones to second instead."""
    alike = with_steps(similar(topic, user))
    other = {"submit": _("Mine is different: send it")} if alike and topic.state == State.DRAFT else {}
    return other | {
        "topic": topic,
        "photos": topic.photos.all(),
        "similar": alike,
        "needs": topics.needs_of(topic),
        "steps": stations(len(STATIONS)),
    }


# Sent from the page on which a draft is looked at once more, not from the topic's own.
SENDING = {
    "submit": Action(
        _("Check before you send"),
        topics.submit,
        submit=_("Send it"),
        done=lambda topic: gettext("Sent. Your topic has the number %(number)s.") % {"number": topic.number},
        template="deliberation/topic_check.html",
        shows=_to_check,
        effect=Effect.PUBLISHES,
        text=_("Neighbours read it from now on, with the name you sign with. It gets its number."),
        way_back=_("Until screening has ended you can withdraw it."),
    ),
    "resubmit": Action(
        _("Check before you send"),
        topics.resubmit,
        submit=_("Send it back to the committee"),
        done=_("Sent back to the committee."),
        template="deliberation/topic_check.html",
        shows=_to_check,
        effect=Effect.PUBLISHES,
        text=_("The committee and neighbours read what you have completed."),
        way_back=_("Until screening has ended you can withdraw it."),
    ),
}
