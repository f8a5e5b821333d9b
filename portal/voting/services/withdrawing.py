"""Taking a paper or an envelope out again that should not be there: one person asks, a second one does it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.doors import Door
from portal.actions.events import SYSTEM, log
from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.voting.events import PAPER_DOUBTED, PAPER_KEPT, PAPER_WITHDRAWN
from portal.voting.models import Envelope, Fault, OnPaper
from portal.voting.permissions import ENVELOPES, PAPERS
from portal.voting.services import telling, thirds
from portal.voting.services.paper import require_entry
from portal.voting.services.settling import unsettle
from portal.voting.states import PaperState


def doubt(user: User, paper_pk: int, fault: str, reason: str) -> OnPaper:
    """Say that a paper should not be there: nothing of it counts before a second person has decided.

    Staff give the kind of fault; the voter of the line says that it is not theirs, once. The count waits.
    Raises NotPossible where somebody doubts it already, and once the box was opened or all paper is in.
    """
    return _doubt(PAPERS, user, paper_pk, fault, reason)


def doubt_envelope(user: User, envelope_pk: int, fault: str, reason: str) -> OnPaper:
    """The same for an outer envelope."""
    return _doubt(ENVELOPES, user, envelope_pk, fault, reason)


def withdraw_paper(user: User, paper_pk: int) -> OnPaper:
    """A second person takes a doubted paper out. What it had taken the place of stands again; the voter is told.

    The public record says that it was done and of what kind the fault was, without names. Raises NotPossible for
    whoever doubted it.
    """
    return _withdraw(PAPERS, user, paper_pk)


def withdraw_envelope(user: User, envelope_pk: int) -> OnPaper:
    """The same for an outer envelope; its line then has not voted on paper."""
    return _withdraw(ENVELOPES, user, envelope_pk)


def keep(user: User, paper_pk: int, reason: str) -> OnPaper:
    """A second person finds a doubted paper in order, and says why; it goes on where it stood."""
    return _keep(PAPERS, user, paper_pk, reason)


def keep_envelope(user: User, envelope_pk: int, reason: str) -> OnPaper:
    """The same for an outer envelope."""
    return _keep(ENVELOPES, user, envelope_pk, reason)


@transaction.atomic
def _doubt(door: Door[Any], user: User, pk: int, fault: str, reason: str) -> OnPaper:
    paper: OnPaper = door.take(user, pk, "doubt")
    require_entry(paper.vote)
    denied = paper.entry is not None and paper.entry.person_id == user.person_id
    if denied and paper.fault == Fault.DENIED and paper.answered_at is not None:
        raise NotPossible(_("This was looked into; you were told the answer."))
    advance(
        paper,
        PaperState.DOUBTED,
        doubted_by=user,
        doubted_at=clock.now(),
        fault=Fault.DENIED if denied else Fault(fault),
        doubt=reason.strip(),
        answered_at=None,
    )
    if denied:
        # Those who entered it do not decide that they were right.
        thirds.name(paper, thirds.DOUBT, "keep")
    else:
        due = thirds.due(paper.vote)
        duties.open_duty(
            thirds.DOUBT, paper, due=due, post=Post.WORKER, title=paper.vote.title, url=_page(paper)
        )
    # A voter is not named: it would say who has voted on paper.
    log(PAPER_DOUBTED, paper.vote, by=SYSTEM if denied else user, data=_told(paper))
    return paper


@transaction.atomic
def _withdraw(door: Door[Any], user: User, pk: int) -> OnPaper:
    paper = _second(door, user, pk, "withdraw")
    restored = unsettle(paper)
    advance(paper, PaperState.WITHDRAWN, withdrawn_by=user, withdrawn_at=clock.now())
    duties.close(thirds.DOUBT, paper, by=user)
    duties.drop(paper, thirds.DUTY)
    log(PAPER_WITHDRAWN, paper.vote, by=user, data={**_told(paper), "restored": restored})
    telling.withdrawn(paper, restored=restored)
    return paper


@transaction.atomic
def _keep(door: Door[Any], user: User, pk: int, reason: str) -> OnPaper:
    paper = _second(door, user, pk, "keep")
    if paper.fault == Fault.DENIED and user in {paper.first_by, paper.second_by}:
        raise NotPossible(_("You entered this yourself: somebody else has to decide that it stays."))
    answer: dict[str, Any] = {"answered_by": user, "answered_at": clock.now(), "answer": reason.strip()}
    advance(paper, paper.state_before, **answer)
    duties.close(thirds.DOUBT, paper, by=user)
    log(PAPER_KEPT, paper.vote, by=user, data=_told(paper))
    if paper.fault == Fault.DENIED:
        telling.answered(paper)
    return paper


def _second(door: Door[Any], user: User, pk: int, action: str) -> OnPaper:
    paper: OnPaper = door.take(user, pk, action)
    require_entry(paper.vote)
    if paper.doubted_by == user:
        raise NotPossible(_("You asked for this yourself: somebody else has to look at it."))
    return paper


def _page(paper: OnPaper) -> str:
    return reverse("voting:paper", args=[paper.vote_id])


def _told(paper: OnPaper) -> dict[str, str]:
    return {"what": "envelope" if isinstance(paper, Envelope) else "paper", "fault": paper.fault}
