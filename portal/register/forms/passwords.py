"""Signing in with a password, and choosing a new one."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm, SetPasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.core import context
from django import forms
from django.utils.translation import gettext_lazy

from portal.community.models import User

# In the place of Django's list, whose translation calls people 你.
PASSWORD_HELP = gettext_lazy("At least eight characters, and not only digits.")
# In the session of whoever just chose a password: what they sign in with.
SIGNS_IN_AS = "signs_in_as"


class LoginForm(AllauthLoginForm):
    """Whoever has just chosen a password does not have to know what they are called here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is not None:
            self.fields["login"].initial = self.request.session.get(SIGNS_IN_AS, "")

    def clean(self) -> dict[str, Any] | None:
        """With the right password the name is not needed any more."""
        data: dict[str, Any] | None = super().clean()
        if self.request is not None and not self.errors:
            self.request.session.pop(SIGNS_IN_AS, None)
        return data


class ResetKeyForm(ResetPasswordKeyForm):
    """A new password by a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _explain(self)

    def save(self) -> None:
        """The sign-in that comes next is filled in."""
        super().save()
        context.request.session[SIGNS_IN_AS] = _name_of(self.user)


class ChangeForm(ChangePasswordForm):
    """Another password, by whoever knows the one until now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _explain(self)


class SetForm(SetPasswordForm):
    """A first password, by whoever is signed in without one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _explain(self)


def _explain(form: forms.Form) -> None:
    form.fields["password1"].help_text = str(PASSWORD_HELP)


def _name_of(user: User) -> str:
    return user.phone if user.phone and user.phone_verified else user.email or user.username
