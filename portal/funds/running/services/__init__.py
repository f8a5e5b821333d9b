"""What is done with a project that got money, from its agreement to its acceptance."""

from __future__ import annotations

from portal.funds.running.services.accepting import name_acceptors, sign_acceptance
from portal.funds.running.services.agreeing import agree, agreement_owed, give_up, undo_agreement
from portal.funds.running.services.changing import answer_change, ask_change, withdraw_change
from portal.funds.running.services.paying import (
    approve_instalment,
    drop_instalment,
    pay_instalment,
    request_instalment,
    require_due,
    require_not_returned,
    reverse_payment,
    send_back,
)
from portal.funds.running.services.proving import (
    Part,
    enter_invoice,
    look_again,
    look_at_invoice,
    may_take_out,
    take_out_invoice,
)
from portal.funds.running.services.returning import give_back_money, reverse_refund
from portal.funds.running.services.standing import check_midterm, report_done, resume, suspend, terminate

__all__ = [
    "require_not_returned",
    "may_take_out",
    "require_due",
    "Part",
    "agree",
    "agreement_owed",
    "answer_change",
    "approve_instalment",
    "ask_change",
    "check_midterm",
    "drop_instalment",
    "enter_invoice",
    "give_back_money",
    "give_up",
    "look_again",
    "look_at_invoice",
    "name_acceptors",
    "pay_instalment",
    "report_done",
    "request_instalment",
    "resume",
    "reverse_payment",
    "reverse_refund",
    "send_back",
    "sign_acceptance",
    "suspend",
    "take_out_invoice",
    "terminate",
    "undo_agreement",
    "withdraw_change",
]
