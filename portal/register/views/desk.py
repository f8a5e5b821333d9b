"""The committee's desk: requests, dwellings, letters, the counter."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import Offer, offers
from portal.actions.views import action_view, asked_or_not_valid, handle_form
from portal.actions.web import once
from portal.community.models import (
    Area,
    Dwelling,
    Kind,
    Ownership,
    PersonKind,
    RelationStatus,
    Representative,
    Residency,
    User,
)
from portal.community.places import inside
from portal.community.web import account, sent, signed_in, typed_before
from portal.duties.models import Duty
from portal.kit import clock
from portal.record.services import key
from portal.register import listing
from portal.register.actions import AT_DESK, DWELLING, OWN, WISH
from portal.register.forms import PlaceForm, ReasonForm, RegisterForm, SearchForm
from portal.register.models import Wish
from portal.register.permissions import DESK, DWELLINGS, RELATIONS, WISHES, Tie, Ties
from portal.register.services import answers, desk, joining, undoing, wishes
from portal.register.services.joining import KINDS

PER_PAGE = 50
LOOKED = "looked"
# Where somebody was entered at the counter last: families come together.
LAST = "counter_last"

residency = action_view(RELATIONS["residency"], AT_DESK["residency"] | OWN["residency"])
dwelling_act = action_view(DWELLINGS, DWELLING)
ownership = action_view(RELATIONS["ownership"], AT_DESK["ownership"] | OWN["ownership"])


@require_safe
@signed_in
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Requests that wait, the one that is due first on top."""
    here = DESK.open(request, slug, "people")
    waiting = [(answers.kind_of(tie), tie, duty) for tie, duty in joining.waiting_requests(here)]
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    lately = [(answers.kind_of(tie), tie) for tie in undoing.answered_lately(here)]
    context = {"page": page, "lately": lately, "wishes": _wishes(request, here), "neighbourhood": here}
    return render(request, "register/people.html", context)


@require_safe
@signed_in
def request_(request: HttpRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    """One request, with what the roster knows about the dwelling."""
    here = DESK.open(request, slug, "people")
    if kind not in KINDS:
        raise Http404(kind)
    inside = KINDS[kind].objects.in_area(here).select_related("person__user", "dwelling__building")
    tie: Any = get_object_or_404(inside, pk=pk)
    account_of = User.objects.filter(person=tie.person_id).first()
    proved = account_of.phone if account_of and account_of.phone_verified else None
    page = {
        "tie": tie,
        "kind": kind,
        "known": [(person, person.phone == proved) for person in joining.known_for(tie)],
        "owners": _held(Ownership, tie.dwelling),
        "waits": tie.status == RelationStatus.REQUESTED,
        "duty": answers.owed(subject=key(tie)).get(key(tie)),
        "neighbourhood": here,
        "offers": [offer for offer in desk_offers(request, tie) if _fits(tie, offer)],
    }
    return render(request, "register/request.html", page)


@require_safe
@signed_in
def dwellings(request: HttpRequest, slug: str) -> HttpResponse:
    """All dwellings, or those of a building, a room, or somebody's name. Retired ones only where asked for."""
    here = DESK.open(request, slug, "people")
    form = SearchForm(request.GET, neighbourhood=here)
    rows = listing.dwellings(here, form.cleaned_data if form.is_valid() else {})
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "register/dwellings.html", {"form": form, "page": page, "neighbourhood": here})


@signed_in
def dwelling(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who lives in and owns a dwelling. Phone numbers once after saying what for; the look is kept."""
    here = DESK.open(request, slug, "people")
    inside = Dwelling.objects.filter(building__path__startswith=here.path)
    home = get_object_or_404(inside.select_related("building"), pk=pk)
    page = {
        "dwelling": home,
        "flat": str(home),
        "residents": [(held, desk_offers(request, held)) for held in _held(Residency, home)],
        "owners": [(held, desk_offers(request, held)) for held in _held(Ownership, home)],
        "past": _with_way_back(home, [*_past(Residency, home), *_past(Ownership, home)]),
        "offers": offers(request, DWELLINGS, DWELLING, home, "register:dwelling_act"),
        "changes": home.changes.select_related("by__person")[:20],
        "shown": request.method == "GET" and request.session.pop(LOOKED, None) == home.pk,
        "neighbourhood": here,
    }

    def look(form: ReasonForm) -> str:
        desk.look(account(request), home, **form.values())
        request.session[LOOKED] = home.pk
        return request.path

    form = ReasonForm(sent(request), thing=home, user=account(request), initial=typed_before(request))
    return handle_form(request, form, look, "register/dwelling.html", page)


@signed_in
@once
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter somebody at the counter: first the building, then the rest."""
    here = DESK.open(request, slug, "people")
    number = request.GET.get("building", "")
    if not number.isdecimal():
        last = {"building": request.session.get(LAST, {}).get("building")}
        page: dict[str, Any] = {"form": PlaceForm(neighbourhood=here, initial=last), "neighbourhood": here}
        return render(request, "register/register_building.html", page, status=asked_or_not_valid(request))
    building = get_object_or_404(inside(here, Kind.BUILDING), pk=int(number))

    def enter(form: RegisterForm) -> str:
        data = form.cleaned_data
        made = joining.register(account(request), data["dwelling"], form.claim, form.identity, **form.entry)
        request.session[LAST] = {"building": building.pk, "dwelling": data["dwelling"].pk}
        messages.success(request, _("Entered and verified."))
        if made.kind == PersonKind.COMPANY:
            messages.info(request, _("Please note who acts for it, and on which paper."))
            return reverse("register:person", args=[here.slug, made.pk])
        return reverse("register:dwelling", args=[here.slug, data["dwelling"].pk])

    entry = RegisterForm(
        sent(request), building=building, initial=_flat_before(request) | typed_before(request)
    )
    page = {"building": building, "neighbourhood": here}
    return handle_form(request, entry, enter, "register/register.html", page)


def _flat_before(request: HttpRequest) -> dict[str, Any]:
    """The flat from whose page one comes, else the last one at which somebody was entered."""
    asked = request.GET.get("dwelling", "")
    last = request.session.get(LAST, {}).get("dwelling")
    return {"dwelling": int(asked) if asked.isdecimal() else last}


def _wishes(request: HttpRequest, here: Area) -> list[tuple[Wish, Duty | None, list[Offer]]]:
    """What is asked of the desk, what waits longest first, with who owes the answer and what can be done."""
    asked = Wish.objects.waiting().filter(neighbourhood=here).select_related("person")
    found = list(asked.order_by("asked_at", "pk")[:PER_PAGE])
    for wish in found:
        # As it was found, so that roles are asked once.
        wish.neighbourhood = here
    return [
        (wish, duty, offers(request, WISHES, WISH, wish, "register:wish_act"))
        for wish, duty in wishes.with_duties(found)
    ]


def desk_offers(request: HttpRequest, tie: Tie) -> list[Offer]:
    """What the desk may do with a request, or with what was verified."""
    kind = answers.kind_of(tie)
    return offers(request, RELATIONS[kind], AT_DESK[kind], tie, f"register:{kind}")


def _fits(tie: Tie, offer: Offer) -> bool:
    """The page of a request is about its answer: giving it, or taking it back."""
    return tie.status == RelationStatus.REQUESTED or offer.until is not None


def _held(model: Ties, home: Dwelling) -> list[Any]:
    held = model.objects.on(clock.today()).filter(dwelling=home)
    relations: list[Any] = list(held.select_related("person__user", "verified_by__person").order_by("pk"))
    companies = {tie.person_id: tie.person for tie in relations if tie.person.kind != PersonKind.NATURAL}
    acting = Representative.objects.filter(company__in=companies, until=None).select_related("person")
    for one in acting if companies else ():
        companies[one.company_id].acting = [one]
    for relation in relations:
        relation.dwelling = home
    return relations


def _past(model: Ties, home: Dwelling) -> list[Any]:
    past = model.objects.filter(dwelling=home, until__lte=clock.today(), status=RelationStatus.VERIFIED)
    relations: list[Any] = list(past.select_related("person").order_by("-until")[:20])
    for relation in relations:
        relation.dwelling = home
    return relations


def _with_way_back(home: Dwelling, past: list[Any]) -> list[tuple[Any, str]]:
    """What held before, with the address at which its end can still be taken back."""
    since = undoing.ends_since(home.building)
    return [(held, _undo_end(held) if undoing.can_undo_end(held, since) else "") for held in past]


def _undo_end(held: Tie) -> str:
    return reverse(f"register:{answers.kind_of(held)}", args=[held.pk, "undo-end"])
