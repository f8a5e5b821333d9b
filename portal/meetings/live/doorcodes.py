"""The code at the door: an address of the meeting that nobody makes up, shown on the hall's screen."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer
from django.urls import reverse

_SIGNER = Signer(salt="portal.meetings.live.door")


def code_of(meeting_pk: int) -> str:
    """The code of a meeting, the same as long as the portal's key stays."""
    return _SIGNER.sign(str(meeting_pk)).partition(":")[2]


def address_of(meeting_pk: int) -> str:
    """Where the code at the door leads: the form that says one is here."""
    return f"{reverse('meetings:live_act', args=[meeting_pk, 'check-in'])}?code={code_of(meeting_pk)}"


def holds(meeting_pk: int, code: str) -> bool:
    """Whether it is the code of this meeting."""
    try:
        return _SIGNER.unsign(f"{meeting_pk}:{code}") == str(meeting_pk)
    except BadSignature:
        return False
