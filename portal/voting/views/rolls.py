"""The roll: without names for everybody, with them for the staff who keep it, and its corrections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.web import once, refused
from portal.community.finding import named
from portal.community.models import Dwelling, Person, User
from portal.community.permissions import NEIGHBOUR, roles_in
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit.errors import NotPossible
from portal.voting import finding, services
from portal.voting.forms import RollFilter
from portal.voting.forms_staff import (
    AddLineForm,
    AnswerForm,
    AreaForm,
    FindForm,
    ServeBuildingForm,
    ServeForm,
    StrikeForm,
    TextForm,
    VoterForm,
)
from portal.voting.models import Mandate, RollEntry, RollObjection, Vote
from portal.voting.permissions import allowed, lines_of, vote_for
from portal.voting.services import roll_corrections
from portal.voting.views.context import stand_in

ROLL_PAGE = 100


@require_safe
def roll(request: HttpRequest, pk: int) -> HttpResponse:
    """The roll with names and flats, for the staff who keep it; that they looked is kept. It does not say who voted."""
    found = vote_for(request.user, pk, "see_roll")
    stand_in(request, found.neighbourhood)
    form = RollFilter(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else ""
    lines = found.roll.select_related("person", "building").filter(_matching(wanted))
    page = Paginator(lines.order_by("number"), ROLL_PAGE).get_page(request.GET.get("page"))
    roll_corrections.looked(account(request), found, page)
    context = {"vote": found, "form": form, "page": page, "may": allowed(request.user, found)}
    return render(request, "voting/roll.html", context)


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The posted roll without names: its totals, how many are asked in each building, and the reader's own line."""
    return _notice(request, vote_for(request.user, pk))


@signed_in
@once
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the roll is wrong."""
    found = vote_for(request.user, pk)
    form = TextForm(sent(request))
    if request.method != "POST":
        return redirect("voting:roll_notice", pk)
    if form.is_valid():
        try:
            services.object_to_roll(account(request), pk, form.cleaned_data["text"])
        except NotPossible as refusal:
            return _notice(request, found, refused(request, form, refusal), 409)
        messages.success(request, _("Your objection was received. You will be told the answer."))
        return redirect("voting:roll_notice", pk)
    return _notice(request, found, form, 422)


@signed_in
@once
def answer(request: HttpRequest, pk: int, objection_pk: int) -> HttpResponse:
    """Answer an objection; the correction itself is made on the line's page."""
    found = vote_for(request.user, pk, "correct_roll")
    stand_in(request, found.neighbourhood)
    objection = get_object_or_404(found.roll_objections.select_related("by"), pk=objection_pk)
    form, status = (
        AnswerForm(sent(request), initial=typed_before(request)),
        422 if request.method == "POST" else 200,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_objection(account(request), objection.pk, form.cleaned_data["text"])
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _("The objection was answered; its writer was told."))
            return redirect("voting:roll_notice", pk)
    context = {"vote": found, "objection": objection, "form": form}
    return render(request, "voting/roll_answer.html", context, status=status)


@signed_in
@once
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put somebody on the roll: first found in the register, then chosen, with a reason."""
    found = vote_for(request.user, pk, "correct_roll")
    stand_in(request, found.neighbourhood)
    find = FindForm(request.GET)
    people = finding.missing_like(found, find.cleaned_data["q"]) if find.is_valid() else []
    form, status = AddLineForm(people, sent(request)), 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            entry = _add(account(request), found, form)
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _("Added to the roll as %(code)s.") % {"code": entry.label})
            return redirect("voting:roll_line", pk, entry.number)
    context = {"vote": found, "find": find, "people": people, "form": form}
    return render(request, "voting/roll_add.html", context, status=status)


@dataclass(frozen=True)
class Act:
    """What can be done to a line of the roll: who may, its form, the service, and what is said afterwards."""

    needs: str
    form: Callable[[RollEntry, Any], forms.Form]
    run: Callable[[User, RollEntry, dict[str, Any]], object]


ACTS = {
    "area": Act(
        "correct_roll",
        lambda entry, typed: AreaForm(typed),
        lambda user, entry, data: services.change_area(user, entry.pk, data["area"], data["area_reason"]),
    ),
    "voter": Act(
        "correct_roll",
        lambda entry, typed: VoterForm(
            named(list(finding.could_be_named(entry)), entry.vote.neighbourhood), typed
        ),
        lambda user, entry, data: services.change_voter(
            user, entry.pk, Person.objects.get(pk=data["person"]), data["voter_reason"]
        ),
    ),
    "strike": Act(
        "correct_roll",
        lambda entry, typed: StrikeForm(typed),
        lambda user, entry, data: services.strike_line(user, entry.pk, data["strike_reason"]),
    ),
    "serve": Act(
        "paper",
        lambda entry, typed: ServeForm(typed),
        lambda user, entry, data: services.serve(
            user, entry.pk, data["how"], data["at"], data["received_by"]
        ),
    ),
}


@require_safe
def line(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One line of the roll for staff: what it says, its corrections and mandates, what can be done."""
    found = vote_for(request.user, pk, "see_roll")
    entry = _entry(found, number)
    roll_corrections.looked(account(request), found, [entry])
    return _line(request, found, entry, {})


@signed_in
@once
def change(request: HttpRequest, pk: int, number: int, what: str) -> HttpResponse:
    """One of ACTS."""
    if what not in ACTS:
        raise Http404(what)
    act = ACTS[what]
    found = vote_for(request.user, pk, act.needs)
    entry = _entry(found, number)
    if request.method != "POST":
        return redirect("voting:roll_line", pk, number)
    form = act.form(entry, request.POST)
    if not form.is_valid():
        return _line(request, found, entry, {what: form}, 422)
    try:
        act.run(account(request), entry, form.cleaned_data)
    except NotPossible as refusal:
        return _line(request, found, entry, {what: refused(request, form, refusal)}, 409)
    messages.success(request, _("Kept, with who did it and when."))
    return redirect("voting:roll_line", pk, number)


@signed_in
@once
def service(request: HttpRequest, pk: int) -> HttpResponse:
    """Who still needs a visit, and the door round that serves a whole building."""
    found = vote_for(request.user, pk, "paper")
    stand_in(request, found.neighbourhood)
    form, status = ServeBuildingForm(found, sent(request)), 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            served = services.serve_building(
                account(request), pk, data["building"], data["round_how"], data["round_at"]
            )
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _("%(number)d ballots were handed over.") % {"number": served})
            return redirect("voting:service", pk)
    lines = found.roll.filter(struck_at=None, served=False).select_related("person", "building")
    page = Paginator(lines.order_by("building__path", "where"), ROLL_PAGE).get_page(request.GET.get("page"))
    roll_corrections.looked(account(request), found, page)
    context = {"vote": found, "form": form, "page": page}
    return render(request, "voting/roll_service.html", context, status=status)


def _notice(
    request: HttpRequest, found: Vote, form: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    stand_in(request, found.neighbourhood)
    may = allowed(request.user, found)
    neighbour = not roles_in(request.user, found.neighbourhood).isdisjoint(NEIGHBOUR)
    waits = found.phase in roll_corrections.CHANGING
    lines = lines_of(request.user, found.pk)
    own = [entry.pk for entry, mandate in lines if mandate is None]
    context = {
        "vote": found,
        "may": may,
        "lines": lines,
        "given": Mandate.objects.filter(entry__in=own, revoked_at=None).select_related("holder", "entry"),
        "waits": waits,
        "buildings": _by_building(found),
        "corrections": found.corrections.count(),
        "objections": _objections(request, found, may),
        "form": form or (TextForm(initial=typed_before(request)) if neighbour and waits else None),
    }
    return render(request, "voting/roll_notice.html", context, status=status)


def _objections(request: HttpRequest, found: Vote, may: frozenset[str]) -> QuerySet[RollObjection]:
    """All for those who keep the roll; one's own for anybody else."""
    said = found.roll_objections.select_related("by__person")
    if "see_roll" in may:
        return said
    return said.filter(by=request.user) if request.user.is_authenticated else said.none()


def _by_building(found: Vote) -> list[dict[str, Any]]:
    """How many are asked in each building. No area: of a building with one owner it would be that owner's."""
    rows = found.roll.filter(struck_at=None).values("building__path", "building__name")
    return [dict(row) for row in rows.annotate(heads=Count("pk")).order_by("building__path")]


def _add(user: User, found: Vote, form: AddLineForm) -> RollEntry:
    person, _colon, dwelling = form.cleaned_data["tie"].partition(":")
    return services.add_line(
        user,
        found.pk,
        Person.objects.get(pk=person),
        form.cleaned_data["reason"],
        Dwelling.objects.select_related("building").get(pk=dwelling),
    )


def _entry(found: Vote, number: int) -> RollEntry:
    lines = found.roll.select_related("vote__scope", "person", "building")
    return get_object_or_404(lines, number=number)


def _line(
    request: HttpRequest, found: Vote, entry: RollEntry, tried: dict[str, forms.Form], status: int = 200
) -> HttpResponse:
    stand_in(request, found.neighbourhood)
    may = allowed(request.user, found)
    changing = found.phase in roll_corrections.CHANGING and entry.struck_at is None
    acts = {what: tried.get(what) or act.form(entry, None) for what, act in ACTS.items() if act.needs in may}
    if not found.by_area:
        acts.pop("area", None)
    people = finding.could_be_named(entry)
    context = {
        "vote": found,
        "entry": entry,
        "may": may,
        "acts": acts if changing else {},
        "could_be_named": people.exists(),
        "corrections": entry.corrections.select_related("by__person"),
        "mandates": entry.mandates.select_related("holder", "document"),
        "served": entry.services.all(),
    }
    return render(request, "voting/roll_line.html", context, status=status)


def _matching(wanted: str) -> Q:
    """Lines of the roll by name, flat or code (e57)."""
    if not wanted:
        return Q()
    by_text = Q(person__real_name__icontains=wanted) | Q(where__icontains=wanted)
    digits = wanted.lower().removeprefix("e")
    return (
        by_text | Q(number=int(digits))
        if digits.isascii() and digits.isdigit() and len(digits) < 10
        else by_text
    )
