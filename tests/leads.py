"""Where each kind of notice leads: to the page of the very thing it speaks of, and to its place there.

`LEADS` names the address by kind, or for all kinds of a group that have no row of their own. Whatever any test sends is
compared with it (`watch`), so that a kind that leads elsewhere, or has no row, fails where it is sent.
"""

from __future__ import annotations

import re
from typing import Any

from django.urls import Resolver404, resolve

from portal.notifications import services
from portal.notifications.kinds import KINDS
from portal.notifications.models import Delivery

# Where a duty is done is said with the duty: as many addresses as there are kinds of duties.
ANYWHERE = ""
MEETING = (
    "meetings:hearing meetings:gathering meetings:review meetings:coordination meetings:summons meetings:lot"
)
OWN_TIE = "register:me#residency-N register:me#ownership-N"
INVOICE, INSTALMENT, CHANGES = (
    "funds:receipts#invoice-N",
    "funds:project#instalment-N",
    "funds:project#changes",
)
OBJECTION = "funds:project#objection-N"
LEADS = {
    # The place where a second step, or a device, is looked at and taken away.
    "account": "register:devices",
    "account.factor_reset": "mfa_index",
    "activity": "volunteers:activity",
    "activity.signup_accepted": "volunteers:shift",
    "activity.signup_consent": "volunteers:signup_act[consent]",
    "activity.signup_consent_refused": "volunteers:shift",
    "activity.signup_declined": "volunteers:shift",
    "activity.signup_guardian_left": "volunteers:shift",
    "activity.signup_released": "volunteers:shift",
    "activity.signup_reminder": "volunteers:shift",
    "activity.signup_waits": "volunteers:shift",
    # The own page says which posts one holds, the list of posts who stands in for whom.
    "appointment": "register:me",
    "appointment.deputy": "register:posts register:me",
    # A building that moved is in another neighbourhood now: there.
    "area": "pages:neighbourhood",
    "board": "boards:board",
    "board.corrected": "boards:must_read",
    "board.day": "boards:rota",
    "board.must_read": "boards:must_read",
    "board.photo_proposed": "boards:photo",
    "board.photo_refused": "boards:photo",
    "board.photo_removed": "boards:photo",
    "board.photo_shown": "boards:photo",
    "board.rota": "boards:board#rota",
    "board.swap_agreed": "boards:swap",
    "board.swap_asked": "boards:swap",
    "board.swap_lapsed": "boards:swap",
    "board.swap_refused": "boards:swap",
    "board.tomorrow": "boards:rota",
    "call": "funds:call funds:project",
    "cashbook": "boards:cashbook",
    "cashbook.agreed": "boards:line",
    "cashbook.asked": "boards:spending",
    "cashbook.refused": "boards:spending",
    "cashbook.reversed": "boards:line",
    "certificate": "volunteers:certificate",
    "convention": "conventions:round",
    "convention.published": "conventions:edition",
    "coordination": "meetings:coordination",
    "decision": "meetings:decision",
    "demand": "surveys:demand",
    "duty": ANYWHERE,
    # What was lost stands nowhere any more: the own page shows what is left, and whom to ask.
    "dwelling": "register:me",
    "fund": "funds:fund",
    "fund.line_taken_back": "funds:line",
    "fundapplication": "funds:project",
    "fundcall": "funds:call",
    "fundreview": "funds:project",
    "fundreview.answered": OBJECTION,
    "fundreview.called_off": "funds:call",
    "fundreview.ended": "funds:reviewing",
    "fundreview.named": "funds:reviewing",
    "fundreview.objected": OBJECTION,
    "fundreview.objection_known": OBJECTION,
    "fundreview.posted": "funds:call",
    "fundreview.tie_by_office": "funds:reviewing",
    "fundreview.to_reviewers": "funds:reviewing",
    "fundreview.upheld": OBJECTION,
    "funds": "funds:project",
    "funds.asked_for": INSTALMENT,
    "funds.change_answered": CHANGES,
    "funds.change_asked": CHANGES,
    "funds.instalment_dropped": INSTALMENT,
    "funds.invoice_again": INVOICE,
    "funds.invoice_in": INVOICE,
    "funds.invoice_out": INVOICE,
    "funds.invoice_refused": INVOICE,
    "funds.may_be_paid": INSTALMENT,
    "funds.paid": INSTALMENT,
    "funds.payment_reversed": INSTALMENT,
    "funds.progress_put_back": "funds:project#note-N",
    "funds.progress_taken_down": "funds:project#note-N",
    "funds.sent_back": INSTALMENT,
    "gathering": "meetings:gathering",
    "hearing": "meetings:hearing",
    # To others than the volunteer the lines of the public notice; their own record is nobody else's.
    "hours": "volunteers:record volunteers:hours_notice",
    "live": "meetings:live_question",
    "lot": "meetings:lot",
    "meeting": MEETING,
    "notice": "duties:public_notice#objection-N",
    "opinions": "meetings:statements#statement-N",
    "ownership": "register:me",
    "ownership.again": OWN_TIE,
    "page": "pages:page",
    "person": "register:me",
    "reception": "surveys:booking",
    "reception.called_off": "surveys:reception_day",
    "reception.reopened": "surveys:note",
    "report": "reports:report",
    "residency": OWN_TIE,
    "residency.ended_for": "register:me",
    "residency.requested": "register:request",
    "residency.verified": ANYWHERE,  # to what they wanted to do when they asked, else to their home on the own page
    "resource": "pages:resource",
    "resource.answered": "pages:skill_request",
    "resource.asked": "pages:skill_request",
    "office": ANYWHERE,  # what a post did leads to wherever it did it
    "review": "meetings:review",
    "review.measure_done": "meetings:review#measure-N",
    "roster": "register:import",
    "shift": "volunteers:activity",
    "shift.changed": "volunteers:shift",
    "suggestion": "conventions:article#suggestion-N",
    "summons": "meetings:summons",
    "survey": "surveys:survey",
    "survey.wave_called": "surveys:wave",
    "survey.wave_ended": "surveys:wave",
    "survey.wave_joined": "surveys:wave",
    "survey.wave_resumed": "surveys:wave",
    "team": "volunteers:team",
    "team.leader_left": "volunteers:members",
    "thread": "threads:post",
    "thread.mute_lifted": "threads:mute",
    "thread.mute_upheld": "threads:mute",
    "thread.muted": "threads:mute",
    "topic": "deliberation:topic",
    "topic.contact_left": "deliberation:act[name-contact]",
    "topic.step_done": "deliberation:topic#step-N",
    "topic.step_moved": "deliberation:topic#step-N",
    "vote": "voting:vote",
    "vote.roll_answered": "voting:roll_notice",
    "vote.roll_line": "voting:roll_notice",
    "wish": "register:me#wish-N",
    "wish.asked": "register:people#wish-N",
}
# As the apps declare them: tests have kinds of their own besides.
REAL = frozenset(KINDS)


def target(url: str) -> str:
    """An address as the table names it: the page, the action where it is one, the place with its number as N."""
    path, _hash, place = url.partition("#")
    try:
        found = resolve(path.partition("?")[0])
    except Resolver404:
        return f"nowhere: {url}"
    action = f"[{found.kwargs['action']}]" if "action" in found.kwargs else ""
    anchor = "#" + re.sub(r"\d+", "N", place) if place else ""
    return f"{found.view_name}{action}{anchor}"


def wanted(kind: str) -> str:
    """Where a kind leads by the table; anywhere where it has no row, such as those that only tests have."""
    return LEADS[kind] if kind in LEADS else LEADS.get(kind.partition(".")[0], ANYWHERE)


def wrong(kind: str, url: str) -> str:
    """What is wrong with where a notice is sent to lead; empty where nothing is."""
    if kind not in REAL:
        return ""
    there = target(url)
    known = wanted(kind)
    return "" if not known or there in known.split() else f"{kind} leads to {there}, not to {known}"


def watch() -> None:
    """From now on every notice that any test sends leads where the table says."""
    begin = services.begin

    def seen(news: Delivery, to: Any) -> int:
        said = wrong(news.kind, news.url)
        assert not said, said
        return begin(news, to)

    services.begin = seen
