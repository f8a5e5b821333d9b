"""Pages of applying: parts with their ticks, what is refused with what was typed, the one page of a project."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community.models import User, Visitor
from portal.duties.models import Duty
from portal.funds.applying import services
from portal.funds.applying.permissions import APPLICATIONS
from portal.funds.models import ApplicantKind, Application, BudgetLine, CoApplicant
from portal.funds.states import ApplicationState
from portal.kit import clock
from portal.search import services as search
from portal.surveys.lists import answering
from portal.surveys.models import Demand, Reply
from tests.deliberation.factories import make_topic
from tests.factories import make_person, make_resident, person_of
from tests.funds.factories import make_application, make_grant
from tests.funds.factories_applying import (
    add,
    ask,
    fresh,
    home_of,
    make_draft,
    make_handed_in,
    make_round,
    make_written,
    photo,
)
from tests.surveys.list_factories import demand_of, make_listed

pytestmark = pytest.mark.django_db


def part(draft: Application, key: str) -> str:
    return reverse("funds:write", args=[draft.pk, key])


def act(draft: Application, name: str) -> str:
    return reverse("funds:applying_act", args=[draft.pk, name])


def page(user: User | None, url: str) -> Any:
    client = Client(headers={"accept-language": "en"})
    if user is not None:
        client.force_login(user)
    response = client.get(url)
    if response.streaming:
        # A file that is served stays open until all of it was read.
        list(response.streaming_content)
    return response


def finds(user: Visitor, application: Application) -> bool:
    """Whether a reader's door leads to it."""
    try:
        return APPLICATIONS.get(user, application.pk) == application
    except Http404:
        return False


def text(response: Any) -> str:
    return str(response.content.decode())


def test_from_the_round_an_application_is_begun_written_and_handed_in(client: Client) -> None:
    world = make_round()
    client.force_login(world.lead)
    begun = client.post(
        reverse("funds:apply", args=[world.pk]),
        {"title": "长椅", "kind": ApplicantKind.GROUP, "group": "三号楼"},
    )
    draft = Application.objects.get()
    saved = client.post(part(draft, "need"), {"version": 1, "need": "没有地方坐", "go": "next"})

    assert (begun.status_code, begun["location"]) == (302, part(draft, "who"))
    assert (saved.status_code, saved["location"]) == (302, part(draft, "plan"))
    for key in ("who", "need", "plan", "budget", "later", "payee"):
        assert client.get(part(draft, key)).status_code == 200
    assert client.get(part(draft, "nothing")).status_code == 404
    refused = client.post(act(draft, "hand-in"))
    assert refused.status_code == 409
    assert "没有地方坐" in text(refused)


def test_each_button_saves_and_leads_where_it_says(client: Client) -> None:
    world = make_round()
    draft = make_draft(world)
    client.force_login(world.lead)

    for go, leads in (
        ("next", "write/plan/"),
        ("back", "write/who/"),
        ("leave", "projects/"),
        ("add", "plan/"),
    ):
        sent = {"version": fresh(draft).version, "need": go, "go": go}
        assert leads in client.post(part(draft, "need"), sent)["location"]
        assert fresh(draft).need == go


def test_a_row_is_added_from_its_part(client: Client) -> None:
    world = make_round()
    draft = make_draft(world)
    client.force_login(world.lead)
    kind = world.call.cost_classes.get(key="materials").pk
    sent = {
        "cost_class": kind,
        "item": "木板",
        "quantity": "2.5",
        "unit": "块",
        "price": "12.40",
        "paid_by": "grant",
    }

    asked = client.post(part(draft, "budget"), {"version": 1, "go": "add"})
    done = client.post(asked["location"], sent)

    assert (done.status_code, done["location"]) == (302, part(draft, "budget"))
    assert BudgetLine.objects.get().amount == 3100
    assert "31" in text(client.get(part(draft, "budget")))


def test_what_nobody_can_mean_is_said_beside_its_field(client: Client) -> None:
    world = make_round()
    draft = make_draft(world)
    client.force_login(world.lead)
    answers = {}
    for name, wrong in (
        ("quantity", "-3"),
        ("quantity", "999999999"),
        ("price", "-12"),
        ("price", "999999999"),
        ("price", "1e9"),
        ("cost_class", "banquets"),
        ("quote", SimpleUploadedFile("病毒.pdf", b"MZ no paper at all")),
    ):
        sent = {"item": "木板", "quantity": "2", "unit": "块", "price": "10", "paid_by": "grant"}
        sent |= {"cost_class": "materials"} | {name: wrong}
        sent["cost_class"] = world.call.cost_classes.get(key=sent["cost_class"]).pk
        response = client.post(act(draft, "add-line"), sent)
        answers[name, str(wrong)] = (response.status_code, name in response.context["form"].errors)
        assert "木板" in text(response)

    assert set(answers.values()) == {(422, True)}
    assert (draft.lines.count(), fresh(draft).costs) == (0, 0)


def test_an_amount_that_is_sent_along_is_not_believed(client: Client) -> None:
    world = make_round()
    draft = make_draft(world)
    client.force_login(world.lead)
    kind = world.call.cost_classes.get(key="materials").pk
    sent = {
        "cost_class": kind,
        "item": "木板",
        "quantity": "2",
        "unit": "块",
        "price": "10",
        "paid_by": "grant",
    }

    client.post(act(draft, "add-line"), sent | {"amount": "1", "costs": "1", "asked": "999999"})

    assert (fresh(draft).costs, fresh(draft).asked) == (2000, 2000)


def test_editing_what_was_handed_in_answers_409_with_what_was_typed(client: Client) -> None:
    world = make_round()
    handed = make_handed_in(world)
    line = handed.lines.first()
    client.force_login(world.lead)
    sent = client.post(part(handed, "need"), {"version": 99, "need": "偷偷改", "evidence": "没有"})
    changed = client.post(reverse("funds:line_act", args=[line.pk, "change"]), {})  # type: ignore[union-attr]

    assert (sent.status_code, changed.status_code) == (409, 422)
    assert "偷偷改" in text(sent)
    asked = client.get(part(handed, "need"))
    assert (asked.status_code, asked["location"]) == (302, handed.get_absolute_url())
    assert client.get(act(handed, "add-line")).status_code == 409
    assert fresh(handed).need == handed.need


def test_the_second_writer_reads_the_other_text_and_may_send_again(client: Client) -> None:
    world = make_round()
    draft = make_written(world)
    opened = draft.version
    services.save_step(world.lead, draft.pk, "later", {"risks": "先写的", "upkeep": "大家"}, opened)
    client.force_login(world.neighbours[0])
    sent = {"version": opened, "risks": "后写的", "upkeep": "大家"}

    response = client.post(part(draft, "later"), sent)

    assert response.status_code == 409
    assert "先写的" in text(response)
    assert fresh(draft).risks == "先写的"
    again = client.post(part(draft, "later"), sent | {"version": fresh(draft).version})
    assert again.status_code == 302
    assert fresh(draft).risks == "后写的"


def test_the_check_says_what_is_missing_and_where_it_is_put_right() -> None:
    world = make_round()
    said = text(page(world.lead, act(make_draft(world), "hand-in")))

    assert said.count("Put it right") >= 6
    assert 'write/budget/"' in said
    assert ">Hand in<" not in said


def test_the_page_of_a_project_says_how_it_stands_and_who_owes_the_next_step() -> None:
    world = make_round()
    handed = make_handed_in(world)
    said = text(page(world.lead, handed.get_absolute_url()))

    assert str(handed.number) in said
    assert "check whether an application is eligible" in said
    assert "居委会" in said
    assert "2,400" in said
    assert "Withdraw the application" in said


def test_each_reads_a_project_in_the_states_that_are_theirs() -> None:
    world = make_round()
    made = make_application(world.call, lead=world.lead)
    readers = {
        "visitor": AnonymousUser(),
        "neighbour": world.neighbours[2],
        "worker": world.worker,
        "lead": world.lead,
    }
    read = {}
    for state in ApplicationState:
        Application.objects.filter(pk=made.pk).update(state=state)
        read[state.value] = {name for name, user in readers.items() if finds(user, made)}

    checked = dict.fromkeys(
        (
            "submitted",
            "returned",
            "ineligible",
            "eligible",
            "need_checked",
            "reviewing",
            "shortlisted",
            "withdrawn",
        ),
        {"worker", "lead"},
    )
    public = dict.fromkeys(("on_notice", "voting", "approved", "declined"), set(readers))
    assert read == {"draft": {"lead"}, **checked, **public}


def test_the_public_reads_neither_payee_nor_ties_nor_what_was_done() -> None:
    world = make_round()
    handed = make_handed_in(world)
    Application.objects.filter(pk=handed.pk).update(state=ApplicationState.ON_NOTICE, conflict="表姐在居委会")
    public, office = (text(page(user, handed.get_absolute_url())) for user in (None, world.worker))

    for secret in ("表姐在居委会", handed.payee, "It was handed in"):
        assert secret in office
        assert secret not in public
    assert "长椅木板" in public


def test_a_quote_is_read_by_applicants_and_the_office_alone() -> None:
    world = make_round()
    draft = make_draft(world)
    line = add(world, draft, quote=photo())
    url = reverse("funds:quote", args=[line.pk])
    before = {
        name: page(user, url).status_code for name, user in (("lead", world.lead), ("worker", world.worker))
    }
    Application.objects.filter(pk=draft.pk).update(state=ApplicationState.VOTING, number="2026-X-1")
    neighbour = world.neighbours[2]

    assert before == {"lead": 200, "worker": 404}
    assert [page(user, url).status_code for user in (world.worker, neighbour)] == [200, 403]


def test_paper_forms_and_sheets_are_drawn() -> None:
    world = make_round()
    handed = make_handed_in(world)
    blank = text(page(None, reverse("funds:blank", args=[world.pk])))
    sheet = text(page(world.lead, reverse("funds:project_sheet", args=[handed.pk])))

    assert "Signature of the lead" in blank
    assert "<svg" in blank
    assert handed.number
    assert handed.number in sheet


def test_who_is_asked_finds_the_question_on_the_page_and_among_their_own(client: Client) -> None:
    world = make_round()
    draft = make_draft(world)
    ask(world, draft, other := world.neighbours[0])

    asked = text(page(other, draft.get_absolute_url()))
    assert "Apply together" in asked
    writing, invitation = reverse("funds:write", args=[draft.pk, "who"]), "asks you to apply together"
    mine = text(page(other, reverse("funds:mine")))
    assert draft.title in mine
    assert writing not in mine
    assert writing not in text(page(other, reverse("funds:apply", args=[world.pk])))
    assert invitation in asked
    client.force_login(other)
    url = reverse("funds:joining_act", args=[CoApplicant.objects.get().pk, "agree"])
    assert client.post(url).status_code == 302
    assert CoApplicant.objects.get().agreed_at is not None
    assert writing in text(page(other, reverse("funds:mine")))
    joined = text(page(other, draft.get_absolute_url()))
    assert invitation not in joined
    assert reverse("funds:joining_act", args=[CoApplicant.objects.get().pk, "decline"]) in joined


def test_a_neighbour_who_says_no_is_led_to_what_can_be_read(client: Client) -> None:
    world = make_round()
    ask(world, make_draft(world), other := world.neighbours[0])
    client.force_login(other)

    response = client.post(reverse("funds:joining_act", args=[CoApplicant.objects.get().pk, "decline"]))

    assert response["location"] == world.call.get_absolute_url()


def test_whoever_may_not_apply_reads_how_to_join() -> None:
    world = make_round()

    response = page(make_resident(), reverse("funds:apply", args=[world.pk]))

    assert response.status_code == 200
    assert "register your home" in text(response)
    assert f'href="/join/?next={reverse("funds:apply", args=[world.pk])}"' in text(response)


def test_after_the_window_the_page_says_so() -> None:
    world = make_round()
    client = Client()
    client.force_login(world.lead)
    with clock.at(clock.now() + timedelta(days=21)):
        url = reverse("funds:apply", args=[world.pk])
        asked, sent = client.get(url), client.post(url, {"title": "晚", "kind": "group", "group": "组"})

    assert (asked.status_code, sent.status_code) == (409, 409)
    assert "晚" in text(sent)


def test_the_desk_enters_a_paper_in_somebodys_name(client: Client) -> None:
    world = make_round()
    client.force_login(world.worker)
    url = reverse("funds:applying_call_act", args=[world.pk, "take-in"])
    sent = {"person": "周奶奶", "title": "扶手", "kind": "group", "group": "三号楼", "paper": photo()}

    done = client.post(url, sent)
    made = Application.objects.get()

    assert (done.status_code, done["location"]) == (302, part(made, "who"))
    assert page(world.worker, reverse("funds:project_paper", args=[made.pk])).status_code == 200
    assert client.get(part(made, "who")).status_code == 200


# --- where it shows elsewhere ---


def test_a_demand_answered_with_the_fund_leads_to_the_round_and_shows_its_project(client: Client) -> None:
    world = make_round()
    asking = make_listed(world.here)
    demand = demand_of(asking, "canteen")
    day = clock.today() + timedelta(days=90)
    answering.answer(asking.worker, demand.pk, Reply.FUND, "用微基金", promised_on=day)
    asked = text(page(world.lead, demand.get_absolute_url()))
    url = f"{reverse('funds:apply', args=[world.pk])}?demand={demand.pk}"
    client.force_login(world.lead)
    client.post(url, {"title": "助餐点", "kind": "group", "group": "三号楼"})
    made = Application.objects.get()
    Application.objects.filter(pk=made.pk).update(state=ApplicationState.VOTING, number="2026-X-1")

    assert url in asked
    assert made.demand == Demand.objects.get(pk=demand.pk)
    assert made.get_absolute_url() in text(page(None, demand.get_absolute_url()))


def test_a_demand_of_elsewhere_is_not_taken_along(client: Client) -> None:
    world = make_round()
    demand = demand_of(make_listed(), "canteen")
    client.force_login(world.lead)
    url = reverse("funds:apply", args=[world.pk])

    client.post(f"{url}?demand={demand.pk}&topic=x", {"title": "助餐", "kind": "group", "group": "三号楼"})

    assert Application.objects.get().demand is None


def test_a_topic_shows_the_projects_that_grew_out_of_it() -> None:
    world = make_round()
    topic = make_topic(world.here)
    made = make_application(world.call, ApplicationState.APPROVED)
    Application.objects.filter(pk=made.pk).update(topic=topic)

    assert made.title in text(page(None, topic.get_absolute_url()))


def test_the_page_of_a_project_asks_as_much_with_many_rows() -> None:
    world = make_round()
    handed = make_handed_in(world)
    make_grant(handed)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert page(world.lead, handed.get_absolute_url()).status_code == 200
        return len(asked)

    count()
    few = count()
    line = handed.lines.first()
    assert line is not None
    for _number in range(30):
        line.pk, line._state.adding = None, True
        line.save()
        make_application(world.call, ApplicationState.APPROVED, lead=world.lead)

    assert count() == few


def test_drafts_sheets_and_rounds_ask_as_much_with_many_rows() -> None:
    world = make_round()
    draft, handed = make_draft(world), make_handed_in(world)
    line = add(world, draft)
    urls = (
        part(draft, "budget"),
        act(draft, "hand-in"),
        reverse("funds:project_sheet", args=[handed.pk]),
        world.call.get_absolute_url(),
    )

    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert page(world.lead, url).status_code == 200
        return len(asked)

    few = [[count(url) for url in urls] for _time in range(2)][-1]
    for _number in range(30):
        line.pk, line._state.adding = None, True
        line.save()
        make_application(world.call, ApplicationState.APPROVED)

    assert [count(url) for url in urls] == few


def test_my_projects_ask_as_much_for_many_as_for_one() -> None:
    world = make_round()
    make_handed_in(world)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert page(world.lead, reverse("funds:mine")).status_code == 200
        return len(asked)

    count()
    few = count()
    for _number in range(12):
        make_draft(world) if _number < 4 else make_application(world.call, lead=world.lead)

    assert count() == few


def test_a_project_is_found_from_the_public_notice_on() -> None:
    world = make_round()
    handed = make_handed_in(world)
    search.index(handed)
    url = reverse("search:search", args=[world.here.slug]) + "?q=长椅"
    before = handed.get_absolute_url() in text(page(world.worker, url))
    Application.objects.filter(pk=handed.pk).update(state=ApplicationState.ON_NOTICE)
    search.index(fresh(handed))

    assert not before
    assert handed.get_absolute_url() in text(page(None, url))
    services.withdraw(world.lead, handed.pk, "不做了")
    assert handed.get_absolute_url() not in text(page(None, url))


# --- who stands behind it, and signatures on paper ---


def test_the_office_reads_full_names_with_the_flat_and_others_the_shown_ones(client: Client) -> None:
    world = make_round()
    handed = make_handed_in(world)
    lead = person_of(world.lead)
    full = f"{lead.real_name} · {home_of(lead).building.name}"
    Application.objects.filter(pk=handed.pk).update(state=ApplicationState.ON_NOTICE)

    pages = {}
    for user in (world.worker, world.neighbours[2], world.lead):
        client.force_login(user)
        pages[user] = client.get(handed.get_absolute_url()).content.decode()

    assert full in pages[world.worker]
    assert reverse("register:person", args=[world.here.slug, lead.pk]) in pages[world.worker]
    for user in (world.neighbours[2], world.lead):
        assert full not in pages[user]
        assert lead.public_name in pages[user]


def test_the_desk_enters_a_signature_also_for_a_draft_that_it_does_not_read(client: Client) -> None:
    world = make_round()
    draft = make_draft(world)
    home = home_of(world.offline)
    asked = services.ask_neighbour(world.lead, draft.pk, world.offline.real_name, home.building_id, home.room)
    client.force_login(world.worker)
    page = reverse("funds:joining_act", args=[asked.pk, "sign-paper"])
    assert Duty.objects.get(kind="funds.sign").url == page

    shown = client.get(page).content.decode()
    assert world.offline.real_name in shown
    assert draft.title in shown
    assert draft.get_absolute_url() not in shown
    assert client.get(draft.get_absolute_url()).status_code == 404
    answer = client.post(page, {"paper": photo()})

    assert (answer.status_code, answer["Location"]) == (302, world.call.get_absolute_url())
    asked.refresh_from_db()
    assert asked.agreed_at is not None


def test_the_page_says_how_each_neighbour_answers_until_when_and_the_desk_what_it_can_do(
    client: Client,
) -> None:
    world = make_round()
    made = services.take_in(
        world.worker, world.pk, make_person(real_name="赵爷爷"), "长椅", ApplicantKind.GROUP, "小组", photo()
    )
    Application.objects.filter(pk=made.pk).update(scope=world.here)
    rows = {}
    for person in (world.offline, person_of(world.neighbours[0])):
        home = home_of(person)
        rows[person] = services.ask_neighbour(
            world.worker, made.pk, person.real_name, home.building_id, home.room
        )
    client.force_login(world.worker)

    for page in (made.get_absolute_url(), reverse("funds:write", args=[made.pk, "who"])):
        shown = client.get(page).content.decode()

        assert reverse("funds:joining_act", args=[rows[world.offline].pk, "sign-paper"]) in shown
        assert (
            reverse("funds:joining_act", args=[rows[person_of(world.neighbours[0])].pk, "sign-paper"])
            not in shown
        )
        assert "须由本人在平台上答复，纸面签字不算" in shown
        assert reverse("register:sign_in", args=[world.here.slug, world.neighbours[0].person_id]) in shown


# --- a line of the budget ---


def test_a_kind_that_is_not_paid_is_read_and_not_chosen_and_what_is_wrong_stands_at_its_field(
    client: Client,
) -> None:
    world = make_round()
    draft = make_draft(world)
    url = act(draft, "add-line")
    no = world.call.cost_classes.filter(forbidden=True).first()
    yes = world.call.cost_classes.get(key="materials")
    assert no is not None
    client.force_login(world.lead)

    shown = client.get(url).content.decode()
    typed = {"item": "木板", "unit": "块", "quantity": "２．５", "price": "1，5", "paid_by": "grant"}
    forged = client.post(url, typed | {"cost_class": no.pk})
    wrong = client.post(url, typed | {"cost_class": yes.pk, "price": "一百", "quantity": "两块"})
    right = client.post(url, typed | {"cost_class": yes.pk})

    assert f'<option value="{no.pk}" disabled>' in shown
    assert f'<option value="{yes.pk}">' in shown
    assert (forged.status_code, set(forged.context["form"].errors)) == (422, {"cost_class"})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"price", "quantity"})
    assert right.status_code == 302
    line = draft.lines.get()
    assert (line.quantity, line.price, line.amount) == (250, 150, 375)


def test_a_line_of_a_kind_that_is_not_paid_any_more_shows_its_kind_until_another_is_chosen(
    client: Client,
) -> None:
    world = make_round()
    line = add(world, make_draft(world))
    world.call.cost_classes.filter(pk=line.cost_class_id).update(forbidden=True)
    client.force_login(world.lead)

    shown = client.get(reverse("funds:line_act", args=[line.pk, "change"])).content.decode()

    assert f'<option value="{line.cost_class_id}" selected>' in shown
