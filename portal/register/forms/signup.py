"""Opening an account: one way to reach you, a name for the neighbours, a password, consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.internal.userkit import filter_users_by_email
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Person, User
from portal.kit.errors import NotPossible
from portal.kit.fields import CharField, longest
from portal.register.forms.ours import Ours
from portal.register.forms.reaching import number_or_address
from portal.register.services import accounts

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _consent() -> SafeString:
    return format_html(
        _('I have read <a href="{}" target="_blank">how my data is used</a> and agree.'),
        reverse("pages:privacy"),
    )


class SignupForm(Ours, AllauthSignupForm):
    """Whether the number or address already has an account is told to its owner, never to the page."""

    contact = CharField(
        label=gettext_lazy("Mobile number or e-mail address"),
        help_text=gettext_lazy("We send a code or a link there. Neighbours never see it."),
        max_length=longest(User, "email"),
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    name = CharField(
        label=gettext_lazy("Name shown to neighbours"),
        help_text=gettext_lazy("As your neighbours know you, such as Grandma Chen. You can change it later."),
        max_length=longest(Person, "display_name"),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    consent = forms.BooleanField(label=lazy(_consent, SafeString)())
    names: ClassVar[dict[str, StrOrPromise]] = {"password1": gettext_lazy("Password")}
    field_order = ["contact", "name", "password1", "consent"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for derived in ("phone", "email"):
            del self.fields[derived]

    def clean_contact(self) -> str:
        """Fills in `phone` or `email`, whichever was typed."""
        number, address = number_or_address(self.cleaned_data["contact"])
        if number:
            self.cleaned_data["phone"] = number
            return number
        self.cleaned_data["email"] = address
        self.account_already_exists = bool(filter_users_by_email(address))
        return address

    def clean_name(self) -> str:
        """A name that can stand in public."""
        try:
            return accounts.checked_name(self.cleaned_data["name"])
        except NotPossible as refusal:
            raise ValidationError(str(refusal)) from refusal

    def try_save(self, request: HttpRequest) -> Any:
        """As long as opening an account takes, where there is one already: a password is hashed either way."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """The person behind the account."""
        accounts.introduce(user, self.cleaned_data["name"])
        super().custom_signup(request, user)
