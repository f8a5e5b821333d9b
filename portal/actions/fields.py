"""Fields that need models: files with their limits said beforehand, and somebody of the register."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, NoReturn, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.community import uploads
from portal.community.finding import MOST, Found, named, people_like
from portal.community.models import Area, Person
from portal.community.web import HELD
from portal.kit.errors import NotPossible
from portal.kit.fields import CharField


class Waiting(NamedTuple):
    """A file that need not be chosen again: the note by which the form names it, its name, its size in bytes."""

    note: str
    name: str
    size: int


class Held(SimpleUploadedFile):
    """A file that waited, with the note of it."""

    note = ""


class FilesInput(forms.ClearableFileInput):
    """A chooser for several files, and beneath it those that wait already (portal.actions.held).

    The page's script makes photos smaller and warns before too large files are sent. `good`: the sent files that could
    be taken, set by the field, also where others are refused.
    """

    allow_multiple_selected = True
    template_name = "components/_files_input.html"
    held: Sequence[Waiting] = ()
    good: Sequence[UploadedFile[Any]] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the files that wait."""
        return super().get_context(name, value, attrs) | {"held": self.held, "kept_name": f"{HELD}{name}"}

    def use_required_attribute(self, initial: Any) -> bool:
        """What waits is enough."""
        return not self.held and super().use_required_attribute(initial)


class FilesField(forms.FileField):
    """Up to `most` photos and PDFs, with the limits said beforehand. Cleans to checked files for `uploads.accept`."""

    widget: FilesInput

    def __init__(self, *, most: int = 6, **kwargs: Any) -> None:
        self.most = most
        biggest = max(settings.PICTURE_MAX_BYTES, settings.PDF_MAX_BYTES) // 1024**2
        kwargs.setdefault("label", gettext_lazy("Photos and papers"))
        told = {"accept": uploads.ACCEPT, "data-max-mb": biggest, "data-edge": settings.PICTURE_EDGE}
        kwargs.setdefault("widget", FilesInput(attrs=told))
        kwargs.setdefault("help_text", lazy(self._limits, str)())
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Each file, checked by its content; a refusal names the file and the reason."""
        given = list(data) if isinstance(data, list | tuple) else [data] if data else []
        if self.most == 1:
            # Another one takes the place of the one that waited.
            given = [file for file in given if not isinstance(file, Held)] or given
        if not given:
            return [super().clean(None, initial)] if self.required else []
        reasons = [_objection(file) for file in given]
        good = [file for file, reason in zip(given, reasons, strict=True) if not reason][: self.most]
        self.widget.good = good
        if len(given) > self.most:
            raise forms.ValidationError(self._limits())
        if any(reasons):
            raise forms.ValidationError([reason for reason in reasons if reason])
        return good

    def _limits(self) -> str:
        count = ngettext("At most %(most)d file.", "At most %(most)d files.", self.most) % {"most": self.most}
        return _("%(count)s %(limits)s") % {"count": count, "limits": uploads.limits()}


def one_file(files: list[UploadedFile[Any]]) -> UploadedFile[Any] | None:
    """The one file of a field with `most=1` that may be left empty."""
    return files[0] if files else None


def _objection(file: UploadedFile[Any]) -> str:
    try:
        uploads.check(file)
    except NotPossible as refusal:
        return str(refusal)
    return ""


Search = Callable[[str], Found]


class PersonInput(forms.TextInput):
    """Words, and beneath them whom of several they may mean."""

    template_name = "components/_person_input.html"
    candidates: list[tuple[str, str]] = []

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        """The words, and who was chosen among those they may mean."""
        return str(data.get(name, "")), str(data.get(f"{name}_pk", ""))

    def format_value(self, value: Any) -> str:
        """The words alone."""
        return str((value[0] if isinstance(value, tuple) else value) or "")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the candidates the last search left open."""
        context = super().get_context(name, value, attrs)
        return context | {"candidates": self.candidates, "choice": f"{name}_pk"}


class PersonField(CharField):
    """Somebody of the register, found by what staff type; cleans to a Person, or None for nothing.

    A whole name, room or phone that leads to one person is taken. Of several (homonyms, parts of a name) the form
    comes back and asks whom by name and flat: POST `<name>` has the words, `<name>_pk` who was chosen. A choice
    counts only among those the words lead to. The form sets `here`, and `search` where others can be meant.
    """

    widget = PersonInput
    here: Area
    search: Search
    seen: list[Person]
    default_error_messages = {
        "nobody": gettext_lazy(
            "Nobody here fits. Try the whole name, the room with its building (3号楼 502), or the phone number."
        ),
        "several": gettext_lazy(
            "More than one person could be meant, or not surely this one. Please choose."
        ),
        "many": gettext_lazy(
            "Many people fit; the first are shown. Please choose, or write more of the name."
        ),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"label": gettext_lazy("Name, room or phone number"), "max_length": 100, **kwargs}
        super().__init__(**kwargs)
        self.widget.attrs |= {"autocomplete": "off"}

    def look(self, here: Area, search: Search | None = None) -> None:
        """Where people are looked for, and how: `people_like` of the neighbourhood unless said otherwise."""
        self.here, self.seen = here, []
        self.search = search or partial(people_like, here)

    def clean(self, value: Any) -> Person | None:
        """The person who is meant. `seen`: everybody whom the search showed, for the auditor."""
        words, chosen = value if isinstance(value, tuple) else (value, "")
        words = super().clean(words)
        if not words:
            return None
        found = self.search(words)
        self.seen[:] = found.people[:MOST]
        picked = [person for person in self.seen if str(person.pk) == chosen]
        return picked[0] if picked else found.one or self._ask(found)

    def _ask(self, found: Found) -> NoReturn:
        code = "nobody" if not found.people else "many" if len(found.people) > MOST else "several"
        cast(PersonInput, self.widget).candidates = named(self.seen, self.here)
        raise forms.ValidationError(self.error_messages[code], code=code)


def find_in(form: forms.BaseForm, name: str, here: Area, search: Search | None = None) -> PersonField:
    """Tell a form's PersonField where to look; see PersonField.look."""
    field = cast(PersonField, form.fields[name])
    field.look(here, search)
    return field
