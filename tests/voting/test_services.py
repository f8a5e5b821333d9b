"""Calling, casting, counting, reminding."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from portal.community.models import LegalStatus, Post, RuleSet
from portal.community.permissions import Role
from portal.duties.models import PublicNotice
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.kinds import body_of, title_of
from portal.notifications.models import Notice
from portal.record import numbers
from portal.record.models import Entry
from portal.record.services import key
from portal.voting import jobs, result, services
from portal.voting.models import Ballot, BallotChange, Electorate, LegalEffect, RollEntry, Vote
from portal.voting.recount import recount
from tests import factories as places
from tests.voting import factories
from tests.voting.rules import ORDINARY, SPECIAL

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


# --- calling ---


def test_a_call_copies_the_rule_and_freezes_the_roll() -> None:
    place = factories.make_place((8642, 12000))

    vote = factories.call(place, matter="special")

    assert {name: vote.rule[name] for name in SPECIAL} == SPECIAL
    assert (vote.rule["source"], vote.rule["status"]) == ("《民法典》第278条", "law")
    assert (vote.heads, vote.area, vote.roll.count()) == (2, 20642, 2)
    assert vote.options == ["for", "against", "abstain"]


def test_a_later_law_does_not_touch_a_vote() -> None:
    vote = factories.call(factories.make_place())

    RuleSet.objects.filter(key="owners.ordinary").update(value=SPECIAL)

    vote.refresh_from_db()
    assert {name: vote.rule[name] for name in ORDINARY} == ORDINARY


def test_a_neighbourhoods_own_rule_goes_before_the_general_one() -> None:
    place = factories.make_place()
    own = {**ORDINARY, "name": "estate-rules", "silence": "follows_majority"}
    RuleSet.objects.create(
        area=place.estate,
        key="owners.ordinary",
        value=own,
        valid_from="2024-01-01",
        source="小区管理规约第9条",
        status=LegalStatus.LOCAL_RULE,
    )

    vote = factories.call(place, rules_document=factories.document(place))

    assert (vote.rule["name"], vote.rule["source"]) == ("estate-rules", "小区管理规约第9条")


def test_silence_counts_only_under_a_places_own_rule() -> None:
    RuleSet.objects.filter(key="owners.ordinary").update(value={**ORDINARY, "silence": "follows_majority"})

    with pytest.raises(NotPossible):
        factories.call(factories.make_place())


@pytest.mark.parametrize("matter", ["ordinary", "special", "owners.ordinary", "owners.special"])
def test_residents_cannot_decide_what_the_law_gives_to_the_owners(matter: str) -> None:
    place = factories.make_place(residents=True)

    with pytest.raises(NotPossible, match="《民法典》第278条"):
        factories.call_residents(place, matter=matter)

    assert Vote.objects.count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"matter": "sounding"},
        {"matter": "assembly"},
        {"matter": ""},
        {"matter": "weather"},
        {"electorate": Electorate.RESIDENTS, "matter": "sounding", "legal_effect": LegalEffect.BINDING},
        {"opens_at": factories.OPENS_AT - SECOND},
        {"closes_at": factories.OPENS_AT},
        {"closes_at": factories.OPENS_AT - SECOND},
    ],
)
def test_a_call_that_is_not_possible_leaves_nothing(changes: dict[str, Any]) -> None:
    place = factories.make_place(residents=True)

    with pytest.raises(NotPossible):
        factories.call(place, **changes)

    assert (Vote.objects.count(), RollEntry.objects.count(), PublicNotice.objects.count()) == (0, 0, 0)


def test_a_place_outside_the_neighbourhood_cannot_be_asked() -> None:
    place, other = factories.make_place(), factories.make_place()

    with pytest.raises(NotPossible):
        factories.call(place, scope=other.estate)


def test_the_owners_of_two_estates_decide_apart() -> None:
    place = factories.make_place()
    factories.call(place, scope=place.neighbourhood)
    places.make_estate(parent=place.neighbourhood)

    with pytest.raises(NotPossible):
        factories.call(place, scope=place.neighbourhood)


def test_an_empty_roll_is_refused() -> None:
    with pytest.raises(NotPossible):
        factories.call(factories.make_place(()))


def test_owners_get_fifteen_full_days_of_notice_and_residents_three() -> None:
    place = factories.make_place(residents=True)
    soon = clock.at_time(clock.day_of(factories.CALLED_AT) + timedelta(days=4), 0)

    vote = factories.call_residents(place, opens_at=soon)

    assert vote.opens_at == soon
    with pytest.raises(NotPossible, match="15"):
        factories.call(place, opens_at=soon)


def test_a_call_is_posted_until_the_vote_opens() -> None:
    vote = factories.call(factories.make_place())

    notice = PublicNotice.objects.get(subject=key(vote))

    assert (notice.purpose, notice.ends_at, notice.url) == ("vote", vote.opens_at, f"/votes/{vote.pk}/")


def test_a_call_is_in_the_record_with_a_fingerprint_of_the_roll() -> None:
    place = factories.make_place()

    vote = factories.call(place)

    entry = Entry.objects.get(action="vote.called")
    assert (entry.chain_id, entry.subject, entry.title) == (place.neighbourhood.slug, key(vote), vote.title)
    assert (entry.data["heads"], entry.data["area"]) == (vote.heads, vote.area)
    assert re.fullmatch(r"[0-9a-f]{64}", entry.data["roll_sha256"])
    assert "where" not in str(entry.data)


@pytest.mark.parametrize(
    ("electorate", "role", "allowed"),
    [
        (electorate, role, role in allowed)
        for electorate, allowed in [
            ("owners", {"director", "worker", "owners_committee"}),
            ("residents", {"director", "worker"}),
        ]
        for role in [
            "account", "resident", "owner", "building_head", "property", "owners_committee", "worker",
            "director", "party", "oversight", "officer", "auditor", "editor",
        ]
    ],
)  # fmt: skip
def test_who_may_call_a_vote(electorate: str, role: str, allowed: bool) -> None:
    place = factories.make_place(residents=True)
    user = places.make_user(Role(role), neighbourhood=place.neighbourhood)
    matter = "ordinary" if electorate == "owners" else "sounding"

    if allowed:
        assert factories.call(place, user=user, electorate=electorate, matter=matter).created_by == user
    else:
        with pytest.raises(PermissionDenied):
            factories.call(place, user=user, electorate=electorate, matter=matter)


def test_the_committee_of_another_neighbourhood_calls_nothing_here() -> None:
    place, other = factories.make_place(), factories.make_place()

    with pytest.raises(PermissionDenied):
        factories.call(place, user=other.director)


# --- casting ---


def test_a_ballot_is_cast_with_a_receipt() -> None:
    place = factories.make_place()
    vote = factories.call(place)

    ballot = factories.cast(place.people[0], vote, "against")

    assert (ballot.choice, ballot.channel, ballot.cast_by) == ("against", "online", place.people[0])
    assert ballot.entry == factories.line(place.people[0], vote)
    assert numbers.meant(ballot.receipt) == ballot.receipt


def test_the_same_choice_again_changes_nothing() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    first = factories.cast(place.people[0], vote)

    again = factories.cast(place.people[0], vote, at=factories.DURING + SECOND)

    assert (again.pk, again.cast_at) == (first.pk, first.cast_at)
    assert (Ballot.objects.count(), BallotChange.objects.count()) == (1, 0)


def test_a_changed_ballot_keeps_its_receipt_and_what_it_was() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    first = factories.cast(place.people[0], vote, "for")

    changed = factories.cast(place.people[0], vote, "against", at=factories.DURING + SECOND)

    assert (changed.pk, changed.receipt, changed.choice) == (first.pk, first.receipt, "against")
    assert changed.cast_at == factories.DURING + SECOND
    kept = BallotChange.objects.get()
    assert (kept.entry_id, kept.choice, kept.cast_at, kept.cast_by) == (
        first.entry_id, "for", factories.DURING, place.people[0],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("at", "taken"),
    [
        (factories.CALLED_AT, False),
        (factories.OPENS_AT - timedelta(microseconds=1), False),
        (factories.OPENS_AT, True),
        (clock.at_time(clock.day_of(factories.DURING), 0), True),
        (factories.CLOSES_AT - timedelta(microseconds=1), True),
        (factories.CLOSES_AT, False),
        (factories.AFTER, False),
    ],
)
def test_ballots_are_taken_from_0_hours_of_the_first_to_24_hours_of_the_last_day(
    at: Any, taken: bool
) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    assert (vote.opens_at, vote.closes_at) == (
        clock.at_time(clock.day_of(vote.opens_at), 0),
        clock.end_of(clock.day_of(vote.closes_at - SECOND)),
    )

    if taken:
        assert factories.cast(place.people[0], vote, at=at).cast_at == at
    else:
        with pytest.raises(NotPossible):
            factories.cast(place.people[0], vote, at=at)
        assert Ballot.objects.count() == 0


@pytest.mark.parametrize("choice", ["", "yes", "FOR", "for ", "对"])
def test_an_unknown_option_uses_nothing_up(choice: str) -> None:
    place = factories.make_place()
    vote = factories.call(place)

    with pytest.raises(NotPossible):
        factories.cast(place.people[0], vote, choice)

    assert factories.cast(place.people[0], vote, "for").choice == "for"


def test_who_is_not_on_the_roll_cannot_vote() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    newcomer = places.make_owner(within=place.estate)
    tenant = places.make_resident(within=place.estate)
    nobody = places.make_user()
    nobody.person = None
    nobody.save()

    for user in (newcomer, tenant, nobody, place.director):
        with pytest.raises(NotPossible):
            factories.cast(user, vote)


def test_a_ballot_of_one_vote_is_none_of_another() -> None:
    place = factories.make_place()
    first, second = factories.call(place), factories.call(place)

    factories.cast(place.people[0], first)

    assert (first.ballots.count(), second.ballots.count()) == (1, 0)


def test_nothing_is_recorded_or_told_about_a_ballot() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    told = (Entry.objects.count(), Notice.objects.count())

    factories.cast(place.people[0], vote)

    assert (Entry.objects.count(), Notice.objects.count()) == told


# --- counting ---


def test_a_vote_is_not_counted_before_its_end() -> None:
    place = factories.make_place()
    vote = factories.call(place)

    for at in (factories.CALLED_AT, factories.DURING, factories.CLOSES_AT - timedelta(microseconds=1)):
        with pytest.raises(NotPossible):
            factories.count(vote, at=at)

    assert factories.count(vote, at=factories.CLOSES_AT).outcome == "no_quorum"


def test_a_count_fixes_totals_and_outcome() -> None:
    place = factories.make_place((8642, 12000, 5000))

    vote = factories.counted(place, "for", "for", "against")

    assert vote.outcome == "passed"
    assert vote.totals == {
        "cast": {
            "for": {"heads": 2, "area": 20642},
            "against": {"heads": 1, "area": 5000},
            "abstain": {"heads": 0, "area": 0},
        },
        "silent": {"heads": 0, "area": 0},
        "channels": {"online": {"for": 2, "against": 1}},
    }


def test_a_second_count_changes_nothing() -> None:
    place = factories.make_place()
    vote = factories.counted(place, "for", "for", "for")
    before = Vote.objects.values().get(pk=vote.pk)
    told = (Entry.objects.count(), Notice.objects.count())

    factories.count(vote, at=factories.AFTER + timedelta(days=1))

    assert Vote.objects.values().get(pk=vote.pk) == before
    assert (Entry.objects.count(), Notice.objects.count()) == told


def test_the_record_holds_the_fingerprint_of_what_is_published() -> None:
    vote = factories.counted(factories.make_place(), "for", "against", "abstain")

    entry = Entry.objects.get(action="vote.counted")
    published = result.document(vote)

    assert published["record"] == {"sequence": entry.sequence, "hash": entry.hash}
    assert entry.data["sha256"] == vote.result_sha256 == result.fingerprint(result.body(vote))
    assert (entry.data["outcome"], entry.subject) == (vote.outcome, key(vote))


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ((), "no_quorum"),
        (("for",), "no_quorum"),
        (("for", "for"), "passed"),
        (("for", "against"), "failed"),
        (("for", "abstain", "abstain"), "failed"),
        (("for", "for", "against"), "passed"),
    ],
)
def test_what_is_published_can_be_counted_again(choices: tuple[str, ...], expected: str) -> None:
    vote = factories.counted(factories.make_place((10000, 10000, 10000)), *choices)

    outcome, _, faults = recount(result.document(vote))

    assert (vote.outcome, outcome, faults) == (expected, expected, [])


def test_an_owner_of_forty_flats_is_one_head() -> None:
    place = factories.make_place((10000,) * 10)
    for _ in range(40):
        places.make_ownership(
            places.person_of(place.people[0]), places.make_dwelling(within=place.estate, exclusive_area=10000)
        )

    vote = factories.counted(place, "for")

    assert (vote.heads, vote.area) == (10, 500_000)
    assert vote.outcome == "no_quorum"
    assert vote.totals["cast"]["for"] == {"heads": 1, "area": 410_000}


# --- news and jobs ---


def test_voters_with_an_account_are_told_of_call_end_and_result() -> None:
    place = factories.make_place()
    without_account = places.make_person()
    places.make_ownership(without_account, places.make_dwelling(within=place.estate))
    vote = factories.call(place)
    factories.cast(place.people[0], vote)

    with clock.at(factories.CLOSES_AT - timedelta(days=2)):
        jobs.remind_voters()
        jobs.remind_voters()
    with clock.at(factories.AFTER):
        jobs.count_votes()
        jobs.count_votes()

    told = [
        [notice.kind for notice in user.notices.filter(kind__startswith="vote.").order_by("pk")]
        for user in place.people
    ]
    assert told == [
        ["vote.called", "vote.counted"],
        ["vote.called", "vote.ending", "vote.counted"],
        ["vote.called", "vote.ending", "vote.counted"],
    ]
    vote.refresh_from_db()
    assert vote.outcome == "no_quorum"


def test_no_news_says_how_anybody_voted() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    factories.cast(place.people[0], vote, "against")
    with clock.at(factories.CLOSES_AT - timedelta(days=1)):
        services.remind(vote.pk)
    factories.count(vote)

    for notice in Notice.objects.filter(kind__startswith="vote."):
        told = title_of(notice.kind, notice.params) + body_of(notice.kind, notice.params)
        assert vote.title in told
        assert "%(" not in told
        assert set(notice.params) <= {"title", "opens", "closes_at", "outcome"}


@pytest.mark.parametrize(("hours_left", "reminded"), [(49, 0), (48, 3), (1, 3), (0, 0)])
def test_the_reminder_comes_two_days_before_the_end(hours_left: int, reminded: int) -> None:
    factories.call(factories.make_place())

    with clock.at(factories.CLOSES_AT - timedelta(hours=hours_left)):
        jobs.remind_voters()

    assert Notice.objects.filter(kind="vote.ending").count() == reminded


def test_a_short_vote_reminds_at_half_time() -> None:
    place = factories.make_place()
    factories.call(place, closes_at=factories.OPENS_AT + timedelta(hours=10))

    with clock.at(factories.OPENS_AT + timedelta(hours=4)):
        jobs.remind_voters()
    assert Notice.objects.filter(kind="vote.ending").count() == 0
    with clock.at(factories.OPENS_AT + timedelta(hours=5)):
        jobs.remind_voters()
    assert Notice.objects.filter(kind="vote.ending").count() == 3


def test_the_officer_of_the_auditing_post_is_no_voter() -> None:
    place = factories.make_place()
    auditor = places.make_user(post=Post.AUDITOR, neighbourhood=place.neighbourhood)

    vote = factories.call(place)

    assert not vote.roll.filter(person=auditor.person).exists()


# --- receipts ---


def test_receipts_do_not_repeat() -> None:
    assert len({numbers.draw() for _ in range(5_000)}) == 5_000


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7K3M-9QXP-2VHT", "7K3M-9QXP-2VHT"),
        (" 7k3m 9qxp 2vht ", "7K3M-9QXP-2VHT"),
        ("7K3M9QXP2VHT", "7K3M-9QXP-2VHT"),
        ("OIL0-9QXP-2VHT", "0110-9QXP-2VHT"),
        ("7K3M-9QXP", ""),
        ("7K3M-9QXP-2VHU", ""),
        ("", ""),
        ("../../etc/pass", ""),
    ],
)
def test_a_receipt_typed_from_paper_is_understood(typed: str, meant: str) -> None:
    assert numbers.meant(typed) == meant
