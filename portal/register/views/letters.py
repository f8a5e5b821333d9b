"""Letters with invitation codes: whom they go to, making them, and the files to print."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.actions.views import asked_or_not_valid, handle_form
from portal.actions.web import once
from portal.community.models import Area, Contact
from portal.community.web import account, sent, signed_in
from portal.kit import clock, printing, streams
from portal.kit.errors import NotPossible
from portal.kit.limits import HOUR, Limit, allow
from portal.register.forms import LettersForm, MakeForm
from portal.register.models import Mailing
from portal.register.permissions import DESK
from portal.register.services import mailings, one_file
from portal.register.services.mailings import Part, Plan

FILES = Limit(200, HOUR)


@signed_in
@once
def post_letters(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose whom to write to; with a choice in the address what would be done, and its button."""
    here = DESK.open(request, slug, "letters")
    form = LettersForm(request.GET if "to" in request.GET else None, neighbourhood=here)
    if not form.is_valid():
        latest = mailings.latest_of(account(request), here)
        page = {"form": form, "neighbourhood": here, "latest": latest, **_office(here)}
        return render(request, "register/letters.html", page, status=asked_or_not_valid(request))
    return _make(request, here, form)


@never_cache
@require_safe
@signed_in
def letters_made(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The files of letters just made, as long as they can be downloaded."""
    mailing = _mailing(request, slug, pk)
    found = one_file.of(mailing)
    page = {
        "mailing": mailing,
        "parts": found.parts,
        "one_file": found if len(found.parts) > 1 and printing.can_print() else None,
        "amount": mailing.invitations.count(),
        "can_print": printing.can_print(),
        "neighbourhood": mailing.neighbourhood,
    }
    return render(request, "register/letters_made.html", page)


@never_cache
@require_safe
@signed_in
def letters_pdf(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """One part of them as PDF, or all in one; A4, a page a dwelling. Where none is made here, their page to print."""
    if request.GET.get("part") == "all":
        return _whole(request, _mailing(request, slug, pk))
    mailing, part = _part(request, slug, pk)
    if part is None:
        return _over(request, mailing)
    if not printing.can_print():
        query = f"?part={part.number}"
        return redirect(reverse("register:letters_print", args=[slug, pk]) + query)
    if not allow("letters", str(account(request).pk), FILES):
        return render(request, "429.html", status=429)
    written = one_file.drawn(mailing, part.valid, _origin(request))
    return _named(HttpResponse(written, content_type="application/pdf"), mailing, str(part.number))


@never_cache
@require_safe
@signed_in
def letters_print(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The same letters as a page that a browser prints."""
    mailing, part = _part(request, slug, pk)
    if part is None:
        return _over(request, mailing)
    return render(
        request, "register/letters_print.html", one_file.said(mailing, part.valid, _origin(request))
    )


def _make(request: HttpRequest, here: Area, choice: LettersForm) -> HttpResponse:
    data = choice.cleaned_data
    planned = mailings.plan(data["chosen"], only_new=data["only_new"])

    def make(form: MakeForm) -> str:
        if form.cleaned_data["digest"] != planned.digest:
            raise NotPossible(_("Something has changed since. Please look at the numbers again."))
        made = mailings.issue(account(request), planned.homes)
        return reverse("register:letters_made", args=[here.slug, made[0].invitation.mailing_id])

    form = MakeForm(sent(request))
    return handle_form(request, form, make, "register/letters_plan.html", _shown(request, here, planned))


def _shown(request: HttpRequest, here: Area, planned: Plan) -> dict[str, Any]:
    everybody = request.GET.copy()
    everybody.pop("only_new", None)
    return {
        "plan": planned,
        "everybody": f"?{everybody.urlencode()}",
        "again": f"{reverse('register:letters', args=[here.slug])}",
        "buildings": len({home.building_id for home in planned.homes}),
        "neighbourhood": here,
        **_office(here),
    }


def _office(here: Area) -> dict[str, Any]:
    """How the office is reached, and what of it a letter could not say."""
    known = Contact.objects.filter(area=here).first()
    return {"contact": known, "contact_missing": (known or Contact()).missing}


def _mailing(request: HttpRequest, slug: str, pk: int) -> Mailing:
    """Letters that the reader made: their codes are nobody else's business."""
    here = DESK.open(request, slug, "letters")
    mine = Mailing.objects.filter(neighbourhood=here, issued_by=account(request))
    return get_object_or_404(mine.select_related("neighbourhood"), pk=pk)


def _part(request: HttpRequest, slug: str, pk: int) -> tuple[Mailing, Part | None]:
    """The part the address names; None when the time to download is over. Http404 where there is no such part."""
    mailing = _mailing(request, slug, pk)
    found = mailings.parts(mailings.drawn_again(mailing))
    number = request.GET.get("part", "1")
    if not found:
        return mailing, None
    if not number.isdecimal() or not 1 <= int(number) <= len(found):
        raise Http404(number)
    return mailing, found[int(number) - 1]


def _whole(request: HttpRequest, mailing: Mailing) -> HttpResponseBase:
    """All letters as they lie there. Where they do not, or not any more: the page that says when."""
    try:
        response = streams.lying(request, one_file.of(mailing).path, "application/pdf")
    except FileNotFoundError:
        return redirect(mailing)
    return _named(response, mailing, "all")


def _named(response: HttpResponseBase, mailing: Mailing, part: str) -> HttpResponseBase:
    name = f"letters-{clock.today():%Y%m%d}-{mailing.pk}-{part}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _over(request: HttpRequest, mailing: Mailing) -> HttpResponse:
    messages.info(
        request, _("The time to download these letters is over. Make them anew if they are needed.")
    )
    return redirect(mailing)
