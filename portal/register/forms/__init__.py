"""Forms of the desk and of one's own pages."""

from __future__ import annotations

from portal.register.forms.desk import (
    AppointForm,
    ApproveForm,
    ConfirmForm,
    EndForm,
    LettersForm,
    ReasonForm,
    RosterForm,
    SearchForm,
    VoterForm,
)
from portal.register.forms.joining import AskForm, ClaimForm, CodeForm, PlaceForm, RegisterForm
from portal.register.forms.me import CloseForm, SettingsForm
from portal.register.forms.persons import (
    DeathForm,
    NameForm,
    PassOnForm,
    PeopleForm,
    PhoneForm,
    ReleaseForm,
    RepresentForm,
    UniteForm,
)
from portal.register.forms.signup import SignupForm

__all__ = [
    "AppointForm",
    "ApproveForm",
    "AskForm",
    "ClaimForm",
    "CloseForm",
    "CodeForm",
    "ConfirmForm",
    "DeathForm",
    "EndForm",
    "LettersForm",
    "NameForm",
    "PassOnForm",
    "PeopleForm",
    "PhoneForm",
    "PlaceForm",
    "ReasonForm",
    "RegisterForm",
    "ReleaseForm",
    "RepresentForm",
    "RosterForm",
    "SearchForm",
    "SettingsForm",
    "SignupForm",
    "UniteForm",
    "VoterForm",
]
