"""The page of the search: one question, results by kind. What people look for is kept nowhere."""

from __future__ import annotations

from allauth.core.internal.ratelimit import get_ip
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.community.models import Area, Contact
from portal.community.places import neighbourhood_or_404
from portal.community.requests import here_for, set_here
from portal.kit.limits import MINUTE, Limit, allow
from portal.kit.paging import paged
from portal.search import finding
from portal.search.rooms import rooms
from portal.search.words import LONGEST, Words, abbreviates, asked, looser

# Somebody who types and looks and types again; many may share an address.
OWN = Limit(60, MINUTE)
SHARED = Limit(240, MINUTE)


@require_safe
def anywhere(request: HttpRequest) -> HttpResponse:
    """The search of the neighbourhood the reader is in, with the same question."""
    here = here_for(request)
    if here is None:
        return redirect("community:choose")
    typed = _typed(request)
    return redirect(
        reverse("search:search", args=[here.slug]) + (f"?{urlencode({'q': typed})}" if typed else "")
    )


@require_safe
def search(request: HttpRequest, slug: str) -> HttpResponse:
    """What a reader may find in a neighbourhood: the first of each kind, or one kind page by page (`kind`)."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    typed = _typed(request)
    words = asked(typed)
    if words and not _allowed(request):
        return _later(request)
    context = {"typed": typed, "most_typed": LONGEST, **(_found(request, here, words) if words else {})}
    return render(request, "search/search.html", context)


def _found(request: HttpRequest, here: Area, asked_for: Words) -> dict[str, object]:
    words, every = _find(request, here, asked_for)
    chosen = next((found for found in every if found.kind.name == request.GET.get("kind")), None)
    page = paged(request, chosen.keys[: finding.MOST], finding.PAGE) if chosen else None
    return {
        "words": words,
        "rooms": rooms(words, here),
        "initials": any(abbreviates(run[0]) for run in words.runs),
        "every": every,
        "chosen": chosen,
        "page": page,
        "results": finding.results(chosen.kind, list(page), words) if chosen and page else [],
        "contact": None if every else Contact.objects.filter(area=here).first(),
    }


def _find(request: HttpRequest, here: Area, words: Words) -> tuple[Words, list[finding.Found]]:
    """What holds all that was typed; where nothing does, what holds a part of it."""
    for question in (words, *looser(_typed(request))):
        if every := finding.find(question, request.user, here):
            return question, every
    return words, []


def _typed(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "")[: 2 * LONGEST].replace("\0", " ").split())[:LONGEST]


def _allowed(request: HttpRequest) -> bool:
    if request.user.is_authenticated:
        return allow("search", f"account {request.user.pk}", OWN)
    return allow("search", f"address {get_ip(request)}", SHARED)


def _later(request: HttpRequest) -> HttpResponse:
    why = _("A great deal was looked for here within a minute.")
    response = render(request, "429.html", {"why": why}, status=429)
    response["Retry-After"] = str(MINUTE)
    return response
