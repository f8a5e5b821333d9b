"""Suggesting another wording, supporting one, and the answer each gets."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce, log
from portal.actions.lifecycles import advance
from portal.community.models import Person, User
from portal.community.rules import rule
from portal.community.selectors import accounts_of, person_of, signature
from portal.conventions.events import ANSWERED as ANSWER_EVENTS
from portal.conventions.events import SUGGESTED, TAKEN_BACK
from portal.conventions.merging import merged
from portal.conventions.models import Channel, ConventionRound, Suggestion, Support
from portal.conventions.permissions import ROUNDS, SUGGESTIONS
from portal.conventions.selectors import dwellings_of, owing_post
from portal.conventions.services.rounds import latest_or_refuse
from portal.conventions.services.writing import write
from portal.conventions.states import ANSWERED, WRITTEN, SuggestionState
from portal.conventions.text import article_of, articles, replaced
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.pages.versions import version_of
from portal.record.fragments import stir


@transaction.atomic
def suggest(user: User, pk: int, article: str, new_text: str, reason: str) -> Suggestion:
    """Suggest another wording for an article of the text that is open for comment; one open one an article."""
    round_, author = ROUNDS.take(user, pk, "suggest"), person_of(user)
    signed = signature(user, round_.neighbourhood)
    named = signed.name if signed.official else f"{signed.name} {signed.note}".strip()
    return _add(user, round_, author, article, new_text, reason, author_name=named[:80])


@transaction.atomic
def enter_paper(user: User, pk: int, article: str, person: Person, new_text: str, reason: str) -> Suggestion:
    """Enter what somebody of the place handed in on paper. Raises NotPossible for a person who belongs elsewhere."""
    round_ = ROUNDS.take(user, pk, "enter_paper")
    home = dwellings_of(person, round_.page.area).first()
    if home is None:
        raise NotPossible(_("This person neither lives nor owns here."))
    named = f"{person.public_name} {home.building.name}"
    more = {"author_name": named[:80], "channel": Channel.PAPER, "entered_by": user}
    return _add(user, round_, person, article, new_text, reason, **more)


@transaction.atomic
def take_back(user: User, pk: int) -> Suggestion:
    """Take one's own suggestion back before it is answered."""
    suggestion = SUGGESTIONS.take(user, pk, "take_back")
    advance(suggestion, SuggestionState.WITHDRAWN)
    duties.drop(suggestion)
    log(TAKEN_BACK, suggestion, by=user)
    return suggestion


@transaction.atomic
def support(user: User, pk: int, choice: str) -> Support:
    """Say what one's household thinks of a suggestion; the last word of the household counts.

    Raises NotPossible for somebody without a home in the place that agrees.
    """
    suggestion, person = SUGGESTIONS.take(user, pk, "support"), person_of(user)
    home = dwellings_of(person, suggestion.round.page.area).order_by("pk").first()
    if home is None:
        raise NotPossible(_("Only households of this place are counted."))
    said = {"person": person, "choice": choice, "at": clock.now()}
    row, _new = Support.objects.update_or_create(suggestion=suggestion, dwelling=home, defaults=said)
    stir(suggestion.neighbourhood.slug)
    return row


@transaction.atomic
def answer(user: User, pk: int, verdict: str, reason: str, text: str = "") -> Suggestion:
    """Answer a suggestion: adopted wholly, in part, or not, with a reason that its author is told.

    What is adopted goes into the draft. `text`: how the article reads then; needed in part, and where another
    adopted change touches the same words. Raises NotPossible without it, or once the text is being checked.
    """
    suggestion = SUGGESTIONS.take(user, pk, "answer")
    if suggestion.round.state not in WRITTEN:
        raise NotPossible(_("The text is settled. To answer anew, take it back first."))
    result = _into_draft(user, suggestion, SuggestionState(verdict), text.strip().replace("\r\n", "\n"))
    advance(
        suggestion,
        SuggestionState(verdict),
        answer=reason.strip(),
        answer_text=result,
        answered_at=clock.now(),
        answered_by=signature(user, suggestion.neighbourhood).name[:80],
    )
    duties.close("convention.answer", suggestion, by=user)
    told = {"reason": suggestion.answer}
    to = accounts_of(suggestion.author_id)
    announce(ANSWER_EVENTS[SuggestionState(verdict)], suggestion, by=user, to=to, data=told, **told)
    return suggestion


def _add(
    user: User, round_: ConventionRound, author: Person, article: str, new_text: str, reason: str, **more: Any
) -> Suggestion:
    proposal = latest_or_refuse(round_)
    about, text = article_of(proposal.chapters, article), new_text.strip().replace("\r\n", "\n")
    if about is None:
        raise NotPossible(_("The text has no such article."))
    if text == about["text"]:
        raise NotPossible(_("This is how the article reads already."))
    mine = Suggestion.objects.filter(round=round_, article=article, author=author, state=SuggestionState.OPEN)
    if mine.exists():
        raise NotPossible(
            _("There is an open suggestion of this person on this article. Take it back to make another one.")
        )
    suggestion = Suggestion.objects.create(
        round=round_,
        proposal=proposal,
        article=article,
        new_text=text,
        reason=reason.strip(),
        author=author,
        at=clock.now(),
        **more,
    )
    log(SUGGESTED, suggestion, by=user, data={"article": about["number"], "channel": suggestion.channel})
    _promise(suggestion)
    return suggestion


def _promise(suggestion: Suggestion) -> None:
    """The answer is owed convention.answer_working_days after the comments end."""
    round_ = suggestion.round
    days = rule("convention.answer_working_days", round_.page.area)
    due = add_working_days(round_.state_until or clock.now(), days)
    duties.open_duty(
        "convention.answer", suggestion, due=due, post=owing_post(round_.page), area=round_.page.area
    )


def _into_draft(user: User, suggestion: Suggestion, verdict: SuggestionState, text: str) -> str:
    """Write what is adopted into the draft, or take out again what had been; returns how the article reads then."""
    about, page = suggestion.about, suggestion.round.page
    draft = article_of(page.draft, suggestion.article)
    base = about["text"] if about else ""
    if verdict is SuggestionState.DECLINED:
        if draft and suggestion.answer_text and draft["text"] == suggestion.answer_text:
            _write(user, suggestion, _without(suggestion, base))
        return ""
    if draft is None:
        raise NotPossible(_("The draft has no such article any more. Please put it back first."))
    result = text or _result(suggestion, verdict, base, draft["text"])
    _write(user, suggestion, result)
    return result


def _result(suggestion: Suggestion, verdict: SuggestionState, base: str, draft: str) -> str:
    if verdict is SuggestionState.PARTLY:
        raise NotPossible(_("Please write how the article is to read, where only a part is adopted."))
    others = [one.answer_text for one in _adopted(suggestion)]
    both = merged(base, *others, draft, suggestion.new_text)
    if both is None:
        raise NotPossible(
            _("Another change of this article touches the same words. Please write the text that has both.")
        )
    return both


def _without(suggestion: Suggestion, base: str) -> str:
    """The article with the other adopted suggestions alone."""
    return merged(base, *(one.answer_text for one in _adopted(suggestion))) or base


def _adopted(suggestion: Suggestion) -> list[Suggestion]:
    same = Suggestion.objects.filter(round=suggestion.round_id, article=suggestion.article)
    adopted = same.filter(state__in=ANSWERED - {SuggestionState.DECLINED}, proposal=suggestion.proposal_id)
    return list(adopted.exclude(pk=suggestion.pk))


def _write(user: User, suggestion: Suggestion, text: str) -> None:
    page = suggestion.round.page
    if any(one["id"] == suggestion.article and one["text"] != text for one in articles(page.draft)):
        write(user, page, version_of(page), {"body": replaced(page.raw, suggestion.article, text)})
