"""The kinds of sections of notices and texts: how the StreamField keeps each, and the form that fills it in."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from portal.community.models import Upload
from portal.kit.fields import CharField
from portal.pages.files import FileField, PicturesField
from portal.pages.pasted import markdown
from portal.pages.seen import LineBlock, LinesBlock
from portal.pages.streams import BlockKind, Keep, Raw, SectionForm, section

CELL = re.compile(r"\t|\s*[|｜]\s*")
MARKS = re.compile(r"^[ \t]*(?:#{1,6}|[-*>]|\d{1,3}\.)[ \t]+|[ \t]*[|｜][ \t]*", re.MULTILINE)
TEXT_HELP = gettext_lazy(
    "An empty line starts a paragraph, “## ” a heading, “- ” a list item, **two stars** bold."
)


class UploadBlock(blocks.CharBlock):
    """The key of one of the portal's own checked files."""

    def clean(self, value: Any) -> Any:
        """Refuse what is no file of the portal."""
        key = super().clean(value)
        try:
            known = not key or Upload.objects.filter(pk=uuid.UUID(key)).exists()
        except ValueError:
            known = False
        if not known:
            raise ValidationError(_("There is no such file. Bring it on the portal's own editing page."))
        return key


def picture_block() -> blocks.StructBlock:
    """A picture: its file, what it shows, what stands below it."""
    return blocks.StructBlock(
        [
            ("upload", UploadBlock(label=gettext_lazy("File"), required=False)),
            ("alt", LineBlock(label=gettext_lazy("What the picture shows"), required=False)),
            ("caption", LineBlock(label=gettext_lazy("Caption"), required=False)),
        ],
        label=gettext_lazy("Picture"),
    )


def stream_blocks() -> list[tuple[str, blocks.Block]]:
    """How a StreamField keeps the sections; the stock admin edits the same."""
    return [
        ("heading", LineBlock(label=gettext_lazy("Heading"))),
        ("text", LinesBlock(label=gettext_lazy("Text"))),
        ("picture", picture_block()),
        ("gallery", blocks.ListBlock(picture_block(), label=gettext_lazy("Several pictures"))),
        (
            "document",
            blocks.StructBlock(
                [
                    ("upload", UploadBlock(label=gettext_lazy("File"), required=False)),
                    ("title", LineBlock(label=gettext_lazy("Title"))),
                ],
                label=gettext_lazy("PDF to download"),
            ),
        ),
        (
            "table",
            blocks.StructBlock(
                [
                    ("caption", LineBlock(label=gettext_lazy("Title"), required=False)),
                    ("rows", LinesBlock(label=gettext_lazy("Rows"))),
                ],
                label=gettext_lazy("Table"),
            ),
        ),
        (
            "quote",
            blocks.StructBlock(
                [
                    ("text", LinesBlock(label=gettext_lazy("Text"))),
                    ("source", LineBlock(label=gettext_lazy("Source"), required=False)),
                ],
                label=gettext_lazy("Quote"),
            ),
        ),
        ("callout", LinesBlock(label=gettext_lazy("Important"))),
    ]


class ProseField(CharField):
    """Markdown. What was pasted as HTML is written plainly, before its length is judged."""

    def to_python(self, value: Any) -> str:
        """The text, cleaned."""
        return super().to_python(markdown(value) if isinstance(value, str) else value)


class PlainForm(SectionForm):
    """A section that is one text."""

    @classmethod
    def empty(cls) -> str:
        """No text yet."""
        return ""

    @classmethod
    def initial_of(cls, value: Any) -> dict[str, Any]:
        """The text."""
        return {"text": value}

    def value(self, keep: Keep) -> str:
        """The text."""
        return str(self.cleaned_data["text"])


class HeadingForm(PlainForm):
    """A heading."""

    text = CharField(label=gettext_lazy("Heading"), max_length=80)


class TextForm(PlainForm):
    """Paragraphs in Markdown."""

    text = ProseField(label=gettext_lazy("Text"), max_length=20_000, rows=8, help_text=TEXT_HELP)


class CalloutForm(PlainForm):
    """What nobody should overlook."""

    text = ProseField(label=gettext_lazy("What matters"), max_length=600, rows=3)


class QuoteForm(SectionForm):
    """A quotation with its source."""

    text = ProseField(label=gettext_lazy("Text"), max_length=2000, rows=4)
    source = CharField(label=gettext_lazy("Source"), max_length=120, required=False)


class TableForm(SectionForm):
    """A table, one line a row."""

    caption = CharField(label=gettext_lazy("Title"), max_length=120, required=False)
    rows = CharField(
        label=gettext_lazy("Rows"),
        max_length=20_000,
        rows=6,
        help_text=gettext_lazy(
            "One line for each row, the first is the heading; “|” between the cells. Rows of a spreadsheet fit."
        ),
    )


class PictureForm(SectionForm):
    """One picture; a new file takes the place of the one that is there."""

    photo = FileField(pictures=True, label=gettext_lazy("Picture"))
    alt = CharField(
        label=gettext_lazy("What the picture shows"),
        max_length=200,
        help_text=gettext_lazy("Read aloud to those who cannot see it."),
    )
    caption = CharField(
        label=gettext_lazy("Caption"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Day and place; of a drawing also who drew it."),
    )

    @property
    def upload(self) -> str:
        """The key of the file that is there; never one that was sent."""
        return str(self.before.get("upload", "")) if isinstance(self.before, Mapping) else ""

    def held(self, name: str) -> Any:
        """The file stands for the field that brings it."""
        return self.upload if name == "photo" else super().held(name)

    def value(self, keep: Keep) -> dict[str, Any]:
        """The key of the file, and its words."""
        data = self.cleaned_data
        photo = data.get("photo")
        upload = keep(photo, data["alt"]) if photo else self.upload
        return {"upload": upload, "alt": data["alt"], "caption": data["caption"]}


class DocumentForm(SectionForm):
    """A PDF to download."""

    template = "pages/_section_document.html"
    file = FileField(pictures=False, label=gettext_lazy("PDF"))
    title = CharField(label=gettext_lazy("Title"), max_length=120)

    @property
    def upload(self) -> str:
        """The key of the file that is there."""
        return str(self.before.get("upload", "")) if isinstance(self.before, Mapping) else ""

    def held(self, name: str) -> Any:
        """The file stands for the field that brings it."""
        return self.upload if name == "file" else super().held(name)

    def value(self, keep: Keep) -> dict[str, Any]:
        """The key of the file, and its title; default the name of the file."""
        file, title = self.cleaned_data.get("file"), self.cleaned_data["title"]
        title = title or (str(file.name).rsplit(".", 1)[0][:120] if file else "")
        return {"upload": keep(file, "") if file else self.upload, "title": title}


class GalleryForm(SectionForm):
    """Several pictures: those that are there each with its words, and room for more."""

    MOST = 24
    template = "pages/_section_gallery.html"

    @classmethod
    def empty(cls) -> Raw:
        """No picture yet."""
        return []

    @classmethod
    def initial_of(cls, value: Any) -> dict[str, Any]:
        """The words of each picture."""
        return {
            f"{name}_{place}": item["value"].get(name, "")
            for place, item in enumerate(value or [])
            for name in ("alt", "caption")
        }

    def prepare(self) -> None:
        """Fields for each picture that is there, and for more."""
        self.items: Raw = list(self.before or [])
        for place, _item in enumerate(self.items):
            self._words(place, required=True)
            self.fields[f"remove_{place}"] = forms.BooleanField(label=_("Remove the picture"), required=False)
        if (room := self.MOST - len(self.items)) > 0:
            self.fields["photo"] = PicturesField(most=room, label=_("More pictures"), required=not self.items)
            self._words("new", required=False)

    def _words(self, place: int | str, *, required: bool) -> None:
        self.fields[f"alt_{place}"] = CharField(
            label=_("What the picture shows"), max_length=200, required=required
        )
        self.fields[f"caption_{place}"] = CharField(label=_("Caption"), max_length=200, required=False)

    @property
    def pictures(self) -> list[tuple[str, list[Any]]]:
        """For the template: the key of each picture with its fields; the last has none."""
        names = [*range(len(self.items)), "new"]
        rows = []
        for place in names:
            photo = ["photo"] if place == "new" else []
            wanted = [*photo, f"alt_{place}", f"caption_{place}", f"remove_{place}"]
            key = "" if isinstance(place, str) else str(self.items[place]["value"].get("upload", ""))
            rows.append((key, [self[name] for name in wanted if name in self.fields]))
        return [row for row in rows if row[1]]

    def value(self, keep: Keep) -> Raw:
        """The pictures that stay, and the new ones. Words beside the chooser are of one; several get theirs later."""
        data = self.cleaned_data
        kept = [
            {**item, "value": {**item["value"], **self._said(place)}}
            for place, item in enumerate(self.items)
            if not data.get(f"remove_{place}")
        ]
        photos = data.get("photo") or []
        said = self._said("new") if len(photos) == 1 else {"alt": "", "caption": ""}
        return kept + [section("item", {"upload": keep(photo, said["alt"]), **said}) for photo in photos]

    def _said(self, place: int | str) -> dict[str, str]:
        return {name: self.cleaned_data.get(f"{name}_{place}", "") for name in ("alt", "caption")}


KINDS = (
    BlockKind("text", gettext_lazy("Text"), TextForm),
    BlockKind("heading", gettext_lazy("Heading"), HeadingForm),
    BlockKind("picture", gettext_lazy("Picture"), PictureForm),
    BlockKind("gallery", gettext_lazy("Several pictures"), GalleryForm),
    BlockKind("document", gettext_lazy("PDF to download"), DocumentForm),
    BlockKind("table", gettext_lazy("Table"), TableForm),
    BlockKind("quote", gettext_lazy("Quote"), QuoteForm),
    BlockKind("callout", gettext_lazy("Important"), CalloutForm),
)


def sections_of(body: Any, picture: Upload | None = None) -> Raw:
    """A text in Markdown, or sections, as sections; a picture stands first."""
    first = [picture_section(picture)] if picture else []
    if isinstance(body, str):
        return [*first, section("text", body)] if body else first
    return [*first, *body]


def picture_section(upload: Upload) -> dict[str, Any]:
    """A picture that was brought already, as a section."""
    return section("picture", {"upload": str(upload.pk), "alt": upload.alt, "caption": ""})


def keys_of(raw: Raw) -> set[str]:
    """The keys of all files of some sections."""
    values = [block["value"] for block in raw]
    items = [item["value"] for value in values if isinstance(value, list) for item in value]
    found = [value.get("upload") for value in [*values, *items] if isinstance(value, Mapping)]
    return {str(key) for key in found if _is_key(key)}


def _is_key(key: Any) -> bool:
    try:
        return bool(uuid.UUID(str(key)))
    except ValueError:
        return False


def cells(rows: str) -> list[list[str]]:
    """The cells of a table that was written one line a row; every row as long as the longest."""
    lines = [CELL.split(line.strip().strip("|｜").strip()) for line in rows.splitlines() if line.strip()]
    longest = max((len(line) for line in lines), default=0)
    return [line + [""] * (longest - len(line)) for line in lines]


def plain(raw: Raw) -> str:
    """Everything that can be read in some sections, one line each, for searching and for previews."""
    return "\n".join(text for block in raw for text in _texts(block["value"]) if text)


def unmarked(text: str) -> str:
    """Markdown without its marks, for a line that only says how something begins."""
    return MARKS.sub(" ", text).replace("**", "")


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item["value"])]
    return (
        [str(text) for name, text in value.items() if name != "upload"] if isinstance(value, Mapping) else []
    )
