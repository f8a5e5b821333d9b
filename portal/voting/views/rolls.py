"""The roll: without names for everybody, with them for the staff who keep it, and one line of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.actions.actions import Offer, offers
from portal.actions.views import action_view
from portal.community.web import account, signed_in
from portal.duties.models import Duty
from portal.kit.limits import MINUTE
from portal.kit.names import compared
from portal.kit.paging import paged
from portal.record.fragments import keep
from portal.record.services import key
from portal.voting.actions.rolls import LINE, MANDATE, OBJECTION, ROLL
from portal.voting.forms import RollFilter
from portal.voting.models import Mandate, RollEntry, RollObjection, Vote
from portal.voting.permissions import LINES, MANDATES, OBJECTIONS, VOTES, lines_of
from portal.voting.services.handing_over import looked
from portal.voting.states import BEFORE_END

ROLL_PAGE = 50

roll_act = action_view(VOTES, ROLL)
line_act = action_view(LINES, LINE)
mandate_act = action_view(MANDATES, MANDATE)
objection_act = action_view(OBJECTIONS, OBJECTION)


@require_safe
def roll(request: HttpRequest, pk: int) -> HttpResponse:
    """The roll with names and flats, for the staff who keep it; that they looked is kept. It does not say who voted."""
    vote = VOTES.open(request, pk, "see_roll")
    form = RollFilter(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else ""
    lines = vote.roll.select_related("person", "building").filter(_matching(wanted)).order_by("number")
    page = _page(request, vote, lines)
    context = {"vote": vote, "form": form, "page": page, "offers": _offers(request, vote)}
    return render(request, "voting/roll.html", context | {"may": VOTES.allowed(request.user, vote)})


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The posted roll without names: its totals, how many are asked in each building, and the reader's own line."""
    vote = VOTES.open(request, pk)
    may, lines = VOTES.allowed(request.user, vote), lines_of(request.user, pk)
    own = [entry.pk for entry, mandate in lines if mandate is None]
    objections = paged(request, _objections(request, vote, may).order_by("-at", "-pk"), param="objections")
    _date(objections)
    context = {
        "vote": vote,
        "may": may,
        "lines": lines,
        "given": Mandate.objects.filter(entry__in=own, revoked_at=None).select_related("holder", "entry"),
        "waits": vote.phase in BEFORE_END,
        "buildings": paged(request, _by_building(vote)),
        "corrections": vote.corrections.count(),
        "objections": objections,
        "offers": _offers(request, vote),
    }
    return render(request, "voting/roll_notice.html", context)


@require_safe
def line(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One line of the roll for staff: what it says, its corrections and mandates, what can be done."""
    vote = VOTES.open(request, pk, "see_roll")
    lines = vote.roll.select_related("vote__neighbourhood", "vote__scope", "person", "building")
    entry = get_object_or_404(lines, number=number)
    looked(account(request), vote, [entry])
    context = {
        "vote": vote,
        "entry": entry,
        "offers": {offer.name: offer for offer in offers(request, LINES, LINE, entry, "voting:line_act")},
        "corrections": entry.corrections.select_related("by__person"),
        "mandates": entry.mandates.select_related("holder", "document"),
        "served": entry.services.all(),
    }
    return render(request, "voting/roll_line.html", context)


@require_safe
@signed_in
def service(request: HttpRequest, pk: int) -> HttpResponse:
    """Who still needs a visit, and the door round that serves a whole building."""
    vote = VOTES.open(request, pk, "see_paper")
    lines = vote.roll.active().filter(served=False).select_related("person", "building")
    page = _page(request, vote, lines.order_by("building__path", "where"))
    context = {"vote": vote, "page": page, "offers": _offers(request, vote)}
    return render(request, "voting/roll_service.html", context)


def _offers(request: HttpRequest, vote: Vote) -> dict[str, Offer]:
    return {offer.name: offer for offer in offers(request, VOTES, ROLL, vote, "voting:roll_act")}


def _page(request: HttpRequest, vote: Vote, lines: QuerySet[RollEntry]) -> Any:
    """A page of lines with names; that they were read is kept."""
    page = paged(request, lines, ROLL_PAGE)
    looked(account(request), vote, page)
    return page


def _objections(request: HttpRequest, vote: Vote, may: list[str]) -> QuerySet[RollObjection]:
    """All for those who keep the roll; one's own for anybody else."""
    said = vote.roll_objections.select_related("by__person")
    if "see_roll" in may:
        return said
    return said.filter(by=request.user) if request.user.is_authenticated else said.none()


def _date(objections: Iterable[RollObjection]) -> None:
    """Say of each that waits by when it is answered."""
    owed = Duty.objects.active().filter(subject__in=[key(said) for said in objections])
    due = dict(owed.values_list("subject", "due_at"))
    for said in objections:
        said.due_at = due.get(key(said))


def _by_building(vote: Vote) -> list[dict[str, Any]]:
    """How many are asked in each building. No area: of a building with one owner it would be that owner's.

    Kept for a minute: over the roll of a district it takes a tenth of a second.
    """
    rows = vote.roll.active().values("building__path", "building__name")
    counted = rows.annotate(heads=Count("pk")).order_by("building__path")
    return keep(f"asked.{vote.pk}.{vote.heads}.{vote.area}", lambda: [dict(row) for row in counted], MINUTE)


def _matching(wanted: str) -> Q:
    """Lines of the roll by name, flat or code (e57)."""
    if not wanted:
        return Q()
    by_text = Q(person__name_key__contains=compared(wanted)) | Q(where__icontains=wanted)
    digits = wanted.lower().removeprefix("e")
    return (
        by_text | Q(number=int(digits))
        if digits.isascii() and digits.isdigit() and len(digits) < 10
        else by_text
    )
