"""What can be done while a topic is raised, seconded, screened and on notice; and what its draft asks first."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.deliberation import households
from portal.deliberation.forms import raising as forms
from portal.deliberation.forms.proposing import STATIONS, stations
from portal.deliberation.forms.reasons import ReasonForm
from portal.deliberation.listing import with_steps
from portal.deliberation.models import Topic
from portal.deliberation.services import merging, passing_on, screening, topics, undoing
from portal.deliberation.similar import similar
from portal.deliberation.states import State


def _stands_behind(topic: Topic, user: User) -> bool:
    """Whether the reader seconded it; the topic's own page has asked already (`mine`)."""
    known: bool | None = getattr(topic, "mine", None)
    if known is None:
        return topic.secondings.filter(person=user.person_id or 0).exists()
    return known


def _may_second(topic: Topic, user: User) -> bool:
    return not _stands_behind(topic, user) and bool(households.open_to_second(user.person_id, topic))


def _can_undo_screening(topic: Topic, user: User) -> bool:
    together = topic.state != State.MERGED or merging.can_part(topic.merged_into)
    return together and topic.appeal_decided_at is None


RAISING = {
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
        ReasonForm,
        text=_("Say what is missing. The proposer has a few days to complete it."),
        done=_("Returned to the proposer."),
        effect=Effect.PUBLISHES,
        way_back=WayBack("undo_screening", undoing.completion_ends),
    ),
    "merge": Action(
        _("Merge into another topic"),
        merging.merge,
        forms.MergeForm,
        done=_("Merged."),
        effect=Effect.ENDS,
        text=_(
            "This topic ends; what is said and done about it goes on under the other number. Households that stand "
            "behind this one count for the other where they may second it, once each; all are told and follow it. "
            "It can be undone as long as nothing is decided about the other."
        ),
        way_back=WayBack("undo_screening", lambda topic: None),
    ),
    "redirect": Action(
        _("Pass on"),
        passing_on.redirect,
        forms.RedirectForm,
        text=_(
            "For what others are in charge of. The page shows to whom it went, the reference, and by when there is an "
            "answer: the body owes it where it has a post here, else the committee asks there and says what it heard."
        ),
        done=_("Passed on. The page says to whom, and by when there is an answer."),
        effect=Effect.ENDS,
        way_back=WayBack("undo_screening"),
    ),
    "answer": Action(
        _("Answer what was passed on"),
        passing_on.answer,
        forms.AnswerForm,
        submit=_("Publish the answer"),
        text=_("It stands on the topic's page; whoever stands behind the topic is told."),
        done=_("The answer is published."),
        main=True,
        ready=lambda topic, user: topic.answered_at is None,
        effect=Effect.PUBLISHES,
        way_back=WayBack("correct_answer"),
    ),
    "correct_answer": Action(
        _("Put the answer right"),
        passing_on.correct_answer,
        forms.CorrectAnswerForm,
        submit=_("Publish the new answer"),
        text=_(
            "The new answer stands on the topic's page with your reason; the one before stays readable beneath it. "
            "Whoever was told of it is told of this one."
        ),
        done=_("The new answer is published."),
        tone="quiet",
        ready=lambda topic, user: topic.answered_at is not None,
        effect=Effect.REPLACES,
        way_back=WayBack("correct_answer"),
    ),
    "reject": Action(
        _("Do not accept"),
        screening.reject,
        ReasonForm,
        text=_("The reason is published, and the proposer may appeal to the subdistrict once."),
        done=_("Not accepted. The reason is published."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("undo_screening"),
    ),
    "undo_screening": Action(
        _("Take this decision back"),
        undoing.undo_screening,
        ReasonForm,
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
        ready=_can_undo_screening,
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
        ready=lambda topic, user: screening.on_notice(topic),
        not_ready=_("The public notice is over. You can speak in the discussion."),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
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
