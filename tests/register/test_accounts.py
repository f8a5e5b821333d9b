"""Opening an account and signing in: by phone or e-mail, without telling who has one."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from portal.community.models import Person, User
from portal.kit import phones, sms
from portal.kit.errors import NotPossible
from portal.kit.limits import Limit, allow
from portal.notifications.models import Ceiling
from portal.register.forms.passwords import SIGNS_IN_AS
from portal.register.services import accounts
from tests import factories
from tests.register import texting

pytestmark = pytest.mark.django_db
PASSWORD = "gongzhi-demo-2026"
PHONE = "13900000001"
Texts = list[tuple[str, str]]


def sign_up(client: Client, contact: str, **changes: str) -> HttpResponse:
    typed = {"contact": contact, "name": "陈阿姨", "password1": PASSWORD, "consent": "on"} | changes
    return client.post("/accounts/signup/", {name: value for name, value in typed.items() if value})


def sign_in(client: Client, login: str, password: str = PASSWORD, **headers: Any) -> HttpResponse:
    return client.post("/accounts/login/", {"login": login, "password": password}, **headers)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def visible(response: HttpResponse) -> str:
    """A page without what differs from one request to the next."""
    return re.sub(r'(value|content)="[^"]*"', "", response.content.decode())


# --- signing up ---


@pytest.mark.parametrize("typed", [PHONE, "+86 139 0000 0001", "１３９00000001", " 139-0000-0001 "])
def test_a_phone_is_proved_by_a_code(client: Client, texts: Texts, typed: str) -> None:
    response = sign_up(client, typed)

    assert response["Location"] == "/accounts/phone/verify/"
    assert not signed_in(client)
    assert [number for number, _text in texts] == [PHONE]
    assert re.fullmatch(r"\d{6}", texting.code())

    response = client.post("/accounts/phone/verify/", {"code": texting.code()})

    user = User.objects.get()
    assert signed_in(client)
    assert response["Location"] == "/join/"
    assert (user.phone, user.phone_verified, user.email) == (PHONE, True, "")
    assert (user.public_name, user.person.phone, user.person.real_name) == ("陈阿姨", PHONE, "")
    assert user.consented_at is not None


def test_an_address_is_proved_by_a_link(client: Client) -> None:
    response = sign_up(client, "Chen@Example.org")

    assert response["Location"] == "/accounts/confirm-email/"
    assert not signed_in(client)
    [letter] = mail.outbox
    assert letter.to == ["chen@example.org"]
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+/)", str(letter.body))
    assert link is not None

    client.post(link[1])

    assert signed_in(client)
    assert EmailAddress.objects.get().verified
    assert User.objects.get().public_name == "陈阿姨"


def test_an_unproved_address_does_not_sign_in(client: Client) -> None:
    sign_up(client, "chen@example.org")

    assert sign_in(client, "chen@example.org")["Location"] == "/accounts/confirm-email/"
    assert not signed_in(client)


@pytest.mark.parametrize(
    "changes",
    [
        {"contact": ""},
        {"contact": "12345"},
        {"contact": "+852 5123 4567"},
        {"contact": "chen@"},
        {"name": ""},
        {"name": "居委会沈老师"},
        {"name": "物业客服"},
        {"name": "\u200b\u202e "},
        {"password1": "1234567"},
        {"password1": "password"},
        {"consent": ""},
    ],
)
def test_what_is_wrong_stands_at_its_field(client: Client, texts: Texts, changes: dict[str, str]) -> None:
    response = sign_up(client, **({"contact": PHONE} | changes))

    assert response.status_code == 200
    assert list(response.context["form"].errors) == list(changes)
    assert (User.objects.count(), Person.objects.count(), texts, mail.outbox) == (0, 0, [], [])


@pytest.mark.parametrize(("taken", "contact"), [("phone", PHONE), ("email", "chen@example.org")])
def test_the_page_does_not_tell_who_has_an_account(taken: str, contact: str, texts: Texts) -> None:
    fresh = sign_up(Client(), contact, name="别人")
    shown = visible(Client().get(fresh["Location"]))
    User.objects.all().delete()
    cache.clear()
    owner = factories.make_user(email="chen@example.org")
    accounts.claim_phone(owner, PHONE, proved=True)
    client = Client()

    response = sign_up(client, contact, name="别人")

    assert (response.status_code, response["Location"]) == (fresh.status_code, fresh["Location"])
    assert visible(Client().get(response["Location"])) == shown
    assert (User.objects.get(), signed_in(client)) == (owner, False)
    told = texts[-1][1] if taken == "phone" else str(mail.outbox[-1].body)
    assert ("account" in told or "账号" in told or "帐户" in told) is True


def test_a_claim_without_proof_keeps_nobody_out(texts: Texts) -> None:
    squatter, owner = Client(), Client()
    sign_up(squatter, PHONE, name="占号的人")
    cache.clear()

    sign_up(owner, PHONE)
    owner.post("/accounts/phone/verify/", {"code": texting.code()})

    assert signed_in(owner)
    assert User.objects.get(phone=PHONE).public_name == "陈阿姨"
    assert (sign_in(squatter, PHONE), signed_in(squatter))[1] is False


def test_a_claim_in_between_does_not_stop_a_proof(texts: Texts) -> None:
    owner, squatter = Client(), Client()
    sign_up(owner, PHONE)
    code = texting.code()
    cache.clear()
    sign_up(squatter, PHONE, name="占号的人")

    owner.post("/accounts/phone/verify/", {"code": code})

    assert signed_in(owner)
    assert User.objects.get(phone=PHONE).public_name == "陈阿姨"


def test_a_proved_phone_is_never_taken_away() -> None:
    owner, other = factories.make_user(), factories.make_user()
    accounts.claim_phone(owner, PHONE, proved=True)

    for proved in (False, True):
        with pytest.raises(NotPossible):
            accounts.claim_phone(other, PHONE, proved=proved)

    assert accounts.by_phone(PHONE) == owner


def test_a_code_counts_in_its_session_only_and_five_tries(client: Client, texts: Texts) -> None:
    sign_up(client, PHONE)
    code = texting.code()
    stranger = Client()

    assert stranger.post("/accounts/phone/verify/", {"code": code})["Location"] == "/accounts/login/"
    for _ in range(5):
        client.post("/accounts/phone/verify/", {"code": "000000" if code != "000000" else "111111"})
    client.post("/accounts/phone/verify/", {"code": code})

    assert not signed_in(client)


def test_a_code_by_phone_signs_in_without_the_password(client: Client, texts: Texts) -> None:
    user = factories.make_user(password=PASSWORD)
    accounts.claim_phone(user, PHONE, proved=True)

    client.post("/accounts/login/code/", {"phone": PHONE})
    client.post("/accounts/login/code/confirm/", {"code": texting.code()})

    assert client.session["_auth_user_id"] == str(user.pk)


# --- signing in ---


@pytest.mark.parametrize(
    "login", ["chen", "CHEN", PHONE, "+86 139 0000 0001", "chen@example.org", "Chen@Example.org "]
)
def test_the_name_the_phone_and_the_address_sign_in(client: Client, login: str) -> None:
    user = factories.make_user(username="chen", email="chen@example.org", password=PASSWORD)
    accounts.claim_phone(user, PHONE, proved=True)

    assert sign_in(client, login)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_session_is_another_one_after_signing_in(client: Client) -> None:
    factories.make_user(username="chen", password=PASSWORD)
    session = client.session
    session["here"] = "x"
    session.save()
    before = session.session_key
    client.cookies["session"] = before

    sign_in(client, "chen")

    assert client.session.session_key != before


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("login", ["chen", PHONE, "chen@example.org"])
def test_a_wrong_password_tells_nothing(client: Client, login: str, known: bool) -> None:
    if known:
        user = factories.make_user(username="chen", email="chen@example.org", password=PASSWORD)
        accounts.claim_phone(user, PHONE, proved=True)

    response = sign_in(client, login, "wrong")

    first = response.context["form"].non_field_errors()
    assert response.status_code == 200
    assert len(first) == 1
    assert not any(word in first[0] for word in ("exist", "unknown", "不存在", "未注册"))


def test_five_wrong_passwords_stop_an_account_under_all_its_names(client: Client) -> None:
    user = factories.make_user(username="chen", email="chen@example.org", password=PASSWORD)
    accounts.claim_phone(user, PHONE, proved=True)

    for login in ("chen", PHONE, "chen@example.org", "+86" + PHONE, "CHEN"):
        sign_in(client, login, "wrong")

    for login in ("chen", PHONE, "chen@example.org"):
        assert sign_in(client, login).status_code == 200
        assert not signed_in(client)


def test_four_wrong_passwords_do_not(client: Client) -> None:
    factories.make_user(username="chen", password=PASSWORD)
    for _ in range(4):
        sign_in(client, "chen", "wrong")

    sign_in(client, "chen")

    assert signed_in(client)


def test_a_right_password_in_between_gives_no_new_tries(client: Client) -> None:
    factories.make_user(username="chen", password=PASSWORD)
    for _ in range(4):
        sign_in(Client(), "chen", "wrong")
    sign_in(Client(), "chen")
    sign_in(Client(), "chen", "wrong")

    sign_in(client, "chen")

    assert not signed_in(client)


def test_wrong_passwords_for_one_phone_never_stop_another(client: Client) -> None:
    for phone in (PHONE, "13900000002"):
        accounts.claim_phone(factories.make_user(password=PASSWORD), phone, proved=True)
    for _ in range(20):
        sign_in(Client(), PHONE, "wrong")

    sign_in(client, "13900000002")

    assert signed_in(client)


def test_another_port_or_address_gives_no_new_tries(client: Client, settings: Settings) -> None:
    factories.make_user(username="chen", password=PASSWORD)

    for number in range(60):
        sign_in(
            Client(),
            "chen",
            "wrong",
            headers={"Host": f"testserver:{8000 + number}"},
            REMOTE_ADDR=f"10.0.0.{number}",
        )
    sign_in(client, "chen")

    assert not signed_in(client)


def test_a_block_of_flats_behind_one_address_signs_in(client: Client) -> None:
    """Two hundred people, every tenth mistyping once."""
    for number in range(200):
        factories.make_user(username=f"n{number}", password=PASSWORD, email="")

    refused = 0
    for number in range(200):
        browser = Client()
        if number % 10 == 0:
            sign_in(browser, f"n{number}", "wrong")
        sign_in(browser, f"n{number}")
        refused += not signed_in(browser)

    assert refused == 0


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_elsewhere(client: Client, path: str) -> None:
    factories.make_user(username="chen", password=PASSWORD)

    response = client.post("/accounts/login/", {"login": "chen", "password": PASSWORD, "next": path})

    assert response["Location"] == "/"


# --- text messages ---

HELLO = sms.Message(sms.Template.NEWS, "你好")


def send(number: str = PHONE, address: str = "10.0.0.1") -> bool:
    return sms.send(number, HELLO, address=address)


def forget_the_minute() -> None:
    """A minute later: only the longer counters still stand."""
    cache.delete(f"limit:sms-number:{allow_key(PHONE)}")


def allow_key(who: str) -> str:
    return hashlib.sha256(who.encode()).hexdigest()[:32]


def test_news_by_text_hold_back_no_code(texts: Texts) -> None:
    assert [sms.send(PHONE, HELLO, address="news", news=True) for _time in range(2)] == [True, False]
    assert send()


def test_a_number_gets_one_message_a_minute_and_five_a_day(texts: Texts) -> None:
    assert [send(), send()] == [True, False]

    for number in range(2, 8):
        forget_the_minute()
        send(address=f"10.0.0.{number}")

    assert len(texts) == 5


def test_an_address_causes_twenty_messages_an_hour(texts: Texts) -> None:
    assert sum(send(f"139{number:08d}") for number in range(1000)) == 20
    assert len(texts) == 20
    assert send("13800000000", address="10.0.0.2")


def test_the_portal_sends_no_more_than_its_ceiling(texts: Texts, settings: Settings) -> None:
    settings.SMS_PER_DAY = 3

    assert [send(f"139{number:08d}", f"10.0.0.{number}") for number in range(5)] == [True] * 3 + [False] * 2


def test_a_provider_that_fails_is_asked_once(texts: Texts, settings: Settings) -> None:
    settings.SMS_BACKEND = "tests.register.texting.fail"

    assert [send(), send()] == [False, False]
    assert len(texts) == 1


def test_signing_up_too_often_is_told_so(client: Client, texts: Texts) -> None:
    sign_up(client, PHONE)

    response = sign_up(Client(), PHONE, name="又一次")

    assert (response.status_code, len(texts)) == (429, 1)


@pytest.mark.parametrize("backend", ["tests.register.texting.fail", "portal.kit.sms.none"])
def test_nobody_is_told_that_a_text_was_sent_which_was_not(settings: Settings, backend: str) -> None:
    settings.SMS_BACKEND = backend
    accounts.claim_phone(factories.make_user(), "13900000002", proved=True)
    english = {"Accept-Language": "en"}

    answers = [
        sign_up(Client(headers=english), PHONE),
        Client(headers=english).post("/accounts/login/code/", {"phone": "13900000002"}),
    ]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert all("No code was sent" in answer.content.decode() for answer in answers)


def test_a_new_code_that_could_not_be_sent_is_not_said_to_be(
    client: Client, texts: Texts, settings: Settings
) -> None:
    sign_up(client, PHONE)
    cache.clear()
    settings.SMS_BACKEND = "tests.register.texting.fail"

    assert client.post("/accounts/phone/verify/", {"action": "resend"}).status_code == 503


def test_the_days_ceiling_is_noted_when_it_holds_back_a_code(texts: Texts, settings: Settings) -> None:
    settings.SMS_PER_DAY = 1

    answers = [sign_up(Client(), f"1390000000{number}").status_code for number in range(3)]

    assert answers == [302, 503, 503]
    assert Ceiling.objects.get().held == 2


def test_the_terminal_shows_a_text_and_the_log_nothing_of_it(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    send()

    shown = capsys.readouterr().err
    assert PHONE not in shown
    assert "139****0001: 你好" in shown
    assert caplog.text == ""


def test_counters_run_out() -> None:
    limit = Limit(2, 3600)

    assert [allow("a", "x", limit) for _ in range(3)] == [True, True, False]
    assert (allow("a", "y", limit), allow("b", "x", limit)) == (True, True)
    cache.clear()
    assert allow("a", "x", limit)


# --- numbers ---


@given(
    st.from_regex(r"\A1[3-9][0-9]{9}\Z"),
    st.sampled_from(["", "+86", "86", "0086", "+86 ", "(+86)"]),
    st.data(),
)
def test_a_number_is_the_same_however_it_is_written(number: str, country: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, 11))
    wide = "".join(chr(ord(sign) + 0xFEE0) if data.draw(st.booleans()) else sign for sign in number)
    written = f"{country}{wide[:cut]} -{wide[cut:]} "

    assert phones.mobile(written) == number
    assert unicodedata.normalize("NFKC", wide) == number


@given(st.text(max_size=20))
def test_what_is_kept_is_always_a_number_or_nothing(text: str) -> None:
    assert re.fullmatch(r"1[3-9][0-9]{9}|", phones.mobile(text))


@pytest.mark.parametrize(
    ("number", "shown"),
    [("13900000001", "139****0001"), ("02162345678", "021****5678"), ("12345", "****"), ("", "")],
)
def test_a_number_is_shown_in_part(number: str, shown: str) -> None:
    assert phones.masked(number) == shown


# --- names ---


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" 陈 阿姨 ", "陈 阿姨"), ("a\u200bb", "a b"), ("x" * 30, "x" * 30), ("王小明", "王小明")],
)
def test_a_name_is_kept_readable(typed: str, kept: str) -> None:
    assert accounts.checked_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "\u202e", "\u3164\ufe0f", "x" * 31, "居委会", "某某物业", "街道办小王", "楼组长老李"),
        *(
            "居 委 会",
            "居\u200b委\u200d会",
            "居·委·会",
            "居-委-会",
            "ＪＵ委会",
            "Ju委Hui",
            "居wei会小王",
            "JuWeiHui",
        ),
        *("業主委員會", "居委會", "街道辦", "黨支部", "物 業", "官　方", "客.服", "wu业", "ＡＤＭＩＮ"),
    ],
)
def test_names_that_mislead_are_refused(typed: str) -> None:
    with pytest.raises(NotPossible):
        accounts.checked_name(typed)


def test_who_holds_a_post_may_be_called_by_it() -> None:
    here = factories.make_neighbourhood()
    user = factories.make_user(post=factories.Post.WORKER, neighbourhood=here)

    accounts.rename(user, "居委会小沈")

    assert user.public_name == "居委会小沈"


@pytest.mark.parametrize(
    "typed", ["王小明", "Wu Ye", "陈巨伟 Juwei", "方官", "会画画的老张", "John Smith", "买买提·吐尔逊"]
)
def test_names_of_neighbours_are_not_taken_for_posts(typed: str) -> None:
    assert accounts.checked_name(typed) == typed


def test_nobody_is_called_as_staff_there_are() -> None:
    here, elsewhere = factories.make_neighbourhood(), factories.make_neighbourhood()
    factories.make_user(post=factories.Post.WORKER, neighbourhood=here, name="沈老师", title="社工站")
    factories.make_user(post=factories.Post.BUILDING_HEAD, neighbourhood=here, name="朱老师")
    near, far = factories.make_resident(within=here), factories.make_resident(within=elsewhere)

    for typed in ("沈老师", "沈 老 师", "沈\u200b老师", "社工站小王"):
        for user in (near, None):
            with pytest.raises(NotPossible):
                accounts.checked_name(typed, user)

    assert accounts.checked_name("沈老师", far) == "沈老师"
    assert accounts.checked_name("朱老师", near) == "朱老师"
    assert accounts.checked_name("沈老师傅", near) == "沈老师傅"


def test_other_settings_are_kept_under_a_name_that_staff_came_to_have() -> None:
    here = factories.make_neighbourhood()
    user = factories.make_resident(within=here, name="沈老师")
    factories.make_user(post=factories.Post.WORKER, neighbourhood=here, name="沈老师")

    accounts.set_up(user, display_name="沈老师", language="en", elder_mode=True)

    assert (user.public_name, user.language) == ("沈老师", "en")


def test_who_signs_in_again_within_a_minute_types_the_code_that_was_sent(
    client: Client, texts: Texts
) -> None:
    sign_up(client, PHONE)
    code, again = texting.code(), Client()

    asked = sign_in(again, User.objects.get().username)

    assert (asked.status_code, len(texts)) == (302, 1)
    assert "秒前已发出" in again.get(asked["Location"]).content.decode()
    again.post(asked["Location"], {"code": code})
    assert signed_in(again)


def test_a_code_asked_for_twice_is_typed_whether_the_number_is_known_or_not(texts: Texts) -> None:
    sign_up(Client(), PHONE)
    cache.clear()
    for phone in (PHONE, "13900000009"):
        before, codes = len(texts), set()
        for browser in (Client(), Client()):
            codes.add(browser.post("/accounts/login/code/", {"phone": phone}).status_code)
        assert (codes, len(texts)) == ({302}, before + 1), phone


def test_who_has_chosen_a_password_by_a_link_finds_the_sign_in_filled_in(client: Client) -> None:
    user = factories.make_user(username="shen")
    session = client.session
    session[SIGNS_IN_AS] = user.username
    session.save()

    assert 'value="shen"' in client.get("/accounts/login/").content.decode()
