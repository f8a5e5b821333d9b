"""The committee's desk: requests, dwellings, letters, the counter, posts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.actions.web import once, refused
from portal.community.models import Area, Dwelling, Kind, Ownership, RelationStatus, Residency, User
from portal.community.permissions import may
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.register.forms import ApproveForm, LettersForm, PlaceForm, ReasonForm, RegisterForm, SearchForm
from portal.register.services import answers, desk, identity, joining, letters
from portal.register.services.joining import KINDS, Tie

DeskView = Callable[..., HttpResponse]
PER_PAGE = 50


def at_desk(action: str) -> Callable[[DeskView], DeskView]:
    """A page of a neighbourhood's desk: 404 without the neighbourhood, sign-in first, 403 for everybody else."""

    def decorate(view: DeskView) -> DeskView:
        @wraps(view)
        def wrapped(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            neighbourhood = neighbourhood_or_404(slug)
            set_here(request, neighbourhood)
            if not may(request.user, action, neighbourhood):
                raise PermissionDenied(f"{action} is not possible here")
            return view(request, neighbourhood, *args, **kwargs)

        return signed_in(wrapped)

    return decorate


@at_desk("people")
def people(request: HttpRequest, neighbourhood: Area) -> HttpResponse:
    """Requests that wait, the one that is due first on top."""
    waiting = [(answers.kind_of(tie), tie, duty) for tie, duty in joining.waiting_requests(neighbourhood)]
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "register/people.html", {"page": page, "neighbourhood": neighbourhood})


@at_desk("people")
def request_(request: HttpRequest, neighbourhood: Area, kind: str, pk: int) -> HttpResponse:
    """One request, with what the roster knows about the dwelling."""
    tie = _request(neighbourhood, kind, pk)
    page = _request_page(neighbourhood, kind, tie) | {
        "form": ApproveForm(),
        "refusal": ReasonForm(prefix="no"),
    }
    return render(request, "register/request.html", page)


@at_desk("people")
@require_POST
@once
def approve(request: HttpRequest, neighbourhood: Area, kind: str, pk: int) -> HttpResponse:
    """Verify a request."""
    _request(neighbourhood, kind, pk)
    form = ApproveForm(request.POST)
    form.is_valid()
    try:
        joining.approve(account(request), kind, pk, replaces=form.cleaned_data["replaces"])
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Verified."))
    return redirect("register:people", neighbourhood.slug)


@at_desk("people")
@require_POST
@once
def refuse(request: HttpRequest, neighbourhood: Area, kind: str, pk: int) -> HttpResponse:
    """Turn a request down, with a reason."""
    tie = _request(neighbourhood, kind, pk)
    form = ReasonForm(request.POST, prefix="no")
    if not form.is_valid():
        page = _request_page(neighbourhood, kind, tie) | {"form": ApproveForm(), "refusal": form}
        return render(request, "register/request.html", page, status=409)
    try:
        joining.refuse(account(request), kind, pk, form.cleaned_data["reason"])
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Refused. The person reads the reason on their own page."))
    return redirect("register:people", neighbourhood.slug)


@at_desk("people")
def dwellings(request: HttpRequest, neighbourhood: Area) -> HttpResponse:
    """All dwellings, or those of a building, a room, or somebody's name."""
    form = SearchForm(request.GET, neighbourhood=neighbourhood)
    found = Dwelling.objects.filter(building__path__startswith=neighbourhood.path).select_related("building")
    if form.is_valid():
        found = _matching(found, form.cleaned_data)
    page = Paginator(found.order_by("building__path", "entrance", "room"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request, "register/dwellings.html", {"form": form, "page": page, "neighbourhood": neighbourhood}
    )


@at_desk("people")
def dwelling(request: HttpRequest, neighbourhood: Area, pk: int) -> HttpResponse:
    """Who lives in and owns a dwelling. Phone numbers only after saying what for; the look is kept."""
    home = _dwelling(neighbourhood, pk)
    form = ReasonForm(sent(request))
    shown = request.method == "POST" and form.is_valid()
    if shown:
        desk.look(account(request), home, form.cleaned_data["reason"])
    page = {
        "dwelling": home,
        "residents": _held(Residency, home),
        "owners": _held(Ownership, home),
        "past": [*_past(Residency, home), *_past(Ownership, home)],
        "form": form,
        "shown": shown,
        "neighbourhood": neighbourhood,
    }
    return render(request, "register/dwelling.html", page, status=409 if form.errors else 200)


@at_desk("people")
@require_POST
@once
def end(request: HttpRequest, neighbourhood: Area, kind: str, pk: int) -> HttpResponse:
    """End that somebody lives in or owns a dwelling."""
    tie = get_object_or_404(_inside(kind, neighbourhood), pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give a reason."))
    else:
        _try(
            request,
            lambda: joining.end(account(request), kind, pk, form.cleaned_data["reason"]),
            _("Ended, from today."),
        )
    return redirect("register:dwelling", neighbourhood.slug, tie.dwelling_id)


@at_desk("people")
@require_POST
@once
def voter(request: HttpRequest, neighbourhood: Area, pk: int) -> HttpResponse:
    """Note which of the co-owners votes."""
    title = get_object_or_404(_inside("ownership", neighbourhood), pk=pk)
    _try(
        request,
        lambda: joining.name_voter(account(request), pk),
        _("Noted: this owner votes for the dwelling."),
    )
    return redirect("register:dwelling", neighbourhood.slug, title.dwelling_id)


@at_desk("people")
@once
def register(request: HttpRequest, neighbourhood: Area) -> HttpResponse:
    """Enter somebody at the counter: first the building, then the rest."""
    number = request.GET.get("building", "")
    if not number.isdecimal():
        form = PlaceForm(neighbourhood=neighbourhood)
        return render(
            request, "register/register_building.html", {"form": form, "neighbourhood": neighbourhood}
        )
    building = get_object_or_404(_buildings(neighbourhood), pk=int(number))
    entry = RegisterForm(sent(request), building=building, initial=typed_before(request))
    if request.method == "POST" and entry.is_valid():
        data = entry.cleaned_data
        try:
            joining.register(
                account(request), data["dwelling"], entry.claim, entry.identity, phone=data["phone"]
            )
        except NotPossible as error:
            refused(request, entry, error)
        else:
            messages.success(request, _("Entered and verified."))
            return redirect("register:dwelling", neighbourhood.slug, data["dwelling"].pk)
    page = {"form": entry, "building": building, "neighbourhood": neighbourhood}
    return render(request, "register/register.html", page, status=409 if entry.errors else 200)


@at_desk("letters")
def post_letters(request: HttpRequest, neighbourhood: Area) -> HttpResponse:
    """Choose a building, and get its letters to print. The codes are shown this once."""
    form = LettersForm(sent(request), neighbourhood=neighbourhood)
    if request.method == "POST" and form.is_valid():
        to = _addressees(form.cleaned_data["building"], only_new=form.cleaned_data["only_new"])
        try:
            written = letters.issue(account(request), to)
        except NotPossible as error:
            refused(request, form, error)
        else:
            page = {"letters": written, "neighbourhood": neighbourhood}
            return render(request, "register/letters_print.html", page)
    page = {"form": form, "neighbourhood": neighbourhood}
    return render(request, "register/letters.html", page, status=409 if form.errors else 200)


def _request(neighbourhood: Area, kind: str, pk: int) -> Tie:
    tie: Tie = get_object_or_404(_inside(kind, neighbourhood), pk=pk)
    return tie


def _inside(kind: str, neighbourhood: Area) -> QuerySet[Any]:
    if kind not in KINDS:
        raise Http404(kind)
    return KINDS[kind].objects.in_area(neighbourhood).select_related("person__user", "dwelling__building")


def _request_page(neighbourhood: Area, kind: str, tie: Tie) -> dict[str, Any]:
    known = identity.registered(tie.dwelling, tie.person.real_name)
    account_of = User.objects.filter(person=tie.person_id).first()
    return {
        "tie": tie,
        "kind": kind,
        "known": known,
        "same_phone": bool(
            known and account_of and account_of.phone_verified and known.phone == account_of.phone
        ),
        "owners": _held(Ownership, tie.dwelling),
        "waits": tie.status == RelationStatus.REQUESTED,
        "duty": answers.owed(subject=key(tie)).get(key(tie)),
        "neighbourhood": neighbourhood,
    }


def _matching(found: QuerySet[Dwelling], data: dict[str, Any]) -> QuerySet[Dwelling]:
    if data["building"]:
        found = found.filter(building=data["building"])
    words = data["q"].strip()
    if not words:
        return found
    today = clock.today()
    named = [
        model.objects.on(today).filter(person__real_name__contains=words, dwelling=OuterRef("pk"))
        for model in (Residency, Ownership)
    ]
    return found.filter(Q(room=words) | Q(Exists(named[0])) | Q(Exists(named[1])))


def _held(model: type[Residency] | type[Ownership], home: Dwelling) -> list[Any]:
    held = model.objects.on(clock.today()).filter(dwelling=home)
    return list(held.select_related("person__user", "verified_by__person").order_by("pk"))


def _past(model: type[Residency] | type[Ownership], home: Dwelling) -> list[Any]:
    past = model.objects.filter(dwelling=home, until__lte=clock.today(), status=RelationStatus.VERIFIED)
    return list(past.select_related("person").order_by("-until")[:20])


def _dwelling(neighbourhood: Area, pk: int) -> Dwelling:
    inside = Dwelling.objects.filter(building__path__startswith=neighbourhood.path)
    return get_object_or_404(inside.select_related("building"), pk=pk)


def _buildings(neighbourhood: Area) -> QuerySet[Area]:
    return Area.objects.filter(path__startswith=neighbourhood.path, kind=Kind.BUILDING)


def _addressees(building: Area, *, only_new: bool) -> list[Dwelling]:
    homes = Dwelling.objects.filter(building=building).select_related("building").order_by("entrance", "room")
    if not only_new:
        return list(homes)
    today = clock.today()
    reached = [
        model.objects.on(today).filter(person__user__isnull=False, dwelling=OuterRef("pk"))
        for model in (Residency, Ownership)
    ]
    return list(homes.exclude(Exists(reached[0]) | Exists(reached[1])))


def _try(request: HttpRequest, act: Callable[[], None], word: str) -> None:
    try:
        act()
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, word)
