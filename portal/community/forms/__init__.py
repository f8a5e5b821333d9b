"""Fields and forms of places and people."""

from __future__ import annotations

from portal.community.forms.desk import (
    AppointForm,
    ApproveForm,
    ConfirmForm,
    LettersForm,
    ReasonForm,
    RosterForm,
    SearchForm,
)
from portal.community.forms.fields import FilesField, FilesInput
from portal.community.forms.joining import AskForm, ClaimForm, CodeForm, PlaceForm, RegisterForm
from portal.community.forms.me import CloseForm, SettingsForm
from portal.community.forms.signup import SignupForm

__all__ = [
    "AppointForm",
    "ApproveForm",
    "AskForm",
    "ClaimForm",
    "CloseForm",
    "CodeForm",
    "ConfirmForm",
    "FilesField",
    "FilesInput",
    "LettersForm",
    "PlaceForm",
    "ReasonForm",
    "RegisterForm",
    "RosterForm",
    "SearchForm",
    "SettingsForm",
    "SignupForm",
]
