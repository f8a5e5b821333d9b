"""Bringing a text from a Word file: chosen, looked at, taken into the draft."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.views import handle_form
from portal.actions.web import once
from portal.community.web import account, sent, signed_in
from portal.conventions.comparing import compare
from portal.conventions.forms_word import ConfirmForm, WordForm
from portal.conventions.models import AgreementPage, Brought
from portal.conventions.permissions import PAGES
from portal.conventions.selectors import homeless
from portal.conventions.services import bringing
from portal.conventions.text import numbered


@signed_in
@once
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a file; what was recognised in it is looked at on the next page."""
    page = PAGES.open(request, pk, "edit")

    def keep(form: WordForm) -> str:
        bringing.bring(account(request), pk, form.cleaned_data["file"].name or "", form.found)
        return reverse("conventions:imported", args=[pk])

    form = WordForm(sent(request), request.FILES or None)
    return handle_form(request, form, keep, "conventions/import.html", _about(page))


@signed_in
@once
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """What was recognised, beside the draft it replaces; then it is taken. To the form where nothing was brought."""
    page = PAGES.open(request, pk, "edit")
    kept = Brought.objects.filter(page=page, by=account(request)).first()
    if kept is None:
        messages.info(
            request, _("Nothing was brought, or it was taken already. Please choose the file again.")
        )
        return redirect("conventions:import", pk)

    def take(form: ConfirmForm) -> str:
        taken = bringing.take(account(request), pk, form.cleaned_data["version"])
        messages.success(request, _("The draft says now what the file says."))
        return taken.get_absolute_url()

    text = numbered(kept.found["blocks"])
    lost = homeless(page, text)
    form = ConfirmForm(sent(request), loses=bool(lost), initial={"version": kept.version})
    context = _about(page) | {
        "kept": kept,
        "comparison": compare(page.draft, text),
        "replaces": bool(page.draft),
        "lost": lost,
        "left_out": kept.found["left_out"],
        "renumbered": kept.found["renumbered"],
    }
    return handle_form(request, form, take, "conventions/import_look.html", context)


def _about(page: AgreementPage) -> dict[str, object]:
    return {"page": page, "neighbourhood": page.neighbourhood}
