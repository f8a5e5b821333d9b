"""The third person who decides where two do not agree: one who is named, with a date."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from portal.community.models import Post, User
from portal.community.permissions import roles_in
from portal.community.rules import rule
from portal.community.selectors import post_users
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.record.fragments import stir
from portal.voting.models import Electorate, Envelope, Fault, OnPaper, PaperBallot, Vote
from portal.voting.papers import IN_DOUBT, TO_JUDGE
from portal.voting.permissions import lock_vote
from portal.voting.states import PaperState

DUTY, DOUBT = "vote.third", "vote.doubt"
# What a third person was asked for: a ruling, or whether a paper stays that its voter says is not theirs.
WAITING = TO_JUDGE | IN_DOUBT & Q(fault=Fault.DENIED)
READERS = (Post.WORKER, Post.DIRECTOR)
# Where those who run a vote have only two, these are asked, in this order.
OUTSIDE = (Post.AUDITOR, Post.OFFICER)


def name(paper: OnPaper, kind: str = DUTY, action: str = "judge") -> User | None:
    """Ask a third person to decide about a locked paper: of those who may, whoever was asked least.

    `kind` of the duty, and the `action` that is asked for. Where nobody is found the subdistrict owes it.
    """
    chosen = _chosen(paper)
    _ask(paper, chosen, kind, action)
    return chosen


def due(vote: Vote) -> Deadline:
    """When a third person has to have decided: `voting.third_days` working days from now."""
    return add_working_days(clock.now(), rule("voting.third_days", vote.scope))


@transaction.atomic
def rename(model: type[OnPaper], pk: int) -> bool:
    """Ask somebody else where the one who was asked has left the post since. Returns whether that was so."""
    lock_vote(**{"papers" if model is PaperBallot else "paper_envelopes": pk})
    rows: Any = model._default_manager.filter(WAITING, pk=pk).select_for_update(of=("self",))
    paper = rows.select_related("vote__neighbourhood", "vote__scope", "third").first()
    if paper is None or _still_may(paper):
        return False
    chosen = _chosen(paper)
    if chosen is None and paper.third is None:
        return False  # the subdistrict owes it already
    denied = paper.state is PaperState.DOUBTED
    _ask(paper, chosen, *((DOUBT, "keep") if denied else (DUTY, "judge")))
    return True


def unnamed() -> list[tuple[type[OnPaper], int]]:
    """What waits for a third person who cannot decide any more, or for whom nobody was found."""
    found: list[tuple[type[OnPaper], int]] = []
    for model in (PaperBallot, Envelope):
        waiting: Any = model._default_manager.filter(WAITING, vote__counted_at=None)
        for paper in waiting.select_related("vote__neighbourhood", "vote__scope", "third"):
            found += [] if _still_may(paper) else [(model, paper.pk)]
    return found


def _chosen(paper: OnPaper) -> User | None:
    outside = map(_least_asked, _outside(paper))
    return _least_asked(_readers(paper)) or next(filter(None, outside), None)


def _ask(paper: OnPaper, chosen: User | None, kind: str, action: str) -> None:
    paper.third = chosen
    paper.save(update_fields=["third"])
    duties.drop(paper, kind)
    whom: dict[str, Any] = {"person": chosen.person} if chosen else {"post": Post.OFFICER}
    page = reverse(paper.route, args=[paper.pk, action])
    duties.open_duty(kind, paper, due=due(paper.vote), title=paper.vote.title, url=page, **whom)
    # Who owes it stands on the vote's page.
    stir(paper.vote.neighbourhood.slug)


def _still_may(paper: OnPaper) -> bool:
    if paper.third is None or not paper.third.is_active:
        return False
    own = {role.value for role in roles_in(paper.third, paper.vote.neighbourhood)}
    return not own.isdisjoint({post.value for post in (*_posts(paper.vote), *OUTSIDE)})


def _posts(vote: Vote) -> tuple[Post, ...]:
    owners = vote.electorate == Electorate.OWNERS
    return (*READERS, Post.OWNERS_COMMITTEE) if owners else READERS


def _readers(paper: OnPaper) -> list[User]:
    return [user for post in _posts(paper.vote) for user in _able(paper, post)]


def _outside(paper: OnPaper) -> list[list[User]]:
    return [_able(paper, post) for post in OUTSIDE]


def _able(paper: OnPaper, post: Post) -> list[User]:
    """Holders of a post who entered nothing of it, and whose own ballot it is not."""
    own = paper.entry.person_id if paper.entry else None
    gone = {paper.first_by_id, paper.second_by_id}
    held = post_users(post, paper.vote.neighbourhood)
    return [user for user in held if user.pk not in gone and user.person_id != own]


def _least_asked(users: list[User]) -> User | None:
    people = [user.person_id for user in users if user.person_id]
    owed = Duty.objects.active().filter(kind=DUTY, person__in=people)
    times = Counter(owed.values_list("person", flat=True))
    return min(users, key=lambda user: (times[user.person_id or 0], user.pk), default=None)
