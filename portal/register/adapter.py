"""How allauth finds, keeps and texts people, and by what it counts wrong passwords."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.constants import LoginStageKey
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from allauth.core import context
from allauth.core.exceptions import RateLimited
from django import forms
from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import User
from portal.kit import phones, sms
from portal.kit.fields import CharField
from portal.register.services import accounts


class PhoneField(CharField):
    """A Chinese mobile number, written in any way; cleans to its eleven digits."""

    default_error_messages = {
        "invalid": gettext_lazy("Please enter a Chinese mobile number: eleven digits, beginning with 1.")
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Mobile number"))
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The digits, or a refusal that says how a number looks."""
        typed = super().clean(value)
        number = phones.mobile(typed)
        if typed and not number:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number


class EmailStage(EmailVerificationStage):
    """Whoever signed up by e-mail alone proves the address first.

    A proved phone is enough, and so is an account made at the counter, which has no address to prove.
    """

    key = LoginStageKey.VERIFY_EMAIL.value

    def handle(self) -> Any:
        if _must_prove_email(self.login):
            self.login.email_verification = "mandatory"
        return super().handle()


class AccountAdapter(DefaultAccountAdapter):
    """Phones by the portal's own rules, and limits that hold for an account whatever name it is called by."""

    def logout(self, request: HttpRequest) -> None:
        """End the session; what was to be said to this account is not said to the next one on this device."""
        waiting = messages.get_messages(request)
        if isinstance(waiting, BaseStorage):
            waiting.used = len(waiting) > 0
        super().logout(request)

    def phone_form_field(self, **kwargs: Any) -> forms.Field:
        return PhoneField(**kwargs)

    def get_user_by_phone(self, phone: str) -> User | None:
        return accounts.by_phone(phone)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        accounts.claim_phone(user, phone, proved=verified)

    def set_phone_verified(self, user: User, phone: str) -> None:
        accounts.claim_phone(user, phone, proved=True)

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        self._text(
            phone, _("Your code is %(code)s. It is valid for 10 minutes. Tell it to nobody.") % {"code": code}
        )

    def send_account_already_exists_sms(self, phone: str) -> None:
        self._text(
            phone, _("This number already has an account here. Sign in with it, or reset the password.")
        )

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        self._text(phone, _("This number has no account here. You can open one with it."))

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """The next step of a new account: its dwelling."""
        return reverse("register:join")

    def get_login_stages(self) -> list[str]:
        """Ours in the place of allauth's stage for e-mail."""
        usual = f"{EmailVerificationStage.__module__}.{EmailVerificationStage.__qualname__}"
        own = f"{EmailStage.__module__}.{EmailStage.__qualname__}"
        return [own if stage == usual else stage for stage in super().get_login_stages()]

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One counter an account, however it is named and through whichever host and port the request came.

        allauth's own key holds the host with its port, which whoever asks chooses, and is empty for phones.
        """
        logins = [str(credentials[name]) for name in ("phone", "email", "username") if credentials.get(name)]
        user = accounts.named(logins)
        return f"account:{user.pk}" if user else f"login:{logins[0].strip().lower() if logins else ''}"

    def _text(self, phone: str, text: str) -> None:
        if not sms.send(phone, text, address=self.get_client_ip(context.request)):
            raise RateLimited


def _must_prove_email(login: Any) -> bool:
    if login.user is None:
        return bool(login.email)
    if login.user.phone_verified:
        return False
    addresses = EmailAddress.objects.filter(user=login.user)
    return addresses.exists() and not addresses.filter(verified=True).exists()
