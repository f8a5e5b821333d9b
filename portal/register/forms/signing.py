"""Signing in: codes and their limits, and the second proof on a new device."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    ConfirmLoginCodeForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    VerifyPhoneForm,
    default_token_generator,
)
from allauth.account.models import EmailAddress
from allauth.core import context, ratelimit
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from portal.community.models import Dwelling, Person, User
from portal.kit.fields import CharField, confirm_field, longest, say_optional
from portal.kit.limits import DAY, Limit, allow
from portal.register.services import accounts, devices, sent_codes

# Of all codes that were sent to one account, or to an address without one. Six digits: one in 50,000 is guessed.
CODE_TRIES = Limit(20, DAY)


class RequestCodeForm(RequestLoginCodeForm):
    """Where the code is to be sent. How many are is counted for a number or address, on known devices apart."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_optional(self, _("(one of the two is enough)"), "phone", "email")

    def clean_phone(self) -> str:
        """A number, with or without an account; nobody is told which."""
        phone: str = self.cleaned_data["phone"]
        if phone:
            self._send_to(get_adapter().get_user_by_phone(phone), phone)
        return phone

    def clean_email(self) -> str:
        """An address, with or without an account; nobody is told which."""
        email: str = self.cleaned_data["email"]
        if email:
            found = accounts.by_email(email)
            self._send_to(found if found and found.is_active else None, email.lower())
        return email

    def _send_to(self, user: User | None, address: str) -> None:
        self._user = user
        # What went less than a minute ago goes no second time: nothing to count.
        if sent_codes.standing(user, address):
            return
        key = f"{address}{devices.mark(context.request, user)}"
        if not ratelimit.consume(context.request, action="request_login_code", key=key):
            raise get_adapter().validation_error("too_many_login_attempts")


class ResetForm(ResetPasswordForm):
    """A link to a new password."""

    def clean_email(self) -> str:
        """An address, with or without an account."""
        email: str = self.cleaned_data["email"]
        found = accounts.by_email(email)
        self.users = [found] if found and found.is_active else []
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """As much work for nobody's address as for somebody's: a token is made, and what it is made of looked up."""
        if not self.users:
            EmailAddress.objects.filter(email=self.cleaned_data["email"]).exists()
            default_token_generator.make_token(User(pk=0))
        return str(super().save(request, **kwargs))


# Said by allauth, whose translation has another word for a verification code: ours comes first.
SAID_OF_CODES = (gettext_noop("Code"), gettext_noop("Incorrect code."))


class ConfirmCodeForm(ConfirmLoginCodeForm):
    """A code that was sent. Each try counts for the account, a wrong one as a wrong password does, too."""

    def clean_code(self) -> str:
        """The right code; ValidationError for a wrong one, and for any one more than the day's."""
        request, adapter = context.request, get_adapter()
        login = request._login_stage.login
        key = adapter.counted_as(request, login.user, _address(login))
        if not allow("login-code", key, CODE_TRIES):
            raise adapter.validation_error("too_many_login_attempts")
        try:
            return str(super().clean_code())
        except forms.ValidationError:
            ratelimit.consume(request, action="login_failed", key=key)
            raise


class VerifyNumberForm(VerifyPhoneForm):
    """A code to a number that is to be proved; tries are counted for the number, through however many sign-ins."""

    def clean_code(self) -> str:
        """The right code; ValidationError for a wrong one, and for any one more than the day's."""
        if not allow("verify-code", str(self.phone), CODE_TRIES):
            raise get_adapter().validation_error("too_many_login_attempts")
        return str(super().clean_code())


class ProofForm(forms.Form):
    """What only the person knows whose account it is."""

    name = CharField(
        label=gettext_lazy("Full name, as the committee has it"),
        max_length=longest(Person, "real_name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    room = CharField(
        label=gettext_lazy("Room"),
        help_text=gettext_lazy("The number of your door, such as 502."),
        max_length=longest(Dwelling, "room"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CounterCodeForm(forms.Form):
    """A code that staff gave at the counter."""

    code = CharField(
        label=gettext_lazy("Sign-in code"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class FaceForm(forms.Form):
    """Before staff vouch for somebody at the counter."""

    seen = confirm_field(
        gettext_lazy("The person stands before me, and I have compared the face with an identity document.")
    )


def _address(login: Any) -> str:
    state = login.state["stages"]["login_by_code"]["data"]
    return str(state.get("email") or state.get("phone") or "")
