"""The page of a person, for staff: found, read with a trace, changed. And the traces, for the auditor."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import Offer, offers
from portal.actions.views import action_view, handle_form
from portal.community.finding import MOST, ever_tied, homes
from portal.community.models import Area, Look, Person, User
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit.paging import paged
from portal.register import facts, listing
from portal.register.actions import CHANGE, PERSON
from portal.register.forms import PeopleForm, ReasonForm
from portal.register.models import PersonChange
from portal.register.permissions import CHANGES, DESK, PEOPLE
from portal.register.services import desk
from portal.register.services import persons as services

LOOKED = "looked_at_person"

person_act = action_view(PEOPLE, PERSON)
change_act = action_view(CHANGES, CHANGE)


@require_safe
@signed_in
def persons(request: HttpRequest, slug: str) -> HttpResponse:
    """People the desk knows, by name, room or phone; with `?unite=` the second record for a first one."""
    here = DESK.open(request, slug, "person")
    form = PeopleForm(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    number = request.GET.get("unite", "")
    first = get_object_or_404(_known(here), pk=int(number)) if number.isdecimal() else None
    found = listing.people(here, words, first)
    near = homes([one.pk for one in found], here, room=True)
    for one in found:
        one.flat = near.get(one.pk, "")
    page = {
        "form": form,
        "words": words,
        "first": first,
        "found": found[:MOST],
        "more": len(found) > MOST,
        "neighbourhood": here,
    }
    return render(request, "register/persons.html", page)


@signed_in
def person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Everything the desk knows of a person. Reading it is kept; the whole phone number asks what for."""
    here = DESK.open(request, slug, "person")
    one = get_object_or_404(_known(here).select_related("united_into"), pk=pk)
    one.neighbourhood = here
    reader = account(request)
    if request.method == "GET":
        desk.look_at(reader, one, here, _("page of the person"))
    held = User.objects.filter(person=one).first()
    page = {
        "person": one,
        "account": held,
        "mail_proved": EmailAddress.objects.filter(user=held, verified=True).exists() if held else False,
        "sections": facts.sections(one, here, reader),
        "changes": _changes(request, one),
        "offers": offers(request, PEOPLE, PERSON, one, "register:person_act"),
        "shown": request.method == "GET" and request.session.pop(LOOKED, None) == one.pk,
        "neighbourhood": here,
    }

    def look(form: ReasonForm) -> str:
        desk.look_at(reader, one, here, **form.values())
        request.session[LOOKED] = one.pk
        return request.path

    form = ReasonForm(sent(request), thing=one, user=reader, initial=typed_before(request))
    return handle_form(request, form, look, "register/person.html", page)


@require_safe
@signed_in
def looks(request: HttpRequest, slug: str) -> HttpResponse:
    """Who looked at whom, when and what for; and what was changed about people. For the auditor and the director."""
    here = DESK.open(request, slug, "read_looks")
    about = Q(area=here) | Q(dwelling__building__path__startswith=here.path)
    seen = Look.objects.filter(about).select_related("user__person", "person", "dwelling__building")
    changed = PersonChange.objects.filter(neighbourhood=here)
    page = {
        "page": paged(request, seen.order_by("-at", "-pk")),
        "changes": changed.select_related("person", "other", "by__person", "undone_by__person")[:MOST],
        "neighbourhood": here,
    }
    return render(request, "register/looks.html", page)


def _known(here: Area) -> QuerySet[Person]:
    """Whom a desk knows: who is or was tied to the place, and records united into theirs."""
    about = PersonChange.objects.filter(neighbourhood=here)
    return Person.objects.filter(
        Q(pk__in=ever_tied(here).values("pk"))
        | Q(pk__in=about.values("other"))
        | Q(pk__in=about.values("person"))
    )


def _changes(request: HttpRequest, one: Person) -> list[tuple[PersonChange, list[Offer], Any]]:
    """What was changed about a person, the newest first, each with the way back and by when."""
    about = PersonChange.objects.filter(Q(person=one) | Q(other=one))
    rows = about.select_related("person", "other", "neighbourhood", "by__person", "undone_by__person")[:MOST]
    return [
        (
            row,
            offers(request, CHANGES, CHANGE, row, "register:change_act"),
            services.last_day(row) if row.undone_at is None else None,
        )
        for row in rows
    ]
