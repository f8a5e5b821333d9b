"""The disclosure catalogue as everybody reads it: what is published, what is due, what is late."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit.paging import paged
from portal.pages.disclosure import catalogue, services
from portal.pages.disclosure.actions import ACTIONS, CORRECTIONS
from portal.pages.disclosure.feeds import FEEDS
from portal.pages.disclosure.forms import ItemForm
from portal.pages.disclosure.models import DisclosureItem, Publication
from portal.pages.disclosure.permissions import CATALOGUE, ITEMS, PUBLICATIONS
from portal.pages.prose import prose

act = action_view(ITEMS, ACTIONS)
correct = action_view(PUBLICATIONS, CORRECTIONS)


@require_safe
def disclosure(request: HttpRequest, slug: str) -> HttpResponse:
    """The catalogue of a neighbourhood by classes: last published, due next, late since."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    standing = catalogue.listed(here)
    in_class = sorted(standing, key=lambda one: _rank(standing, one))
    context = {
        "groups": [(name, list(rows)) for name, rows in groupby(in_class, key=lambda one: one.item.group)],
        "late": [one for one in standing if one.late],
        "amount": len(standing),
        "may_add": CATALOGUE.may(request.user, "add", here),
        "retired": DisclosureItem.objects.filter(neighbourhood=here, retired_on__isnull=False),
    }
    return render(request, "pages/disclosure/catalogue.html", context)


@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: what it holds and why, what the portal knows of it, what was published."""
    found = ITEMS.open(request, pk)
    published = found.publications.current().select_related("file").order_by("-covers_to", "-pk")
    context = {
        "item": found,
        "standing": catalogue.standing([found])[0],
        "told": FEEDS[found.feed](found.neighbourhood) if found.feed in FEEDS else [],
        "page": paged(request, published),
        "offers": offers(request, ITEMS, ACTIONS, found, "pages:disclosure_act"),
    }
    return render(request, "pages/disclosure/item.html", context)


@require_safe
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """What was published once, with what it corrects and what corrects it."""
    found = PUBLICATIONS.open(request, pk)
    context = {
        "publication": found,
        "html": prose(found.body),
        "after": Publication.objects.filter(corrects=found).first(),
        "before": found.corrects,
        "offers": offers(request, PUBLICATIONS, CORRECTIONS, found, "pages:publication_act"),
    }
    return render(request, "pages/disclosure/publication.html", context)


@signed_in
@once
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """An item of the neighbourhood's own."""
    here = CATALOGUE.open(request, slug, "add")

    def add(form: ItemForm) -> str:
        made = services.add(account(request), here.slug, form.cleaned_data)
        messages.success(request, _("Added to the catalogue."))
        return made.get_absolute_url()

    form = ItemForm(sent(request), initial=typed_before(request))
    return handle_form(request, form, add, "pages/disclosure/new.html", {})


def _rank(standing: list[catalogue.Standing], one: catalogue.Standing) -> tuple[int, int, int]:
    """Classes in the order of their first items."""
    first = min(other.item.order for other in standing if other.item.group == one.item.group)
    return first, one.item.order, one.item.pk
