"""Pages of paper: whose it is before anything is entered, taking out by two, rulings, what the voter reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.community.models import Look, RuleSet
from portal.community.permissions import Role
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.wording import deadline
from portal.voting import jobs, papers, services
from portal.voting.matters import Question
from portal.voting.models import Ballot, Envelope, Method, PaperBallot, Vote
from tests import factories as places
from tests.voting import factories
from tests.voting.test_envelopes import box, early, make_box
from tests.voting.test_paper import Desk, note, receive
from tests.voting.test_paper_views import client_of, get, local, post, url

pytestmark = pytest.mark.django_db
DURING, AFTER = factories.DURING, factories.AFTER
HOUR = timedelta(hours=1)


def shown(response: Any) -> str:
    page: str = response.content.decode()
    return page


# --- whose it is, before anything is entered ---


@pytest.mark.parametrize("action", ["enter", "envelope"])
def test_after_the_code_the_clerk_sees_whose_it_is_and_is_asked(action: str) -> None:
    desk = Desk() if action == "enter" else make_box()
    line = factories.line(desk.place.people[0], desk.vote)
    client, address = client_of(desk.ann), url("paper_act", desk.vote.pk, action)

    first = shown(get(client, address))
    asked = shown(get(client, f"{address}?code={line.label}"))
    entering = shown(get(client, f"{address}?code={line.label}&same={line.label}"))

    assert line.person.real_name not in first
    for page in (asked, entering):
        assert line.person.real_name in page
        assert line.where in page
    assert 'name="received_at"' not in first + asked
    assert 'name="received_at"' in entering
    assert f"same={line.label}" in asked
    assert Look.objects.filter(user=desk.ann).count() == 2


@pytest.mark.parametrize("action", ["enter", "envelope"])
def test_nothing_is_entered_for_somebody_the_clerk_did_not_look_at(action: str) -> None:
    desk = Desk() if action == "enter" else make_box()
    code, other = desk.code(0), desk.code(1)
    sent = {"code": code, "same": other, "mark": "for", "channel": "paper", "received_at": local(DURING)}

    refused = post(client_of(desk.ann), url("paper_act", desk.vote.pk, action), sent)

    assert refused.status_code == 422
    assert factories.line(desk.place.people[0], desk.vote).person.real_name in shown(refused)
    assert (PaperBallot.objects.count(), Envelope.objects.count()) == (0, 0)


def test_a_code_of_no_line_is_said_and_nothing_is_kept_of_it() -> None:
    desk = Desk()

    page = get(client_of(desk.ann), url("paper_act", desk.vote.pk, "enter") + "?code=e99")

    assert "e99" in shown(page)
    assert Look.objects.count() == 0


def test_the_second_clerk_sees_whose_it_is_too() -> None:
    desk = Desk()
    paper, line = desk.enter(), factories.line(desk.place.people[0], desk.vote)

    page = shown(get(client_of(desk.bao), url("paper_reading", paper.pk, "confirm")))

    assert line.person.real_name in page
    assert line.where in page
    assert Look.objects.filter(user=desk.bao).exists()


def test_the_third_sees_both_readings_and_the_button_rules() -> None:
    desk = Desk()
    paper = desk.confirm(desk.enter("for"), "against")
    client = client_of(desk.cai)
    client.cookies["django_language"] = "zh-hans"

    page = shown(get(client, url("paper_reading", paper.pk, "judge")))

    assert "同意" in page.split("<form")[-2] or "同意" in page
    assert "反对" in page or "不同意" in page
    assert "裁定" in page
    assert "checked" not in page


# --- taken out by two, on pages ---


def test_two_people_take_a_ballot_out_and_what_it_had_displaced_stands_again() -> None:
    RuleSet.objects.filter(key="voting.duplicates").update(value="paper")
    desk = Desk(duplicates="paper")
    before = factories.cast(desk.place.people[0], desk.vote, "for")
    paper = desk.take("against", at=DURING + HOUR)
    assert Ballot.objects.get().choice == "against"
    ann, bao = client_of(desk.ann), client_of(desk.bao)
    sent = {"fault": "mistyped", "reason": "看错编号"}

    asked = post(ann, url("paper_reading", paper.pk, "doubt"), sent, DURING + 2 * HOUR)
    again = post(ann, url("paper_reading", paper.pk, "withdraw"), {}, DURING + 2 * HOUR)
    looked = shown(get(bao, url("paper_reading", paper.pk, "withdraw"), DURING + 2 * HOUR))
    done = post(bao, url("paper_reading", paper.pk, "withdraw"), {}, DURING + 2 * HOUR)

    assert [asked.status_code, again.status_code, done.status_code] == [302, 409, 302]
    assert "看错编号" in looked
    ballot = Ballot.objects.get()
    assert (ballot.choice, ballot.receipt, ballot.cast_at) == ("for", before.receipt, before.cast_at)


def test_a_withdrawn_ballot_can_be_entered_anew_for_the_right_line() -> None:
    desk = Desk()
    paper = desk.take("for")
    with clock.at(DURING):
        services.doubt(desk.ann, paper.pk, "mistyped", "应为下一户")
        services.withdraw_paper(desk.bao, paper.pk)
        assert Ballot.objects.count() == 0
    desk.take("for", 1)

    assert Ballot.objects.get().entry == factories.line(desk.place.people[1], desk.vote)
    desk.finish()
    assert factories.count(desk.vote).counted_at


def test_of_two_papers_the_second_stands_where_the_first_is_withdrawn() -> None:
    desk = Desk()
    first = desk.take("for", at=DURING)
    second = desk.take("against", at=DURING + HOUR)
    assert (Ballot.objects.get().choice, second.stands) == ("for", False)
    with clock.at(DURING + HOUR):
        services.doubt(desk.ann, first.pk, "missing", "查无此票")
        services.withdraw_paper(desk.bao, first.pk)

    second.refresh_from_db()
    assert (Ballot.objects.get().choice, second.stands) == ("against", True)


def test_a_doubted_paper_holds_the_count_until_somebody_decided() -> None:
    desk = Desk()
    paper = desk.take("for")
    with clock.at(AFTER):
        services.doubt(desk.ann, paper.pk, "foreign", "看着像别的表决")
        assert papers.missing(desk.vote)
        services.keep(desk.bao, paper.pk, "核对过，是本次的票")
    desk.finish()

    assert factories.count(desk.vote).totals["cast"]["for"]["heads"] == 1


def test_the_desk_lists_what_waits_for_whom_and_asks_the_same_number_of_questions() -> None:
    desk = make_box()
    client = client_of(desk.bao)
    counts = []
    for number in range(3):
        note(desk, number)
        with CaptureQueriesContext(connection) as queries:
            page = get(client, url("paper", desk.vote.pk))
        counts.append(len(queries))
    assert len(page.context["to_confirm"]) == 3
    assert len(set(counts[1:])) == 1
    assert get(client_of(desk.ann), url("paper", desk.vote.pk)).context["own"] == 3


# --- the voter ---


def test_the_voters_page_says_what_stands_and_offers_to_deny() -> None:
    desk = box()
    client = client_of(desk.place.people[0])
    outer = early(desk)
    deny = url("envelope_act", outer.pk, "doubt")

    page = shown(get(client, url("vote", desk.vote.pk), DURING + HOUR))
    assert deny in page
    assert deny not in shown(get(client_of(desk.place.people[1]), url("vote", desk.vote.pk), DURING + HOUR))
    assert get(client, deny, DURING + HOUR).status_code == 200
    assert post(client, deny, {"reason": "我没有交过信封"}, DURING + HOUR).status_code == 302
    outer.refresh_from_db()
    assert (outer.fault, outer.doubted_by) == ("denied", desk.place.people[0])
    assert deny not in shown(get(client, url("vote", desk.vote.pk), DURING + HOUR))


def test_a_voter_denies_no_paper_of_somebody_else() -> None:
    desk = make_box()
    outer = receive(desk)

    other = client_of(desk.place.people[1])

    assert post(other, url("envelope_act", outer.pk, "doubt"), {"reason": "x"}).status_code == 403
    own = client_of(desk.place.people[0])
    assert post(own, url("envelope_act", outer.pk, "withdraw"), {}).status_code == 403


def test_a_third_from_outside_reads_and_rules_without_the_desk() -> None:
    desk = Desk()
    auditor = places.make_user(Role.AUDITOR, neighbourhood=desk.place.neighbourhood)
    paper = desk.confirm(desk.enter("for"), "against")
    address = url("paper_reading", paper.pk, "judge")
    assert get(client_of(auditor), address).status_code == 403
    PaperBallot.objects.filter(pk=paper.pk).update(third=auditor)

    page = get(client_of(auditor), address)
    ruled = post(client_of(auditor), address, {"mark": "for"})

    assert (page.status_code, ruled.status_code, ruled.url) == (200, 302, url("vote", desk.vote.pk))
    assert Ballot.objects.get().choice == "for"


# --- the count is late ---


def test_everybody_reads_what_the_count_waits_for_who_owes_it_and_until_when() -> None:
    desk = Desk()
    paper = desk.confirm(desk.enter("for"), "against")
    with clock.at(AFTER):
        jobs.count_votes()
        owed = duties.waiting_for(desk.cai).filter(kind="vote.third") | duties.waiting_for(desk.cai).filter(
            kind="vote.paper"
        )
        due = papers.due(desk.vote).at
    paper.refresh_from_db()
    assert paper.third is not None

    page = get(Client(), url("vote", desk.vote.pk), AFTER)

    kinds = [wait.what for wait in page.context["voting"].waits]
    assert len(kinds) == 2
    assert deadline(due) in shown(page)
    assert paper.third.public_name in shown(page)
    assert owed.exists()


def test_a_count_that_waits_for_a_lot_says_so_until_it_is_entered() -> None:
    desk = lot_waits()
    with clock.at(AFTER):
        jobs.count_votes()
        jobs.count_votes()
        director = desk.place.director
        assert duties.waiting_for(director).filter(kind="vote.count").count() == 1
    page = get(Client(), url("vote", desk.vote.pk), AFTER)
    assert len(page.context["voting"].waits) == 1

    with clock.at(AFTER):
        services.enter_lot(director, desk.vote.pk, "11月26日上证指数收盘 3512.34")
        jobs.count_votes()
    page = get(Client(), url("vote", desk.vote.pk), AFTER)
    assert page.context["voting"].waits == []
    assert duties.waiting_for(director).filter(kind="vote.count").count() == 0


def lot_waits() -> Desk:
    """A vote with a tie that a lot decides."""
    desk = object.__new__(Desk)
    desk.place = factories.make_place(residents=True)
    question = Question(method=Method.CHOICE, options=("甲", "乙"))
    desk.vote = factories.call_residents(desk.place, question=question)
    Vote.objects.filter(pk=desk.vote.pk).update(rule={**desk.vote.rule, "tie": "lot"})
    for user, choice in zip(desk.place.people, ("o1", "o2"), strict=False):
        factories.cast(user, desk.vote, choice)
    return desk


def test_a_counted_vote_waits_for_nothing() -> None:
    place = factories.make_place()
    vote = factories.counted(place, "for", "for", "for")

    assert get(Client(), url("vote", vote.pk), AFTER).context["voting"].waits == []
    assert Vote.objects.get().counted_at
