"""Bringing a roster in: choose a file, look at what it would do, confirm."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import date

from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import taken_back
from portal.actions.views import handle_form
from portal.actions.web import once
from portal.community.models import Area
from portal.community.web import account, sent, signed_in
from portal.register import roster as rosters
from portal.register.actions import IMPORT
from portal.register.exporting import FORMATS, sample
from portal.register.forms import ConfirmForm, RosterForm
from portal.register.models import Import
from portal.register.permissions import DESK
from portal.register.preview import Preview
from portal.register.services import tidying
from portal.register.services.imports import hand_in
from portal.register.services.roster import File
from portal.register.states import ImportState

WAITING = "roster"


@signed_in
def roster(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file. It is read at once, so that what cannot be read is said here."""
    here = DESK.open(request, slug, "roster")

    def put(form: RosterForm) -> str:
        _put(request, here, File(form.name, form.cleaned_data["file"], form.cleaned_data["as_of"]))
        return reverse("register:roster_preview", args=[here.slug])

    page = {
        "columns": rosters.COLUMNS.values(),
        "allowed": [
            (rosters.COLUMNS[name], "、".join(words))
            for name, words in (("usage", rosters.USAGES), ("right", rosters.RIGHTS))
        ],
        "neighbourhood": here,
    }
    return handle_form(
        request, RosterForm(sent(request), request.FILES or None), put, "register/roster.html", page
    )


@require_safe
@signed_in
def roster_sample(request: HttpRequest, slug: str) -> HttpResponse:
    """An example of a roster, to fill in."""
    DESK.open(request, slug, "roster")
    response = HttpResponse(sample(), content_type=FORMATS["xlsx"][1])
    response["Content-Disposition"] = 'attachment; filename="roster-example.xlsx"'
    return response


@signed_in
@once
def roster_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """What the file would add and change, and the rows that cannot be read; sent, that and nothing else is done."""
    here = DESK.open(request, slug, "roster")
    waiting = _waiting(request, here)
    if waiting is None:
        if request.method == "POST":
            messages.error(request, _("The file is not there any more. Please choose it again."))
        return redirect("register:roster", here.slug)
    return handle_form(
        request,
        ConfirmForm(sent(request), preview=waiting),
        lambda form: _import(request, waiting, form),
        "register/roster_preview.html",
        {"preview": waiting, "neighbourhood": here}
        | taken_back(IMPORT, IMPORT["confirm"], Import(neighbourhood=here)),
    )


def _import(request: HttpRequest, waiting: Preview, form: ConfirmForm) -> str:
    data, here = form.cleaned_data, waiting.neighbourhood
    kept, done = hand_in(
        account(request),
        here,
        waiting.file,
        digest=data["digest"],
        skip_bad=data["skip_bad"],
        choices=form.choices,
    )
    _drop(request)
    if kept.state == ImportState.WAITING:
        messages.success(request, _("Nothing is changed yet: the roster waits for a second person."))
    else:
        said = _("Imported: %(added)d added, %(changed)d changed, %(unchanged)d unchanged.")
        messages.success(request, said % asdict(done))
    return kept.get_absolute_url() if kept.pk else reverse("register:dwellings", args=[here.slug])


def _put(request: HttpRequest, neighbourhood: Area, file: File) -> None:
    """Keep the file for a day at most, out of anybody's reach, under its hash."""
    tidying.forget_files(tidying.IMPORTS, tidying.IMPORT_KEPT)
    path = default_storage.save(f"{tidying.IMPORTS}/{uuid.uuid4().hex}", ContentFile(file.content))
    request.session[WAITING] = {
        "slug": neighbourhood.slug,
        "name": file.name,
        "path": path,
        "sha256": file.sha256,
        "as_of": file.as_of.isoformat() if file.as_of else "",
    }


def _waiting(request: HttpRequest, neighbourhood: Area) -> Preview | None:
    """The file that this person put here, exactly as it was shown."""
    put = request.session.get(WAITING)
    if not put or put["slug"] != neighbourhood.slug or not default_storage.exists(put["path"]):
        return None
    with default_storage.open(put["path"]) as opened:
        content = opened.read()
    day = put.get("as_of")
    file = File(put["name"], content, date.fromisoformat(day) if day else None)
    return Preview(neighbourhood, file) if file.sha256 == put["sha256"] else None


def _drop(request: HttpRequest) -> None:
    put = request.session.pop(WAITING, None)
    if put:
        default_storage.delete(put["path"])
