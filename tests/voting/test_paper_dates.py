"""Who decides about a paper and by when, what each is told of it, and what a page offers nobody who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.translation import gettext as _

from portal.community.permissions import Role
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.wording import deadline, moment
from portal.notifications.kinds import body_of
from portal.notifications.models import Notice
from portal.record.services import key
from portal.voting import papers, services
from portal.voting.models import Envelope, PaperBallot
from tests import factories as places
from tests.voting import factories
from tests.voting.test_envelopes import box, early, make_box, sheet, told
from tests.voting.test_paper import Desk, note, receive
from tests.voting.test_paper_pages import shown
from tests.voting.test_paper_views import client_of, get, post, text, url

pytestmark = pytest.mark.django_db
DURING, AFTER = factories.DURING, factories.AFTER
HOUR = timedelta(hours=1)


def objectable() -> str:
    return _("What stands for you is on the vote's page; you can object there before the count.")


def due_of(paper: PaperBallot | Envelope) -> str:
    return deadline(Duty.objects.active().get(subject=key(paper)).due_at)


# --- dates ---


def test_where_readings_differ_everybody_reads_who_decides_and_by_when() -> None:
    desk = Desk()
    paper = desk.confirm(desk.enter("for"), "against")
    paper.refresh_from_db()
    assert paper.third is not None

    clerk = shown(get(client_of(desk.ann), url("paper", desk.vote.pk)))
    voter = shown(get(client_of(desk.place.people[0]), url("vote", desk.vote.pk)))

    assert (due_of(paper) in clerk, paper.third.public_name in clerk) == (True, True)
    assert url("paper_reading", paper.pk, "judge") not in clerk
    assert due_of(paper) in voter


def test_what_waits_for_a_second_person_has_a_date_on_both_sides() -> None:
    desk = make_box()
    note(desk)
    due = deadline(papers.due(desk.vote).at)

    for user, page in ((desk.place.people[0], "vote"), (desk.bao, "paper")):
        assert due in shown(get(client_of(user), url(page, desk.vote.pk)))


def test_an_objection_is_spoken_of_to_who_made_it_with_its_date() -> None:
    desk = Desk()
    paper, voter = desk.take("against"), desk.place.people[0]
    client, address = client_of(voter), url("paper_reading", paper.pk, "doubt")

    asked = text(get(client, address))
    assert post(client, address, {"reason": "我没有交过"}).status_code == 302
    page = get(client, url("vote", desk.vote.pk))

    assert _("This is not my paper") in asked
    assert _("Can be undone with “%(way_back)s”.") % {"way_back": _("Keep it")} not in asked
    objected = _(
        "You objected on %(moment)s. Somebody who did not enter it decides before anything is counted."
    ) % {"moment": moment(DURING)}
    assert due_of(paper) in shown(page)
    assert due_of(paper) in asked
    assert (page.context["voting"].in_doubt, objected in shown(page)) == (True, True)
    assert f"<strong>{page.context['voting'].choice}</strong>" not in shown(page)


def test_an_objection_to_the_roll_has_its_date() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    with clock.at(factories.CALLED_AT + HOUR):
        said = services.object_to_roll(place.people[0], vote.pk, "面积不对")
    due = deadline(Duty.objects.get(subject=key(said)).due_at)

    for user in (place.people[0], place.director):
        page = get(client_of(user), url("roll_notice", vote.pk), factories.CALLED_AT + HOUR)
        assert _("The committee owes an answer by %(due)s.") % {"due": due} in shown(page)


def test_no_day_of_the_count_is_said_while_something_later_holds_it() -> None:
    desk = Desk()
    paper = desk.confirm(desk.enter("for"), "against")
    with clock.at(AFTER):
        services.owe_paper(desk.vote.pk)
    with clock.at(AFTER):
        day = _(
            "Voting ended %(closes)s. The votes are counted once the paper ballots are in; that is due %(due)s."
        ) % {"closes": deadline(desk.vote.closes_at), "due": deadline(papers.due(desk.vote).at)}

    assert day not in shown(get(Client(), url("vote", desk.vote.pk), AFTER))
    desk.judge(paper, "for")
    assert day in shown(get(Client(), url("vote", desk.vote.pk), AFTER))


def test_everybody_reads_that_sheets_and_envelopes_do_not_agree() -> None:
    desk = box()
    receive(desk, 1)
    receive(desk, 2)
    sheet(desk, "for")
    with clock.at(AFTER):
        services.owe_paper(desk.vote.pk)

    assert papers.uneven(papers.progress(desk.vote)) in shown(get(Client(), url("vote", desk.vote.pk), AFTER))


# --- what is told ---


def test_a_paper_that_was_taken_is_told_once_and_a_ruling_as_a_ruling() -> None:
    desk = Desk()
    voter, other = desk.place.people[:2]
    desk.take("for")
    desk.judge(desk.confirm(desk.enter("for", 1), "against"), "for")

    assert told(voter) == ["entered", "taken"]
    assert told(other) == ["entered", "taken"]
    bodies = [said_to(user) for user in (voter, other)]
    ruled = _("A third person ruled what it says: it was taken, and it stands for you.")
    assert [body.startswith(ruled) for body in bodies] == [False, True]
    assert all(body.endswith(objectable()) for body in bodies)


def said_to(user: object) -> str:
    notice = Notice.objects.filter(user=user, kind="vote.paper_news").latest("pk")
    return body_of(notice.kind, notice.params)


def test_what_was_kept_invites_nobody_to_object_again() -> None:
    desk = Desk()
    paper = desk.take("for")
    with clock.at(DURING):
        services.doubt(desk.place.people[0], paper.pk, "", "我没有交过")
        services.keep(desk.cai, paper.pk, "笔迹一致")

    assert not said_to(desk.place.people[0]).endswith(objectable())


def test_a_third_from_outside_lands_on_what_was_ruled() -> None:
    desk = box()
    auditor = places.make_user(Role.AUDITOR, neighbourhood=desk.place.neighbourhood)
    outer = early(desk)
    Envelope.objects.filter(pk=outer.pk).update(third=auditor)
    client = client_of(auditor)

    done = post(
        client,
        url("envelope_act", outer.pk, "judge"),
        {"stands": "online", "reason": "已问过"},
        DURING + HOUR,
    )
    page = shown(get(client, done.url, DURING + HOUR))

    assert outer.title in page
    assert moment(DURING + HOUR) in page
    assert _("You are not on the roll of this vote") not in page
    assert (
        _("You ruled: the ballot cast online stands. The clerks keep the envelope apart, unopened.") in page
    )
    assert _("keep it apart, unopened") in shown(
        get(client_of(desk.ann), url("paper", desk.vote.pk), DURING + HOUR)
    )


# --- nothing is offered that would be refused ---


def test_ones_own_reading_is_refused_before_anything_is_typed() -> None:
    desk = Desk()
    paper = desk.enter("for")
    own, second = (
        get(client_of(user), url("paper_reading", paper.pk, "confirm")) for user in (desk.ann, desk.bao)
    )
    desk.confirm(paper, "against")
    judge = [get(client_of(user), url("paper_reading", paper.pk, "judge")) for user in (desk.bao, desk.cai)]

    assert [page.status_code for page in (own, second, *judge)] == [409, 200, 409, 200]
    assert _("You entered this ballot yourself: somebody else has to read it a second time.") in shown(own)


def test_nothing_is_doubted_once_all_is_in() -> None:
    desk = Desk()
    paper = desk.take("for")
    desk.finish()

    page = shown(get(client_of(desk.ann), url("paper", desk.vote.pk), AFTER))

    address = url("paper_reading", paper.pk, "doubt")
    assert address not in page
    assert get(client_of(desk.ann), address, AFTER).status_code == 409


def test_the_desk_of_a_secret_vote_speaks_of_envelopes() -> None:
    desk = make_box()
    page = shown(get(client_of(desk.ann), url("paper", desk.vote.pk)))

    assert _("Envelopes and sheets") in page
    assert url("paper_act", desk.vote.pk, "envelope") in page.split('id="next"')[1].split("</section>")[0]
    assert url("paper_act", desk.vote.pk, "enter") not in page


def test_a_printed_ballot_says_of_which_vote_it_is_and_the_clerk_is_asked_for_that() -> None:
    desk = Desk()
    with clock.at(DURING):
        services.print_ballots(desk.ann, desk.vote.pk)
    number = _("vote no. %(number)s") % {"number": desk.vote.pk}

    printed = shown(get(client_of(desk.ann), url("paper_sheets", desk.vote.pk)))
    asked = shown(get(client_of(desk.ann), url("paper_act", desk.vote.pk, "enter") + f"?code={desk.code()}"))

    assert (printed.count(number), number in asked) == (3, True)
    assert desk.place.people[0].person.real_name not in asked.split("<dl")[1].split("</dl>")[0]


def test_a_vote_that_was_called_off_shows_no_turnout_and_no_empty_card() -> None:
    place = factories.make_place()
    vote = factories.call(place, explanation="", subject="", subject_url="")
    with clock.at(factories.CALLED_AT + HOUR):
        services.abort(place.director, vote.pk, "撤回")

    page = shown(get(Client(), url("vote", vote.pk), DURING))

    assert 'id="turnout"' not in page
    assert 'id="about"' not in page


def test_the_opening_is_written_as_the_day_that_begins() -> None:
    told_of = {"title": "x", "reason": "", "opens_at": factories.OPENS_AT.isoformat()}

    assert moment(factories.OPENS_AT) in body_of("vote.reinstated", told_of)
