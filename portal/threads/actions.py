"""What can be done to a post, as its page offers it: the words, the service, the form."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack, address
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.kit import clock
from portal.threads import services
from portal.threads.forms import (
    AnswerAgainForm,
    AnswerForm,
    AppealForm,
    AskForm,
    CallbackForm,
    ChangeTextForm,
    EditForm,
    HandOnForm,
    HideForm,
    MoreTimeForm,
    MuteAppealForm,
    MuteForm,
    OutcomeForm,
    ReactForm,
    ReadFirstForm,
)
from portal.threads.models import Post
from portal.threads.outcomes import Channel
from portal.threads.selectors import texts_of
from portal.threads.services.asking import asks_too
from portal.threads.services.changing import edit_until, withdraw_until
from portal.threads.services.muting import may_begin
from portal.threads.services.outcomes import waits_again
from portal.threads.services.promising import hand_on_until
from portal.threads.stances import reactable

TOO_LATE = _(
    "This can be done for a short time after posting, while the discussion is open and until somebody agrees or not."
)


def _said_twice(post: Post) -> bool:
    said = post.verdict
    return said is not None and said.changed and said.channel == Channel.ONLINE


def _beside(post: Post, user: User) -> dict[str, Any]:
    """What stands on the form of an answer: the kept texts, and what else can be done with the question."""
    names = [name for name in ("hand_on", "more_time") if ACTIONS[name].ready(post, user)]
    return {
        "texts": texts_of(user, post.neighbourhood).in_use(),
        "instead": [(ACTIONS[name].label, address("threads:act", post, name)) for name in names],
    }


def _next_waiting(post: Post, given: Post) -> str:
    """After an answer: to the questions that still wait for the same body, or to the answer where none does."""
    others = Post.objects.waiting().filter(thread__neighbourhood=post.neighbourhood, asks=post.asks)
    return reverse("threads:questions", args=[post.neighbourhood.slug]) if others.exists() else given.place


ACTIONS: dict[str, Action] = {
    "answer": Action(
        _("Answer officially"),
        services.answer,
        AnswerForm,
        submit=_("Publish the answer"),
        main=True,
        effect=Effect.PUBLISHES,
        text=_("Everybody reads it as the answer of your post; whoever asked is told."),
        done=_("The answer is published."),
        tells=True,
        then=_next_waiting,
        way_back=STAYS,
        from_address=("kept",),
        template="threads/answer.html",
        shows=_beside,
    ),
    "answer_again": Action(
        _("Answer once more"),
        services.answer_again,
        AnswerAgainForm,
        submit=_("Publish the answer"),
        main=True,
        effect=Effect.PUBLISHES,
        text=_(
            "Your first answer has not solved it. The head of your body takes part this time. Whoever asked is told, "
            "and says again what became of it."
        ),
        ready=lambda post, user: waits_again(post),
        way_back=STAYS,
        template="threads/answer.html",
    ),
    "outcome": Action(
        _("Say whether it is solved"),
        services.outcome,
        OutcomeForm,
        text=_("Only what you call solved is counted as solved. If nothing is solved, it is seen to again."),
        done=_("Thank you, it is noted."),
        ready=lambda post, user: not post.cannot_be_done and not _said_twice(post),
        not_ready=_("You have changed it once already. What you said stays."),
        effect=Effect.COUNTS,
        way_back=_("You can change it once. What you said first stays readable."),
    ),
    "callback": Action(
        _("Write down a callback"),
        services.callback,
        CallbackForm,
        text=_(
            "For somebody who says it by phone or on paper. Whoever asked is told what you write down, and can "
            "change it."
        ),
        done=_("The callback was noted."),
        tone="quiet",
        ready=lambda post, user: not post.cannot_be_done and post.verdict is None,
        effect=Effect.COUNTS,
        way_back=_("Whoever asked can change it on the page; what you wrote stays readable."),
    ),
    "acknowledge": Action(
        _("Confirm that you have received it"),
        services.acknowledge,
        submit=_("We are preparing the answer"),
        text=_("Neighbours see that somebody is on it. The time for the answer goes on running."),
        tone="quiet",
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "hand_on": Action(
        _("Hand on to another body"),
        services.hand_on,
        HandOnForm,
        template="threads/answer.html",
        submit=_("Hand on"),
        text=_(
            "For what is not yours to answer. It can be done once. The other body owes the answer from now on; you "
            "remain the contact of whoever asked, and see to it that the answer comes."
        ),
        done=_("The question was handed on."),
        tells=True,
        tone="quiet",
        ready=lambda post, user: not hasattr(post, "handed") and not clock.passed(hand_on_until(post)),
        not_ready=_("A question is handed on once, and soon after it was asked."),
        effect=Effect.PUBLISHES,
        way_back=_("There is no way back: a question is handed on once. It is answered where it is then."),
    ),
    "more_time": Action(
        _("Ask for more time"),
        services.more_time,
        MoreTimeForm,
        template="threads/answer.html",
        submit=_("Name the later day"),
        text=_(
            "For what takes longer. It can be done once, before the promised day is over. Whoever asked is told."
        ),
        done=_("The later day is promised."),
        tells=True,
        tone="quiet",
        ready=lambda post, user: not hasattr(post, "more_time") and not clock.passed(post.due_at),
        not_ready=_("More time is taken once, and before the promised day is over."),
        effect=Effect.PUBLISHES,
        way_back=_("There is no way back: the new day was promised. You can answer sooner."),
    ),
    "ask_too": Action(
        _("I want to know this too"),
        services.ask_too,
        text=_(
            "It moves the question up for whoever answers, without your name. You are told of the answer."
        ),
        done=_("You are counted."),
        ready=lambda post, user: post.author_id != user.person_id and not asks_too(user, post),
        not_ready=_("You are counted already. You can take it back under “More” of the post."),
        then=lambda post, said: said.place,
        tone="quiet",
        effect=None,
    ),
    "ask_no_more": Action(
        _("I do not want to know it any more"),
        services.ask_no_more,
        done=_("You are not counted any more."),
        ready=lambda post, user: asks_too(user, post),
        direct=True,
        tone="quiet",
        effect=None,
    ),
    "ask": Action(
        _("Ask for an official answer"),
        services.ask,
        AskForm,
        submit=_("Ask"),
        text=_("Whoever is asked has to answer within the promised working days, in public."),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "react": Action(
        _("Say what you think"),
        services.react,
        ReactForm,
        text=_("It counts in the map of opinions, without your name. You can change it."),
        ready=lambda post, user: reactable(post) and post.thread.is_open,
        then=lambda post, said: said.place,
        from_address=("value",),
        tone="quiet",
        effect=None,
    ),
    "edit": Action(
        _("Change the words"),
        services.edit,
        EditForm,
        submit=_("Save the new words"),
        text=_("Everybody reads the new words at once, and can read what it said before."),
        done=_("The new words are there."),
        tone="quiet",
        ready=lambda post, user: not (post.official or post.reacting) and post.thread.is_open,
        not_ready=TOO_LATE,
        until=edit_until,
        effect=Effect.REPLACES,
        way_back=_("The words that stood before stay readable. You can change it again while there is time."),
    ),
    "withdraw": Action(
        _("Take back your post"),
        services.withdraw,
        submit=_("Take the post back"),
        text=_(
            "A line that says so stays in its place, with the answers it has. You and the committee can still "
            "read the words; nobody owes an answer to it any more."
        ),
        done=_("The post was taken back."),
        tone="quiet",
        ready=lambda post, user: not (post.official or post.reacting) and post.thread.is_open,
        not_ready=TOO_LATE,
        until=withdraw_until,
        effect=Effect.ENDS,
        way_back=_("There is no way back. You can post the same again."),
    ),
    "keep": Action(
        _("Leave the post as it is"),
        services.keep,
        submit=_("It stays"),
        text=_("Those who reported it are told."),
        ready=lambda post, user: post.flags.filter(settled_at=None).exists(),
        effect=Effect.ENDS,
        way_back=_("It can be reported and looked at again."),
    ),
    "release": Action(
        _("Show this post"),
        services.release,
        submit=_("Show it"),
        main=True,
        effect=Effect.PUBLISHES,
        text=_("Everybody can read it, and the author is told. Whom it asks owes the answer from now on."),
        way_back=WayBack("hide"),
    ),
    "hide": Action(
        _("Hide this post"),
        services.hide,
        HideForm,
        submit=_("Hide"),
        text=_("A placeholder with the reason stays, the public record notes it, and the author can appeal."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("restore"),
    ),
    "restore": Action(
        _("Show this post again"),
        services.restore,
        submit=_("Show again"),
        effect=Effect.PUBLISHES,
        text=_("Everybody can read it again, and the author is told."),
        way_back=WayBack("hide"),
    ),
    "mute": Action(
        _("Let the author write nothing for a time"),
        services.mute,
        MuteForm,
        text=_(
            "For somebody who goes on in spite of hidden posts. The reason is that of the hidden post. The author is "
            "told at once, with the end, and can appeal once to others than you."
        ),
        done=_("It has begun."),
        tells=True,
        tone="danger",
        ready=lambda post, user: may_begin(post),
        not_ready=_("For this post it was done already, or its author is not writing at the moment anyway."),
        effect=Effect.ENDS,
        way_back=_("It ends by itself, and can be ended sooner on its page."),
    ),
    "uphold": Action(
        _("Decide the appeal: it stays hidden"),
        services.uphold,
        submit=_("It stays hidden"),
        text=_("This is final. The public record notes it."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=STAYS,
    ),
    "appeal": Action(
        _("Appeal"),
        services.appeal,
        AppealForm,
        submit=_("Send the appeal"),
        text=_(
            "It is decided by the oversight committee, or by the subdistrict, not by those who hid the post."
        ),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "flag": Action(
        _("Report this post"),
        services.flag,
        HideForm,
        submit=_("Report to the committee"),
        text=_("Another opinion is no reason. The committee looks at it and tells you what it decided."),
        tone="quiet",
        effect=None,
    ),
}
TEXT_ACTIONS: dict[str, Action] = {
    "change": Action(
        _("Change this text"),
        services.change_text,
        ChangeTextForm,
        submit=_("Save"),
        text=_("Answers that were given with it stay as they are."),
        done=_("Saved."),
        ready=lambda text, user: text.away_at is None,
        effect=Effect.REPLACES,
        way_back=_("The earlier words are not kept. You can write them again."),
    ),
    "put_away": Action(
        _("Put away"),
        services.put_away,
        text=_("It is offered no more when somebody answers."),
        tone="quiet",
        ready=lambda text, user: text.away_at is None,
        effect=Effect.ENDS,
        way_back=WayBack("bring_back"),
    ),
    "bring_back": Action(
        _("Offer it again"),
        services.bring_back,
        tone="quiet",
        direct=True,
        ready=lambda text, user: text.away_at is not None,
        effect=None,
    ),
}
MUTE_ACTIONS: dict[str, Action] = {
    "lift": Action(
        _("End it now"),
        services.lift,
        text=_("Whoever it is about can write again at once, and is told."),
        ready=lambda mute, user: (
            not mute.lifted_at and not mute.upheld_at and bool(mute.stands or mute.appealed_at)
        ),
        effect=Effect.ENDS,
        way_back=_("It cannot be begun again because of the same post."),
    ),
    "uphold": Action(
        _("Decide the appeal: it lasts until its end"),
        services.uphold_mute,
        text=_("This is final. Whoever it is about is told."),
        tone="danger",
        ready=lambda mute, user: bool(mute.appealed_at) and not mute.upheld_at and not mute.lifted_at,
        effect=Effect.ENDS,
        way_back=STAYS,
    ),
    "appeal": Action(
        _("Appeal"),
        services.appeal_mute,
        MuteAppealForm,
        submit=_("Send the appeal"),
        text=_("It is decided by the oversight committee, or by the subdistrict, not by those who began it."),
        ready=lambda mute, user: mute.stands and not mute.appealed_at,
        effect=Effect.PUBLISHES,
        way_back=_("An appeal is sent once."),
    ),
}
WORD_ACTIONS: dict[str, Action] = {
    "put_away": Action(
        _("Put away"),
        services.put_word_away,
        text=_("Posts that hold the word are shown at once from now on."),
        tone="quiet",
        ready=lambda word, user: word.away_at is None,
        effect=Effect.ENDS,
        way_back=WayBack("bring_back"),
    ),
    "bring_back": Action(
        _("Use it again"),
        services.bring_word_back,
        tone="quiet",
        direct=True,
        ready=lambda word, user: word.away_at is not None,
        effect=None,
    ),
}
READING_ACTIONS: dict[str, Action] = {
    "read_first": Action(
        _("Look at posts before they are shown"),
        services.read_first,
        ReadFirstForm,
        text=_(
            "Every post of this discussion waits; its author is told at once. The public record notes the reason."
        ),
        tone="danger",
        ready=lambda thread, user: thread.read_first_at is None,
        effect=Effect.ENDS,
        way_back=WayBack("read_at_once"),
    ),
    "read_at_once": Action(
        _("Show posts at once again"),
        services.read_at_once,
        text=_("Posts that wait already are still looked at. The public record notes it."),
        ready=lambda thread, user: thread.read_first_at is not None,
        effect=Effect.PUBLISHES,
        way_back=WayBack("read_first"),
    ),
}
