"""Bringing a text from a Word file: chosen, looked at, taken into the draft."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.views import handle_form
from portal.actions.web import once
from portal.community.web import account, sent, signed_in
from portal.conventions.comparing import compare
from portal.conventions.forms_word import ConfirmForm, WordForm
from portal.conventions.models import AgreementPage, Brought
from portal.conventions.permissions import PAGES
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
    """What was recognised, beside the draft it replaces; then it is taken. 404 where nothing was brought."""
    page = PAGES.open(request, pk, "edit")
    kept = Brought.objects.filter(page=page, by=account(request)).first()
    if kept is None:
        raise Http404("nothing was brought")

    def take(form: ConfirmForm) -> str:
        taken = bringing.take(account(request), pk, form.cleaned_data["version"])
        messages.success(request, _("The draft says now what the file says."))
        return taken.get_absolute_url()

    form = ConfirmForm(sent(request), initial={"version": kept.version})
    text = numbered(kept.found["blocks"])
    context = _about(page) | {
        "kept": kept,
        "comparison": compare(page.draft, text),
        "replaces": bool(page.draft),
        "left_out": kept.found["left_out"],
        "renumbered": kept.found["renumbered"],
    }
    return handle_form(request, form, take, "conventions/import_look.html", context)


def _about(page: AgreementPage) -> dict[str, object]:
    return {"page": page, "neighbourhood": page.neighbourhood}
