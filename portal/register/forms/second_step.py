"""What allauth's forms about code apps, emergency codes and passkeys are called here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from allauth.mfa.base import forms as base
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import gettext_lazy

from portal.kit.fields import CharField
from portal.register.forms.ours import Ours

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_EITHER = gettext_lazy("Code of the app, or an emergency code")
_NAME = gettext_lazy("Name, so that you know it again")
# Signs of a passkey's name.
MOST = 60


class StepForm(Ours, base.AuthenticateForm):
    """The second step of a sign-in."""

    names: ClassVar[dict[str, StrOrPromise]] = {"code": _EITHER}


class StepAgainForm(Ours, base.ReauthenticateForm):
    """The second step once more, before something that protects the account is changed."""

    names: ClassVar[dict[str, StrOrPromise]] = {"code": _EITHER}


class CodeAppForm(Ours, ActivateTOTPForm):
    """Setting up the code app."""

    names: ClassVar[dict[str, StrOrPromise]] = {"code": gettext_lazy("Code the app shows")}


class PasskeyForm(Ours, AddWebAuthnForm):
    """A new passkey. Without a name it gets one: the phone has made it by then."""

    name = CharField(label=_NAME, max_length=MOST, required=False)


class RenameForm(Ours, EditWebAuthnForm):
    """Another name for a passkey."""

    name = CharField(label=_NAME, max_length=MOST)
