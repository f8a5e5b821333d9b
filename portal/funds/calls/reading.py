"""What the pages of funds and rounds show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Offer, offers
from portal.community.models import Area, Visitor
from portal.duties.next_step import next_owed
from portal.funds.accounts import AT_HAND
from portal.funds.calls import selectors
from portal.funds.calls.actions import CALL_ACTIONS, SOURCE_ACTIONS
from portal.funds.calls.permissions import CALLS, FUNDS, SOURCES, own_lines
from portal.funds.calls.services.lacks import unready
from portal.funds.calls.wording import OPEN_CALL
from portal.funds.models import ApplicantKind, Ballot, Call, Fund, Source
from portal.funds.states import CallState
from portal.kit.track import Station, place, stations
from portal.ledger.models import Entry
from portal.record.services import key
from portal.voting.states import BEFORE_END, Phase

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

C = CallState
SHOWN = 2
LINES_SHOWN = 10
STATIONS: dict[str, StrOrPromise] = {
    "draft": _("being written"),
    "open": _("applications"),
    "reviewing": _("review"),
    "on_notice": _("public notice"),
    "voting": _("residents' vote"),
    "counting": _("the count"),
    "decided": _("decided"),
    "closed": _("books closed"),
}
TRACK = (
    ("draft", frozenset({C.DRAFT})),
    ("open", frozenset({C.OPEN})),
    ("reviewing", frozenset({C.REVIEWING})),
    ("on_notice", frozenset({C.ON_NOTICE})),
    ("voting", frozenset({C.VOTING})),
    ("counting", frozenset[CallState]()),
    ("decided", frozenset({C.DECIDED})),
    ("closed", frozenset({C.CLOSED})),
)


@dataclass(frozen=True)
class SourceRow:
    """A source as the fund's page shows it, with what the reader may do; amounts in fen."""

    source: Source
    came: int
    left: int
    offers: list[Offer]


def track(call: Call) -> list[Station]:
    """The stations of a round in order, vote and count where residents are asked; one called off ends where it was."""
    state, labels = CallState(call.state), _labels(call)
    if state is C.CANCELLED:
        return stations(labels, 1 if call.opened_at else 0, "stopped", state.label)
    if state is C.VOTING and call.vote is not None and call.vote.phase not in BEFORE_END:
        counted = call.vote.phase == Phase.COUNTED
        note = _("being worked out") if counted else call.vote.phase.label
        return stations(labels, list(labels).index("counting"), "now", note)
    # A station that bears the word of the state says it once.
    label = "" if state is C.DECIDED else state.label
    track = [one for one in TRACK if one[0] in labels]
    return stations(labels, place(track, state), "done" if state is C.CLOSED else "now", label)


def _labels(call: Call) -> dict[str, StrOrPromise]:
    """Where it hangs on the shortlist whether residents are asked, it says so until that is known."""
    if call.vote_id is not None or call.ballot == Ballot.ALWAYS:
        return STATIONS
    if call.ballot == Ballot.NEVER or call.decided_at is not None:
        return {name: label for name, label in STATIONS.items() if name not in ("voting", "counting")}
    return {**STATIONS, "voting": _("residents' vote, if needed")}


def source_rows(request: HttpRequest, fund: Fund) -> list[SourceRow]:
    """Where the money of a fund comes from; one query."""
    rows = []
    for source in selectors.sources(fund):
        source.fund = fund
        offered = offers(request, SOURCES, SOURCE_ACTIONS, source, "funds:calls_source_act")
        rows.append(SourceRow(source, -source.income.balance, source.at_hand.balance, offered))
    return rows


def funds_of(user: Visitor, here: Area) -> QuerySet[Fund]:
    """The funds of a neighbourhood with what is at hand (`left`) and the rounds a reader knows of (`running`,
    `over`); closed ones last.
    """
    known = Call.objects.visible_to(user)
    rounds, over = known.exclude(state__in=selectors.OVER), known.filter(state__in=selectors.OVER)
    return (
        Fund.objects.visible_to(user)
        .filter(neighbourhood=here)
        .annotate(left=Sum("sources__at_hand__balance", default=0))
        .prefetch_related(
            Prefetch("calls", rounds, to_attr="running"), Prefetch("calls", over, to_attr="over")
        )
        .order_by("closed_at", "pk")
    )


def lines(request: HttpRequest, fund: Fund) -> Mapping[str, Any] | None:
    """The newest lines of the fund itself, for the office to look after."""
    if not FUNDS.may(request.user, "office", fund):
        return None
    newest = own_lines(request.user).filter(book=fund.book_id).order_by("-sequence")[:LINES_SHOWN]
    found = list(newest.select_related("reversed_by").prefetch_related("postings__account", "receipts"))
    return {"lines": [(line, at_hand_of(line)) for line in found], "fund": fund} if found else None


def at_hand_of(line: Entry) -> int:
    """What a line put to the money at hand, in fen, less what it took."""
    return sum(one.amount for one in line.postings.all() if one.account.code.startswith(AT_HAND))


def source_of(line: Entry) -> Source | None:
    """Which source a line moved the money of."""
    return Source.objects.filter(at_hand__in=line.postings.values("account")).first()


def missing(request: HttpRequest, call: Call) -> Mapping[str, Any] | None:
    """What a draft lacks before it can be opened, for whoever writes it; else who opens it by when."""
    if call.state != C.DRAFT or not CALLS.may(request.user, "edit", call):
        return None
    said = unready(call)
    step = None if said else next_owed([key(call)], OPEN_CALL)
    return {"said": said, "director": CALLS.may(request.user, "open_call", call), "step": step}


def applicants(call: Call) -> list[str]:
    """Who may apply, in words."""
    return [str(ApplicantKind(one).label) for one in call.applicants if one in ApplicantKind.values]


def taking_part(user: Visitor, here: Area) -> dict[str, Any] | None:
    """What the page on taking part says: the rounds that take applications."""
    rounds = list(selectors.taking_here(here)[:SHOWN])
    if not rounds and not Fund.objects.filter(neighbourhood=here).exists():
        return None
    return {"calls": rounds, "here": here}


def offered(request: HttpRequest, call: Call) -> list[Offer]:
    """What the reader may do in the course of a round."""
    return offers(request, CALLS, CALL_ACTIONS, call, "funds:calls_act")
