"""Every page and mail about an account is the portal's own, in its own words; nothing that allauth brings is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.app_settings import EMAIL_CONFIRMATION_EXPIRE_DAYS
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as passkeys
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.template.loader import get_template
from django.test.signals import template_rendered
from django.urls import reverse

from portal.community.models import User
from portal.register.services import accounts
from tests import factories
from tests.register import texting
from tests.register.account_walk import STOCK, Walk, names_of_allauth, shared, stock
from tests.register.test_second_factor import code_now, set_up
from tests.worlds import kept

pytestmark = pytest.mark.django_db
PASSWORD, OTHER = "gongzhi-demo-2026", "neue-blumen-17"
PHONE, ADDRESS, SECOND = "13900000001", "chen@example.org", "second@example.org"
LANGUAGES = ["zh-hans", "en"]
# Texts of allauth that the portal says as well, with its own Chinese.
ON_PURPOSE = {
    "Accounts",
    "Add",
    "Cancel",
    "Confirm",
    "Continue",
    "Download",
    "Edit",
    "Note",
    "Password",
    "Phone",
}
ON_PURPOSE |= {
    "Remove",
    "Save",
    "Verified",
    "You must type the same password each time.",
    "name",
    "sent",
    "verified",
}
# Templates of allauth that nothing in the portal's settings renders: what ours do not build on, ways that are closed
# (codes for new passwords and addresses, one address only, accounts by passkey, trusted browsers), and mails about
# changes, which are not sent (ACCOUNT_EMAIL_NOTIFICATIONS).
CLOSED = re.compile(
    r"base_(entrance|manage\w*)\.html|(totp|webauthn|recovery_codes)/base\.html|snippets/|email/password_reset_code_|"
    r"email_change\.html|signup_closed|confirm_(password_reset|email_verification)_code|signup_by_passkey|"
    r"verified_email_required|mfa/trust|webauthn/signup_form|mfa/email/|"
    r"email/(base_notification|email_(changed|confirm|deleted)_|password_(changed|reset|set)_(message|subject))"
)


@pytest.fixture(autouse=True)
def ready(settings: Any, texts: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """As often as the walk likes, with a passkey that no phone holds."""
    settings.ACCOUNT_RATE_LIMITS = False
    monkeypatch.setattr(passkeys, "get_credentials", lambda _user: [])
    for name in ("parse_registration_response", "complete_registration"):
        monkeypatch.setattr(passkeys, name, lambda _credential: None)
    monkeypatch.setattr("django.db.transaction.on_commit", lambda work, **_more: work())


@pytest.fixture
def rendered() -> Iterator[set[str]]:
    """Files of the templates that were rendered."""
    files: set[str] = set()

    def note(template: Any, **_more: Any) -> None:
        files.add(str(template.origin.name))

    template_rendered.connect(note)
    yield files
    template_rendered.disconnect(note)


@kept
def make_chen() -> User:
    """An account with a password, a proved number and a proved address."""
    user = factories.make_user(username="chen", email=ADDRESS, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=True, primary=True)
    accounts.claim_phone(user, PHONE, proved=True)
    return user


def code_by_mail() -> str:
    found = re.search(r"(?<!\d)\d{6}(?!\d)", str(mail.outbox[-1].body))
    assert found is not None
    return found[0]


def opening(walk: Walk) -> None:
    """Accounts are opened, rightly and wrongly, and found to exist."""
    page = reverse("account_signup")
    walk.go(page)
    typed = {"contact": "new@example.org", "name": "新邻居", "password1": "12345", "consent": "on"}
    for password in ("12345", "password", "20262027", "new@example.org"):
        walk.go(page, **typed | {"password1": password})
    walk.go(page, contact="", name="", password1="")
    walk.go(page, **typed | {"password1": OTHER})
    walk.go(reverse("account_logout"), go="on")
    walk.go(page, **typed | {"password1": OTHER, "contact": ADDRESS})
    walk.go(page, **typed | {"password1": OTHER, "contact": "13900000007"})
    walk.go(reverse("account_verify_phone"), code="000000")
    walk.go(reverse("account_verify_phone"), action="resend")
    walk.go(reverse("account_verify_phone"), action="change", phone="139")
    walk.go(reverse("account_verify_phone"), code=texting.code())
    walk.go(reverse("account_logout"), go="on")


def signing_in(walk: Walk) -> None:
    """Passwords and codes, wrong and right."""
    login, by_code, confirm = map(
        reverse, ("account_login", "account_request_login_code", "account_confirm_login_code")
    )
    walk.go_all("account_login account_request_login_code account_inactive account_email_verification_sent")
    for name in ("", "chen", ADDRESS, PHONE):
        walk.go(login, login=name, password="wrong")
    walk.go(by_code, phone=PHONE, email=ADDRESS)
    walk.go(by_code, phone="", email="")
    walk.go(by_code, email="nobody@example.org")
    for typed in ({"email": ADDRESS}, {"phone": PHONE}):
        walk.go(by_code, **typed)
        for _try in range(5):
            walk.go(confirm, code="000000")
    cache.clear()
    walk.go(by_code, email=ADDRESS)
    walk.go(confirm, action="resend")
    walk.go(confirm, code=code_by_mail())
    walk.go(reverse("account_logout"))
    walk.go(reverse("account_logout"), go="on")


def forgetting(walk: Walk) -> None:
    """A new password by link and by code."""
    page = reverse("account_reset_password")
    walk.go(page)
    for contact in ("", "nothing", "nobody@example.org", ADDRESS):
        walk.go(page, contact=contact)
    walk.go("/accounts/password/reset/key/1-gone/")
    link = re.search(r"/accounts/password/reset/key/\S+", str(mail.outbox[-1].body))
    assert link is not None
    walk.go(link[0])
    walk.go(walk.at, password1=OTHER, password2="not-the-same-17", action="")
    walk.go(walk.at, password1=OTHER, password2=OTHER, action="")
    cache.clear()
    walk.go(page, contact=PHONE)
    walk.go(walk.at, code=texting.code())
    walk.go(walk.at, password1=PASSWORD, password2=PASSWORD)
    assert User.objects.get(username="chen").check_password(PASSWORD)


def changing(walk: Walk, user: User) -> None:
    """What protects an account, by whoever is signed in."""
    walk.client.session.flush()
    walk.go(reverse("account_login"), login="chen", password=PASSWORD)
    change, emails = reverse("account_change_password"), reverse("account_email")
    walk.go(change)
    walk.go(change, oldpassword="wrong", password1="short", password2="other")
    walk.go(change, oldpassword=PASSWORD, password1=OTHER, password2=OTHER)
    walk.go(reverse("account_reauthenticate"))
    walk.go(reverse("account_reauthenticate"), password="wrong")
    walk.go(reverse("account_reauthenticate"), password=OTHER)
    walk.go(emails)
    for typed in ({"email": ADDRESS}, {"email": "not one"}, {"email": SECOND}):
        walk.go(emails, action_add="", **typed)
    walk.go(emails, action_send="", email=SECOND)
    walk.go(emails, action_primary="", email=SECOND)
    walk.go(reverse("mfa_activate_totp"))
    second = EmailAddress.objects.get(email=SECOND)
    confirming(walk, second)
    walk.go(emails, action_primary="", email=SECOND)
    walk.go(emails, action_remove="", email=SECOND)
    walk.go(emails, action_remove="", email=ADDRESS)
    phone = reverse("account_change_phone")
    walk.go(phone)
    walk.go(phone, phone=PHONE, action_add="")
    walk.go(phone, phone="13900000008", action_add="")
    walk.go(reverse("account_verify_phone"))
    walk.go(reverse("account_verify_phone"), code="000000")
    walk.go(reverse("account_verify_phone"), code=texting.code())
    user.set_unusable_password()
    user.save(update_fields=["password"])
    walk.client.force_login(user)
    walk.go(reverse("account_set_password"))
    walk.go(reverse("account_set_password"), password1="1", password2="2")
    walk.go(reverse("account_set_password"), password1=PASSWORD, password2=PASSWORD)


def confirming(walk: Walk, address: EmailAddress) -> None:
    """The link of a mail: good, gone, and for an address that is another account's by now."""
    link = reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])
    walk.go(reverse("account_confirm_email", args=["gone"]))
    walk.go(link)
    walk.go(link, go="on")
    third = EmailAddress.objects.create(user=address.user, email="third@example.org")
    EmailAddress.objects.create(user=factories.make_user(), email="third@example.org", verified=True)
    walk.go(reverse("account_confirm_email", args=[EmailConfirmationHMAC(third).key]), go="on")
    walk.go(reverse("account_email"))
    third.delete()


def second_step(walk: Walk, user: User) -> None:
    """Code app, emergency codes and passkeys."""
    walk.go(reverse("account_reauthenticate"), password=PASSWORD)
    walk.go_all("mfa_index mfa_generate_recovery_codes mfa_list_webauthn mfa_add_webauthn mfa_activate_totp")
    walk.go(reverse("mfa_generate_recovery_codes"), go="on")
    walk.go(reverse("mfa_activate_totp"), code="000000")
    walk.go(reverse("mfa_activate_totp"), code=code_now(walk.client.session["mfa.totp.secret"]))
    walk.go(reverse("account_email"), action_add="", email="third@example.org")
    walk.go_all("mfa_index mfa_view_recovery_codes mfa_download_recovery_codes mfa_generate_recovery_codes")
    walk.go(reverse("mfa_generate_recovery_codes"), go="on")
    walk.go(reverse("mfa_reauthenticate"), code="000000")
    passkey(walk, user)
    walk.go_all("mfa_deactivate_totp")
    walk.go(reverse("mfa_deactivate_totp"), go="on")
    secret = set_up(user)
    walk.go(reverse("account_logout"), go="on")
    walk.go(reverse("account_login"), login="chen", password=PASSWORD)
    walk.go(reverse("mfa_authenticate"), code="000000")
    walk.go(reverse("mfa_authenticate"), code=code_now(secret))


def passkey(walk: Walk, user: User) -> None:
    """A passkey is added, named and removed."""
    walk.go(reverse("mfa_add_webauthn"), name="", credential="")
    walk.go(reverse("mfa_add_webauthn"), name="手机", credential='{"of": "no phone"}')
    key = Authenticator.objects.get(user=user, type=Authenticator.Type.WEBAUTHN)
    walk.go_all(
        "mfa_index mfa_list_webauthn mfa_reauthenticate mfa_reauthenticate_webauthn account_reauthenticate"
    )
    edit, remove = (reverse(name, args=[key.pk]) for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"))
    walk.go(edit)
    walk.go(edit, name="")
    walk.go(edit, name="我的手机")
    walk.go(remove)
    walk.go(remove, go="on")


def own_templates() -> set[str]:
    """Files of ours in the place of allauth's. What is said while no text message goes out is tested with its cause."""
    files = {
        file for app in ("account", "mfa") for file in (settings.BASE_DIR / "templates" / app).rglob("*.*")
    }
    return {str(file) for file in files if file.name != "no_text.html"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_and_no_mail_is_allauths(language: str, rendered: set[str]) -> None:
    chen, walk = make_chen(), Walk(language)
    opening(walk)
    signing_in(walk)
    forgetting(walk)
    changing(walk, chen)
    second_step(walk, chen)
    walk.read_mails()

    assert names_of_allauth() - walk.opened == set()
    assert sorted(file for file in rendered if file.startswith(str(STOCK))) == []
    assert own_templates() - rendered == set()
    found = stock(language)
    assert [(text, where) for text, where in walk.read.items() if found.search(text)] == []


def test_each_template_is_ours_or_closed() -> None:
    names = {
        str(file.relative_to(STOCK / "templates"))
        for app in ("account", "mfa")
        for file in (STOCK / "templates" / app).rglob("*.*")
    }
    theirs = {
        name
        for name in names
        if str(get_template(name).template.origin.name).startswith(str(STOCK))  # type: ignore[attr-defined]
    }

    assert sorted(name for name in theirs if not CLOSED.search(name)) == []
    assert len(names - theirs) > 50


def test_what_the_portal_says_like_allauth_it_says_on_purpose() -> None:
    assert shared() == ON_PURPOSE


def test_the_mails_tell_how_long_their_links_hold() -> None:
    assert timedelta(days=3).total_seconds() == settings.PASSWORD_RESET_TIMEOUT
    assert EMAIL_CONFIRMATION_EXPIRE_DAYS == 3
