"""Home pages, notices and texts, as everybody reads them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.community.models import Area, Contact, Visitor
from portal.community.permissions import Role, roles_in
from portal.community.places import neighbourhood_or_404
from portal.community.requests import here_for, set_here
from portal.deliberation import next_step
from portal.deliberation.models import Topic
from portal.deliberation.states import State
from portal.duties.models import PublicNotice
from portal.kit import clock
from portal.kit.paging import paged
from portal.pages.first_steps import first_steps, page_of
from portal.pages.models import NeighbourhoodPage, NoticePage, TextPage
from portal.pages.permissions import PAGES, WRITTEN, home_page
from portal.pages.waiting import SHOWN, waiting_for
from portal.volunteers.models import Shift, Visibility
from portal.voting.models import Vote

# Roles that anybody has, and that of whoever runs the portal, who is nobody's neighbour by that.
STRANGER = frozenset({Role.VISITOR, Role.ACCOUNT, Role.OPERATOR})


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
    context = {
        "votes": Vote.objects.filter(neighbourhood=here, closes_at__gt=clock.now())
        .select_related("scope")
        .order_by("closes_at")[:20],
        "wanting": hands_wanted(request.user, here)[:5],
        "seconding": _with_steps(
            topics.filter(state=State.SECONDING).for_list().order_by("state_until")[:10]
        ),
        "discussing": _with_steps(topics.filter(state=State.DISCUSSING).for_list()[:10]),
        "public_notices": PublicNotice.objects.filter(neighbourhood=here, ends_at__gt=clock.now())[:20],
    }
    return render(request, "pages/take_part.html", context)


@require_safe
def notices(request: HttpRequest, slug: str) -> HttpResponse:
    """All published notices of a neighbourhood, the newest first; and its texts."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    below = home_page(here)
    every = NoticePage.objects.child_of(below).live().public().order_by("-day", "-pk")
    context = {
        "page": paged(request, every),
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
    return render(request, "pages/page.html", {"page": found, "may_write": may_write})


@require_safe
def statement(request: HttpRequest, name: str) -> HttpResponse:
    """The accessibility statement or the privacy notice."""
    return render(request, f"pages/{name}.html")


def _neighbourhood(request: HttpRequest, here: Area) -> HttpResponse:
    set_here(request, here)
    below = page_of(request.user, here)
    topics = Topic.objects.visible_to(request.user).filter(neighbourhood=here).current().for_list()[:6]
    waiting = waiting_for(request.user, here) if request.user.is_authenticated else []
    context: dict[str, Any] = {
        "place": below,
        "contact": Contact.objects.filter(area=here).first(),
        "first_steps": first_steps(below, here),
        "waiting": waiting[:SHOWN],
        "waiting_more": max(0, len(waiting) - SHOWN),
        "waiting_count": len(waiting),
        "topics": _with_steps(topics),
        "notices": _current_notices(below) if below else [],
        "open_votes": Vote.objects.open().filter(neighbourhood=here).order_by("closes_at")[:3],
        "wanting": hands_wanted(request.user, here)[:3],
        "canonical": reverse("pages:neighbourhood", args=[here.slug]),
    }
    return render(request, "pages/neighbourhood.html", context)


def hands_wanted(user: Visitor, here: Area) -> QuerySet[Shift]:
    """Shifts with free places, the next one first. What is for a team only stands on the team's own pages."""
    seen = [Visibility.EVERYONE]
    if not roles_in(user, here) <= STRANGER:
        seen.append(Visibility.NEIGHBOURS)
    ahead = Shift.objects.wanting().filter(activity__neighbourhood=here, activity__visibility__in=seen)
    return ahead.select_related("activity__team").order_by("starts_at", "pk")


def _current_notices(below: NeighbourhoodPage) -> list[NoticePage]:
    shown = Q(shown_until=None) | Q(shown_until__gte=clock.today())
    return list(NoticePage.objects.child_of(below).live().public().filter(shown).order_by("-day", "-pk")[:4])


def _with_steps(topics: Any) -> list[Topic]:
    """Topics, each with the line who owes the next step."""
    rows = list(topics)
    steps = next_step.next_steps(rows)
    for topic in rows:
        topic.next_step = steps.get(topic.pk)
    return rows
