"""Judging a PDF by what it would do in a reader: every object of it is looked at, wherever it is hidden."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    import pikepdf

# Keys under which a document runs, sends or carries something.
ACTIVE_KEYS = frozenset(
    {"/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA", "/AA", "/SubmitForm"}
)
ACTIVE_NAMES = {
    "/S": frozenset(
        {
            "/JavaScript",
            "/Launch",
            "/SubmitForm",
            "/ImportData",
            "/GoToE",
            "/Rendition",
            "/Movie",
            "/Sound",
            "/RichMediaExecute",
        }
    ),
    "/Type": frozenset({"/EmbeddedFile"}),
    "/Subtype": frozenset({"/RichMedia", "/Movie", "/Sound", "/Screen", "/FileAttachment", "/3D"}),
}
MB = 1024 * 1024
# Only lists of objects are unpacked, never pages or pictures; those of real documents are a few hundred kilobytes.
BOUNDS: dict[str, Any] = {
    "flate_max_memory": 4 * MB,
    "run_length_max_memory": 4 * MB,
    "png_max_memory": 4 * MB,
    "tiff_max_memory": 4 * MB,
    "max_stream_filters": 3,
    "parser_max_nesting": 100,
    "parser_max_container_size": 200_000,
    "doc_max_warnings": 200,
}
MOST_PARTS, MOST_SECONDS = 600_000, 5.0


class _Active(Exception):
    """The document would do something, or carries something."""


class _Endless(Exception):
    """The document has more parts than anybody would write."""


def objection(content: bytes) -> str:
    """Why a PDF cannot be taken, in the reader's words; empty when nothing speaks against it.

    Needs at most some seconds, and memory of some hundred megabytes in the worst case.
    """
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        return _("This PDF is incomplete. Please save it again and choose it once more.")
    library = _library()
    try:
        with library.open(io.BytesIO(content), suppress_warnings=True) as document:
            return _judged(document)
    except library.PasswordError:
        return _locked()
    except _Active:
        return _("This PDF carries a program or other files. Please print it to a new PDF and choose that.")
    except _Endless:
        return _("This PDF has too many parts to be checked. Please print it to a new PDF and choose that.")
    except (
        library.PdfError,
        ArithmeticError,
        AttributeError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
    ):
        return _damaged()


@cache
def _library() -> Any:
    """The library, with its bounds; it is large, so it is read only when the first PDF comes."""
    import pikepdf  # noqa: PLC0415
    import pikepdf.settings  # noqa: PLC0415

    pikepdf.settings.set_qpdf_limits(**BOUNDS)
    return pikepdf


def _judged(document: pikepdf.Pdf) -> str:
    if document.is_encrypted:
        return _locked()
    mended = False
    ends, parts = time.monotonic() + MOST_SECONDS, 0
    for thing in document.objects:
        mended |= thing is None
        for part in _parts(thing):
            parts += 1
            if parts > MOST_PARTS or time.monotonic() > ends:
                raise _Endless
            mended |= _looked_at(part)
    _first_act(document)
    said = [str(warning) for warning in document.get_warnings()]
    if any("limits error" in warning for warning in said):
        raise _Endless
    # Where the list of objects had to be made anew, a packed list or an object that could not be read was not seen;
    # a reader may see it.
    return _damaged() if mended and said else ""


def _parts(thing: Any) -> Iterator[Any]:
    """A dictionary or list with all that stands in it; what it only points to is an object of its own."""
    waiting = [thing]
    while waiting:
        part = waiting.pop()
        kind = getattr(part, "_type_name", "")
        if kind in {"dictionary", "stream"}:
            yield part
            waiting += [value for _key, value in part.items() if _inside(value)]
        elif kind == "array":
            yield part
            waiting += [value for value in part if _inside(value)]


def _inside(value: Any) -> bool:
    return getattr(value, "_type_name", "") in {"dictionary", "array"} and not value.is_indirect


def _looked_at(part: Any) -> bool:
    """Raise where a dictionary is active. Returns whether it is a packed list of objects."""
    if part._type_name == "array":
        return False
    keys = set(part.keys())
    if keys & ACTIVE_KEYS:
        raise _Active
    for key, names in ACTIVE_NAMES.items():
        if key in keys and str(part[key]) in names:
            raise _Active
    return "/Type" in keys and str(part["/Type"]) == "/ObjStm"


def _first_act(document: pikepdf.Pdf) -> None:
    """What happens when it is opened may be going to a page, nothing else."""
    act: Any = document.Root.get("/OpenAction")
    if getattr(act, "_type_name", "") == "dictionary" and str(act.get("/S", "")) != "/GoTo":
        raise _Active


def _locked() -> str:
    return _("This PDF is locked with a password. Please save it without one.")


def _damaged() -> str:
    return _("This PDF is damaged. Please save it again and choose it once more.")
