"""One's own page: dwellings, settings, one's data, the way out; and joining in the browser."""

from __future__ import annotations

import json
from copy import copy
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from portal.actions.models import Submission
from portal.community.models import Area, Dwelling, Ownership, Person, Post, RelationStatus, Residency, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.register.services import joining, leaving, letters, mailings
from portal.register.services.identity import Identity
from portal.register.services.joining import Claim
from portal.voting.models import Ballot, Channel
from tests import factories
from tests.notifications.factories import kind, make_news
from tests.voting import factories as voting

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood()


@pytest.fixture
def home(here: Area) -> Dwelling:
    return factories.make_dwelling(within=here, room="101")


@pytest.fixture
def user(client: Client) -> User:
    """Somebody new, signed in."""
    user = factories.make_user(name="陈阿姨", password="gongzhi-demo-2026")
    Person.objects.filter(pk=user.person_id).update(real_name="", phone="", adult_on=None)
    client.force_login(user)
    return User.objects.get(pk=user.pk)


TYPED: dict[str, Any] = {"real_name": "陈静", "ties": ["living"], "adult": "yes"}


def test_the_newest_notices_come_first_and_those_not_opened_before_all(
    client: Client, user: User, here: Area
) -> None:
    with kind() as opened:
        for title in ("第一件", "第二件", "第三件", "第四件", "第五件"):
            make_news(user, here, opened, title=title)
        Notice.objects.filter(params__title="第五件").update(read_at=clock.now())

        page = client.get("/me/").content.decode()

        shown = [title for title in ("第一件", "第二件", "第三件", "第四件", "第五件") if title in page]
        assert shown == ["第二件", "第三件", "第四件"]
        assert page.index("第四件") < page.index('href="/join/"')


@pytest.mark.parametrize("n", [10, 1000])
def test_the_own_page_costs_the_same_however_many_notices(
    client: Client, user: User, here: Area, n: int, django_assert_num_queries: Any
) -> None:
    with kind() as opened:
        first = make_news(user, here, opened)
        first.pk = None
        copies = [copy(first) for _ in range(n - 1)]
        for number, one in enumerate(copies):
            one.occasion = f"copy:{number}"
        Notice.objects.bulk_create(copies)
        client.get("/me/")

        with django_assert_num_queries(25):
            page = client.get("/me/").content.decode()

        assert f">{n}</b>" in page


@pytest.mark.parametrize(
    "path",
    ["/me/", "/me/settings/", "/me/data/", "/me/close/", "/join/request/", "/residencies/1/leave/"],
)
def test_ones_own_pages_need_a_sign_in(client: Client, path: str) -> None:
    assert client.get(path)["Location"].startswith("/accounts/login/?next=/")


def test_an_empty_page_says_how_to_begin(client: Client, user: User) -> None:
    page = client.get("/me/").content.decode()

    assert ('href="/join/"' in page, 'href="/join/request/"' in page) == (True, True)


def test_a_letter_is_enough_to_join(client: Client, user: User, here: Area, home: Dwelling) -> None:
    code = mailings.issue(factories.make_user(post=Post.WORKER, neighbourhood=here), [home])[0].code

    assert f'value="{code}"' in client.get(f"/join/?code={code}").content.decode()
    response = client.post("/join/", TYPED | {"code": code})

    assert response["Location"] == "/me/"
    assert Residency.objects.get(person=user.person_id).status == RelationStatus.VERIFIED
    assert "101" in client.get("/me/").content.decode()


def test_a_wrong_code_keeps_what_was_typed(client: Client, user: User) -> None:
    response = client.post("/join/", TYPED | {"code": "K7QM-3XRT"})

    assert response.status_code == 409
    assert ('value="陈静"' in response.content.decode(), Residency.objects.count()) == (True, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": ""},
        {"real_name": ""},
        {"ties": []},
        {"adult": ""},
        {"adult": "no"},
        {"adult": "no", "birthday": "x"},
    ],
)
def test_what_is_missing_is_said_at_its_field(client: Client, user: User, wrong: dict[str, Any]) -> None:
    response = client.post("/join/", TYPED | {"code": "K7QM-3XRT"} | wrong)

    expected = "birthday" if "no" in wrong.values() else next(iter(wrong))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [expected])


def test_what_is_known_is_not_asked_again(client: Client, user: User) -> None:
    Person.objects.filter(pk=user.person_id).update(adult_on=clock.today(), real_name="陈静")

    page = client.get("/join/")

    assert list(page.context["form"].fields) == ["code", "real_name", "ties"]
    assert 'value="陈静"' in page.content.decode()


def test_without_a_letter_one_asks_in_two_steps(
    client: Client, user: User, here: Area, home: Dwelling
) -> None:
    first = client.get("/join/request/").content.decode()
    assert f'value="{home.building_id}"' in first

    path = f"/join/request/?building={home.building_id}"
    assert f'value="{home.pk}"' in client.get(path).content.decode()
    response = client.post(path, TYPED | {"dwelling": home.pk})

    assert response["Location"] == "/me/"
    assert Residency.objects.get(person=user.person_id).status == RelationStatus.REQUESTED
    assert [tie.person_id for tie, _duty in joining.waiting_requests(here)] == [user.person_id]


def test_asking_twice_keeps_what_was_typed(client: Client, user: User, home: Dwelling) -> None:
    path = f"/join/request/?building={home.building_id}"
    client.post(path, TYPED | {"dwelling": home.pk})

    response = client.post(path, TYPED | {"dwelling": home.pk})

    assert (response.status_code, response.context["form"]["real_name"].value()) == (409, "陈静")


def test_a_dwelling_of_another_building_cannot_be_sent(
    client: Client, user: User, here: Area, home: Dwelling
) -> None:
    other = factories.make_dwelling(within=here)

    response = client.post(f"/join/request/?building={home.building_id}", TYPED | {"dwelling": other.pk})

    assert (response.status_code, Residency.objects.count()) == (422, 0)


def test_a_building_of_another_neighbourhood_is_not_found(client: Client, user: User, here: Area) -> None:
    session = client.session
    session["here"] = here.slug
    session.save()

    assert client.get(f"/join/request/?building={factories.make_building().pk}").status_code == 404


def test_where_no_neighbourhood_is_known_it_is_chosen_first(client: Client, user: User) -> None:
    factories.make_neighbourhood()
    factories.make_neighbourhood()

    assert client.get("/join/request/")["Location"] == "/n/"


def test_a_request_is_taken_back(client: Client, user: User, home: Dwelling) -> None:
    [tie] = joining.ask(user, home, Claim(True, False), Identity("陈静", adult=True))

    path = f"/residencies/{tie.pk}/withdraw/"
    assert f'href="{path}"' in client.get("/me/").content.decode()
    assert client.get(path).status_code == 200
    assert Residency.objects.count() == 1
    assert client.post(path)["Location"] == "/me/"

    assert Residency.objects.count() == 0


def test_who_moved_out_says_so(client: Client, user: User, home: Dwelling) -> None:
    tie = factories.make_residency(factories.person_of(user), home)

    path = f"/residencies/{tie.pk}/leave/"
    assert f'href="{path}"' in client.get("/me/").content.decode()
    assert client.get(path).status_code == 200
    assert Residency.objects.get().until is None
    assert client.post(path)["Location"] == "/me/"

    assert Residency.objects.get().until == clock.today()


def test_a_code_for_the_household_is_shown_once(client: Client, user: User, home: Dwelling) -> None:
    factories.make_residency(factories.person_of(user), home)

    answer = client.post(f"/me/dwellings/{home.pk}/code/")
    page = client.get(answer["Location"]).content.decode()

    code = page.split("<b>")[-1].split("</b>")[0]
    assert (len(code), page.count('<svg role="img"')) == (9, 1)
    assert code not in client.get("/me/").content.decode()
    assert client.get(answer["Location"])["Location"] == "/me/"


def test_no_code_for_a_dwelling_of_others(client: Client, user: User, home: Dwelling) -> None:
    assert client.post(f"/me/dwellings/{home.pk}/code/")["Location"] == "/me/"
    assert client.post("/me/dwellings/999999/code/")["Location"] == "/me/"


def test_settings_are_kept_for_account_and_browser(client: Client, user: User) -> None:
    typed = {"display_name": "小陈", "language": "en", "elder_mode": "on"}

    response = client.post("/me/settings/", typed)

    user.refresh_from_db()
    assert (user.public_name, user.language, user.elder_mode) == ("小陈", "en", True)
    assert (response.cookies["language"].value, response.cookies["elder"].value) == ("en", "1")


@pytest.mark.parametrize("wrong", [{"display_name": "居委会"}, {"display_name": ""}, {"language": "xx"}])
def test_settings_that_cannot_be_are_said(client: Client, user: User, wrong: dict[str, str]) -> None:
    expected = 409 if wrong == {"display_name": "居委会"} else 422
    response = client.post("/me/settings/", {"display_name": "小陈", "language": "en"} | wrong)

    user.refresh_from_db()
    assert (response.status_code, user.public_name, user.language) == (expected, "陈阿姨", "")


# --- one's data ---


def test_everything_about_oneself_can_be_taken_along(
    client: Client, user: User, here: Area, home: Dwelling
) -> None:
    person = factories.person_of(user)
    Person.objects.filter(pk=person.pk).update(real_name="陈静甲区密语")
    tie = factories.make_residency(person, home)
    factories.make_appointment(person, Post.BUILDING_HEAD, here, title="楼组长")
    letters.hand_out(user, home.pk)

    response = client.get("/me/data/")

    told = json.loads(response.content)
    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert told["person"]["real_name"] == "陈静甲区密语"
    assert [row["id"] for row in told["community.residency"]] == [tie.pk]
    assert [row["title"] for row in told["community.appointment"]] == ["楼组长"]
    assert "password" not in response.content.decode()
    assert user.password not in response.content.decode()


def test_nothing_about_others_is_taken_along(client: Client, here: Area, home: Dwelling) -> None:
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    other = factories.make_user(name="乙区密语-9C1E")
    [tie] = joining.ask(other, home, Claim(True, False), Identity("乙区密语-9C1E", adult=True))
    joining.approve(worker, "residency", tie.pk)
    client.force_login(worker)

    text = client.get("/me/data/").content.decode()

    assert ("9C1E" in text, "community.residency" in json.loads(text)) == (False, False)


def test_a_clerk_does_not_take_along_what_neighbours_voted_on_paper(client: Client) -> None:
    place = voting.make_place()
    vote, clerk = voting.call(place), place.director
    entry = voting.line(place.people[0], vote)
    own = Ballot.objects.create(
        vote=vote,
        entry=voting.line(place.people[1], vote),
        receipt="1",
        choice="for",
        cast_by=place.people[1],
    )
    Ballot.objects.create(
        vote=vote, entry=entry, receipt="2", choice="against", channel=Channel.PAPER, cast_by=clerk
    )

    assert "voting.ballot" not in leaving.export(clerk)
    assert [row["id"] for row in leaving.export(place.people[1])["voting.ballot"]] == [own.pk]


def test_a_closed_account_signs_nobody_in_and_names_nobody(
    client: Client, user: User, home: Dwelling
) -> None:
    person = factories.person_of(user)
    Person.objects.filter(pk=person.pk).update(real_name="陈静", phone="13900000001")
    EmailAddress.objects.create(user=user, email=user.email, verified=True)

    assert client.post("/me/close/", {}).status_code == 422
    response = client.post("/me/close/", {"sure": "on"})

    assert response["Location"] == "/"
    closed = User.objects.get(pk=user.pk)
    assert (closed.is_active, closed.email, closed.phone, closed.person) == (False, "", "", None)
    assert EmailAddress.objects.count() == 0
    left = Person.objects.get(pk=person.pk)
    assert (left.real_name, left.phone, left.public_name) == ("", "", "已注销用户")
    assert client.get("/me/").status_code == 302
    client.post("/accounts/login/", {"login": user.username, "password": "gongzhi-demo-2026"})
    assert client.get("/me/").status_code == 302


def test_who_lives_here_can_still_vote_on_paper_after_closing(user: User, home: Dwelling) -> None:
    person = factories.person_of(user)
    Person.objects.filter(pk=person.pk).update(real_name="陈静")
    factories.make_residency(person, home)
    factories.make_ownership(person, home)
    Residency.objects.create(person=person, dwelling=factories.make_dwelling())

    leaving.close(User.objects.get(pk=user.pk))

    left = Person.objects.get(pk=person.pk)
    assert (left.real_name, left.public_name) == ("陈静", "已注销用户")
    assert (Residency.objects.get().dwelling, Ownership.objects.on(clock.today()).count()) == (home, 1)


def test_who_holds_a_post_hands_it_over_first(here: Area) -> None:
    user = factories.make_user(post=Post.WORKER, neighbourhood=here)

    with pytest.raises(NotPossible):
        leaving.close(user)

    assert User.objects.get(pk=user.pk).is_active


def test_two_accounts_can_be_closed() -> None:
    for _ in range(2):
        leaving.close(factories.make_user())

    assert User.objects.filter(is_active=False).count() == 2


def test_a_form_sent_twice_counts_once(client: Client, user: User, home: Dwelling) -> None:
    key = "0" * 32
    typed = TYPED | {"dwelling": home.pk, "once": key}

    answers = [client.post(f"/join/request/?building={home.building_id}", typed) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == ["/me/", "/me/"]
    assert (Residency.objects.count(), Submission.objects.count()) == (1, 1)
