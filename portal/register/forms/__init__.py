"""Forms of the desk and of one's own pages."""

from __future__ import annotations

from portal.register.forms.contacts import ContactForm
from portal.register.forms.desk import (
    AppointForm,
    ApproveForm,
    ConfirmForm,
    DeputyForm,
    DismissForm,
    EndForm,
    ReasonForm,
    RosterForm,
    SearchForm,
    SecondForm,
    VoterForm,
)
from portal.register.forms.dwellings import CorrectForm, ExportForm, RetireForm
from portal.register.forms.joining import AskForm, ClaimForm, CodeForm, PlaceForm, RegisterForm
from portal.register.forms.letters import LettersForm, MakeForm
from portal.register.forms.me import CloseForm, SettingsForm
from portal.register.forms.passwords import ChangeForm, LoginForm, ReauthenticateForm, ResetKeyForm, SetForm
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
from portal.register.forms.signing import (
    AddressForm,
    ConfirmCodeForm,
    CounterCodeForm,
    FaceForm,
    NumberForm,
    ProofForm,
    RequestCodeForm,
    ResetForm,
    VerifyNumberForm,
)
from portal.register.forms.signup import SignupForm

__all__ = [
    "AddressForm",
    "NumberForm",
    "ReauthenticateForm",
    "AppointForm",
    "ApproveForm",
    "AskForm",
    "ChangeForm",
    "ClaimForm",
    "CloseForm",
    "CodeForm",
    "ConfirmCodeForm",
    "ConfirmForm",
    "ContactForm",
    "DeathForm",
    "EndForm",
    "LoginForm",
    "ResetKeyForm",
    "VerifyNumberForm",
    "SetForm",
    "CounterCodeForm",
    "FaceForm",
    "DeputyForm",
    "DismissForm",
    "ContactForm",
    "CorrectForm",
    "ExportForm",
    "LettersForm",
    "MakeForm",
    "NameForm",
    "PassOnForm",
    "PeopleForm",
    "PhoneForm",
    "PlaceForm",
    "ProofForm",
    "ReasonForm",
    "RegisterForm",
    "ReleaseForm",
    "RepresentForm",
    "RequestCodeForm",
    "ResetForm",
    "RetireForm",
    "RosterForm",
    "SearchForm",
    "SecondForm",
    "SettingsForm",
    "SignupForm",
    "UniteForm",
    "VoterForm",
]
