"""The verbs of a coordination meeting, in the order of its course."""

from __future__ import annotations

from portal.meetings.coordination.services.after import (
    close_file,
    hand_over,
    name_mediator,
    note_stays,
    note_visit,
)
from portal.meetings.coordination.services.agreements import (
    agree,
    breach,
    finish,
    not_agree,
    note_receipt,
    perform,
    refer,
    seal,
    sign,
    sign_on_paper,
)
from portal.meetings.coordination.services.consents import (
    answer,
    answer_on_paper,
    name_agent,
    see_identity,
    tell_rights,
)
from portal.meetings.coordination.services.evidence import (
    hand_in,
    hand_in_for,
    note_inquiry,
    read_back,
    remove_evidence,
    take_back,
)
from portal.meetings.coordination.services.intake import Side, accept, add_party, apply, decline, take_down
from portal.meetings.coordination.services.sessions import adjourn, begin, notify, reschedule, stop, stop_for

__all__ = [
    "Side",
    "accept",
    "add_party",
    "adjourn",
    "agree",
    "answer",
    "answer_on_paper",
    "apply",
    "begin",
    "breach",
    "close_file",
    "decline",
    "finish",
    "hand_in",
    "hand_in_for",
    "hand_over",
    "name_agent",
    "name_mediator",
    "not_agree",
    "note_inquiry",
    "note_receipt",
    "note_stays",
    "note_visit",
    "notify",
    "perform",
    "read_back",
    "refer",
    "remove_evidence",
    "reschedule",
    "seal",
    "see_identity",
    "sign",
    "sign_on_paper",
    "stop",
    "stop_for",
    "take_back",
    "take_down",
    "tell_rights",
]
