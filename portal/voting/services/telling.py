"""What a voter is told at once, by every channel on file, about paper that was entered for the own line."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from portal.actions.events import Event, notify
from portal.community.selectors import accounts_of
from portal.duties.calendar import Deadline
from portal.kit import clock
from portal.notifications.texts import text
from portal.record.services import key
from portal.voting.events import PAPER_ENTERED, PAPER_NEWS
from portal.voting.models import Channel, Mandate, OnPaper, RollEntry, SetAside


def entered(paper: OnPaper) -> None:
    """A paper was entered for the line: whoever handed in none can say so before the count.

    Whoever raised a hand sits in the hall, and reads on the vote's page what was noted.
    """
    if paper.channel == Channel.HALL:
        return
    _tell(PAPER_ENTERED, paper, received_at=paper.received_at.isoformat())


def settled(paper: OnPaper, *, beside: bool, ruled: bool = False) -> None:
    """The paper was taken, or which of two ballots stands. `beside`: there were two; `ruled`: by a third person."""
    if paper.channel == Channel.HALL and not (beside or ruled):
        return
    struck = paper.kept is not None and paper.kept.why == SetAside.STRUCK
    aside = "struck" if struck else "set_aside"
    what = aside if not paper.stands else "stands" if beside else "taken"
    _tell(PAPER_NEWS, paper, what=what, **({"ruled": True} if ruled else {}))


def both_kept(paper: OnPaper, due: Deadline) -> None:
    """The paper is said to have come before the ballot that stands: a third person decides."""
    _tell(PAPER_NEWS, paper, what="both_kept", due_at=due.at.isoformat())


def withdrawn(paper: OnPaper, *, restored: bool) -> None:
    """The paper is gone; `restored`: the ballot that it had taken the place of stands again."""
    _tell(PAPER_NEWS, paper, what="restored" if restored else "withdrawn")


def answered(paper: OnPaper) -> None:
    """The paper was looked at and stays, with the reason."""
    _tell(PAPER_NEWS, paper, what="kept", answer=paper.answer)


def _tell(event: Event, paper: OnPaper, **params: Any) -> None:
    """Those who vote for the line, each once for each thing that happens to each paper."""
    if paper.entry is None:
        return
    vote, entry = paper.vote, paper.entry
    occasion = f"{key(paper)}:{params.get('what', '')}:{clock.now().isoformat()}"
    url = reverse("voting:vote", args=[vote.pk])
    holders = Mandate.objects.filter(entry=entry, revoked_at=None).values_list("holder", flat=True)
    notify(event, vote, accounts_of(entry.person_id, *holders), once_per=occasion, url=url, **params)
    _text(event, entry, occasion, {"title": vote.title, **params})


def _text(event: Event, entry: RollEntry, occasion: str, params: dict[str, Any]) -> None:
    """One text message to the voter, whether there is an account or not."""
    account = accounts_of(entry.person_id).first()
    number = account.phone if account and account.phone_verified else entry.person.phone
    language = account.language if account else ""
    text(
        event.name,
        number,
        neighbourhood=entry.vote.neighbourhood,
        occasion=occasion,
        params=params,
        language=language,
    )
