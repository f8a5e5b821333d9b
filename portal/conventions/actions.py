"""What can be done to a text, its round, its suggestions and its editions, as people meet it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.waiting import until
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.conventions import forms, services
from portal.conventions.models import AgreementPage, ConventionRound, Suggestion
from portal.conventions.selectors import dwellings_of, open_round
from portal.conventions.services.rounds import comments_until
from portal.conventions.states import WRITTEN
from portal.conventions.text import article_of
from portal.kit.wording import deadline


def _until(round_: ConventionRound, user: User) -> dict[str, Any]:
    """Until when everybody comments, were it done now."""
    until = comments_until(round_)
    words = _(
        "Everybody can read it from now on, comment on each article and suggest other wordings, until %(day)s. "
        "This text cannot be changed any more; a later one takes its place."
    )
    return {"text": words % {"day": deadline(until)}}


def _may_answer(suggestion: Suggestion, user: User) -> bool:
    return suggestion.round.state in WRITTEN


def _gone(suggestion: Suggestion, user: User) -> dict[str, Any]:
    """The page whose draft has to get the article back before the suggestion can be adopted; None: it has it."""
    page = suggestion.round.page
    has = article_of(page.draft, suggestion.article) is not None
    return {"gone_from": None if has else page}


def _has_home(suggestion: Suggestion, user: User) -> bool:
    person = user.person
    return person is not None and dwellings_of(person, suggestion.round.page.area).exists()


def _is_free(page: AgreementPage, user: User) -> bool:
    return open_round(page) is None


PAGE_ACTIONS = {
    "begin": Action(
        _("Begin a new text"),
        services.begin,
        forms.BeginForm,
        text=_("The edition in force stays as it is until another one is adopted."),
        done=_("The draft can be written."),
        main=True,
        ready=_is_free,
        not_ready=_("A new text is being worked on already. Its page says how far it is."),
        then=lambda page, round_: round_.get_absolute_url(),
        effect=Effect.PUBLISHES,
        way_back=_("The draft can be given up again, with a reason."),
    ),
}
ACTIONS = {
    "put_to_comment": Action(
        _("Put the draft to comment"),
        services.put_to_comment,
        text=_("Everybody can read it, comment on each article and suggest other wordings."),
        done=_("The draft is open for comment."),
        tells=True,
        main=True,
        effect=Effect.PUBLISHES,
        waits=until(services.require_new_text),
        shows=_until,
        way_back=_("What was published stays readable. The round can be given up, with a reason."),
    ),
    "close_comments": Action(
        _("Close the comments"),
        services.close_comments,
        text=_("Nobody can suggest anything any more. The suggestions are answered now."),
        done=_("The comments are closed."),
        waits=until(services.require_comments_over),
        effect=Effect.ENDS,
        way_back=STAYS,
    ),
    "hand_in": Action(
        _("Hand the text in for checking"),
        services.hand_in,
        text=_(
            "The draft as it stands is fixed and goes to the subdistrict; the owners' covenant, which is not "
            "checked, is ready for the owners' vote."
        ),
        done=_("The text is handed on."),
        main=True,
        ready=lambda round_, user: not round_.page.is_building,
        not_ready=_("A building convention is not filed: its households sign it."),
        waits=until(services.require_settled),
        effect=Effect.PUBLISHES,
        way_back=WayBack("withdraw_check"),
    ),
    "collect_signatures": Action(
        _("Let the households sign"),
        services.collect_signatures,
        text=_(
            "The draft as it stands is fixed. It is adopted when more than half of the households sign it."
        ),
        done=_("The households can sign."),
        tells=True,
        main=True,
        ready=lambda round_, user: round_.page.is_building,
        not_ready=_("Only a building's convention is adopted by signing."),
        waits=until(services.require_settled),
        effect=Effect.PUBLISHES,
        way_back=WayBack("stop_signing"),
    ),
    "check": Action(
        _("Give the result of the check"),
        services.check,
        forms.CheckForm,
        text=_("A convention must not conflict with law or policy. The result and its reason are published."),
        done=_("The result is published."),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=_("The writers can take the text back and hand it in again."),
    ),
    "call_vote": Action(
        _("Call the vote"),
        services.call_vote,
        forms.VoteForm,
        text=_(
            "The question names the edition and its hash. Who may vote is fixed at this moment; conventions are "
            "adopted by the residents, the covenant by the owners (Civil Code art. 278 (2))."
        ),
        done=_("The vote is called."),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=_("Until voting opens, the vote can be called off on its page."),
    ),
    "adopt_signed": Action(
        _("Declare it adopted"),
        services.adopt_signed,
        forms.InForceForm,
        text=_("More than half of the households signed. Signatures are counted at this moment."),
        done=_("The convention is adopted and published."),
        main=True,
        waits=until(services.require_signed),
        effect=Effect.COUNTS,
        way_back=STAYS,
    ),
    "file": Action(
        _("Enter the filing"),
        services.file,
        forms.FilingForm,
        text=_(
            "The adopted text is published as a new edition; the former one is superseded from that day on."
        ),
        done=_("The edition is published."),
        tells=True,
        main=True,
        effect=Effect.REPLACES,
        way_back=_("A wrong number or day can be corrected on the edition's page, with a trace."),
    ),
    "withdraw_check": Action(
        _("Take the text back"),
        services.withdraw_check,
        forms.ReasonForm,
        text=_("It may be written again, and has to be checked again. The reason is published."),
        done=_("The text is back; the draft can be written."),
        tone="quiet",
        effect=Effect.ENDS,
        way_back=WayBack("hand_in"),
    ),
    "stop_signing": Action(
        _("Stop collecting signatures"),
        services.stop_signing,
        forms.ReasonForm,
        text=_(
            "The text may be written again. Signatures name the text that was signed: another one starts at 0."
        ),
        done=_("No more signatures are taken."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("collect_signatures"),
    ),
    "withdraw": Action(
        _("Give the draft up"),
        services.withdraw,
        forms.ReasonForm,
        text=_("The reason is published. An edition in force stays in force."),
        done=_("The draft is withdrawn."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=_("A new round can be begun on the page of the text; it starts from the same draft."),
    ),
}
SUGGESTION_ACTIONS = {
    "support": Action(
        _("Say what your household thinks"),
        services.support,
        forms.SupportForm,
        done=_("The answer of your household is counted."),
        text=_(
            "One answer counts for each household; the last one stands. It can be changed until the answer."
        ),
        ready=_has_home,
        effect=Effect.COUNTS,
        way_back=WayBack("support"),
    ),
    "answer": Action(
        _("Answer this suggestion"),
        services.answer,
        forms.AnswerForm,
        text=_("The answer is published and its author told. What is adopted is written into the draft."),
        template="conventions/answer.html",
        shows=_gone,
        done=_("The answer is published."),
        main=True,
        ready=_may_answer,
        not_ready=_("The text is settled. To answer anew, take it back first."),
        effect=Effect.PUBLISHES,
        way_back=_("Until the text is handed on, another answer can be given in its place, with its reason."),
    ),
    "take_back": Action(
        _("Take my suggestion back"),
        services.take_back,
        text=_("It stays readable as taken back. You can make another one."),
        done=_("Your suggestion is taken back."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=_("While the comments are open you can suggest the same again."),
    ),
}
EDITION_ACTIONS = {
    "correct_filing": Action(
        _("Correct the filing"),
        services.correct_filing,
        forms.CorrectFilingForm,
        text=_("The former number stays in the record, with the reason."),
        done=_("The filing is corrected."),
        tone="quiet",
        ready=lambda edition, user: edition.filing is not None,
        effect=Effect.REPLACES,
        way_back=WayBack("correct_filing"),
    ),
}
