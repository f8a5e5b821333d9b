"""The sections of a page as readers see them: cleaned text, pictures and papers looked up in one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.community.models import Upload
from portal.pages.blocks import cells, keys_of
from portal.pages.prose import prose
from portal.pages.streams import Raw


@dataclass(frozen=True)
class Picture:
    """A picture as it is shown: its file, what it shows, what stands below it."""

    upload: Upload
    alt: str
    caption: str


@dataclass(frozen=True)
class Shown:
    """One section as it is shown. `kind` names its template, pages/sections/_<kind>.html."""

    id: str
    kind: str
    value: Any

    @property
    def template(self) -> str:
        """What draws it."""
        return f"pages/sections/_{self.kind}.html"


def shown(raw: Raw) -> list[Shown]:
    """The sections that have something to show; pictures and papers that are gone are left out."""
    files = {str(key): file for key, file in Upload.objects.in_bulk(sorted(keys_of(raw))).items()}
    return [
        Shown(block["id"], block["type"], value)
        for block in raw
        if (value := _shown(block["type"], block["value"], files))
    ]


def _shown(kind: str, value: Any, files: dict[str, Upload]) -> Any:
    match kind:
        case "text" | "callout":
            return prose(value) if value else None
        case "heading":
            return value
        case "picture":
            return _picture(value, files)
        case "gallery":
            return [picture for item in value if (picture := _picture(item["value"], files))]
        case "document":
            file = files.get(str(value.get("upload")))
            return {"file": file, "title": value.get("title") or file.name} if file else None
        case "table":
            return _table(value)
        case "quote":
            return {**value, "html": prose(value["text"])} if value.get("text") else None
    return None


def _picture(value: Any, files: dict[str, Upload]) -> Picture | None:
    file = files.get(str(value.get("upload")))
    if file is None or not file.is_image:
        return None
    return Picture(file, value.get("alt") or file.alt, value.get("caption", ""))


def _table(value: Any) -> dict[str, Any] | None:
    lines = cells(value.get("rows", ""))
    return {"caption": value.get("caption", ""), "head": lines[0], "rows": lines[1:]} if lines else None
