"""Home pages, notices and texts, as everybody reads them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.community.models import Area, Contact, User
from portal.community.permissions import is_stranger
from portal.community.places import neighbourhood_or_404
from portal.community.requests import here_for, set_here
from portal.deliberation.listing import with_steps
from portal.deliberation.models import Topic
from portal.deliberation.permissions import shown_proposing
from portal.deliberation.states import State
from portal.duties.models import PublicNotice
from portal.kit import clock
from portal.kit.paging import at_once, paged
from portal.pages.coming import coming
from portal.pages.correcting import corrections
from portal.pages.first_steps import first_steps, page_of
from portal.pages.home import hands_wanted, rows
from portal.pages.home_blocks import Visit
from portal.pages.models import NoticePage, TextPage, over_today
from portal.pages.permissions import PAGES, WRITTEN, home_page
from portal.pages.taking_part import parts_for
from portal.pages.waiting import SHOWN, Waiting, waiting_for
from portal.register.services import answers
from portal.voting.models import Vote


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The neighbourhood's home where it is known which one, else the choice of neighbourhoods."""
    here = here_for(request)
    return redirect("community:choose") if here is None else _neighbourhood(request, here)


@require_safe
def neighbourhood(request: HttpRequest, slug: str) -> HttpResponse:
    """A neighbourhood's home page."""
    return _neighbourhood(request, neighbourhood_or_404(slug))


@require_safe
def take_part(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything in which somebody can take part now: votes, seconding, public notices."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    topics = Topic.objects.visible_to(request.user).filter(neighbourhood=here)
    most = at_once(request)
    context = {
        "votes": Vote.objects.filter(neighbourhood=here, closes_at__gt=clock.now())
        .select_related("scope")
        .order_by("closes_at")[:most],
        "wanting": hands_wanted(request.user, here)[: min(5, most // 2)],
        "seconding": with_steps(
            topics.filter(state=State.SECONDING).for_list().order_by("state_until")[: most // 2]
        ),
        "discussing": with_steps(topics.filter(state=State.DISCUSSING).for_list()[: most // 2]),
        "public_notices": PublicNotice.objects.filter(neighbourhood=here, ends_at__gt=clock.now())[:most],
        "parts": parts_for(request.user, here),
        "may_propose": shown_proposing(request.user, here),
    }
    return render(request, "pages/take_part.html", context)


@require_safe
def notices(request: HttpRequest, slug: str) -> HttpResponse:
    """All published notices of a neighbourhood, the newest first; and its texts."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    below = home_page(here)
    every = NoticePage.objects.child_of(below).live().public().order_by("-day", "-pk")
    over = every.filter(over_today())
    archive = "archive" in request.GET
    context = {
        "page": paged(request, over if archive else every.exclude(over_today())),
        "archive": archive,
        "archived": over.count(),
        "texts": paged(request, TextPage.objects.child_of(below).live().public(), param="texts"),
        "may_write": PAGES.may(request.user, "write", here),
    }
    return render(request, "pages/notices.html", context)


@require_safe
def page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One notice or text."""
    found = WRITTEN.open(request, pk)
    if not found.live:
        return redirect("pages:preview", slug, pk)
    may_write = PAGES.may(request.user, "write", found.neighbourhood)
    context = {"page": found, "may_write": may_write, "corrections": corrections(found)}
    return render(request, "pages/page.html", context)


@require_safe
def statement(request: HttpRequest, name: str) -> HttpResponse:
    """The accessibility statement or the privacy notice."""
    return render(request, f"pages/{name}.html")


def _neighbourhood(request: HttpRequest, here: Area) -> HttpResponse:
    set_here(request, here)
    elder = getattr(request, "elder", False)
    visit = Visit(
        request.user,
        here,
        page_of(request.user, here),
        member=not is_stranger(request.user, here),
    )
    waiting = waiting_for(request.user, here) if request.user.is_authenticated else []
    newcomer = isinstance(request.user, User) and not visit.member
    context: dict[str, Any] = {
        "place": visit.page,
        "may_propose": shown_proposing(request.user, here),
        "member": visit.member or bool(waiting),
        "newcomer": newcomer,
        "asked": answers.waiting_of(request.user, here) if newcomer else [],
        "first_steps": first_steps(visit.page, here),
        "waiting": waiting[:SHOWN],
        "waiting_more": max(0, len(waiting) - SHOWN),
        "waiting_count": len(waiting),
        "canonical": reverse("pages:neighbourhood", args=[here.slug]),
        **(_for_elders(request, here, waiting) if elder else {"rows": rows(visit)}),
    }
    return render(request, "pages/neighbourhood.html", context)


def _for_elders(request: HttpRequest, here: Area, waiting: list[Waiting]) -> dict[str, Any]:
    """One thing at a time: `first` is the one asked for by its number, `following` the number of the next."""
    asked = request.GET.get("thing", "")
    at = (int(asked) - 1) % len(waiting) if waiting and asked.isdecimal() and len(asked) < 4 else 0
    return {
        "first": waiting[at] if waiting else None,
        "nth": at + 1,
        "following": at + 2 if at + 1 < len(waiting) else 1,
        "contact": Contact.objects.filter(area=here).first(),
        "coming": coming(here, 1),
    }
