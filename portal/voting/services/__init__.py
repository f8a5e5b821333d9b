"""The only writers of votes."""

from __future__ import annotations

from portal.voting.services.calling import call_vote
from portal.voting.services.candidates import drop_introductions, introduce, name_candidate, unname
from portal.voting.services.casting import Repeated, cast, receive, sender_of
from portal.voting.services.counting import count, owe_count
from portal.voting.services.envelopes import confirm_envelope, judge_envelope, receive_envelope
from portal.voting.services.hall import check_hands, close_in_hall, open_in_hall, raise_hands
from portal.voting.services.handing_over import serve, serve_building
from portal.voting.services.keys import (
    ask_to_open,
    destroy_old_keys,
    draw_key,
    make_keys,
    may_make_key,
    may_name_custodians,
    name_custodians,
    open_with,
    rehearse,
)
from portal.voting.services.lots import enter_lot, withdraw
from portal.voting.services.mandates import record_mandate, revoke
from portal.voting.services.moments import abort, annul, end_votes, extend, remind
from portal.voting.services.paper import (
    confirm,
    enter,
    finish_paper,
    judge,
    owe_paper,
    print_ballots,
)
from portal.voting.services.reinstating import reinstate
from portal.voting.services.roll_corrections import (
    add_line,
    answer_objection,
    change_area,
    change_voter,
    freeze_roll,
    object_to_roll,
    put_back_line,
    strike_line,
)
from portal.voting.services.sealed import cast_open, cast_sealed
from portal.voting.services.withdrawing import (
    doubt,
    doubt_envelope,
    keep,
    keep_envelope,
    withdraw_envelope,
    withdraw_paper,
)

__all__ = [
    "Repeated",
    "abort",
    "add_line",
    "annul",
    "answer_objection",
    "ask_to_open",
    "call_vote",
    "cast",
    "cast_open",
    "cast_sealed",
    "change_area",
    "change_voter",
    "check_hands",
    "close_in_hall",
    "confirm",
    "confirm_envelope",
    "count",
    "destroy_old_keys",
    "doubt",
    "doubt_envelope",
    "draw_key",
    "drop_introductions",
    "end_votes",
    "enter",
    "enter_lot",
    "extend",
    "finish_paper",
    "freeze_roll",
    "introduce",
    "judge",
    "judge_envelope",
    "keep",
    "keep_envelope",
    "make_keys",
    "may_make_key",
    "may_name_custodians",
    "name_candidate",
    "name_custodians",
    "object_to_roll",
    "open_in_hall",
    "open_with",
    "owe_count",
    "owe_paper",
    "print_ballots",
    "put_back_line",
    "raise_hands",
    "receive",
    "receive_envelope",
    "record_mandate",
    "rehearse",
    "reinstate",
    "remind",
    "revoke",
    "sender_of",
    "serve",
    "serve_building",
    "strike_line",
    "unname",
    "withdraw",
    "withdraw_envelope",
    "withdraw_paper",
]
