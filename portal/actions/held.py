"""Files that came with a form which was not taken: the good ones wait, so that nobody has to choose them again.

They lie beside the uploads, pictures drawn anew, and no row names them: a refused form leaves nothing in the database.
The form carries a signed note of each, which counts for the account that sent it, at the same field of the same
address. What waited a day is deleted (portal.register.services.tidying).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from portal.actions.fields import FilesInput, Held, Waiting
from portal.community import uploads
from portal.community.web import HELD
from portal.kit.errors import NotPossible

FOLDER = "held"
KEPT_FOR = timedelta(days=1)
# So many wait for one account; of more the oldest go.
MOST = 20


def bring_back(request: HttpRequest) -> None:
    """Put the files that a sent form names by its notes beside those that came with it."""
    if not request.user.is_authenticated:
        return
    for field, notes in request.POST.lists():
        if field.startswith(HELD):
            name = field.removeprefix(HELD)
            for file in _named(request, name, notes[:MOST]):
                request.FILES.appendlist(name, file)


def keep(request: HttpRequest, form: forms.BaseForm) -> None:
    """Let the good files of a form that was not taken wait for its next sending; its fields show them."""
    for name, field in form.fields.items():
        chooser = field.widget
        if isinstance(chooser, FilesInput) and request.user.is_authenticated:
            sent = (_waiting(request, form.add_prefix(name), file) for file in chooser.good)
            chooser.held = [file for file in sent if file]


def _named(request: HttpRequest, field: str, notes: list[str]) -> Iterator[Held]:
    for note in notes:
        with suppress(signing.BadSignature, FileNotFoundError):
            key, name = signing.loads(note, salt=_salt(request, field), max_age=KEPT_FOR)
            with default_storage.open(_path(request, key)) as opened:
                file = Held(name, opened.read())
            file.note = note
            yield file


def _waiting(request: HttpRequest, field: str, file: UploadedFile[Any]) -> Waiting | None:
    """How the form names a file; None for one that turns out to be damaged."""
    if isinstance(file, Held):
        return Waiting(file.note, str(file.name), file.size or 0)
    try:
        content = uploads.plain(file)
    except NotPossible:
        return None
    key = uuid4().hex
    _make_room(request)
    default_storage.save(_path(request, key), ContentFile(content))
    note = signing.dumps([key, file.name], salt=_salt(request, field))
    return Waiting(note, str(file.name), len(content))


def _salt(request: HttpRequest, field: str) -> str:
    return f"{HELD}{request.user.pk} {request.path} {field}"


def _path(request: HttpRequest, key: str) -> str:
    return f"{FOLDER}/{request.user.pk}-{key}"


def _make_room(request: HttpRequest) -> None:
    mine = [name for name in _names() if name.startswith(_path(request, ""))]
    for name in sorted(mine, key=default_storage.get_modified_time)[: max(0, len(mine) - MOST + 1)]:
        default_storage.delete(name)


def _names() -> list[str]:
    try:
        return [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]]
    except FileNotFoundError:
        return []
