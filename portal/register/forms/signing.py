"""Signing in: codes and their limits, and the second proof on a new device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account.adapter import get_adapter
from allauth.account.forms import AddEmailForm as AllauthAddEmailForm
from allauth.account.forms import ChangePhoneForm as AllauthChangePhoneForm
from allauth.account.forms import (
    ConfirmLoginCodeForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    VerifyPhoneForm,
    default_token_generator,
)
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import EmailAddress
from allauth.core import context, ratelimit
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Dwelling, Person, User
from portal.kit.fields import CharField, confirm_field, longest, say_optional
from portal.kit.limits import DAY, Limit, allow
from portal.register.forms.ours import Ours
from portal.register.forms.reaching import number_or_address
from portal.register.services import accounts, devices, sent_codes

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Of all codes that were sent to one account, or to an address without one. Six digits: one in 50,000 is guessed.
CODE_TRIES = Limit(20, DAY)


class RequestCodeForm(Ours, RequestLoginCodeForm):
    """Where the code is to be sent. How many are is counted for a number or address, on known devices apart."""

    names: ClassVar[dict[str, StrOrPromise]] = {"email": gettext_lazy("Or e-mail address")}

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

    def clean(self) -> dict[str, Any]:
        """One of the two, not none."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not (data["phone"] or data["email"]):
            raise ValidationError(_("Please fill in the number or the address of your account."))
        return data

    def _send_to(self, user: User | None, address: str) -> None:
        self._user = user
        # What went less than a minute ago goes no second time: nothing to count.
        if sent_codes.standing(user, address):
            return
        key = f"{address}{devices.mark(context.request, user)}"
        if not ratelimit.consume(context.request, action="request_login_code", key=key):
            raise get_adapter().validation_error("too_many_login_attempts")


class ResetForm(Ours, ResetPasswordForm):
    """A new password: by a link to an address, or by a code to a number."""

    contact = CharField(
        label=gettext_lazy("Mobile number or e-mail address"),
        max_length=longest(User, "email"),
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]

    def clean_contact(self) -> str:
        """A number or an address, with or without an account; nobody is told which. Fills in `phone` or `email`."""
        number, address = number_or_address(self.cleaned_data["contact"])
        self.cleaned_data |= {"phone": number, "email": address}
        self.users = self._owner_of_number(number) if number else _active(accounts.by_email(address))
        return number or address

    def send_code(self, request: HttpRequest) -> None:
        """As at the sign-in by code: what a new device is asked besides, and the second step, is asked here too."""
        user = self.users[0] if self.users else None
        LoginCodeVerificationProcess.initiate(request=request, user=user, phone=self.cleaned_data["phone"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """As much work for nobody's address as for somebody's: a token is made, and what it is made of looked up."""
        if not self.users:
            EmailAddress.objects.filter(email=self.cleaned_data["email"]).exists()
            default_token_generator.make_token(User(pk=0))
        return str(super().save(request, **kwargs))

    def _owner_of_number(self, number: str) -> list[User]:
        code = RequestCodeForm({"phone": number})
        if not code.is_valid():
            raise ValidationError(list(code.errors["phone"]))
        return _active(code._user)


def _active(user: User | None) -> list[User]:
    return [user] if user and user.is_active else []


class ConfirmCodeForm(Ours, ConfirmLoginCodeForm):
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


class VerifyNumberForm(Ours, VerifyPhoneForm):
    """A code to a number that is to be proved; tries are counted for the number, through however many sign-ins."""

    def clean_code(self) -> str:
        """The right code; ValidationError for a wrong one, and for any one more than the day's."""
        if not allow("verify-code", str(self.phone), CODE_TRIES):
            raise get_adapter().validation_error("too_many_login_attempts")
        return str(super().clean_code())


class AddressForm(Ours, AllauthAddEmailForm):
    """One more address of an account."""


class NumberForm(Ours, AllauthChangePhoneForm):
    """Another number of an account."""


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
