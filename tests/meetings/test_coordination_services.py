"""The edges of coordination meetings: consent, notice, agents, signatures, promises, leaving, unions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404

from portal.community import leaving
from portal.community.leaving import Leaving
from portal.community.models import Appointment, Post, Residency
from portal.community.selectors import person_of
from portal.duties.models import Duty
from portal.duties.tick import run
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.coordination import services
from portal.meetings.coordination.jobs import remind_of_confirmation
from portal.meetings.coordination.permissions import visible
from portal.meetings.coordination.services import Side
from portal.meetings.coordination.services.agreements import Promise
from portal.meetings.models import Coordination, Party
from portal.meetings.states.coordination import CoordinationState as C
from portal.notifications.models import Notice
from tests import factories
from tests.meetings import coordination_factories as do
from tests.meetings.coordination_factories import FACTS, HOUR, SECRET, WEEK, Case, case_at, make_case

pytestmark = pytest.mark.django_db


def told(user: object, kind: str) -> int:
    """How often somebody was told of one kind of event."""
    return Notice.objects.filter(user=user, kind=kind).count()


def owed(case: Case, kind: str) -> list[int | None]:
    """The persons who owe one thing about the meeting now."""
    return list(
        Duty.objects.active()
        .filter(kind=kind, url=case.meeting.get_absolute_url())
        .order_by("person")
        .values_list("person", flat=True)
    )


def test_an_application_goes_to_the_worker_with_the_fewest_and_to_nobody_else() -> None:
    case = make_case()
    first = services.apply(case.one, case.here.slug, matter=SECRET, facts=FACTS, others="602")
    second = services.apply(case.other, case.here.slug, matter=SECRET, facts=FACTS, others="502")
    assert (first.in_charge, second.in_charge) == (case.worker.person, case.colleague.person)
    assert (first.number, second.number) == (
        "协调〔2026〕1号",
        "协调〔2026〕2号",
    ) or first.number != second.number
    assert told(case.worker, "coordination.applied") == 1
    assert told(case.director, "coordination.applied") == 0


def test_a_worker_who_applies_is_not_in_charge_of_it() -> None:
    case = make_case()
    factories.make_residency(
        person_of(case.worker), Residency.objects.get(person=person_of(case.one)).dwelling
    )
    meeting = services.apply(case.worker, case.here.slug, matter=SECRET, facts=FACTS, others="602")
    assert meeting.in_charge == case.colleague.person
    with pytest.raises(NotPossible):
        services.take_down(
            case.worker,
            case.here.slug,
            matter=SECRET,
            facts=FACTS,
            sides=[Side(person_of(case.worker)), Side(person_of(case.one))],
        )


def test_nobody_stands_on_both_sides_nor_mediates_for_oneself() -> None:
    case = case_at(C.ACCEPTED)
    one, other = case.sides()
    here, today = case.here.slug, clock.day_of(case.now)
    with clock.at(case.now):
        for side in (Side(person_of(case.one)), Side(person_of(case.worker))):
            with pytest.raises(NotPossible):
                services.add_party(case.worker, case.pk, side=side)
        for agent in (case.other, case.worker):
            with pytest.raises(NotPossible):
                services.name_agent(
                    case.worker,
                    case.pk,
                    party=one.pk,
                    agent=Side(person_of(agent)),
                    mandate="全权",
                    mandate_on=today,
                )
        with pytest.raises(NotPossible):
            services.name_mediator(case.worker, case.pk, chair=person_of(case.other))
        twice = [Side(person_of(case.one)), Side(person_of(case.one))]
        with pytest.raises(NotPossible):
            services.take_down(case.worker, here, matter=SECRET, facts=FACTS, sides=twice)
        with pytest.raises(NotPossible):
            services.take_down(case.worker, here, matter=SECRET, facts=FACTS, sides=twice[:1])
    assert other.participant.person == case.other.person


def test_one_refusal_ends_it_and_all_are_told() -> None:
    case = case_at(C.ACCEPTED)
    assert owed(case, "coordination.consent") == sorted([case.one.person_id, case.other.person_id])
    with clock.at(case.now):
        services.answer(case.one, case.pk, consent="yes", wants_open=True, waives=True)
        services.answer(case.other, case.pk, consent="no", wants_open=False, waives=False)
    assert case.fresh().state == C.REFUSED
    assert told(case.one, "coordination.refused") == 1
    assert not owed(case, "coordination.consent")
    assert owed(case, "coordination.close") == [case.worker.person_id]


def test_paper_needs_the_rights_told_and_never_overwrites_an_own_answer() -> None:
    case = case_at(C.ACCEPTED)
    one, other = case.sides()
    today = clock.day_of(case.now)
    with clock.at(case.now):
        with pytest.raises(NotPossible):
            services.answer_on_paper(
                case.worker, case.pk, party=other.pk, consent="yes", wants_open=False, waives=False
            )
        services.answer(case.one, case.pk, consent="yes", wants_open=False, waives=True)
        with pytest.raises(NotPossible):
            services.answer_on_paper(
                case.worker, case.pk, party=one.pk, consent="no", wants_open=False, waives=False
            )
        with pytest.raises(NotPossible):
            services.tell_rights(
                case.worker, case.pk, who=[other.pk], on=today + timedelta(days=1), channel="paper"
            )
        services.tell_rights(case.worker, case.pk, who=[other.pk], on=today, channel="counter")
        services.answer_on_paper(
            case.worker,
            case.pk,
            party=other.pk,
            consent="yes",
            wants_open=True,
            waives=True,
            channel="counter",
        )
    fresh = case.fresh()
    assert fresh.state == C.CONSENTED
    assert not fresh.open_session
    assert Party.objects.get(pk=other.pk).consent_entered == case.worker.person


@pytest.mark.parametrize(("waive", "days", "fits"), [(False, 6, False), (False, 7, True), (True, 1, True)])
def test_the_week_holds_unless_all_do_without(waive: bool, days: int, fits: bool) -> None:
    case = case_at(C.CONSENTED)
    Party.objects.filter(meeting=case.pk).update(waives=waive)
    with clock.at(case.now):
        at = clock.now() + timedelta(days=days)
        if not fits:
            with pytest.raises(NotPossible):
                services.notify(case.worker, case.pk, points="一", starts_at=at, place="室")
            return
        services.notify(case.worker, case.pk, points="一", starts_at=at, place="室")
    assert case.fresh().state == C.NOTIFIED
    assert told(case.one, "coordination.invited") == told(case.other, "coordination.invited") == 1


def test_one_who_does_not_waive_is_enough_for_the_week() -> None:
    case = case_at(C.CONSENTED)
    Party.objects.filter(pk=case.sides()[0].pk).update(waives=True)
    with clock.at(case.now), pytest.raises(NotPossible):
        services.notify(case.worker, case.pk, points="一", starts_at=clock.now() + HOUR, place="室")


def test_no_party_no_meeting_but_an_agent_with_a_mandate_will_do() -> None:
    case = case_at(C.NOTIFIED)
    one, other = case.sides()
    with clock.at(case.now), pytest.raises(NotPossible):  # before the hour
        do.begin(case)
    agent = factories.make_user()
    with clock.at(case.now + WEEK):
        with pytest.raises(NotPossible):
            services.begin(case.worker, case.pk, present=[one.participant_id])
        services.name_agent(
            case.worker,
            case.pk,
            party=other.pk,
            agent=Side(person_of(agent)),
            mandate="代为协商、签字",
            mandate_on=clock.today(),
        )
        seat = Party.objects.get(pk=other.pk).agent_id
        assert visible(agent).filter(pk=case.pk).exists()
        services.begin(case.worker, case.pk, present=[one.participant_id, seat or 0])
    assert case.fresh().state == C.IN_SESSION


def test_without_identity_seen_nobody_begins() -> None:
    case = case_at(C.NOTIFIED)
    Party.objects.filter(pk=case.sides()[1].pk).update(seen_by=None, seen_on=None)
    with clock.at(case.now + WEEK), pytest.raises(NotPossible):
        do.begin(case)


def test_a_party_that_leaves_adjourns_or_ends_it() -> None:
    case = case_at(C.IN_SESSION)
    with clock.at(case.now):
        at = clock.now() + timedelta(days=2)
        services.adjourn(case.worker, case.pk, starts_at=at, place="调解室", reason="乙方临时离开")
        assert (case.fresh().state, case.fresh().round) == (C.NOTIFIED, 2)
        services.stop_for(case.worker, case.pk, party=case.sides()[1].pk, reason="离场")
    assert case.fresh().state == C.STOPPED
    assert told(case.one, "coordination.stopped") == told(case.other, "coordination.stopped") == 1
    with clock.at(case.now), pytest.raises(NotPossible):
        do.begin(case)


def test_a_changed_agreement_is_signed_anew_and_no_other_text_than_was_read() -> None:
    case = case_at(C.AGREED)
    first = case.fresh().agreement_hash
    with clock.at(case.now):
        services.sign(case.one, case.pk, text_hash=first)
        services.agree(case.worker, case.pk, text="改了一句", promises=[])
        assert Party.objects.filter(meeting=case.pk, signed_at=None).count() == 2
        with pytest.raises(NotPossible):
            services.sign(case.one, case.pk, text_hash=first)
        services.sign(case.one, case.pk, text_hash=case.fresh().agreement_hash)
        with pytest.raises(NotPossible):
            services.seal(case.worker, case.pk)
        services.sign_on_paper(case.worker, case.pk, who=[case.sides()[1].pk])
        services.seal(case.worker, case.pk)
    assert case.fresh().state == C.AGREEMENT_SIGNED


def test_promises_are_of_parties_and_not_past() -> None:
    case = case_at(C.MINUTES_SIGNED)
    with clock.at(case.now):
        for wrong in (
            Promise(0, "修", clock.today()),
            Promise(case.sides()[0].pk, "修", clock.today() - timedelta(days=1)),
        ):
            with pytest.raises(NotPossible):
                services.agree(case.worker, case.pk, text="和解", promises=[wrong])


def test_court_confirmation_is_reminded_of_once_before_thirty_days_are_over() -> None:
    case = case_at(C.AGREEMENT_SIGNED)
    sealed = case.fresh().sealed_at
    assert sealed is not None
    assert case.fresh().confirm_until == clock.day_of(sealed) + timedelta(days=30)
    for days, times in ((5, 0), (21, 1), (22, 1), (31, 1)):
        with clock.at(sealed + timedelta(days=days)):
            remind_of_confirmation()
        assert told(case.one, "coordination.confirm_soon") == times


def test_what_was_promised_is_owed_by_its_party_until_the_receipt() -> None:
    case = case_at(C.PERFORMING)
    one = case.fresh().obligations.get()
    standing = Duty.objects.active().get(subject=f"obligation:{one.pk}")
    assert (standing.person, standing.title) == (case.other.person, f"{case.fresh().number} · 1")
    with clock.at(case.now):
        with pytest.raises(NotPossible):
            services.finish(case.worker, case.pk)
        do.finish(case)
        with pytest.raises(NotPossible):
            services.close_file(case.worker, case.pk, report="完")
        services.note_visit(case.worker, case.pk, on=clock.today(), text="和睦")
        services.close_file(case.worker, case.pk, report="完")
    assert not Duty.objects.active().filter(url=case.meeting.get_absolute_url()).exists()
    assert case.fresh().closed_at


def test_a_breach_leads_to_the_other_routes_or_back_to_carrying_out() -> None:
    case = case_at(C.BREACHED)
    with clock.at(case.now + 2 * HOUR):
        services.perform(case.worker, case.pk)
        assert owed(case, "coordination.do") == [case.other.person_id]
        do.breach(case)
        services.refer(case.worker, case.pk, on=clock.today())
    assert case.fresh().state == C.REFERRED


def test_without_agreement_each_party_signs_the_statement_or_its_refusal_is_noted() -> None:
    case = case_at(C.NOT_AGREED)
    with clock.at(case.now + 2 * HOUR):
        with pytest.raises(NotPossible):
            services.refer(case.worker, case.pk, on=clock.today(), marks={case.sides()[0].pk: "signed"})
        do.refer(case)
    assert [side.statement for side in case.sides()] == ["signed", "refused"]


def test_a_file_passes_to_a_colleague_with_what_is_owed() -> None:
    case = case_at(C.ACCEPTED)
    with clock.at(case.now):
        services.hand_over(case.worker, case.pk, to=person_of(case.colleague))
        assert owed(case, "coordination.gather") == [case.colleague.person_id]
        with pytest.raises(Http404):
            services.hand_over(case.worker, case.pk, to=person_of(case.worker))
        with pytest.raises(NotPossible):
            services.hand_over(case.colleague, case.pk, to=person_of(case.one))


def test_a_worker_who_leaves_hands_the_files_on() -> None:
    case = case_at(C.NOTIFIED)
    post = Appointment.objects.get(person=person_of(case.worker), post=Post.WORKER)
    with clock.at(case.now):
        gone = Leaving(person_of(case.worker), post, by=case.director)
        leaving.hand_over(gone)
    fresh = case.fresh()
    assert (fresh.in_charge, fresh.chair) == (case.colleague.person, case.colleague.person)
    assert not visible(case.worker).filter(pk=case.pk).exists()


def test_a_party_who_moves_away_stays_a_party_and_the_worker_is_told() -> None:
    case = case_at(C.NOTIFIED)
    home = Residency.objects.get(person=person_of(case.other))
    with clock.at(case.now):
        leaving.hand_over(Leaving(person_of(case.other), home, by=case.director))
    assert told(case.worker, "coordination.party_left") == 1
    assert visible(case.other).filter(pk=case.pk).exists()


def test_a_meeting_whose_two_sides_turn_out_to_be_one_human_does_not_begin() -> None:
    """United, one side is left: it cannot begin, and the worker ends it."""
    case = case_at(C.NOTIFIED)
    case.sides()[1].participant.delete()
    with clock.at(case.now + WEEK), pytest.raises(NotPossible):
        services.begin(case.worker, case.pk, present=[case.sides()[0].participant_id])


def test_numbers_run_by_the_year() -> None:
    case = make_case()
    numbers = []
    for moment in (do.APPLIED_AT, do.APPLIED_AT + timedelta(days=60)):
        with clock.at(moment):
            for _ in range(2):
                made = services.apply(case.one, case.here.slug, matter=SECRET, facts=FACTS, others="602")
                numbers.append(made.number)
    assert numbers == ["协调〔2026〕1号", "协调〔2026〕2号", "协调〔2027〕1号", "协调〔2027〕2号"]
    assert Coordination.objects.count() == 4


def test_the_periodic_work_passes_over_files_of_every_state() -> None:
    case = case_at(C.PERFORMING)
    with clock.at(case.now + timedelta(days=40)):
        run()
    assert case.fresh().state == C.PERFORMING
