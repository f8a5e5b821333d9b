"""The signed XML of a digital invoice (数电票): what it says of itself, to be compared and looked at, never trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from portal.kit.errors import NotPossible
from portal.kit.fields import YUAN

LARGEST_FILE = 2 * 1024 * 1024
DAY = len("2026-01-31")
ROOT = "EInvoice"
# The first of these that is there counts.
NUMBER = ("InvoiceNumber", "EIid")
ISSUED = ("IssueTime", "RequestTime")
TOTAL = ("TotalTax-includedAmount",)


@dataclass(frozen=True)
class Said:
    """What an invoice says of itself; None or empty: nothing, or in a shape that is not known. `total` in fen."""

    number: str = ""
    day: date | None = None
    total: int | None = None
    buyer: str = ""
    seller: str = ""


def read(file: UploadedFile[Any]) -> Said:
    """What the XML says; nothing where it is no invoice of the known shape.

    Raises NotPossible for what is too large, no XML (with the line), or would fetch or blow up something.
    """
    if (file.size or 0) > LARGEST_FILE:
        raise NotPossible(_("“%(name)s” is too large for an invoice.") % {"name": file.name})
    file.seek(0)
    try:
        root = ElementTree.fromstring(file.read(), forbid_dtd=True)
    except ParseError as error:
        line = error.position[0]
        raise NotPossible(
            _(
                "“%(name)s” cannot be read: line %(line)s is no XML. Please take the file as it was sent to you."
            )
            % {"name": file.name, "line": line}
        ) from error
    except (DefusedXmlException, ValueError) as error:
        raise NotPossible(
            _("“%(name)s” is not taken: an invoice holds no definitions of its own.") % {"name": file.name}
        ) from error
    return said(root) if _name(root) == ROOT else Said()


def said(root: Element) -> Said:
    """What a tree of the known shape says."""
    texts: dict[str, str] = {}
    for element in root.iter():
        if element.text and element.text.strip():
            texts.setdefault(_name(element), element.text.strip())
    return Said(
        number=_first(texts, NUMBER),
        day=_day(_first(texts, ISSUED)),
        total=_fen(_first(texts, TOTAL)),
        buyer=texts.get("BuyerName", ""),
        seller=texts.get("SellerName", ""),
    )


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _first(texts: dict[str, str], names: tuple[str, ...]) -> str:
    return next((texts[name] for name in names if name in texts), "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:DAY].replace("/", "-"))
    except ValueError:
        return None


def _fen(text: str) -> int | None:
    found = YUAN.fullmatch(text)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else None
