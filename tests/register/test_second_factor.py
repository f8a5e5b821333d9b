"""Whoever holds an office acts in it only behind a second factor; a password alone opens nothing of it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from portal.community.models import Area, Post, Upload, User
from portal.community.permissions import Role, roles_in
from portal.community.selectors import signature
from portal.kit import trial
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.pages.permissions import is_district_editor
from portal.record.models import Entry
from portal.register.backends import PhoneBackend
from portal.register.services import second_factor
from portal.volunteers.models.activities import committee_sees
from tests import factories
from tests.worlds import kept

pytestmark = pytest.mark.django_db
PASSWORD = "gongzhi-demo-2026"
OFFICES = sorted(set(Post) - {Post.BUILDING_HEAD, Post.DELEGATE})


@pytest.fixture(autouse=True)
def asked(settings: Settings, tmp_path: Path) -> None:
    """A portal in use: no demo, and the factor asked for."""
    settings.STAFF_SECOND_FACTOR = True
    settings.DATA_DIR = tmp_path


@kept
def make_staff(post: Post = Post.WORKER, *, living: bool = False) -> tuple[Area, User]:
    """Somebody with an office in a new neighbourhood, perhaps at home there, who signs in as shen."""
    here = factories.make_neighbourhood()
    user = factories.make_user(post=post, neighbourhood=here, username="shen", password=PASSWORD)
    if living:
        factories.make_residency(factories.person_of(user), factories.make_dwelling(within=here))
    return here, user


def set_up(user: User) -> str:
    """A code app, with emergency codes. Returns the app's secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code_now(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))


def sign_in(client: Client) -> HttpResponse:
    return client.post("/accounts/login/", {"login": "shen", "password": PASSWORD})


def fresh(user: User) -> User:
    found = PhoneBackend().get_user(user.pk)
    assert found is not None
    return found


@pytest.mark.parametrize("post", OFFICES)
def test_no_office_acts_without_a_second_factor(post: Post) -> None:
    here, user = make_staff(post)

    assert roles_in(fresh(user), here) == {Role.VISITOR, Role.ACCOUNT}

    set_up(user)

    assert Role(post.value) in roles_in(fresh(user), here)


@pytest.mark.parametrize("post", [Post.BUILDING_HEAD, Post.DELEGATE])
def test_neighbours_with_a_task_need_none(post: Post) -> None:
    here, user = make_staff(post)

    assert Role(post.value) in roles_in(fresh(user), here)


def test_emergency_codes_alone_are_no_second_factor() -> None:
    here, user = make_staff()
    RecoveryCodes.activate(user)

    assert Role.WORKER not in roles_in(fresh(user), here)


def test_a_worker_who_lives_there_stays_a_neighbour_and_signs_as_one() -> None:
    here, user = make_staff(living=True)

    assert roles_in(fresh(user), here) == {Role.VISITOR, Role.ACCOUNT, Role.RESIDENT}
    assert not signature(fresh(user), here).official

    set_up(user)

    assert signature(fresh(user), here).official


def test_files_and_activities_that_the_office_shows_are_closed_too() -> None:
    here, user = make_staff()
    mine = str(Upload.objects.visible_to(fresh(user)).query), str(committee_sees(fresh(user)))

    set_up(user)

    assert here.path not in "".join(mine)
    assert here.path in str(Upload.objects.visible_to(fresh(user)).query)
    assert here.path in str(committee_sees(fresh(user)))


def test_signing_in_leads_to_setting_it_up(client: Client) -> None:
    _here, _user = make_staff()

    assert sign_in(client)["Location"] == reverse("mfa_index")


@pytest.mark.parametrize("name", ["register:people", "register:posts", "register:roster", "duties:workbench"])
def test_pages_of_staff_lead_to_setting_it_up(client: Client, name: str) -> None:
    here, _user = make_staff()
    sign_in(client)
    page = reverse(name, args=[here.slug])

    answer = client.get(page)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{reverse('mfa_index')}?next={quote(page, safe='')}",
    )


def test_what_is_sent_to_staff_pages_leads_there_too(client: Client) -> None:
    here, _user = make_staff()
    sign_in(client)

    answer = client.post(reverse("register:letters", args=[here.slug]))

    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("mfa_index"))


def test_a_fragment_of_a_page_leads_there_as_a_whole(client: Client) -> None:
    here, _user = make_staff()
    sign_in(client)

    answer = client.get(reverse("register:people", args=[here.slug]), headers={"HX-Request": "true"})

    assert answer["HX-Redirect"].startswith(reverse("mfa_index"))


def test_a_neighbour_is_told_no_more_than_before(client: Client) -> None:
    here, _user = make_staff()
    client.force_login(factories.make_resident(within=here))

    assert client.get(reverse("register:people", args=[here.slug])).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_setting_it_up_opens_the_office_at_once_and_the_next_time_with_a_code(client: Client) -> None:
    here, user = make_staff()
    people = reverse("register:people", args=[here.slug])
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    asked = client.get(reverse("mfa_activate_totp"))
    secret = asked.context["form"].secret

    client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    assert client.get(people).status_code == 200

    later = Client()
    cache.clear()
    assert sign_in(later)["Location"] == reverse("mfa_authenticate")
    assert later.get(people)["Location"].startswith("/accounts/login/")
    later.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert later.get(people).status_code == 200
    assert user.has_second_factor()


def test_an_emergency_code_opens_it_once(client: Client) -> None:
    here, user = make_staff()
    set_up(user)
    code = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]
    sign_in(client)

    client.post(reverse("mfa_authenticate"), {"code": code})

    assert client.get(reverse("register:people", args=[here.slug])).status_code == 200
    second = Client()
    sign_in(second)
    assert second.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_a_session_that_a_password_opened_before_has_to_show_it(client: Client) -> None:
    here, user = make_staff()
    sign_in(client)
    secret = set_up(user)
    people = reverse("register:people", args=[here.slug])

    assert client.get(people)["Location"].split("?")[0] == reverse("mfa_reauthenticate")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.post(reverse("mfa_deactivate_totp"))["Location"].startswith(reverse("mfa_reauthenticate"))
    assert user.has_second_factor()

    client.post(reverse("mfa_reauthenticate"), {"code": code_now(secret)})
    assert client.get(people).status_code == 200


def test_the_stock_admin_is_closed_without(client: Client) -> None:
    district = factories.make_area(factories.Kind.DISTRICT)
    editor = factories.make_user(post=Post.EDITOR, neighbourhood=district)
    client.force_login(editor)

    assert client.get("/cms/")["Location"].split("?")[0] == reverse("mfa_index")
    assert not is_district_editor(fresh(editor))

    set_up(editor)

    assert is_district_editor(fresh(editor))


def test_an_operators_account_is_no_exception(client: Client) -> None:
    root = User.objects.create_superuser("root", password=PASSWORD)
    client.force_login(root)

    assert client.get("/cms/")["Location"].split("?")[0] == reverse("mfa_index")


def test_it_costs_no_question_more(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    here, user = make_staff()
    set_up(user)

    with django_assert_num_queries(1):
        user = fresh(user)
    with django_assert_num_queries(1):
        assert Role.WORKER in roles_in(user, here)


# --- the demo ---


def test_the_demo_asks_for_none_and_says_so(client: Client) -> None:
    here, user = make_staff()
    trial.begin_trial()

    assert Role.WORKER in roles_in(fresh(user), here)
    for page in ("/accounts/login/", reverse("duties:workbench", args=[here.slug])):
        assert "演示" in client.get(page).content.decode()
        client.force_login(user)
        client.get("/accounts/login/")

    trial.end_trial()

    assert Role.WORKER not in roles_in(fresh(user), here)
    assert "演示" not in Client().get("/accounts/login/").content.decode()


def test_a_portal_that_others_can_reach_is_never_a_demo(settings: Settings) -> None:
    trial.begin_trial()
    settings.ORIGINS = ["https://portal.example"]

    assert trial.second_factor_asked()


# --- a lost one ---


def make_desk(*, other: Post = Post.WORKER) -> tuple[Area, User, User, User]:
    """A neighbourhood with its director, its officer, and somebody whose second factor is lost."""
    here = factories.make_neighbourhood()
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    officer = factories.make_user(post=Post.OFFICER, neighbourhood=here.get_parent())
    loser = factories.make_user(post=other, neighbourhood=here)
    for user in (director, officer, loser):
        set_up(user)
    return here, director, officer, loser


def test_the_director_takes_a_lost_one_away_and_the_person_is_told() -> None:
    here, director, _officer, loser = make_desk()

    second_factor.reset(fresh(director), here, loser)

    assert not Authenticator.objects.filter(user=loser).exists()
    assert Notice.objects.get(user=loser).kind == "account.factor_reset"
    entry = Entry.objects.get(action="account.factor_reset")
    assert loser.public_name not in f"{entry.title}{entry.data}"
    with pytest.raises(NotPossible):
        second_factor.reset(fresh(director), here, loser)


def test_for_a_director_it_takes_the_officer_and_nobody_does_it_alone() -> None:
    here, director, officer, other = make_desk(other=Post.DIRECTOR)
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    set_up(worker)

    for by, whose in ((director, other), (director, director), (officer, officer), (worker, other)):
        with pytest.raises(PermissionDenied):
            second_factor.reset(fresh(by), here, whose)

    second_factor.reset(fresh(officer), here, other)
    assert not other.has_second_factor()


def test_the_page_of_the_counter_asks_once_and_does_it(client: Client) -> None:
    here, director, _officer, loser = make_desk()
    secret = set_up_anew(director)
    User.objects.filter(pk=director.pk).update(username="shen")
    director.refresh_from_db()
    director.set_password(PASSWORD)
    director.save()
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    page = reverse("register:sign_in", args=[here.slug, loser.person_id])
    away = reverse("register:reset_factor", args=[here.slug, loser.person_id])

    assert away in client.get(page).content.decode()
    assert client.post(away, {}).status_code == 422
    assert loser.has_second_factor()
    assert client.post(away, {"seen": "on"})["Location"] == page
    assert not loser.has_second_factor()


def set_up_anew(user: User) -> str:
    Authenticator.objects.filter(user=user).delete()
    return set_up(user)


def test_the_operator_has_a_command() -> None:
    _here, _director, officer, _loser = make_desk()

    call_command("reset_second_factor", officer.username)

    assert not officer.has_second_factor()
    for name in (officer.username, "nobody"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", name)


def test_who_waits_for_the_committees_pages_is_told_what_opens_them(client: Client) -> None:
    _here, user = make_staff()
    client.force_login(user)

    shown = client.get(reverse("mfa_index"), headers={"Accept-Language": "en"}).content.decode()
    set_up(user)
    done = client.get(reverse("mfa_index"), headers={"Accept-Language": "en"}).content.decode()

    told = "pages open when this is done"
    assert (told in shown, told in done) == (True, False)
