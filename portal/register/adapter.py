"""How allauth finds, keeps and texts people, and by what it counts wrong passwords."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account import app_settings as allauth_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.stages import EmailVerificationStage, LoginStage
from allauth.core import context as allauth_context
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse, RateLimited
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.sites.shortcuts import get_current_site
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import User
from portal.community.requests import visitor
from portal.kit import phones, sms
from portal.kit.fields import CharField
from portal.kit.handover import NotTaken
from portal.kit.sms import Message, Template
from portal.notifications import mails, texts
from portal.notifications.models import NEWS
from portal.notifications.pushing import PUSH_COOKIE, let_out
from portal.register import words
from portal.register.services import accounts, devices, second_factor, sent_codes
from portal.register.stages import EmailStage, ProofStage, rests_on_code, rests_on_number


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


# What allauth says after it sent a mail.
ON_ITS_WAY = {"account/messages/email_confirmation_sent.txt", "account/messages/login_code_sent.txt"}
# Where a mail brings a link or news to anybody: the page says the same, whatever the portal knows of the address.
LINK_PAGES = {"account_signup", "account_reset_password", "account_email"}
LINK_WAITS = gettext_lazy(
    "Our mail server does not answer at the moment. Your mail goes out by itself as soon as it does."
)
# What it says after it sent a text message.
OF_A_TEXT = {"account/messages/phone_verification_sent.txt", "account/messages/login_code_sent.txt"}
WAITS = gettext_lazy(
    "Our mail server does not answer at the moment. Your mail goes out by itself as soon as it does. A code that has "
    "run out by then is not sent: please ask for a new one then."
)
LOCKED = gettext_lazy(
    "Too many wrong passwords. Let us send you a code instead: it opens your account again at once. Without a number "
    "or an address, wait five minutes, or come to the counter."
)


class AccountAdapter(DefaultAccountAdapter):
    """Phones by the portal's own rules, and limits that hold for an account whatever name it is called by."""

    error_messages = DefaultAccountAdapter.error_messages | words.ACCOUNT

    def logout(self, request: HttpRequest) -> None:
        """End the session; what was to be said to this account is not said to the next one on this device, and no
        news comes to it any more."""
        mark = request.COOKIES.get(PUSH_COOKIE)
        if mark and isinstance(request.user, User):
            let_out(request.user, mark)
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

    def generate_phone_verification_code(self, *, user: User, phone: str) -> str:
        """The code that went to the number less than a minute ago, which holds still; else a new one."""
        found = sent_codes.standing(user, phone)
        return found.code if found else str(super().generate_phone_verification_code(user=user, phone=phone))

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        """Send a code, or say when the same one went: a number gets one message a minute."""
        found = sent_codes.standing(user, phone)
        if found and found.code == code:
            self._say_it_stands(found)
            return
        self._text_code(phone, code)
        sent_codes.keep(user, phone, code)

    def _say_it_stands(self, found: sent_codes.Sent) -> None:
        request = allauth_context.request
        request.code_stands = True
        messages.info(request, found.said)

    def _text_code(self, phone: str, code: str) -> None:
        text = _("Your code is %(code)s. It is valid for 10 minutes. Tell it to nobody.") % {"code": code}
        minutes = settings.ACCOUNT_PHONE_VERIFICATION_TIMEOUT // 60
        self._text(phone, Message(Template.CODE, text, {"code": code, "minutes": str(minutes)}))

    def send_account_already_exists_sms(self, phone: str) -> None:
        text = _("This number already has an account here. Sign in with it, or reset the password.")
        self._text(phone, Message(Template.ACCOUNT_EXISTS, text))

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        found = sent_codes.standing(None, phone)
        if found:
            self._say_it_stands(found)
            return
        text = _("This number has no account here. You can open one with it.")
        self._text(phone, Message(Template.UNKNOWN_ACCOUNT, text))
        sent_codes.keep(None, phone, "")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say something on the next page, but not that a mail is on its way while the mail server is away."""
        of_a_mail = message_template in ON_ITS_WAY and "email" in (message_context or {})
        if not (of_a_mail and mails.server_is_away()) and not (
            message_template in OF_A_TEXT and getattr(request, "code_stands", False)
        ):
            super().add_message(request, level, message_template, message_context, extra_tags, message)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox: at once if the mail server takes it, else as soon as it does and while it is worth it."""
        request = allauth_context.request
        known = {"request": request, "email": email, "current_site": get_current_site(request)}
        mail = self.render_mail(template_prefix, email, {**known, **context})
        mails.put(
            template_prefix.rpartition("/")[2],
            email,
            str(mail.subject),
            str(mail.body),
            worth=worth_of(template_prefix),
        )
        if mails.server_is_away():
            asked = request.resolver_match and request.resolver_match.url_name
            messages.warning(request, LINK_WAITS if asked in LINK_PAGES else WAITS)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's own page: the form would ask once more."""
        return reverse("register:me")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """The next step of a new account: its dwelling."""
        return reverse("register:join")

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """The ways to show once more who it is, called as everywhere else."""
        return [
            way | {"description": words.WAYS[way["id"]]} for way in super().get_reauthentication_methods(user)
        ]

    def get_login_stages(self) -> list[str]:
        """Ours in the place of allauth's stage for e-mail, and the proof of who it is at the end."""
        usual, own, proof = map(_path, (EmailVerificationStage, EmailStage, ProofStage))
        return [*(own if stage == usual else stage for stage in super().get_login_stages()), proof]

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Signed in, by whatever was asked: the device knows the account from now on.

        A code to the number alone makes no device known. Any code that was right opens what wrong passwords closed.
        """
        if rests_on_code(request, user):
            for key in {f"account:{user.pk}", self.counted_as(request, user, "")}:
                ratelimit.clear(request, action="login_failed", key=key)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if devices.known(request, user) or not rests_on_number(request, user):
            devices.remember(request, response, user)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever holds an office sets up the second factor first."""
        user = visitor(request)
        if second_factor.is_due(user) and isinstance(user, User):
            return second_factor.page_for(user)
        url: str = super().get_login_redirect_url(request)
        return url

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a password that is tried. Too many wrong ones close this way only: a code opens the account again."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as closed:
            if request.user.is_authenticated:
                raise
            raise ValidationError(str(LOCKED), code="locked") from closed

    def counted_as(self, request: HttpRequest, user: User | None, login: str) -> str:
        """One counter an account, however it is named and through whichever host and port the request came.

        Devices that know the account have their own. What stands for no account is counted as it was typed.
        """
        return f"account:{user.pk}{devices.mark(request, user)}" if user else f"login:{login.strip().lower()}"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Allauth's own key holds the host with its port, which whoever asks chooses, and is empty for phones."""
        logins = [str(credentials[name]) for name in ("phone", "email", "username") if credentials.get(name)]
        return self.counted_as(request, accounts.named(logins), logins[0] if logins else "")

    def _text(self, phone: str, message: Message) -> None:
        """Raises what is answered with 429 or 503: nobody is told that a code was sent which was not."""
        request = allauth_context.request
        try:
            sms.hand_over(phone, message, address=self.get_client_ip(request))
        except sms.Held:
            raise RateLimited from None
        except NotTaken as reason:
            if isinstance(reason, sms.CeilingReached):
                texts.note_ceiling()
            raise ImmediateHttpResponse(render(request, "account/no_text.html", status=503)) from None


def worth_of(template_prefix: str) -> timedelta:
    """How long a mail is worth sending: as long as its code or link holds; what only tells something, as news is."""
    seconds = {
        "login_code": allauth_settings.LOGIN_BY_CODE_TIMEOUT,
        "password_reset_code": allauth_settings.PASSWORD_RESET_BY_CODE_TIMEOUT,
        "password_reset_key": settings.PASSWORD_RESET_TIMEOUT,
    }
    kind = template_prefix.rpartition("/")[2]
    if kind.startswith("email_confirmation"):
        return timedelta(days=allauth_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS)
    return timedelta(seconds=seconds[kind]) if kind in seconds else NEWS


def _path(stage: type[LoginStage]) -> str:
    return f"{stage.__module__}.{stage.__qualname__}"
