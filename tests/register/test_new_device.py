"""A number that the carrier gave to somebody else opens nothing: new devices tell more than a code by text."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from portal.community.models import Area, Person, Post, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.register.models import CounterCode, Device, FailedProof
from portal.register.services import accounts, devices, proofs, tidying
from tests import factories
from tests.concurrency import at_once
from tests.register import texting
from tests.worlds import kept

pytestmark = pytest.mark.django_db
PASSWORD = "gongzhi-demo-2026"
PHONE = "13900000001"
Texts = list[tuple[str, str]]


@kept
def make_home() -> tuple[Area, User]:
    """陈桂芳 lives in 502, with a proved number and a password."""
    here = factories.make_neighbourhood()
    person = factories.make_person(real_name="陈桂芳", phone=PHONE)
    factories.make_residency(person, factories.make_dwelling(within=here, room="502"))
    user = factories.make_account(person=person, username="chen", email="", password=PASSWORD)
    accounts.claim_phone(user, PHONE, proved=True)
    return here, user


def by_text(client: Client, phone: str = PHONE) -> HttpResponse:
    """Sign in with a code by text, as far as that goes."""
    cache.clear()
    client.post("/accounts/login/code/", {"phone": phone})
    return client.post("/accounts/login/code/confirm/", {"code": texting.code()})


def prove(client: Client, name: str = "陈桂芳", room: str = "502") -> HttpResponse:
    return client.post(reverse("register:prove"), {"name": name, "room": room})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_code_by_text_opens_nothing_on_a_new_device(client: Client, texts: Texts) -> None:
    here, _user = make_home()

    response = by_text(client)

    assert response["Location"] == reverse("register:prove")
    assert not signed_in(client)
    assert client.get(reverse("register:me"))["Location"].startswith("/accounts/login/")
    assert client.get(reverse("deliberation:propose", args=[here.slug])).status_code == 302
    assert client.get(reverse("record:record", args=[here.slug])).status_code == 200


@pytest.mark.parametrize(
    ("name", "room"),
    [("陈桂芳", "502"), (" 陈 桂芳", "５０２室"), ("陈桂芳", "1-502")],
)
def test_name_and_room_let_in_and_the_device_knows_the_account_then(
    client: Client, texts: Texts, name: str, room: str
) -> None:
    _here, user = make_home()
    by_text(client)

    assert prove(client, name, room)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert Notice.objects.get(user=user).kind == "account.new_device"

    client.post("/accounts/logout/")

    assert by_text(client)["Location"] == "/"
    assert signed_in(client)


def test_wrong_answers_are_not_let_in_and_after_three_only_the_counter_helps(
    client: Client, texts: Texts
) -> None:
    _here, user = make_home()
    by_text(client)

    answers = [prove(client, room=room).status_code for room in ("501", "503", "504")]

    assert answers == [422, 422, 422]
    assert prove(client).status_code == 409
    assert not signed_in(client)
    assert Notice.objects.get(user=user).kind == "account.proof_failed"


def test_other_sessions_have_no_further_tries_and_the_next_day_has(texts: Texts) -> None:
    _here, user = make_home()
    for room in ("501", "503", "504"):
        browser = Client()
        by_text(browser)
        prove(browser, room=room)

    late = Client()
    by_text(late)

    assert prove(late).status_code == 409
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        assert proofs.by_name_and_room(user, "陈桂芳", "502")


def test_a_code_from_the_counter_lets_in_once(texts: Texts) -> None:
    here, user = make_home()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    code = proofs.give_code(worker, here, user)
    first, second = Client(), Client()
    by_text(first)
    by_text(second)

    first.post(reverse("register:prove_counter"), {"code": f" {code[:4]} {code[4:]} "})
    refused = second.post(reverse("register:prove_counter"), {"code": code})

    assert (signed_in(first), signed_in(second), refused.status_code) == (True, False, 422)
    assert CounterCode.objects.get().issued_by == worker


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_tries_at_once_are_no_more_than_three() -> None:
    _here, user = make_home()

    outcome = at_once(8, lambda: proofs.by_name_and_room(user, "陈桂芳", "501"))

    assert (outcome.results, FailedProof.objects.count()) == ([False] * 3, 3)
    assert [type(error) for error in outcome.errors] == [NotPossible] * 5


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_code_from_the_counter_used_twice_at_once_lets_in_once() -> None:
    here, user = make_home()
    code = proofs.give_code(factories.make_user(post=Post.WORKER, neighbourhood=here), here, user)

    outcome = at_once(6, lambda: proofs.by_counter_code(user, code))

    assert sorted(outcome.results) == [False] * 5 + [True]


def test_a_code_from_the_counter_ends_after_half_an_hour_and_with_the_next_one() -> None:
    here, user = make_home()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    first, second = proofs.give_code(worker, here, user), proofs.give_code(worker, here, user)

    assert not proofs.by_counter_code(user, first)
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert not proofs.by_counter_code(user, second)
    assert proofs.by_counter_code(user, second)


def test_codes_from_the_counter_are_not_guessed() -> None:
    _here, user = make_home()
    for _try in range(10):
        proofs.by_counter_code(user, "00000000")

    with pytest.raises(NotPossible):
        proofs.by_counter_code(user, "00000000")


def test_who_was_never_verified_has_nothing_to_prove(client: Client, texts: Texts) -> None:
    user = factories.make_user(email="")
    accounts.claim_phone(user, PHONE, proved=True)

    assert by_text(client)["Location"] == "/"
    assert signed_in(client)
    assert not Device.objects.exists()


def test_an_office_without_a_home_is_guarded_too(client: Client, texts: Texts) -> None:
    worker = factories.make_user(post=Post.WORKER, email="")
    accounts.claim_phone(worker, PHONE, proved=True)

    assert by_text(client)["Location"] == reverse("register:prove")
    assert prove(client, worker.person.real_name, "502").status_code == 409  # type: ignore[union-attr]
    assert not signed_in(client)


def test_who_has_moved_away_is_guarded_too(client: Client, texts: Texts) -> None:
    _here, user = make_home()
    user.person.residencys.update(until=clock.today())  # type: ignore[union-attr]

    assert by_text(client)["Location"] == reverse("register:prove")


def test_a_password_lets_in_and_makes_the_device_known(client: Client, texts: Texts) -> None:
    make_home()
    client.post("/accounts/login/", {"login": "chen", "password": PASSWORD})
    assert signed_in(client)
    client.post("/accounts/logout/")

    assert by_text(client)["Location"] == "/"
    cookie = client.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_the_device_of_the_sign_up_is_known(client: Client, texts: Texts) -> None:
    client.post(
        "/accounts/signup/",
        {"contact": PHONE, "name": "陈阿姨", "password1": PASSWORD, "consent": "on"},
    )
    client.post("/accounts/phone/verify/", {"code": texting.code()})

    assert Device.objects.get().user == User.objects.get()


def test_a_carriers_mailbox_is_given_away_with_its_number(client: Client, mailoutbox: list[object]) -> None:
    _here, user = make_home()
    User.objects.filter(pk=user.pk).update(email=f"{PHONE}@carrier.example")

    client.post("/accounts/login/code/", {"email": f"{PHONE}@carrier.example"})
    code = client.session["account_login"]["state"]["stages"]["login_by_code"]["data"]["code"]
    response = client.post("/accounts/login/code/confirm/", {"code": code})

    assert response["Location"] == reverse("register:prove")


def test_a_cookie_of_another_account_or_a_forged_one_knows_nobody(client: Client, texts: Texts) -> None:
    make_home()
    factories.make_user(username="zhou", password=PASSWORD)
    client.post("/accounts/login/", {"login": "zhou", "password": PASSWORD})
    client.post("/accounts/logout/")

    assert by_text(client)["Location"] == reverse("register:prove")

    forged = Client()
    forged.cookies["device"] = "x" * 43
    assert by_text(forged)["Location"] == reverse("register:prove")


def test_two_accounts_on_one_browser_share_no_hash(client: Client) -> None:
    make_home()
    factories.make_user(username="zhou", password=PASSWORD)
    for name in ("chen", "zhou"):
        client.post("/accounts/login/", {"login": name, "password": PASSWORD})
        client.post("/accounts/logout/")

    hashes = set(Device.objects.values_list("code_hash", flat=True))

    assert len(hashes) == 2
    assert client.cookies["device"].value.split(":")[0] not in hashes


def test_a_forgotten_device_knows_the_account_no_more(client: Client, texts: Texts) -> None:
    make_home()
    client.post("/accounts/login/", {"login": "chen", "password": PASSWORD})
    page = client.get(reverse("register:devices"))
    forget = reverse("register:forget_device", args=[Device.objects.get().pk])
    assert forget in page.content.decode()

    assert client.get(forget).status_code == 200
    assert Device.objects.exists()
    client.post(forget)
    client.post("/accounts/logout/")

    assert by_text(client)["Location"] == reverse("register:prove")


def test_nobody_forgets_anothers_device(client: Client) -> None:
    make_home()
    Client().post("/accounts/login/", {"login": "chen", "password": PASSWORD})
    other = factories.make_user()
    client.force_login(other)
    device = Device.objects.get()

    assert client.post(reverse("register:forget_device", args=[device.pk])).status_code == 404
    with pytest.raises(Http404):
        devices.forget(other, device.pk)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
            "Android · Chrome",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17) AppleWebKit/605 Mobile/15E148 MicroMessenger/8.0",
            "iPhone · 微信",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/17 Safari/605.1.15", "Mac · Safari"),
        ("", ""),
    ],
)
def test_a_device_is_called_as_its_owner_knows_it(agent: str, name: str) -> None:
    assert devices.named(agent) == name


# --- the counter ---


def test_the_counter_gives_a_code_after_a_look_in_the_face(client: Client) -> None:
    here, user = make_home()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    client.force_login(worker)
    page = reverse("register:sign_in", args=[here.slug, user.person_id])
    give = reverse("register:give_code", args=[here.slug, user.person_id])

    assert give in client.get(page).content.decode()
    assert client.post(give, {}).status_code == 422
    assert not CounterCode.objects.exists()
    assert client.post(give, {"seen": "on"})["Location"] == page

    shown = client.get(page).context["code"]
    assert proofs.by_counter_code(user, shown)
    assert client.get(page).context["code"] == ""


def test_the_record_says_that_a_code_was_given_and_not_for_whom() -> None:
    here, user = make_home()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)

    proofs.give_code(worker, here, user)

    entry = Entry.objects.get(action="account.code_given")
    assert "陈" not in f"{entry.title}{entry.data}"
    assert entry.actor.startswith("居委会")


def test_only_the_committee_gives_codes_and_nobody_for_themselves(client: Client) -> None:
    here, user = make_home()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    elsewhere = factories.make_user(post=Post.WORKER)

    for stranger in (user, elsewhere, factories.make_user(post=Post.OFFICER, neighbourhood=here)):
        with pytest.raises(PermissionDenied):
            proofs.give_code(stranger, here, user)
    with pytest.raises(NotPossible):
        proofs.give_code(worker, here, worker)
    client.force_login(worker)
    outsider: Person = factories.make_person()
    factories.make_account(person=outsider)
    assert client.get(reverse("register:sign_in", args=[here.slug, outsider.pk])).status_code == 404


def test_failed_proofs_are_forgotten_after_a_month() -> None:
    _here, user = make_home()
    FailedProof.objects.create(user=user, at=clock.now() - timedelta(days=31))
    FailedProof.objects.create(user=user)

    tidying.tidy()

    assert FailedProof.objects.count() == 1


def test_a_known_device_costs_one_question(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, settings: Settings
) -> None:
    _here, user = make_home()
    client.post("/accounts/login/", {"login": "chen", "password": PASSWORD})
    request = client.get("/healthz").wsgi_request

    with django_assert_num_queries(1):
        assert devices.known(request, user) is not None


def test_who_has_no_room_here_is_asked_for_the_sign_in_code_alone(client: Client, texts: Texts) -> None:
    here = factories.make_neighbourhood()
    user = factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    accounts.claim_phone(user, PHONE, proved=True)

    by_text(client)
    shown = client.get(reverse("register:prove"), headers={"Accept-Language": "en"}).content.decode()

    assert ("no room of yours" in shown, "does not work today" in shown) == (True, False)
