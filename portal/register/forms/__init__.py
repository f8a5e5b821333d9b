"""Forms of the desk and of one's own pages."""

from __future__ import annotations

from portal.register.forms.desk import (
    AppointForm,
    ApproveForm,
    ConfirmForm,
    DeputyForm,
    DismissForm,
    LettersForm,
    ReasonForm,
    RosterForm,
    SearchForm,
)
from portal.register.forms.joining import AskForm, ClaimForm, CodeForm, PlaceForm, RegisterForm
from portal.register.forms.me import CloseForm, SettingsForm
from portal.register.forms.signup import SignupForm

__all__ = [
    "AppointForm",
    "ApproveForm",
    "AskForm",
    "ClaimForm",
    "CloseForm",
    "CodeForm",
    "ConfirmForm",
    "DeputyForm",
    "DismissForm",
    "LettersForm",
    "PlaceForm",
    "ReasonForm",
    "RegisterForm",
    "RosterForm",
    "SearchForm",
    "SettingsForm",
    "SignupForm",
]
