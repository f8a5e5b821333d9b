"""Forms of the desk and of one's own pages."""

from __future__ import annotations

from portal.register.forms.desk import (
    AppointForm,
    ApproveForm,
    ConfirmForm,
    LettersForm,
    ReasonForm,
    RosterForm,
    SearchForm,
)
from portal.register.forms.joining import AskForm, ClaimForm, CodeForm, PlaceForm, RegisterForm
from portal.register.forms.me import CloseForm, SettingsForm
from portal.register.forms.signing import (
    ConfirmCodeForm,
    CounterCodeForm,
    FaceForm,
    ProofForm,
    RequestCodeForm,
    ResetForm,
)
from portal.register.forms.signup import SignupForm

__all__ = [
    "AppointForm",
    "ApproveForm",
    "AskForm",
    "ClaimForm",
    "CloseForm",
    "CodeForm",
    "ConfirmCodeForm",
    "ConfirmForm",
    "CounterCodeForm",
    "FaceForm",
    "LettersForm",
    "PlaceForm",
    "ProofForm",
    "ReasonForm",
    "RegisterForm",
    "RequestCodeForm",
    "ResetForm",
    "RosterForm",
    "SearchForm",
    "SettingsForm",
    "SignupForm",
]
