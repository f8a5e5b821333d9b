"""Moments of a vote: extended once, called off, annulled; who may, when, and what the record says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from portal.community.models import Post, User
from portal.duties.models import PublicNotice
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.voting import services
from portal.voting.models import Vote
from portal.voting.states import NEXT, Phase
from tests import factories as places
from tests.voting import factories
from tests.voting.factories import AFTER, CLOSES_AT, DURING, OPENS_AT, Place

pytestmark = pytest.mark.django_db
LATER = CLOSES_AT + timedelta(days=3)
LAST = CLOSES_AT + timedelta(days=7)
SECOND = timedelta(seconds=1)
BEFORE = OPENS_AT - timedelta(days=1)


def extendable(place: Place) -> Vote:
    """A vote whose notice allows one extension."""
    return factories.call(place, may_extend_to=LAST)


def auditor(place: Place) -> User:
    """Who may annul."""
    return places.make_user(post=Post.AUDITOR, neighbourhood=place.neighbourhood)


def test_an_extended_vote_takes_ballots_until_its_new_end_and_counts_them() -> None:
    place = factories.make_place()
    vote = extendable(place)

    with clock.at(DURING):
        services.extend(place.director, vote.pk, LATER, "参与不足")

    factories.cast(place.people[0], vote, at=LATER - SECOND)
    with pytest.raises(NotPossible):
        factories.cast(place.people[1], vote, at=LATER)
    assert factories.count(vote, at=LATER).totals["cast"]["for"]["heads"] == 1
    entry = Entry.objects.get(action="vote.extended")
    assert (entry.data["closes_at"], entry.data["reason"]) == (LATER.isoformat(), "参与不足")
    assert Notice.objects.filter(kind="vote.extended").count() == len(place.people)


@pytest.mark.parametrize(
    ("at", "to"),
    [
        (BEFORE, LATER),
        (CLOSES_AT, LATER),
        (DURING, LAST + SECOND),
        (DURING, CLOSES_AT),
        (DURING, CLOSES_AT - SECOND),
    ],
    ids=["before it opens", "when it has ended", "beyond the notice", "not later", "earlier"],
)
def test_an_extension_keeps_to_its_time_and_its_notice(at: object, to: object) -> None:
    place = factories.make_place()
    vote = extendable(place)

    with clock.at(at), pytest.raises(NotPossible):  # type: ignore[arg-type]
        services.extend(place.director, vote.pk, to, "参与不足")  # type: ignore[arg-type]

    vote.refresh_from_db()
    assert (vote.closes_at, vote.extended_from) == (CLOSES_AT, None)


def test_a_vote_is_extended_once() -> None:
    place = factories.make_place()
    vote = extendable(place)
    with clock.at(DURING):
        services.extend(place.director, vote.pk, LATER, "参与不足")

        with pytest.raises(NotPossible):
            services.extend(place.director, vote.pk, LAST, "再延一次")


def test_what_the_notice_did_not_say_cannot_be_done() -> None:
    place = factories.make_place()
    vote = factories.call(place)

    with clock.at(DURING), pytest.raises(NotPossible):
        services.extend(place.director, vote.pk, LATER, "参与不足")
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.filter(pk=vote.pk).update(extended_from=CLOSES_AT, closes_at=LATER)


def test_a_vote_that_was_called_off_takes_no_ballot_and_is_never_counted() -> None:
    place = factories.make_place()
    vote = factories.call(place)

    with clock.at(BEFORE):
        services.abort(place.director, vote.pk, "方案要修改")

    with pytest.raises(NotPossible):
        factories.cast(place.people[0], vote)
    with pytest.raises(NotPossible):
        factories.count(vote)
    with clock.at(AFTER):
        assert (Vote.objects.to_close().count(), Vote.objects.open().count()) == (0, 0)
        vote.refresh_from_db()
        assert (vote.phase, vote.ended_why) == (Phase.ABORTED, "方案要修改")
    assert Entry.objects.get(action="vote.aborted").data["reason"] == "方案要修改"


@pytest.mark.parametrize("at", [OPENS_AT, DURING, AFTER])
def test_once_voting_has_begun_a_vote_is_not_called_off(at: object) -> None:
    place = factories.make_place()
    vote = factories.call(place)

    with clock.at(at), pytest.raises(NotPossible):  # type: ignore[arg-type]
        services.abort(place.director, vote.pk, "方案要修改")


def test_an_annulled_vote_keeps_its_count_and_says_why() -> None:
    place = factories.make_place()
    vote = factories.counted(place, "for", "for", "for")

    with clock.at(AFTER):
        services.annul(auditor(place), vote.pk, "法院撤销")

        vote.refresh_from_db()
        assert (vote.phase, vote.outcome, vote.ended_why) == (Phase.ANNULLED, "passed", "法院撤销")
    assert factories.count(vote).result_sha256 == vote.result_sha256
    assert Entry.objects.get(action="vote.annulled").data["reason"] == "法院撤销"


def test_only_a_counted_vote_is_annulled() -> None:
    place = factories.make_place()
    vote = factories.call(place)

    with clock.at(DURING), pytest.raises(NotPossible):
        services.annul(auditor(place), vote.pk, "法院撤销")


# Who may do what, once more as a literal table.
MAY = {
    "extend": {Post.DIRECTOR, Post.WORKER, Post.OWNERS_COMMITTEE},
    "abort": {Post.DIRECTOR, Post.WORKER, Post.OWNERS_COMMITTEE},
    "reinstate": {Post.DIRECTOR, Post.WORKER, Post.OWNERS_COMMITTEE},
    "annul": {Post.AUDITOR, Post.OFFICER},
}
RUNS = {
    "extend": (DURING, lambda user, vote: services.extend(user, vote.pk, LATER, "理由")),
    "abort": (BEFORE, lambda user, vote: services.abort(user, vote.pk, "理由")),
    "reinstate": (BEFORE, lambda user, vote: services.reinstate(user, vote.pk, "理由")),
    "annul": (AFTER, lambda user, vote: services.annul(user, vote.pk, "理由")),
}


@pytest.mark.parametrize("post", list(Post))
@pytest.mark.parametrize("action", list(MAY))
def test_who_may_change_the_course_of_a_vote(action: str, post: Post) -> None:
    place = factories.make_place()
    vote = extendable(place)
    if action == "annul":
        factories.count(vote)
    if action == "reinstate":
        with clock.at(BEFORE):
            services.abort(place.director, vote.pk, "理由")
    user = places.make_user(post=post, neighbourhood=place.neighbourhood)
    at, run = RUNS[action]

    with clock.at(at):
        if post in MAY[action]:
            assert run(user, vote).pk == vote.pk
        else:
            with pytest.raises(PermissionDenied):
                run(user, vote)


def test_every_phase_but_the_last_one_leads_somewhere() -> None:
    ends = {phase for phase, after in NEXT.items() if not after}
    assert (set(NEXT), ends) == (set(Phase), {Phase.ANNULLED})


def test_the_notice_says_what_the_voters_must_know() -> None:
    place = factories.make_place()

    extendable(place)

    body = PublicNotice.objects.get().body
    assert "最迟" in body
    assert "先收到" in body
