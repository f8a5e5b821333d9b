"""A round from its draft to the moment when it is decided on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.actions.events import announce, log
from portal.community.models import User
from portal.community.rules import rule
from portal.community.selectors import accounts_of
from portal.conventions.events import BEGUN, CARRIED, CHECK_WITHDRAWN, OBJECTED, SIGNING_STOPPED
from portal.conventions.merging import find_again
from portal.conventions.models import AgreementPage, ConventionRound, Proposal, Suggestion
from portal.conventions.permissions import PAGES, ROUNDS
from portal.conventions.selectors import latest, thread_subject
from portal.conventions.services.transitions import change
from portal.conventions.states import State, SuggestionState
from portal.conventions.text import Text, articles, count, fingerprint
from portal.duties.calendar import calendar_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline
from portal.record.fragments import stir
from portal.threads import services as threads
from portal.threads.models import Thread


@transaction.atomic
def begin(user: User, pk: int, purpose: str) -> ConventionRound:
    """Begin a new round of a text: its draft may be written again. One round at a time."""
    page = PAGES.take(user, pk, "begin")
    return opened(user, page, purpose)


def opened(user: User, page: AgreementPage, purpose: str) -> ConventionRound:
    """A new round of a page. Raises NotPossible where one is under way, were it begun this very moment."""
    try:
        with transaction.atomic():
            round_ = ConventionRound.objects.create(
                page=page,
                purpose=purpose.strip(),
                opened_by=user,
                opened_at=clock.now(),
                state_since=clock.now(),
            )
    except IntegrityError:
        raise NotPossible(_("A new text is being worked on already. Its page says how far it is.")) from None
    if page.live:
        log(BEGUN, round_, by=user, data={"reason": round_.purpose})
    else:
        stir(page.neighbourhood.slug)
    return round_


@transaction.atomic
def put_to_comment(user: User, pk: int) -> ConventionRound:
    """Fix the draft as a numbered text that everybody reads and comments on until convention.comment_days are over.

    Suggestions that still wait for an answer are carried into it, with their article. Raises NotPossible for an empty
    text, one that says the same as the last, or where an article with an open suggestion is gone from it.
    """
    round_ = ROUNDS.take(user, pk, "put_to_comment")
    require_new_text(round_)
    before, text = latest(round_), fix_text(round_, user)
    if before is not None:
        _carry(round_, text)
    _shown(round_.page, user)
    until = comments_until(round_)
    _open_threads(round_, text.chapters)
    told = {"number": text.number, "sha256": text.sha256, "short": text.short_hash}
    return change(
        round_, State.COMMENTING, by=user, until=until, data=told, number_of_texts=round_.number_of_texts
    )


def comments_until(round_: ConventionRound) -> datetime:
    """Until when everybody comments on a text that is put to comment now."""
    return calendar_days(clock.now(), rule("convention.comment_days", round_.page.area)).at


@transaction.atomic
def close_comments(user: User, pk: int) -> ConventionRound:
    """Close the comments when their time is over."""
    round_ = ROUNDS.take(user, pk, "close_comments")
    require_comments_over(round_)
    return change(round_, State.ANSWERING, by=user)


@transaction.atomic
def end_comments(pk: int) -> ConventionRound:
    """The same by the clock; nothing where it is not time, or was done already."""
    round_ = ConventionRound.objects.locked(pk)
    if round_.state == State.COMMENTING and round_.state_until and clock.passed(round_.state_until):
        change(round_, State.ANSWERING)
    return round_


@transaction.atomic
def hand_in(user: User, pk: int) -> ConventionRound:
    """Fix the text as it was answered and hand it to the subdistrict, which checks it (guidance of 2018, step 3).

    The owners' covenant is not checked: it is ready for the owners' vote. Raises NotPossible where a suggestion has
    no answer yet, and for a building's convention, which goes to its households.
    """
    round_ = ROUNDS.take(user, pk, "hand_in")
    if round_.page.is_building:
        raise NotPossible(_("A building convention is not filed: its households sign it."))
    text = _settled(round_, user)
    to = State.TABLED if round_.page.is_covenant else State.CHECKING
    told = {"number": text.number, "sha256": text.sha256, "short": text.short_hash}
    return change(
        round_, to, by=user, data=told, number_of_texts=round_.number_of_texts, check_note="", checked_at=None
    )


@transaction.atomic
def withdraw_check(user: User, pk: int, reason: str) -> ConventionRound:
    """Take a text back from the check, or one that was checked: it may be written again, and is checked anew."""
    round_ = ROUNDS.take(user, pk, "withdraw_check")
    return change(
        round_, State.ANSWERING, by=user, event=CHECK_WITHDRAWN, reason=reason, kept=False, checked_at=None
    )


@transaction.atomic
def check(user: User, pk: int, passed: bool, reason: str) -> ConventionRound:
    """The subdistrict says whether the text agrees with the law; what it objects to goes back to its writers."""
    round_ = ROUNDS.take(user, pk, "check")
    if not passed:
        return change(round_, State.ANSWERING, by=user, event=OBJECTED, reason=reason, check_note=reason)
    text = latest_or_refuse(round_)
    told = {"sha256": text.sha256, "short": text.short_hash}
    return change(
        round_, State.TABLED, by=user, data=told, reason=reason, check_note=reason, checked_at=clock.now()
    )


@transaction.atomic
def collect_signatures(user: User, pk: int) -> ConventionRound:
    """Let the households of a building sign the text as it was answered."""
    round_ = ROUNDS.take(user, pk, "collect_signatures")
    if not round_.page.is_building:
        raise NotPossible(_("Only a building's convention is adopted by signing."))
    text = _settled(round_, user)
    until = calendar_days(clock.now(), rule("convention.signing_days", round_.page.area)).at
    told = {"sha256": text.sha256, "short": text.short_hash}
    return change(
        round_, State.SIGNING, by=user, until=until, data=told, number_of_texts=round_.number_of_texts
    )


@transaction.atomic
def stop_signing(user: User, pk: int, reason: str) -> ConventionRound:
    """Stop collecting signatures, to write the text again; those given name this text and stay with it."""
    round_ = ROUNDS.take(user, pk, "stop_signing")
    return change(round_, State.ANSWERING, by=user, event=SIGNING_STOPPED, reason=reason, kept=False)


@transaction.atomic
def withdraw(user: User, pk: int, reason: str) -> ConventionRound:
    """Give a round up, with a published reason. An edition in force stays in force."""
    round_ = ROUNDS.take(user, pk, "withdraw")
    close_threads(round_)
    return change(round_, State.WITHDRAWN, by=user, reason=reason, data={"reason": reason})


def fix_text(round_: ConventionRound, user: User) -> Proposal:
    """The draft as a fixed, numbered text; the last one where it says the same. Raises NotPossible where it is empty.

    The caller saves `number_of_texts` with the round's state.
    """
    text = round_.page.draft
    require_written(text)
    before = latest(round_)
    if before is not None and before.sha256 == fingerprint(text):
        return before
    round_.number_of_texts += 1
    return Proposal.objects.create(
        round=round_, number=round_.number_of_texts, text=text, by=user, at=clock.now()
    )


def require_written(text: Text) -> None:
    """Refuse a text without an article, or with an empty one."""
    if not count(text):
        raise NotPossible(_("The text has no article yet."))
    if any(chapter["id"] and not chapter["title"] for chapter in text):
        raise NotPossible(_("A chapter has no title yet."))
    empty = next((article for article in articles(text) if not article["text"]), None)
    if empty is not None:
        raise NotPossible(_("%(number)s has no text yet.") % {"number": empty["number"]})


def latest_or_refuse(round_: ConventionRound) -> Proposal:
    """The newest text of a round. Raises NotPossible before there is one."""
    text = latest(round_)
    if text is None:
        raise NotPossible(_("The text has no article yet."))
    return text


def _settled(round_: ConventionRound, user: User) -> Proposal:
    """The text as it was answered. Raises NotPossible while a suggestion waits for its answer."""
    require_settled(round_)
    return fix_text(round_, user)


def require_new_text(round_: ConventionRound) -> None:
    """Refuse to put a draft to comment that is not written yet, or says the same as the last one."""
    text, before = round_.page.draft, latest(round_)
    require_written(text)
    if before is not None and before.sha256 == fingerprint(text):
        raise NotPossible(_("The text says the same as the last one that was put to comment."))


def require_comments_over(round_: ConventionRound) -> None:
    """Refuse to close the comments before the day that was announced."""
    if round_.state_until and not clock.passed(round_.state_until):
        raise NotPossible(_("Everybody may comment until %(day)s.") % {"day": deadline(round_.state_until)})


def require_settled(round_: ConventionRound) -> None:
    """Refuse to hand a text on while a suggestion waits for its answer, or before it is written."""
    waiting = Suggestion.objects.filter(round=round_, state=SuggestionState.OPEN).count()
    if waiting:
        raise NotPossible(
            _("%(count)d suggestions wait for an answer. Please answer them first.") % {"count": waiting}
        )
    require_written(round_.page.draft)


def _carry(round_: ConventionRound, text: Proposal) -> None:
    """Take open suggestions over to their articles in the new text, and tell their authors."""
    waiting = Suggestion.objects.filter(round=round_, state=SuggestionState.OPEN).select_related("proposal")
    for suggestion in waiting:
        about = suggestion.about
        found = find_again(about, text.chapters) if about else None
        if found is None:
            raise NotPossible(
                _(
                    "The article of the suggestion on %(number)s is gone from the text. Please answer it first."
                )
                % {"number": about["number"] if about else "?"}
            )
        _move(suggestion, found["id"])
        announce(
            CARRIED,
            suggestion,
            to=accounts_of(suggestion.author_id),
            once_per=f"carried:{suggestion.pk}:{text.pk}",
        )


def _move(suggestion: Suggestion, article: str) -> None:
    if suggestion.article != article:
        suggestion.article = article
        suggestion.save(update_fields=["article"])


def _shown(page: AgreementPage, user: User) -> None:
    """From the first text on that is put to comment everybody may know of the page; its body is that text."""
    draft: Any = page.get_latest_revision_as_object()
    if page.latest_revision is not None:
        draft.specific.publish(page.latest_revision, user=user, skip_permission_checks=True, log_action=False)
    else:
        Page.objects.filter(pk=page.pk).update(live=True)
    page.refresh_from_db()


def _open_threads(round_: ConventionRound, text: Text) -> None:
    """A discussion for each article; one that stands in both texts keeps its own, whatever number it has there."""
    for article in articles(text):
        threads.open_thread(
            thread_subject(round_.pk, article["id"]),
            neighbourhood=round_.neighbourhood,
            title=f"{round_.title} {article['title'] or article['text'][:30]}",
            url=reverse("conventions:article", args=[round_.pk, article["id"]]),
        )


def close_threads(round_: ConventionRound) -> None:
    """Take no more comments on any article of a round."""
    own = Thread.objects.filter(subject__startswith=thread_subject(round_.pk, ""), closes_at=None)
    for pk in own.values_list("pk", flat=True):
        threads.close_thread(pk)
