"""Bringing a roster in: choose a file, look at what it would do, confirm."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.actions.web import once, refused
from portal.community.models import Area
from portal.community.web import account, sent
from portal.kit.errors import NotPossible
from portal.kit.sheets import MAX_BYTES
from portal.register import roster as rosters
from portal.register.comparison import Comparison, compare
from portal.register.forms import ConfirmForm, RosterForm
from portal.register.roster import Roster
from portal.register.services import tidying
from portal.register.services.roster import import_roster
from portal.register.views.desk import at_desk

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


@at_desk("roster")
def roster(request: HttpRequest, neighbourhood: Area) -> HttpResponse:
    """Choose a file. It is read at once, so that what cannot be read is said here."""
    form = RosterForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content = file.read(MAX_BYTES + 1)
            rosters.parse(content)
        except NotPossible as error:
            refused(request, form, error)
        else:
            _put(request, neighbourhood, file.name, content)
            return redirect("register:roster_preview", neighbourhood.slug)
    page = {"form": form, "columns": rosters.COLUMNS.values(), "neighbourhood": neighbourhood}
    return render(request, "register/roster.html", page, status=409 if form.errors else 200)


@at_desk("roster")
def roster_preview(request: HttpRequest, neighbourhood: Area) -> HttpResponse:
    """What the file would add and change, and the rows that cannot be read."""
    waiting = _waiting(request, neighbourhood)
    if waiting is None:
        return redirect("register:roster", neighbourhood.slug)
    return _preview(
        request, neighbourhood, waiting, ConfirmForm(initial={"digest": waiting.comparison.digest})
    )


@at_desk("roster")
@require_POST
@once
def roster_confirm(request: HttpRequest, neighbourhood: Area) -> HttpResponse:
    """Import the file that was shown, and nothing else."""
    waiting = _waiting(request, neighbourhood)
    form = ConfirmForm(request.POST)
    if waiting is None or not form.is_valid():
        messages.error(request, _("The file is not there any more. Please choose it again."))
        return redirect("register:roster", neighbourhood.slug)
    data = form.cleaned_data
    try:
        done = import_roster(
            account(request),
            neighbourhood,
            waiting.roster,
            skip_bad=data["skip_bad"],
            expected=data["digest"],
        )
    except NotPossible as error:
        fresh = ConfirmForm({"digest": waiting.comparison.digest, "skip_bad": data["skip_bad"]})
        fresh.is_valid()
        refused(request, fresh, error)
        return _preview(request, neighbourhood, waiting, fresh)
    _drop(request)
    counts = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged}
    messages.success(
        request, _("Imported: %(added)d added, %(changed)d changed, %(unchanged)d unchanged.") % counts
    )
    return redirect("register:dwellings", neighbourhood.slug)


def _preview(request: HttpRequest, neighbourhood: Area, waiting: Waiting, form: ConfirmForm) -> HttpResponse:
    page = {
        "file": waiting,
        "form": form,
        "added": waiting.comparison.added[:SHOWN],
        "changed": waiting.comparison.changed[:SHOWN],
        "shown": SHOWN,
        "neighbourhood": neighbourhood,
    }
    return render(request, "register/roster_preview.html", page, status=409 if form.errors else 200)


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
