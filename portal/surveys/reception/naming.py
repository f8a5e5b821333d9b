"""Who asked is not written down: numbers, flats and names of people of the register are refused in notes, with words.

What was asked is enough to act on; a name beside it would make a note a file about a person (design.md 8).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext as _

from portal.community.finding import tied_to
from portal.community.models import Area
from portal.kit.errors import NotPossible
from portal.kit.names import compared

# Digits may be parted by spaces, dots or dashes, as people write numbers.
_GAP = r"[\s\-–—.·]?"
IDENTITY = re.compile(rf"(?<!\d)(?:\d{_GAP}){{17}}[\dXx](?!\d)")
TELEPHONE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?(?:1[3-9](?:{_GAP}\d){{9}}|0\d{{2,3}}{_GAP}\d(?:{_GAP}\d){{6,7}}|[2-9]\d{{3}}{_GAP}\d{{4}})(?!\d)"
)
# 3号楼502, 502室, 12弄6号501, 3-502, 2单元301: a flat, not a building and not a count.
FLAT = re.compile(
    r"(?<!\d)\d{3,4}\s*[室房](?!间)|(?<=[楼栋幢座号])\s*\d{3,4}(?!\d|\s*[户元人家次路个年])|单元\s*\d{3,4}(?!\d)"
    r"|(?<!\d)\d{1,3}[-–—]\d{3,4}(?!\d)"
)
HAN = re.compile(r"[\u3400-\u9fff]+(?:·[\u3400-\u9fff]+)*")
SHORTEST, LONGEST = 2, 5
SOMEBODY = "一位居民"


def faults(text: str, here: Area) -> list[tuple[str, str]]:
    """What in a text tells who asked: each place with what it would be replaced by. One question to the database."""
    plain = unicodedata.normalize("NFKC", text)
    found: dict[str, str] = {}
    for pattern, instead in ((IDENTITY, "〔证件号〕"), (TELEPHONE, "〔电话〕"), (FLAT, "某户")):
        for hit in pattern.finditer(plain):
            if not any(hit[0] in seen for seen in found):
                found[hit[0]] = instead
    return [*found.items(), *((name, SOMEBODY) for name in named(plain, here))]


def named(text: str, here: Area) -> list[str]:
    """The real names of people tied to the neighbourhood that stand in a text, the longest first."""
    wanted = {compared(part): part for part in _parts(text)}
    if not wanted:
        return []
    keys = tied_to(here).filter(name_key__in=wanted).values_list("name_key", flat=True).distinct()
    return sorted((wanted[key] for key in keys), key=len, reverse=True)


def masked(text: str, found: Iterable[tuple[str, str]]) -> str:
    """The text without what tells who asked."""
    plain = unicodedata.normalize("NFKC", text)
    for place, instead in found:
        plain = plain.replace(place, instead)
    return plain


def objection(text: str, here: Area) -> str:
    """Why a text cannot stand, with how it could; empty where it can."""
    found = faults(text, here)
    if not found:
        return ""
    places = "、".join(f"“{place.strip()}”" for place, _instead in found)
    return _(
        "Who asked is not written down: no telephone number, no ID number, no flat, no name. Please take out "
        "%(places)s. It could say: %(text)s"
    ) % {"places": places, "text": masked(text, found)}


def require_nameless(text: str, here: Area) -> None:
    """Refuse a text that tells who asked: NotPossible."""
    if said := objection(text, here):
        raise NotPossible(said)


def _parts(text: str) -> set[str]:
    """Every stretch of characters that could be somebody's name."""
    return {
        run[at : at + size]
        for run in HAN.findall(text)
        for size in range(SHORTEST, LONGEST + 1)
        for at in range(len(run) - size + 1)
    }
