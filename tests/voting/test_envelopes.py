"""Outer envelopes: booked by two, judged by a third where they would undo a sealed ballot, taken out by two."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from portal.community.models import Appointment, User
from portal.community.permissions import Role
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.sms import Message
from portal.notifications import outbox, texts
from portal.notifications.models import FORGOTTEN_AFTER, Notice, Preference, Text
from portal.record.models import Entry
from portal.record.services import key
from portal.voting import jobs, papers, recount, result, services
from portal.voting.models import (
    Ballot,
    BallotChange,
    Channel,
    Duplicates,
    Envelope,
    OpenedBallot,
    PaperBallot,
    Vote,
)
from portal.voting.services.thirds import DUTY
from portal.voting.states import PaperState
from portal.voting.waits import waits
from tests import factories as places
from tests.voting import factories
from tests.voting.test_paper import Desk, note, receive
from tests.voting.test_paper import secret as make_secret
from tests.voting.test_secret import call as call_secret
from tests.voting.test_secret import envelope, make_place, opened, put
from tests.worlds import kept

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DURING, AFTER = factories.DURING, factories.AFTER


@kept
def make_box(duplicates: str = Duplicates.FIRST, clerks: int = 3) -> Desk:
    """A secret vote whose envelopes really open, with clerks; the first three of its people may vote."""
    desk = object.__new__(Desk)
    desk.place = make_place()
    desk.vote = call_secret(desk.place)
    Vote.objects.filter(pk=desk.vote.pk).update(duplicates=duplicates)
    desk.vote.refresh_from_db()
    users = [places.make_user(Role.WORKER, neighbourhood=desk.place.neighbourhood) for _ in range(clerks)]
    desk.ann, desk.bao, desk.cai = (*users, *users)[:3]
    return desk


def box(duplicates: str = Duplicates.FIRST) -> Desk:
    """The same with a sealed ballot of the first voter, cast at DURING."""
    desk = make_box(duplicates)
    put(desk.place.people[0], desk.vote, "for")
    return desk


def early(desk: Desk) -> Envelope:
    """An envelope of the first voter that is said to have come an hour before the sealed ballot."""
    return receive(desk, at=DURING + HOUR, received_at=DURING - HOUR)


def judge(desk: Desk, outer: Envelope, *, stands: bool, user: User | None = None) -> Envelope:
    with clock.at(DURING + 2 * HOUR):
        return services.judge_envelope(user or desk.cai, outer.pk, stands, "已问过投票人")


def take_out(desk: Desk, outer: Envelope, fault: str = "mistyped", at: Any = DURING + 2 * HOUR) -> Envelope:
    with clock.at(at):
        services.doubt_envelope(desk.ann, outer.pk, fault, "编号看错了")
        withdrawn = services.withdraw_envelope(desk.bao, outer.pk)
    assert isinstance(withdrawn, Envelope)
    return withdrawn


def sheet(desk: Desk, choice: str) -> PaperBallot:
    return desk.confirm(desk.enter(choice, code="", at=AFTER), choice, at=AFTER)


def told(user: User) -> list[str]:
    """What was said to somebody about a paper, oldest first."""
    found = Notice.objects.filter(user=user, kind__startswith="vote.paper").order_by("pk")
    return [notice.params.get("what", "entered") for notice in found]


def end_posts(user: User) -> None:
    """Somebody leaves every post."""
    Appointment.objects.filter(person=user.person).update(until=clock.day_of(DURING))


# --- two people ---


def test_one_clerk_alone_changes_nothing() -> None:
    desk = make_secret()
    outer = note(desk)

    assert Ballot.objects.count() == 0
    with pytest.raises(NotPossible), clock.at(DURING):
        services.confirm_envelope(desk.ann, outer.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Envelope.objects.filter(pk=outer.pk).update(second_by=desk.ann, second_at=DURING)
    assert Entry.objects.filter(action="vote.envelope").count() == 0


def test_an_envelope_booked_by_two_is_in_the_record_without_names() -> None:
    desk = make_secret()
    receive(desk)

    entry = Entry.objects.get(action="vote.envelope")
    assert entry.data == {"about": desk.vote.subject, "stands": True}
    with pytest.raises(NotPossible):
        note(desk)


def test_the_count_waits_for_an_envelope_that_one_person_noted() -> None:
    desk = make_secret()
    note(desk)

    with pytest.raises(NotPossible):
        desk.finish()
    with clock.at(AFTER):
        assert papers.missing(desk.vote)


# --- a backdated envelope ---


@pytest.mark.parametrize("duplicates", [Duplicates.FIRST, Duplicates.PAPER])
def test_a_backdated_envelope_removes_no_sealed_ballot_by_itself(duplicates: str) -> None:
    desk = box(duplicates)
    before = Ballot.objects.values().get()

    outer = early(desk)

    assert Ballot.objects.values().get() == before
    assert outer.state is PaperState.DISPUTED
    assert told(desk.place.people[0]) == ["entered", "both_kept"]
    assert Entry.objects.get(action="vote.envelope").data["both_kept"] is True
    duty = Duty.objects.get(kind=DUTY)
    assert (duty.person, duty.subject) == (outer.third and outer.third.person, key(outer))
    assert outer.third not in {desk.ann, desk.bao}


def test_under_the_rule_of_the_last_ballot_an_earlier_envelope_is_set_aside() -> None:
    desk = box(Duplicates.LAST)

    outer = early(desk)

    assert (outer.state, Ballot.objects.get().channel) == (PaperState.SET_ASIDE, Channel.ONLINE)


@pytest.mark.parametrize("stands", [True, False])
def test_a_third_person_decides_which_stands_and_both_are_kept(stands: bool) -> None:
    desk = box()
    outer = early(desk)
    for clerk in (desk.ann, desk.bao):
        with pytest.raises(NotPossible):
            judge(desk, outer, stands=stands, user=clerk)

    outer = judge(desk, outer, stands=stands)

    ballot, kept = Ballot.objects.get(), BallotChange.objects.get()
    assert (ballot.channel == Channel.PAPER, kept.channel == Channel.ONLINE) == (stands, stands)
    assert (outer.state is PaperState.TAKEN) == stands
    assert told(desk.place.people[0])[-1] == ("stands" if stands else "set_aside")
    assert Duty.objects.get(kind=DUTY).done_by == desk.cai
    assert Entry.objects.get(action="vote.envelope_judged").data["stands"] is stands


def test_the_count_waits_for_the_ruling_and_says_who_owes_it() -> None:
    desk = box()
    outer = early(desk)
    with pytest.raises(NotPossible):
        desk.finish()
    with pytest.raises(NotPossible):
        factories.count(desk.vote, at=papers.due(desk.vote).at)

    assert outer.third is not None
    with clock.at(AFTER):
        owed = {wait.what: wait.who for wait in waits(desk.vote)}
    assert list(owed.values()) == [outer.third.public_name]


# --- taken out by two ---


def test_a_withdrawn_envelope_gives_the_sealed_ballot_back_and_it_is_counted() -> None:
    desk = box(Duplicates.PAPER)
    sealed = Ballot.objects.values("sealed", "seal", "receipt", "cast_at", "channel").get()
    outer = receive(desk, at=DURING + HOUR)
    assert Ballot.objects.get().sealed is None

    outer = take_out(desk, outer)

    assert Ballot.objects.values("sealed", "seal", "receipt", "cast_at", "channel").get() == sealed
    assert outer.state is PaperState.WITHDRAWN
    assert told(desk.place.people[0])[-1] == "restored"
    data = Entry.objects.get(action="vote.paper_withdrawn").data
    assert data == {"about": desk.vote.subject, "what": "envelope", "fault": "mistyped", "restored": True}
    desk.finish()
    vote = factories.count(desk.vote)
    assert [choice for _code, choice in opened(vote)] == ["for"]
    assert recount.recount(result.document(vote))[2] == []


def test_a_withdrawn_envelope_of_a_line_that_had_nothing_leaves_nothing() -> None:
    desk = make_secret()
    outer = receive(desk)

    take_out(desk, outer)

    assert Ballot.objects.count() == 0
    assert told(desk.place.people[0])[-1] == "withdrawn"
    assert receive(desk, at=DURING + 3 * HOUR).stands


def test_who_asked_for_the_withdrawal_does_not_do_it() -> None:
    desk = make_secret()
    outer = receive(desk)
    with clock.at(DURING):
        services.doubt_envelope(desk.ann, outer.pk, "missing", "没有这个信封")
        for refused in (services.withdraw_envelope, lambda user, pk: services.keep_envelope(user, pk, "在")):
            with pytest.raises(NotPossible):
                refused(desk.ann, outer.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Envelope.objects.filter(pk=outer.pk).update(withdrawn_by=desk.ann, withdrawn_at=DURING)
    assert Ballot.objects.count() == 1


def test_one_unmatched_envelope_does_not_keep_the_box_shut() -> None:
    desk = make_box()
    put(desk.place.people[2], desk.vote, "against")
    receive(desk, 0)
    empty = receive(desk, 1)
    sheet(desk, "for")
    with pytest.raises(NotPossible):
        desk.finish()

    take_out(desk, empty, "empty", AFTER)
    desk.finish()
    vote = factories.count(desk.vote)

    assert sorted(choice for _code, choice in opened(vote)) == ["against", "for"]
    assert recount.recount(result.document(vote))[2] == []


def test_a_sheet_without_an_envelope_is_taken_out_by_two() -> None:
    desk = make_box()
    receive(desk, 0)
    sheet(desk, "for")
    extra = sheet(desk, "against")
    with clock.at(AFTER):
        services.doubt(desk.bao, extra.pk, "foreign", "另一次表决的票")
        services.withdraw_paper(desk.ann, extra.pk)
    desk.finish()

    assert [choice for _code, choice in opened(factories.count(desk.vote))] == ["for"]
    assert PaperBallot.objects.filter(sheet=2).count() == 1
    done = Entry.objects.get(action="vote.paper_done").data
    assert (done["entered"], done["withdrawn"]) == (1, 1)


def test_after_the_opening_no_envelope_is_left_that_had_given_way() -> None:
    desk = box(Duplicates.PAPER)
    receive(desk, at=DURING + HOUR)
    assert BallotChange.objects.exclude(sealed=None).count() == 1
    sheet(desk, "against")
    desk.finish()
    vote = factories.count(desk.vote)

    assert BallotChange.objects.exclude(sealed=None, seal="").count() == 0
    assert [choice for _code, choice in opened(vote)] == ["against"]
    with pytest.raises(NotPossible), clock.at(AFTER):
        services.doubt_envelope(desk.ann, Envelope.objects.get().pk, "missing", "太晚")
    assert OpenedBallot.objects.count() == 1


def test_nobody_casts_a_copy_of_an_envelope_that_may_stand_again() -> None:
    desk = make_box(Duplicates.PAPER)
    content = envelope(desk.vote, "for")
    with clock.at(DURING):
        services.cast_sealed(desk.place.people[0], desk.vote.pk, content)
    receive(desk, at=DURING + HOUR)

    with pytest.raises(NotPossible), clock.at(DURING + HOUR):
        services.cast_sealed(desk.place.people[1], desk.vote.pk, content)


# --- the voter ---


def test_a_voter_who_stayed_away_says_so_and_somebody_who_did_not_enter_it_decides() -> None:
    desk = make_secret()
    outer = receive(desk)
    voter = desk.place.people[0]
    with clock.at(DURING):
        services.doubt_envelope(voter, outer.pk, "mistyped", "我没有投过纸质票")
        outer.refresh_from_db()
        assert (outer.state, outer.fault) == (PaperState.DOUBTED, "denied")
        with pytest.raises(NotPossible):
            services.keep_envelope(desk.bao, outer.pk, "签收单上有签名")
        services.keep_envelope(desk.cai, outer.pk, "签收单上有签名")
        with pytest.raises(NotPossible):
            services.doubt_envelope(voter, outer.pk, "mistyped", "真的没有")

    assert told(voter) == ["entered", "taken", "kept"]
    assert outer.third is not None
    assert Duty.objects.get(kind="vote.doubt").person == outer.third.person
    assert Entry.objects.get(action="vote.paper_doubted").actor == "系统"
    assert Ballot.objects.count() == 1


def test_a_denied_envelope_is_withdrawn_and_the_line_can_vote_online() -> None:
    desk = make_secret()
    outer = receive(desk)
    with clock.at(DURING):
        services.doubt_envelope(desk.place.people[0], outer.pk, "", "不是我的")
        services.withdraw_envelope(desk.ann, outer.pk)

    assert Ballot.objects.count() == 0
    assert told(desk.place.people[0]) == ["entered", "taken", "withdrawn"]


def test_the_voter_is_told_by_mail_and_text_whatever_was_chosen(settings: Any) -> None:
    sent: list[tuple[str, str]] = []
    settings.SMS_BACKEND = "tests.voting.test_envelopes.keep_text"
    desk = make_secret()
    voter = desk.place.people[0]
    User.objects.filter(pk=voter.pk).update(email="voter@example.org")
    voter.person.phone = "13800138000"
    voter.person.save()
    Preference.objects.create(user=voter, no_mail=["vote"])

    note(desk)
    KEPT.clear()
    with clock.at(DURING + timedelta(minutes=1)):
        assert outbox.send_due() == 1
        assert texts.send_due() == 1
        assert (outbox.send_due(), texts.send_due()) == (0, 0)
    sent += KEPT

    assert mail.outbox[-1].to == ["voter@example.org"]
    assert [number for number, _words in sent] == ["13800138000"]
    assert desk.vote.title in sent[0][1]


KEPT: list[tuple[str, str]] = []


def keep_text(number: str, message: Message) -> None:
    """A provider that only keeps what it is given."""
    KEPT.append((number, message.text))


def test_a_voter_without_an_account_is_told_by_text() -> None:
    desk = Desk()
    lost = factories.line(desk.place.people[0], desk.vote)
    User.objects.filter(person=lost.person).update(person=None)
    lost.person.phone = "13800138001"
    lost.person.save()

    desk.enter()

    assert Text.objects.get().number == "13800138001"


def test_a_text_that_no_provider_takes_is_given_up_and_cleared_away(settings: Any) -> None:
    settings.SMS_BACKEND = "tests.voting.test_envelopes.no_such_thing"
    desk = make_secret()
    places.person_of(desk.place.people[0]).phone = "13800138002"
    desk.place.people[0].person.save()
    note(desk)
    with clock.at(DURING + FORGOTTEN_AFTER + timedelta(days=1)):
        texts.send_due()

    assert Text.objects.count() == 0


# --- who is asked ---


def test_where_the_committee_has_only_two_the_auditor_is_asked_then_the_officer() -> None:
    desk = make_box(clerks=2)
    here = desk.place.neighbourhood
    end_posts(desk.place.director)
    officer = places.make_user(Role.OFFICER, neighbourhood=here)
    auditor = places.make_user(Role.AUDITOR, neighbourhood=here)
    put(desk.place.people[0], desk.vote, "for")
    outer = early(desk)
    assert outer.third == auditor
    end_posts(auditor)

    with clock.at(DURING + HOUR):
        jobs.ask_thirds()

    outer.refresh_from_db()
    assert outer.third == officer
    assert Duty.objects.active().get(kind=DUTY).person == officer.person
    assert judge(desk, outer, stands=False, user=officer).state is PaperState.SET_ASIDE


def test_somebody_else_looks_at_a_denied_paper_where_who_was_asked_has_left() -> None:
    desk = make_secret()
    outer = receive(desk)
    with clock.at(DURING):
        services.doubt_envelope(desk.place.people[0], outer.pk, "", "不是我的")
    outer.refresh_from_db()
    first = outer.third
    assert first is not None
    end_posts(first)

    for _round in range(2):
        with clock.at(DURING + HOUR):
            jobs.ask_thirds()

    outer.refresh_from_db()
    assert outer.third not in {first, desk.ann, desk.bao, None}
    assert Duty.objects.active().get(kind="vote.doubt").person == outer.third.person


def test_where_nobody_can_be_asked_the_subdistrict_owes_it_until_somebody_can() -> None:
    desk = make_box(clerks=2)
    end_posts(desk.place.director)
    put(desk.place.people[0], desk.vote, "for")
    outer = early(desk)
    duty = Duty.objects.active().get(kind=DUTY)
    assert (outer.third, duty.post) == (None, "officer")

    with clock.at(DURING + HOUR):
        jobs.ask_thirds()
        assert Duty.objects.active().get(kind=DUTY) == duty
        officer = places.make_user(Role.OFFICER, neighbourhood=desk.place.neighbourhood)
        jobs.ask_thirds()

    outer.refresh_from_db()
    assert outer.third == officer
    assert Duty.objects.active().get(kind=DUTY).person == officer.person
