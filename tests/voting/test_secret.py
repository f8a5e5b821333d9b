"""Secret votes from the sealed ballot to the published count."""

from __future__ import annotations

from typing import Any

import pytest

from portal.community.models import Post, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record import numbers
from portal.record.models import Entry
from portal.voting import recount, result, sealing, services
from portal.voting.matters import Question
from portal.voting.models import (
    INVALID,
    Ballot,
    BallotChange,
    Channel,
    Duplicates,
    Electorate,
    Method,
    OpenedBallot,
    PaperBallot,
    SetAside,
    Vote,
)
from tests import factories as everybody
from tests.voting import factories
from tests.voting.factories import AFTER, DURING, OPENS_AT, Place

pytestmark = pytest.mark.django_db
SECRET = Question(secret=True)


def make_place(people: int = 3) -> Place:
    return factories.make_place((8642,) * people, residents=True)


def call(place: Place, **changes: Any) -> Vote:
    values: dict[str, Any] = {"electorate": Electorate.RESIDENTS, "matter": "sounding", "question": SECRET}
    return factories.call(place, **(values | changes))


def envelope(vote: Vote, choice: str, code: str = "") -> bytes:
    return sealing.seal(vote.public_key, vote.public_id, code or numbers.draw(), choice)


def put(user: User, vote: Vote, choice: str = "for", code: str = "") -> Ballot:
    with clock.at(DURING):
        return services.cast_sealed(user, vote.pk, envelope(vote, choice, code))


def hand_in(vote: Vote, user: User, choice: str, sheet: int, clerks: tuple[User, User]) -> PaperBallot:
    """An outer envelope for a line, and its inner sheet as two clerks read it."""
    entry = factories.line(user, vote)
    Ballot.objects.create(
        vote=vote, entry=entry, receipt=numbers.draw(), channel=Channel.PAPER, cast_by=clerks[0]
    )
    return PaperBallot.objects.create(
        vote=vote,
        sheet=sheet,
        received_at=DURING,
        first_choice=choice,
        first_by=clerks[0],
        second_choice=choice,
        second_by=clerks[1],
        second_at=AFTER,
        taken_at=AFTER,
        stands=True,
    )


def opened(vote: Vote) -> list[tuple[str, str]]:
    return list(OpenedBallot.objects.filter(vote=vote).values_list("code", "choice"))


def told(vote: Vote, action: str) -> dict[str, Any]:
    return dict(Entry.objects.get(subject=f"vote:{vote.pk}", action=action).data)


# --- from the envelope to the count ---


def test_sealed_ballots_are_opened_counted_and_published_by_check_code() -> None:
    place = make_place()
    vote = call(place)
    codes = ["7K3M-9QXP-2VHT", "0000-0000-0001", "ZZZZ-ZZZZ-ZZZZ"]
    for user, code, choice in zip(place.people, codes, ["for", "for", "against"], strict=True):
        put(user, vote, choice, code)

    vote = factories.count(vote)

    assert opened(vote) == [(codes[1], "for"), (codes[0], "for"), (codes[2], "against")]
    assert {choice: got["heads"] for choice, got in vote.totals["cast"].items()} == {
        "for": 2,
        "against": 1,
        "abstain": 0,
    }
    published = result.document(vote)
    assert published["ballots"] == [
        {"receipt": codes[1], "entry": None, "choice": "for"},
        {"receipt": codes[0], "entry": None, "choice": "for"},
        {"receipt": codes[2], "entry": None, "choice": "against"},
    ]
    assert [set(entry) for entry in published["roll"]] == [{"entry", "served", "voted"}] * 3
    outcome, _lines, faults = recount.recount(published)[:3]
    assert (outcome, faults) == (vote.outcome, [])


def test_counting_twice_opens_once() -> None:
    place = make_place()
    vote = call(place)
    put(place.people[0], vote)

    factories.count(vote)
    factories.count(vote)

    assert len(opened(vote)) == 1
    assert Entry.objects.filter(action="vote.opened").count() == 1
    assert told(vote, "vote.opened")["envelopes"] == 1


def test_the_last_envelope_of_a_voter_counts_and_of_the_earlier_nothing_is_kept() -> None:
    place = make_place()
    vote = call(place)
    first = put(place.people[0], vote, "for")
    again = put(place.people[0], vote, "against", "7K3M-9QXP-2VHT")

    assert again.receipt == first.receipt
    assert BallotChange.objects.values_list("choice", "why").get() == ("", SetAside.CHANGED)
    factories.count(vote)
    assert opened(vote) == [("7K3M-9QXP-2VHT", "against")]


def test_the_same_envelope_sent_twice_is_one_ballot_without_a_change() -> None:
    place = make_place()
    vote = call(place)
    sent = envelope(vote, "for")
    with clock.at(DURING):
        for _time in range(2):
            services.cast_sealed(place.people[0], vote.pk, sent)

    assert (Ballot.objects.count(), BallotChange.objects.count()) == (1, 0)


def test_a_copy_of_another_voters_envelope_is_refused() -> None:
    place = make_place()
    vote = call(place)
    sent = envelope(vote, "for")
    with clock.at(DURING):
        services.cast_sealed(place.people[0], vote.pk, sent)
        with pytest.raises(NotPossible, match="已经在票箱里|already in the box"):
            services.cast_sealed(place.people[1], vote.pk, sent)

    assert Ballot.objects.count() == 1


@pytest.mark.parametrize(
    "broken", [b"", b"\x04" * 604, b"\x04" * 606, b"\x00" * 605, b"\x04" + b"\x01" * 604]
)
def test_what_is_no_envelope_is_refused(broken: bytes) -> None:
    place = make_place()
    vote = call(place)

    with clock.at(DURING), pytest.raises(NotPossible):
        services.cast_sealed(place.people[0], vote.pk, broken)

    assert Ballot.objects.count() == 0


def test_a_signed_ballot_is_refused_in_a_secret_vote_and_an_envelope_in_a_signed_one() -> None:
    place = make_place()
    secret, signed = call(place), factories.call_residents(place)
    with clock.at(DURING):
        with pytest.raises(NotPossible):
            services.cast(place.people[0], secret.pk, "for")
        with pytest.raises(NotPossible):
            services.cast_sealed(place.people[0], signed.pk, envelope(secret, "for"))


@pytest.mark.parametrize(
    ("at", "taken"), [(OPENS_AT, True), (factories.CLOSES_AT, False), (factories.CALLED_AT, False)]
)
def test_envelopes_are_taken_from_the_opening_until_just_before_the_end(at: Any, taken: bool) -> None:
    place = make_place()
    vote = call(place)
    with clock.at(at):
        if taken:
            services.cast_sealed(place.people[0], vote.pk, envelope(vote, "for"))
        else:
            with pytest.raises(NotPossible):
                services.cast_sealed(place.people[0], vote.pk, envelope(vote, "for"))
    assert Ballot.objects.count() == taken


def test_what_cannot_be_read_or_is_not_allowed_took_part_and_is_invalid() -> None:
    place = make_place(4)
    vote, other = call(place), call(place)
    put(place.people[0], vote, "for")
    put(place.people[1], vote, "o7")
    with clock.at(DURING):
        services.cast_sealed(place.people[2], vote.pk, envelope(other, "for"))
        foreign = sealing.seal(other.public_key, vote.public_id, numbers.draw(), "for")
        services.cast_sealed(place.people[3], vote.pk, foreign)

    vote = factories.count(vote)

    assert sorted(choice for _code, choice in opened(vote)) == ["for", INVALID, INVALID, INVALID]
    assert told(vote, "vote.opened")["unreadable"] == 2
    assert result.body(vote)["vote"]["options"] == ["for", "against", "abstain", INVALID]
    assert recount.recount(result.document(vote))[2] == []


def test_without_invalid_ballots_the_option_is_not_named() -> None:
    place = make_place()
    vote = call(place)
    put(place.people[0], vote)

    assert result.body(factories.count(vote))["vote"]["options"] == ["for", "against", "abstain"]


def test_two_voters_who_were_shown_one_code_both_get_a_fresh_one() -> None:
    place = make_place()
    vote = call(place)
    for user in place.people[:2]:
        put(user, vote, "for", "7K3M-9QXP-2VHT")
    put(place.people[2], vote, "against", "ZZZZ-ZZZZ-ZZZZ")

    factories.count(vote)

    codes = [code for code, _choice in opened(vote)]
    assert len(set(codes)) == 3
    assert "7K3M-9QXP-2VHT" not in codes
    assert ("ZZZZ-ZZZZ-ZZZZ", "against") in opened(vote)
    assert told(vote, "vote.opened")["codes_renewed"] == 2


def test_a_code_that_is_none_is_replaced() -> None:
    place = make_place()
    vote = call(place)
    put(place.people[0], vote, "for", "王丽")

    factories.count(vote)

    [(code, choice)] = opened(vote)
    assert (numbers.meant(code), choice) == (code, "for")


@pytest.mark.parametrize(
    ("question", "written"),
    [
        (Question(Method.APPROVAL, ("甲", "乙", "丙"), choose=2, secret=True), "o1,o3"),
        (Question(Method.RANKED, ("甲", "乙", "丙"), secret=True), "o3>o1"),
        (Question(Method.SCORE, ("甲", "乙", "丙"), secret=True), "o1=3,o2=0"),
        (Question(Method.CHOICE, ("甲", "乙", "丙"), secret=True), "o2"),
    ],
)
def test_every_kind_of_question_goes_into_an_envelope(question: Question, written: str) -> None:
    place = make_place()
    vote = call(place, question=question)
    put(place.people[0], vote, written)

    vote = factories.count(vote)

    assert [choice for _code, choice in opened(vote)] == [written]
    assert recount.recount(result.document(vote))[2] == []


# --- paper ---


def clerks(place: Place) -> tuple[User, User]:
    return place.director, everybody.make_user(post=Post.WORKER, neighbourhood=place.neighbourhood)


def test_sheets_from_the_box_are_mixed_with_the_envelopes() -> None:
    place = make_place()
    vote = call(place)
    put(place.people[0], vote, "for")
    hand_in(vote, place.people[1], "against", 1, clerks(place))

    vote = factories.count(vote, at=AFTER + 30 * (AFTER - factories.CLOSES_AT) * 24 * 60)

    assert sorted(choice for _code, choice in opened(vote)) == ["against", "for"]
    assert (told(vote, "vote.opened")["envelopes"], told(vote, "vote.opened")["sheets"]) == (1, 1)
    assert recount.recount(result.document(vote))[2] == []


def test_the_whole_way_of_paper_in_a_secret_vote_where_paper_stands() -> None:
    place = make_place()
    vote, (first, second) = call(place), clerks(place)
    Vote.objects.filter(pk=vote.pk).update(duplicates=Duplicates.PAPER)
    for user in place.people[:2]:
        put(user, vote, "for")
    with clock.at(DURING):
        outer = services.receive_envelope(first, vote.pk, factories.line(place.people[0], vote).label)
        assert services.confirm_envelope(second, outer.pk).stands
        with pytest.raises(NotPossible):
            services.cast_sealed(place.people[0], vote.pk, envelope(vote, "for"))
    with clock.at(AFTER):
        sheet = services.enter(first, vote.pk, "", "against")
        services.confirm(second, sheet.pk, "against")
        services.finish_paper(first, vote.pk)
    vote = factories.count(vote)

    assert sorted(choice for _code, choice in opened(vote)) == ["against", "for"]
    assert BallotChange.objects.values_list("choice", flat=True).get() == ""
    assert recount.recount(result.document(vote))[2] == []


def test_more_sheets_than_voters_on_paper_keep_the_box_shut() -> None:
    place = make_place()
    vote = call(place)
    put(place.people[0], vote, "for")
    two = clerks(place)
    hand_in(vote, place.people[1], "against", 1, two)
    PaperBallot.objects.create(
        vote=vote,
        sheet=2,
        received_at=DURING,
        first_choice="for",
        first_by=two[0],
        second_choice="for",
        second_by=two[1],
        second_at=AFTER,
        taken_at=AFTER,
        stands=True,
    )

    with pytest.raises(NotPossible):
        factories.count(vote)

    assert opened(vote) == []
    assert Ballot.objects.exclude(sealed=None).count() == 1
