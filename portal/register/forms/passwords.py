"""Signing in with a password, and choosing a new one."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm, SetPasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.core import context

from portal.community.models import User
from portal.register.forms.ours import Ours
from portal.register.stages import just_showed_code

# In the session of whoever just chose a password: what they sign in with.
SIGNS_IN_AS = "signs_in_as"


class LoginForm(Ours, AllauthLoginForm):
    """Whoever has just chosen a password does not have to know what they are called here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        if self.request is not None:
            self.fields["login"].initial = self.request.session.get(SIGNS_IN_AS, "")

    def clean(self) -> dict[str, Any] | None:
        """With the right password the name is not needed any more."""
        data: dict[str, Any] | None = super().clean()
        if self.request is not None and not self.errors:
            self.request.session.pop(SIGNS_IN_AS, None)
        return data


class ResetKeyForm(Ours, ResetPasswordKeyForm):
    """A new password by a link."""

    def save(self) -> None:
        """The sign-in that comes next is filled in."""
        super().save()
        context.request.session[SIGNS_IN_AS] = _name_of(self.user)


class ChangeForm(Ours, ChangePasswordForm):
    """Another password, by whoever knows the one until now or has just shown a code that was sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if just_showed_code(context.request, self.user):
            del self.fields["oldpassword"]


class SetForm(Ours, SetPasswordForm):
    """A first password, by whoever is signed in without one."""


class ReauthenticateForm(Ours, AllauthReauthenticateForm):
    """The password once more, before something that protects the account is changed."""


def _name_of(user: User) -> str:
    return user.phone if user.phone and user.phone_verified else user.email or user.username
