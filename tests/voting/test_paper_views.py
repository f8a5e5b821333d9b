"""The pages on which staff keep the roll, mandates and paper; what the public sees of them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.community.models import Look, User
from portal.community.permissions import Role
from portal.kit import clock
from portal.voting import papers, services
from portal.voting.matters import Question
from portal.voting.models import Ballot, Envelope, Mandate, Method, PaperBallot, RollObjection, Service, Vote
from tests import factories as places
from tests.voting import factories
from tests.voting.test_mandates import letter

pytestmark = pytest.mark.django_db
DURING, AFTER = factories.DURING, factories.AFTER
SHANGHAI = "%Y-%m-%dT%H:%M"


def local(moment: datetime) -> str:
    """A moment as a browser's field sends it."""
    return moment.astimezone(clock.SHANGHAI).strftime(SHANGHAI)


def url(name: str, *args: Any) -> str:
    return reverse(f"voting:{name}", args=args)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def get(client: Client, address: str, at: datetime = DURING) -> Any:
    with clock.at(at):
        return client.get(address)


def post(client: Client, address: str, data: dict[str, Any], at: datetime = DURING) -> Any:
    with clock.at(at):
        return client.post(address, data)


def clerk(place: factories.Place) -> User:
    return places.make_user(Role.WORKER, neighbourhood=place.neighbourhood)


def text(response: Any) -> str:
    """A page without what differs each time it is drawn."""
    page: str = response.content.decode()
    return re.sub(r"(csrf|once|CSRF)[^<>]*", "", page)


# --- paper ---


def test_two_clerks_enter_confirm_and_close_off_without_javascript() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    ann, bao = client_of(clerk(place)), client_of(clerk(place))
    code = factories.line(place.people[0], vote).label

    printed = post(ann, url("paper_act", vote.pk, "print"), {"building": "", "who": ""})
    sheets = get(ann, printed.url)
    entered = post(
        ann,
        url("paper_act", vote.pk, "enter"),
        {"code": code, "same": code, "mark": "against", "channel": "paper", "received_at": local(DURING)},
    )
    desk = get(bao, url("paper", vote.pk))
    paper = PaperBallot.objects.get()
    confirmed = post(bao, url("paper_reading", paper.pk, "confirm"), {"mark": "against"})
    finished = post(ann, url("paper_act", vote.pk, "finish"), {}, AFTER)

    assert [response.status_code for response in (printed, sheets, entered, desk, confirmed, finished)] == [
        302, 200, 302, 200, 302, 302,
    ]  # fmt: skip
    assert len(sheets.context["page"]) == 3
    assert [waiting.pk for waiting in desk.context["to_confirm"]] == [paper.pk]
    vote.refresh_from_db()
    assert (Ballot.objects.get().choice, vote.paper_done_at) == ("against", AFTER)


def test_the_second_clerk_is_shown_nothing_of_the_first_reading() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    ann, bao = clerk(place), client_of(clerk(place))
    with clock.at(DURING):
        paper = services.enter(ann, vote.pk, factories.line(place.people[0], vote).label, "against")

    pages = []
    for choice in ("for", "against", "invalid"):
        PaperBallot.objects.filter(pk=paper.pk).update(first_choice=choice)
        pages.append(
            [
                text(get(bao, address))
                for address in (url("paper_reading", paper.pk, "confirm"), url("paper", vote.pk))
            ]
        )

    assert pages[0] == pages[1] == pages[2]
    assert "checked" not in pages[0][0]


def test_the_first_clerk_is_refused_and_keeps_what_was_typed() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    ann = clerk(place)
    with clock.at(DURING):
        paper = services.enter(ann, vote.pk, factories.line(place.people[0], vote).label, "for")

    again = post(client_of(ann), url("paper_reading", paper.pk, "confirm"), {"mark": "for"})

    assert (again.status_code, again.context["form"].data["mark"]) == (409, "for")


def test_late_paper_is_refused_on_the_page() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    with clock.at(DURING):
        services.print_ballots(place.director, vote.pk)
    code = factories.line(place.people[0], vote).label
    sent = {
        "code": code,
        "same": code,
        "mark": "for",
        "channel": "paper",
        "received_at": local(factories.CLOSES_AT),
    }

    assert post(client_of(clerk(place)), url("paper_act", vote.pk, "enter"), sent, AFTER).status_code == 409
    assert PaperBallot.objects.count() == 0


# The pages of staff, and when they can be asked for: before voting, while it runs, after its end.
READING = [("paper",), ("paper_sheets",), ("service",)]
DOING = {
    ("paper_act", "enter"): (409, 200, 200),
    ("paper_act", "print"): (200, 200, 409),
    # This vote is signed: no envelopes come in.
    ("paper_act", "envelope"): (409, 409, 409),
    ("paper_act", "finish"): (409, 409, 200),
    ("roll_act", "add"): (200, 200, 409),
    ("roll_act", "serve"): (200, 200, 409),
}
STAFF_PAGES = [*READING, *DOING]


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.OWNER, Role.PROPERTY, Role.AUDITOR, Role.OFFICER])
def test_nobody_else_sees_the_pages_of_paper(role: Role) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    client = client_of(places.make_user(role, neighbourhood=place.neighbourhood))

    assert {get(client, url(name, vote.pk, *what)).status_code for name, *what in STAFF_PAGES} == {403}
    assert post(client, url("paper_act", vote.pk, "finish"), {}, AFTER).status_code == 403


def test_every_staff_page_is_drawn_before_during_and_after_the_vote() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    client = client_of(place.director)
    with clock.at(DURING):
        services.print_ballots(place.director, vote.pk)

    for at, moment in enumerate((factories.CALLED_AT + timedelta(hours=1), DURING, AFTER)):
        assert {get(client, url(*page, vote.pk), moment).status_code for page in READING} == {200}
        assert get(client, url("roll_line", vote.pk, 1), moment).status_code == 200
        for (name, what), expected in DOING.items():
            assert get(client, url(name, vote.pk, what), moment).status_code == expected[at], (what, moment)


def test_signed_ballots_carry_their_code_and_secret_ones_only_their_envelope() -> None:
    place = factories.make_place(residents=True)
    signed, sealed = (
        factories.call_residents(place, question=Question(secret=secret)) for secret in (False, True)
    )
    client = client_of(place.director)
    with clock.at(DURING):
        for vote in (signed, sealed):
            services.print_ballots(place.director, vote.pk)
    parts = [
        re.split(r'<div class="corner">', text(get(client, url("paper_sheets", vote.pk))))[1:]
        for vote in (signed, sealed)
    ]

    def coded(part: str) -> bool:
        return re.search(r'class="num">e\d+<', part.split("</article>")[0]) is not None

    assert [coded(part) for part in parts[0]] == [True] * 3
    assert [coded(part) for part in parts[1]] == [False] * 3


def test_the_code_on_a_ballot_leads_staff_to_its_entry_and_voters_to_the_vote() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    address = url("vote", vote.pk) + "?ballot=e2"
    target = url("paper_act", vote.pk, "enter") + "?code=e2"

    assert target in get(client_of(place.director), address).content.decode()
    assert target not in get(client_of(place.people[0]), address).content.decode()
    assert get(client_of(place.director), target).context["form"]["code"].value() == "e2"


def test_a_closed_vote_says_that_it_waits_for_paper() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    with clock.at(DURING):
        vote = services.print_ballots(place.director, vote.pk)

    with clock.at(AFTER):
        sentence = papers.waiting_sentence(vote)
    assert sentence
    assert sentence in get(Client(), url("vote", vote.pk), AFTER).content.decode()


def test_a_ranking_on_paper_is_typed_as_numbers() -> None:
    place = factories.make_place(residents=True)
    question = Question(method=Method.RANKED, options=("甲", "乙", "丙"))
    vote = factories.call_residents(place, question=question)
    code = factories.line(place.people[0], vote).label
    sent = {
        "code": code,
        "same": code,
        "mark": "valid",
        "n_o3": "1",
        "n_o1": "2",
        "channel": "paper",
        "received_at": local(DURING),
    }

    assert post(client_of(clerk(place)), url("paper_act", vote.pk, "enter"), sent).status_code == 302
    assert PaperBallot.objects.get().first_choice == "o3>o1"


# --- the roll ---


def test_anybody_reads_the_posted_roll_without_names_or_flats() -> None:
    place = factories.make_place()
    vote = factories.call(place)

    page = get(Client(), url("roll_notice", vote.pk))

    shown = page.content.decode()
    for line in vote.roll.select_related("person"):
        assert line.person.real_name not in shown
        assert line.where not in shown
    assert [row["heads"] for row in page.context["buildings"]] == [1, 1, 1]


def test_a_voter_sees_the_own_line_objects_and_reads_the_answer_which_nobody_else_does() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    owner = client_of(place.people[0])
    at = factories.CALLED_AT + timedelta(days=1)
    page = get(owner, url("roll_notice", vote.pk), at)
    assert [entry for entry, _mandate in page.context["lines"]] == [factories.line(place.people[0], vote)]

    sent = post(owner, url("roll_act", vote.pk, "object"), {"text": "我的面积应是九十平方米"}, at)
    objection = RollObjection.objects.get()
    answered = post(
        client_of(place.director),
        url("objection_act", objection.pk, "answer"),
        {"text": "已按产权证更正"},
        at,
    )

    assert (sent.status_code, answered.status_code) == (302, 302)
    assert "已按产权证更正" in get(owner, url("roll_notice", vote.pk), at).content.decode()
    for other in (Client(), client_of(place.people[1])):
        assert "九十平方米" not in get(other, url("roll_notice", vote.pk), at).content.decode()


def test_that_staff_read_the_roll_is_kept_for_each_dwelling() -> None:
    place = factories.make_place()
    vote = factories.call(place)

    get(client_of(place.director), url("roll", vote.pk))

    assert Look.objects.filter(user=place.director).values("dwelling").distinct().count() == 3


def test_staff_add_somebody_the_register_knows() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    missed = places.person_of(places.make_owner(within=place.estate))
    client = client_of(place.director)
    address = f"{url('roll_act', vote.pk, 'add')}?q={missed.real_name}"

    found = get(client, address).context["form"].people
    added = post(client, address, {"tie": found[0][0], "reason": "漏登"})

    assert (len(found), added.status_code) == (1, 302)
    assert Vote.objects.get().heads == 4


@pytest.mark.parametrize(
    ("what", "data", "left"),
    [
        ("area", {"area": "90.5", "reason": "实测"}, (3, 26050)),
        ("area", {"area": "87.345", "reason": "实测"}, None),
        ("strike", {"reason": "误录"}, (2, 17000)),
        ("strike", {"reason": ""}, None),
    ],
)
def test_staff_correct_a_line_and_r7_a_third_decimal_is_refused(
    what: str, data: dict[str, str], left: tuple[int, int] | None
) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)

    response = post(client_of(place.director), url("line_act", line.pk, what), data)

    vote.refresh_from_db()
    assert response.status_code == (302 if left else 422)
    assert (vote.heads, vote.area) == (left or (3, 25642))


def test_a_handing_over_is_noted_on_the_page() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)
    sent = {"how": "hand", "at": local(DURING - timedelta(hours=1)), "received_by": "本人"}

    post(client_of(place.director), url("line_act", line.pk, "serve"), sent)

    assert Service.objects.get().received_by == "本人"


# --- mandates ---


def test_a_holder_found_by_name_votes_for_the_line_on_the_votes_page() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    holder, line = place.people[1], factories.line(place.people[0], vote)
    name = places.person_of(holder).real_name
    sent = {"holder": name, "kind": "proxy", "document": letter()}

    recorded = post(client_of(place.director), url("line_act", line.pk, "mandate"), sent)
    page = get(client_of(holder), f"{url('vote', vote.pk)}?line={line.number}")
    cast = post(client_of(holder), url("check", vote.pk), {"choice": "against", "line": str(line.number)})

    assert (recorded.status_code, cast.status_code) == (302, 302)
    assert (page.context["voting"].entry, len(page.context["voting"].lines)) == (line, 2)
    ballot = Ballot.objects.get()
    assert (ballot.entry, ballot.cast_by, ballot.mandate) == (line, holder, Mandate.objects.get())


def test_what_is_no_document_is_refused_on_the_page() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line, holder = factories.line(place.people[0], vote), places.person_of(place.people[1])
    address = url("line_act", line.pk, "mandate")
    program = SimpleUploadedFile("委托书.pdf", b"MZ not a document")

    for file, status in ((program, 422), ("", 409)):
        sent = {"holder": holder.real_name, "kind": "proxy", "document": file}
        assert post(client_of(place.director), address, sent).status_code == status
    assert Mandate.objects.count() == 0


def test_the_owner_ends_a_mandate_on_the_page_and_strangers_do_not() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    with clock.at(DURING):
        held = services.record_mandate(
            place.director,
            factories.line(place.people[0], vote).pk,
            places.person_of(place.people[1]),
            "proxy",
            letter(),
        )
    address = url("mandate_act", held.pk, "end")
    asked = url("roll_notice", vote.pk)
    assert list(get(client_of(place.people[0]), asked).context["given"]) == [held]
    assert list(get(client_of(place.people[1]), asked).context["given"]) == []

    assert post(client_of(place.people[2]), address, {}).status_code == 403
    assert get(client_of(place.people[0]), address).status_code == 200
    assert post(client_of(place.people[0]), address, {}).status_code == 302
    assert Mandate.objects.get().revoked_at == DURING


def test_the_box_is_closed_off_once_sheets_and_envelopes_are_as_many() -> None:
    place = factories.make_place(residents=True)
    vote = factories.call_residents(place, question=Question(secret=True))
    Vote.objects.filter(pk=vote.pk).update(key_ready_at=factories.OPENS_AT)
    ann, bao = clerk(place), clerk(place)
    code = factories.line(place.people[0], vote).label
    sent = {"code": code, "same": code, "received_at": local(DURING)}

    received = post(client_of(ann), url("paper_act", vote.pk, "envelope"), sent)
    outer = Envelope.objects.get()
    booked = post(client_of(bao), url("envelope_act", outer.pk, "confirm"), {})
    waiting = get(client_of(ann), url("paper", vote.pk), AFTER)
    with clock.at(AFTER):
        services.confirm(bao, services.enter(ann, vote.pk, "", "for").pk, "for")
    ready = get(client_of(ann), url("paper", vote.pk), AFTER)

    assert (received.status_code, booked.status_code) == (302, 302)
    assert (waiting.context["envelopes"], waiting.context["complete"]) == ([code], False)
    assert ready.context["complete"] is True
    assert url("paper_act", vote.pk, "finish") in ready.content.decode()
