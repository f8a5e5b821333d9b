"""The contact cards: read by everybody, kept by the committee, printed, scanned, saved."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.models import Area, Kind
from portal.community.places import inside, neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit import printing, streams
from portal.kit.limits import HOUR, Limit, allow
from portal.kit.paging import paged
from portal.pages.cards import press, services, vcard
from portal.pages.cards.actions import ACTIONS
from portal.pages.cards.forms import CardForm, NumberForm
from portal.pages.cards.lines import card_of
from portal.pages.cards.models import CardsFile, ContactCard, HeadNumber, card_url
from portal.pages.cards.permissions import CARD_PLACES, CARDS

FILES = Limit(60, HOUR)
act = action_view(CARDS, ACTIONS)


@require_safe
def contacts(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom to call or visit in a neighbourhood, and the cards of its buildings."""
    here = _here(request, slug)
    buildings = paged(request, inside(here, Kind.BUILDING))
    return _shown(request, here, here, {"buildings": buildings})


@require_safe
def card(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The card of one building."""
    here = _here(request, slug)
    area = services.place_of_card(here, pk)
    if area == here:
        return redirect("pages:contacts", slug)
    return _shown(request, here, area, {})


@require_safe
def card_file(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A card for an address book."""
    area = services.place_of_card(_here(request, slug), pk)
    origin = request.build_absolute_uri("/").rstrip("/")
    response = HttpResponse(vcard.file(card_of(area), origin), content_type="text/vcard; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="card-{area.pk}.vcf"'
    return response


@require_safe
@signed_in
def card_pdf(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """A card on paper, A4 or A6 (`?size=`). Without a press the page itself is printed by the browser."""
    area = services.place_of_card(_here(request, slug), pk)
    size = request.GET.get("size", CardsFile.Size.A4)
    if size not in CardsFile.Size.values:
        raise Http404(size)
    if not printing.can_print():
        return redirect(card_url(area))
    if not allow("cards", str(account(request).pk), FILES):
        return render(request, "429.html", status=429)
    written = press.drawn([card_of(area)], size, settings.PORTAL_BASE_URL)
    return _named(HttpResponse(written, content_type="application/pdf"), f"card-{area.pk}-{size}")


@require_safe
@signed_in
def cards_pdf(request: HttpRequest, slug: str, size: str) -> HttpResponseBase:
    """The cards of all buildings in one file, as it was drawn last."""
    here = CARD_PLACES.open(request, slug, "keep")
    file = get_object_or_404(CardsFile, neighbourhood=here, size=size)
    path = press.path_of(file)
    if not path.is_file():
        raise Http404(size)
    return _named(streams.lying(request, path, "application/pdf"), f"cards-{size}")


@signed_in
@once
def card_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What a card says besides what the portal knows already."""
    here = CARD_PLACES.open(request, slug, "keep")
    area = services.place_of_card(here, pk)
    common = ContactCard.objects.filter(area=here).first()
    known = ContactCard.objects.filter(area=area).first()

    def save(form: CardForm) -> str:
        saved = services.change(account(request), slug, pk, form.cleaned_data)
        messages.success(
            request, _("Saved. Everybody reads it from now on; printed cards are to be changed.")
        )
        return saved.get_absolute_url()

    said = {name: getattr(known, name, "") for name in services.FIELDS}
    form = CardForm(
        sent(request), initial=said | typed_before(request), common=None if area == here else common
    )
    return handle_form(
        request,
        form,
        save,
        "pages/cards/edit.html",
        {"area": area, "card": card_of(area), "back": card_url(area)},
    )


@signed_in
@once
def my_number(request: HttpRequest, slug: str) -> HttpResponse:
    """A building head's number on the card: said, changed, taken back."""
    here = CARD_PLACES.open(request, slug, "number")
    posts = services.own_posts(account(request), here)
    known = HeadNumber.objects.filter(appointment__in=posts).first()

    def save(form: NumberForm) -> str:
        services.say_number(account(request), slug, form.cleaned_data["telephone"])
        messages.success(request, _("Saved."))
        return card_url(posts[0].area) if posts else card_url(here)

    said = {"telephone": known.telephone, "agree": True} if known else {}
    form = NumberForm(sent(request), initial=said | typed_before(request))
    return handle_form(request, form, save, "pages/cards/number.html", {"posts": posts})


def _shown(request: HttpRequest, here: Area, area: Area, more: dict[str, object]) -> HttpResponse:
    kept, read = ContactCard.objects.filter(area=area).select_related("area").first(), card_of(area)
    may_keep = CARD_PLACES.may(request.user, "keep", here)
    context = {
        "area": area,
        "card": read,
        "vcard": vcard.payload(read),
        "may_keep": may_keep,
        "may_number": CARD_PLACES.may(request.user, "number", here),
        "offers": offers(request, CARDS, ACTIONS, kept, "pages:card_act") if kept else [],
        "stale": services.stale(here) if may_keep else [],
        "files": CardsFile.objects.filter(neighbourhood=here) if may_keep and area == here else [],
        "can_print": printing.can_print(),
        **more,
    }
    return render(request, "pages/cards/card.html", context)


def _here(request: HttpRequest, slug: str) -> Area:
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    return here


def _named(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
