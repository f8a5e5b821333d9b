"""The sections of a page as one plain form: kinds of sections, what was sent, and the steps add, up, down, remove.

Pure: it knows neither pages nor accounts. `raw` is what a StreamField keeps: a list of `{"type", "value", "id"}`.
An id is given once and stays with its section for good.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Raw = list[dict[str, Any]]
# Keeps a file and returns its key: (file, what it shows) -> key of the upload. Raises NotPossible.
Keep = Callable[[UploadedFile[Any], str], str]
MOST_SECTIONS = 80
SECTION = re.compile(r"([0-9a-f-]{8,40}):([a-z_]{1,40})")


class SectionForm(forms.Form):
    """The fields of one section. A draft may be incomplete: only when it is `strict` must every field be filled in."""

    use_required_attribute = False
    # The template that draws the fields; default one below the other.
    template: ClassVar[str] = "pages/_section_fields.html"

    def __init__(self, *args: Any, before: Any = None, strict: bool = False, **kwargs: Any) -> None:
        self.before, self.strict = before, strict
        super().__init__(*args, **kwargs)
        self.prepare()

    @classmethod
    def empty(cls) -> Any:
        """The value of a section that was just added."""
        return {}

    @classmethod
    def initial_of(cls, value: Any) -> dict[str, Any]:
        """What the fields hold at first."""
        return dict(value) if isinstance(value, Mapping) else {}

    def prepare(self) -> None:
        """Fit the fields to what the section holds (`before`)."""

    def value(self, keep: Keep) -> Any:
        """What is kept of the section; files are given to `keep`."""
        return {name: self.cleaned_data.get(name, "") for name in self.fields}

    def missing(self) -> list[str]:
        """The labels of what is not filled in yet and has to be before the page is published."""
        return [
            str(field.label) for name, field in self.fields.items() if field.required and not self.held(name)
        ]

    def held(self, name: str) -> Any:
        """What the section holds already in a field."""
        return self.initial_of(self.before).get(name)

    def _clean_fields(self) -> None:
        asked = [field for field in self.fields.values() if field.required and not self.strict]
        for field in asked:
            field.required = False
        super()._clean_fields()  # type: ignore[misc]
        for field in asked:
            field.required = True


@dataclass(frozen=True)
class BlockKind:
    """One kind of section: its name in the StreamField, what editors call it, and its form."""

    name: str
    label: StrOrPromise
    form: type[SectionForm]


@dataclass(frozen=True)
class Row:
    """One section in the editor."""

    id: str
    kind: BlockKind
    form: SectionForm

    @property
    def mark(self) -> str:
        """How the form names the section."""
        return f"{self.id}:{self.kind.name}"


class Sections:
    """All sections of a page in the editor. `raw`: as they are kept; `data`, `files`: what was sent, if anything was.

    Sections that were not sent (cut off on the way, or of a kind this screen does not know) stay as they are.
    """

    def __init__(
        self,
        kinds: Sequence[BlockKind],
        raw: Raw,
        data: QueryDict | None = None,
        files: MultiValueDict[str, Any] | None = None,
    ) -> None:
        self.kinds = {kind.name: kind for kind in kinds}
        self.raw, self.data, self.files = raw, data, files
        self.rows = [self._row(block) for block in self._blocks() if block["type"] in self.kinds]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def is_valid(self) -> bool:
        """Whether everything that was sent can be kept as a draft."""
        valid = [row.form.is_valid() for row in self.rows]
        return all(valid)

    @property
    def errors(self) -> list[tuple[Row, forms.BoundField, str]]:
        """What has to be put right, with its section and field."""
        return [(row, field, str(error)) for row in self.rows for field in row.form for error in field.errors]

    def kept(self, keep: Keep) -> Raw:
        """The sections as they are to be kept. Raises NotPossible where a file cannot be taken."""
        values = {row.id: row.form.value(keep) for row in self.rows}
        return [
            {"type": block["type"], "value": values.get(block["id"], block["value"]), "id": block["id"]}
            for block in self._blocks()
        ]

    def _blocks(self) -> Raw:
        """The sections in the order in which they were sent, each with the value it had before."""
        if self.data is None:
            return self.raw
        held = {block["id"]: block for block in self.raw}
        sent = [found.groups() for mark in self.data.getlist("section") if (found := SECTION.fullmatch(mark))]
        known = {key: kind for key, kind in sent[:MOST_SECTIONS] if key in held or kind in self.kinds}
        new = {
            key: {"type": kind, "id": key, "value": self.kinds[kind].form.empty()}
            for key, kind in known.items()
            if key not in held
        }
        return [(held | new)[key] for key in known] + [
            block for key, block in held.items() if key not in known
        ]

    def _row(self, block: dict[str, Any]) -> Row:
        kind = self.kinds[block["type"]]
        sent = self.data is not None and f"{block['id']}:{kind.name}" in self.data.getlist("section")
        form = kind.form(
            self.data if sent else None,
            self.files if sent else None,
            prefix=block["id"],
            before=block["value"],
            initial=kind.form.initial_of(block["value"]),
        )
        return Row(block["id"], kind, form)


def unfinished(kinds: Sequence[BlockKind], raw: Raw) -> list[str]:
    """What has to be filled in before the page can be published, each with its section; empty if nothing."""
    rows = Sections(kinds, raw).rows
    return [
        _("Section %(number)d, %(kind)s: %(field)s")
        % {"number": number, "kind": row.kind.label, "field": label}
        for number, row in enumerate(rows, 1)
        for label in row.form.missing()
    ]


@dataclass(frozen=True)
class Step:
    """A press in the editor: `name` is add, up, down or remove; `section` where; `kind` what is added."""

    name: str
    section: str = ""
    kind: str = ""

    @classmethod
    def of(cls, data: QueryDict) -> Step:
        """The press that was sent as `do`, such as `up:<id>`; what to add stands in `add-<id>`."""
        name, _colon, section = data.get("do", "").partition(":")
        return cls(name, section, data.get(f"add-{section}", ""))


def stepped(kinds: Sequence[BlockKind], raw: Raw, step: Step) -> tuple[Raw, str]:
    """The sections after a press, and the id of the section to go to. What cannot be done changes nothing."""
    if step.name == "add":
        return added(kinds, raw, step)
    places = {block["id"]: place for place, block in enumerate(raw)}
    if step.section not in places:
        return raw, ""
    if step.name == "remove":
        return removed(raw, places[step.section])
    return moved(raw, places[step.section], {"up": -1, "down": 1}.get(step.name, 0)), step.section


def added(kinds: Sequence[BlockKind], raw: Raw, step: Step) -> tuple[Raw, str]:
    """A new section after the one named, or on top; nothing where its kind is unknown or there are too many."""
    forms_of = {kind.name: kind.form for kind in kinds}
    if step.kind not in forms_of or len(raw) >= MOST_SECTIONS:
        return raw, step.section
    place = next((place for place, block in enumerate(raw, 1) if block["id"] == step.section), 0)
    new = section(step.kind, forms_of[step.kind].empty())
    return [*raw[:place], new, *raw[place:]], new["id"]


def moved(raw: Raw, place: int, by: int) -> Raw:
    """The sections with one of them moved; the first stays first, the last last."""
    rest = [*raw[:place], *raw[place + 1 :]]
    to = max(0, min(len(rest), place + by))
    return [*rest[:to], raw[place], *rest[to:]]


def removed(raw: Raw, place: int) -> tuple[Raw, str]:
    """The sections without one of them, and the one that now stands in its place."""
    rest = [*raw[:place], *raw[place + 1 :]]
    return rest, rest[min(place, len(rest) - 1)]["id"] if rest else ""


def section(kind: str, value: Any) -> dict[str, Any]:
    """A new section with an id of its own."""
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def both(mine: Raw, theirs: Raw) -> Raw:
    """All of theirs, and after each section that differs mine as a section of its own: nobody's text is lost."""
    held = {block["id"]: block for block in theirs}
    after: dict[str, Raw] = {}
    last = ""
    for block in mine:
        other = held.get(block["id"])
        if other is None or other["value"] != block["value"]:
            new = block if other is None else section(block["type"], block["value"])
            after.setdefault(block["id"] if other else last, []).append(new)
        last = block["id"] if other else last
    return after.get("", []) + [one for block in theirs for one in (block, *after.get(block["id"], []))]
