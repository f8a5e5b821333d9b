"""Pages that are read: a convention, an edition, two texts beside each other, one article at a time on a wall."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.community.places import neighbourhood_or_404
from portal.community.requests import visitor
from portal.conventions.actions_signing import ACTIONS
from portal.conventions.comparing import compare
from portal.conventions.models import AgreementPage, Proposal
from portal.conventions.permissions import EDITIONS, PAGES, TEXTS
from portal.conventions.reading import Reading, Version
from portal.conventions.selectors import households
from portal.conventions.signatures import Household, Tally
from portal.conventions.states import SigningState
from portal.conventions.track import next_steps, track
from portal.duties.next_step import NextStep
from portal.kit.track import Station
from portal.record.models import Entry
from portal.record.services import key

SHOWN = ("old", "new", "final")

sign_act = action_view(TEXTS, ACTIONS)


@require_safe
def page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A convention: the text that is asked about now in front, else the one in force; 404 at another place."""
    here, found = neighbourhood_or_404(slug), PAGES.get(visitor(request), pk)
    if not found.area.within(here):
        raise Http404(slug)
    # Of the neighbourhood as it was found here, its `mark` is known.
    found.area.__dict__["neighbourhood"] = here
    PAGES.enter(request, found)
    reading = Reading(found, request.user)
    context = {
        **_common(request, reading),
        "front": Front(reading),
        "mark": f"{found.pk}.{reading.round.pk if reading.round else 0}.{here.mark}",
        "text": reading.shown,
        "writes": PAGES.entitled(request.user, "edit", found),
        **_signing(request, reading, _signed_text(reading)),
    }
    return render(request, "conventions/page.html", context)


class Front:
    """How far a round is, and what it waits for: read when they are drawn, and not while they are kept."""

    def __init__(self, reading: Reading) -> None:
        self.round = reading.round

    @cached_property
    def track(self) -> list[Station]:
        """The stations of the round."""
        return track(self.round) if self.round else []

    @cached_property
    def step(self) -> NextStep | None:
        """Who owes the next step, until when."""
        return next_steps([self.round]).get(self.round.pk) if self.round else None


@require_safe
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition: its whole text, its days and its number, its signatures, and how to check it."""
    found = EDITIONS.open(request, pk)
    reading = Reading(found.page, request.user)
    current = next(one for one in reading.editions if one.pk == found.pk)
    former = next((one for one in reading.editions if one.number == current.number - 1), None)
    context = {
        **_common(request, reading),
        "edition": current,
        "text": current,
        "former": former,
        "former_signed": reading.tallies[former.proposal_id].agree
        if former and former.proposal_id in reading.tallies
        else 0,
        "comparison": compare(current.chapters, current.chapters),
        "entry": Entry.objects.filter(subject=key(current)).order_by("sequence").first(),
        **_signing(request, reading, _of_page(current.proposal, found.page)),
    }
    return render(request, "conventions/edition.html", context)


@require_safe
def edition_json(request: HttpRequest, pk: int) -> HttpResponse:
    """An edition as data, with which anybody checks its fingerprint."""
    found = EDITIONS.open(request, pk)
    day = found.superseded_from
    said = {
        "title": found.title,
        "place": found.page.area.name,
        "number": found.number,
        "in_force_from": found.in_force_from.isoformat(),
        "superseded_from": day.isoformat() if day else None,
        "filing_number": found.filing_number,
        "filed_on": found.filed_on.isoformat() if found.filed_on else None,
        "sha256": found.sha256,
        "text": found.text,
        "page": request.build_absolute_uri(found.get_absolute_url()),
    }
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Two texts of a page beside each other: editions and drafts, whichever are asked for."""
    reading = Reading(PAGES.open(request, pk), request.user)
    before, after = _pair(request, reading)
    context = {
        **_common(request, reading),
        "before": before,
        "after": after,
        "text": after.text,
        "comparison": compare(before.chapters, after.chapters),
        "all": "all" in request.GET,
    }
    return render(request, "conventions/versions.html", context)


@require_safe
def hall(request: HttpRequest, pk: int) -> HttpResponse:
    """One article at a time, large, for a wall: the old text, the new one, or what it reads in the end."""
    reading = Reading(PAGES.open(request, pk), request.user)
    before, after = _pair(request, reading)
    comparison = compare(before.chapters, after.chapters)
    rows = comparison.changes if "all" in request.GET else comparison.shown or comparison.changes
    at = min(max(_number(request.GET.get("at")), 1), len(rows) or 1)
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else SHOWN[0]
    context = {
        **_common(request, reading),
        "before": before,
        "after": after,
        "text": after.text,
        "change": rows[at - 1] if rows else None,
        "number": at,
        "count": len(rows),
        "rest": "&all=1" if "all" in request.GET else "",
        "show": shown,
        "next_show": SHOWN[(SHOWN.index(shown) + 1) % len(SHOWN)],
        "previous": at - 1 if at > 1 else 0,
        "following": at + 1 if at < len(rows) else 0,
    }
    return render(request, "conventions/hall.html", context)


def _common(request: HttpRequest, reading: Reading) -> dict[str, Any]:
    here = reading.page.neighbourhood
    return {"page": reading.page, "reading": reading, "area": reading.page.area, "neighbourhood": here}


def _pair(request: HttpRequest, reading: Reading) -> tuple[Version, Version]:
    """The two texts an address names: by default the newest, and the edition before it. 404: no such text."""
    if not reading.versions:
        raise Http404("no text was published")
    after = _named(request, reading, "to") or reading.versions[-1]
    earlier = [one for one in reading.versions if one.is_edition and one.text.sha256 != after.text.sha256]
    older = [one for one in earlier if not after.is_edition or one.text.number < after.text.number]
    return _named(request, reading, "from") or (older[-1] if older else after), after


def _named(request: HttpRequest, reading: Reading, name: str) -> Version | None:
    wanted = request.GET.get(name)
    if not wanted:
        return None
    version = reading.version(wanted)
    if version is None:
        raise Http404(wanted)
    return version


def _number(typed: str | None) -> int:
    return int(typed) if typed and typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1


def _signed_text(reading: Reading) -> Proposal | None:
    """Which text a household is asked to sign on the page: what a building signs now, else what is in force."""
    if reading.proposal is not None and reading.proposal.signing is SigningState.OPEN:
        return reading.proposal
    held = reading.in_force or reading.to_come
    return _of_page(held.proposal, reading.page) if held else None


def _of_page(text: Proposal, page: AgreementPage) -> Proposal:
    """The text with the page and the edition that were read already."""
    text.round.page = page
    return text


def _signing(request: HttpRequest, reading: Reading, text: Proposal | None) -> dict[str, Any]:
    if text is None:
        return {"signed_text": None}
    household = Household(request.user, text)
    vars(text)["household"] = household
    return {
        "signed_text": text,
        "tally": reading.tallies.get(text.pk, Tally()),
        "households": households(text.round.page.area),
        "half": (1, 2) if text.round.page.is_building else None,
        "own": household.own,
        "sign_offers": offers(request, TEXTS, ACTIONS, text, "conventions:sign_act"),
    }
