"""The forms of a coordination meeting."""

from __future__ import annotations

from portal.meetings.coordination.forms.after import (
    CloseForm,
    HandOverForm,
    MediatorForm,
    ReasonForm,
    VisitForm,
)
from portal.meetings.coordination.forms.consents import (
    AgentForm,
    ConsentForForm,
    ConsentForm,
    IdentityForm,
    RightsForm,
)
from portal.meetings.coordination.forms.evidence import (
    HandInForForm,
    HandInForm,
    InquiryForm,
    ReadBackForm,
    RemoveForm,
    TakeBackForm,
)
from portal.meetings.coordination.forms.fields import SeveralForm, SideForm
from portal.meetings.coordination.forms.intake import ApplyForm, CounterForm
from portal.meetings.coordination.forms.results import (
    AgreeForm,
    NotAgreeForm,
    ReceiptForm,
    ReferForm,
    SignForm,
)
from portal.meetings.coordination.forms.sessions import (
    DateForm,
    NotifyForm,
    PresentForm,
    StopForForm,
    StopForm,
)

__all__ = [
    "AgentForm",
    "AgreeForm",
    "ApplyForm",
    "CloseForm",
    "ConsentForForm",
    "ConsentForm",
    "CounterForm",
    "DateForm",
    "HandInForForm",
    "HandInForm",
    "HandOverForm",
    "IdentityForm",
    "InquiryForm",
    "MediatorForm",
    "NotAgreeForm",
    "NotifyForm",
    "PresentForm",
    "ReadBackForm",
    "ReasonForm",
    "ReceiptForm",
    "ReferForm",
    "RemoveForm",
    "RightsForm",
    "SeveralForm",
    "SideForm",
    "SignForm",
    "StopForForm",
    "StopForm",
    "TakeBackForm",
    "VisitForm",
]
