"""Bringing a roster in: choose a file, look at what it would do, confirm."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import asdict, dataclass

from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.views import handle_form
from portal.actions.web import once
from portal.community.models import Area
from portal.community.web import account, sent, signed_in
from portal.register import roster as rosters
from portal.register.comparison import Comparison, compare
from portal.register.forms import ConfirmForm, RosterForm
from portal.register.permissions import DESK
from portal.register.roster import Roster
from portal.register.services import tidying
from portal.register.services.roster import import_roster

WAITING = "roster"
SHOWN = 50


@dataclass(frozen=True)
class Waiting:
    """A file that was chosen and waits for its confirmation."""

    name: str
    digest: str
    roster: Roster
    comparison: Comparison

    @property
    def problems(self) -> list[rosters.Problem]:
        """All rows that cannot be taken, by line."""
        return sorted([*self.roster.problems, *self.comparison.problems], key=lambda one: one.line)


@signed_in
def roster(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file. It is read at once, so that what cannot be read is said here."""
    here = DESK.open(request, slug, "roster")

    def put(form: RosterForm) -> str:
        _put(request, here, form.name, form.cleaned_data["file"])
        return reverse("register:roster_preview", args=[here.slug])

    page = {"columns": rosters.COLUMNS.values(), "neighbourhood": here}
    return handle_form(
        request, RosterForm(sent(request), request.FILES or None), put, "register/roster.html", page
    )


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
    page = {
        "file": waiting,
        "added": waiting.comparison.added[:SHOWN],
        "changed": waiting.comparison.changed[:SHOWN],
        "shown": SHOWN,
        "neighbourhood": here,
    }
    return handle_form(
        request,
        ConfirmForm(sent(request)),
        lambda form: _import(request, here, waiting, **form.cleaned_data),
        "register/roster_preview.html",
        page,
    )


def _import(request: HttpRequest, here: Area, waiting: Waiting, *, digest: str, skip_bad: bool) -> str:
    user = account(request)
    done = import_roster(user, here, waiting.roster, skip_bad=skip_bad, expected=digest)
    _drop(request)
    said = _("Imported: %(added)d added, %(changed)d changed, %(unchanged)d unchanged.")
    messages.success(request, said % asdict(done))
    return reverse("register:dwellings", args=[here.slug])


def _put(request: HttpRequest, neighbourhood: Area, name: str, content: bytes) -> None:
    """Keep the file for a day at most, out of anybody's reach, under its hash."""
    tidying.forget_imports()
    path = default_storage.save(f"{tidying.IMPORTS}/{uuid.uuid4().hex}", ContentFile(content))
    digest = hashlib.sha256(content).hexdigest()
    request.session[WAITING] = {"slug": neighbourhood.slug, "name": name, "path": path, "sha256": digest}


def _waiting(request: HttpRequest, neighbourhood: Area) -> Waiting | None:
    """The file that this person put here, exactly as it was shown."""
    put = request.session.get(WAITING)
    if not put or put["slug"] != neighbourhood.slug or not default_storage.exists(put["path"]):
        return None
    with default_storage.open(put["path"]) as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != put["sha256"]:
        return None
    read = rosters.parse(content)
    return Waiting(put["name"], put["sha256"], read, compare(neighbourhood, read.entries))


def _drop(request: HttpRequest) -> None:
    put = request.session.pop(WAITING, None)
    if put:
        default_storage.delete(put["path"])
