"""The owners of a dwelling as they stand in one cell of a roster: who they are, and where that is not sure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from django.utils.translation import gettext as _

from portal.community.models import PersonKind, Right
from portal.kit import phones
from portal.kit.names import DOTS, compared

COMPANY = re.compile(
    r"(公司|集团|厂|银行|合作社|合伙\)|商行|学校|医院|管理所|管理局|事务所|分行|支行|居委会|村委会|"
    r"co\.?,?\s*ltd\.?|limited|inc\.?|llc|corp\.?|gmbh)$",
    re.IGNORECASE,
)
# After NFKC, so that ， ； ／ ｜ are among them; the comma of a Co., Ltd. is not.
BETWEEN = re.compile(
    r"\s*(?:[、;|&+]|(?P<loose>[/\\\n\r]|,(?!\s*(?:ltd|inc|llc|limited|corp)\b)))\s*", re.IGNORECASE
)
BETWEEN_NUMBERS = re.compile(r"\s*[、;|&,/\\\n\r]\s*")
# The second half of a name that was wrapped or cut.
BRANCH = re.compile(r"(分公司|分行|支行|分厂)$")
# Words that join two names, and stand in some: 李和平 is one.
AND = re.compile(r"以及|[和与及]")
QUOTED = re.compile(r'"([^"\n]+)"')
HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]"
CHINESE = re.compile(HAN + r"+")
DOTTED = re.compile(HAN + "+(?:·" + HAN + "+)+")
AROUND_DOT = re.compile(rf"\s*([{re.escape(DOTS)}])\s*")
# 赵大海等3人 leaves somebody out.
AND_OTHERS = re.compile(r".{2,}等\s*(?:[\d一二两三四五六七八九十]*\s*[人户名位]|共有人?)?")
# Where nobody is known, so that nobody is called so.
NOBODY = frozenset({"不详", "不明", "未知", "无", "暂无", "-", "—", "/"})
LONGEST_CHINESE = 4
# Within a part of a name with dots, where a part seldom begins.
AND_WITHIN = re.compile(rf"[^·](?:{AND.pattern})")


@dataclass(frozen=True)
class Owner:
    """Somebody with a title. `phone` is empty where the roster has none."""

    name: str
    phone: str
    kind: PersonKind
    right: Right = Right.OWNER


def split(cell: str) -> list[str]:
    """The names in a cell, nobody where it says that nobody is known. Raises ValueError where that is not sure.

    What stands in quotation marks is one name whatever signs are in it.
    """
    if cell in NOBODY:
        return []
    quoted: list[str] = []

    def keep(found: re.Match[str]) -> str:
        quoted.append(found[1])
        return f"\ue000{len(quoted) - 1}\ue001"

    names = list(_apart(QUOTED.sub(keep, cell)))
    return [re.sub("\ue000(\\d+)\ue001", lambda found: quoted[int(found[1])], name) for name in names]


def written(name: str) -> str:
    """A name as it stands in a cell of its own roster: in quotation marks where it would be read as several."""
    try:
        plain = split(name) == [name]
    except ValueError:
        plain = False
    return name if plain else f'"{name.replace(chr(34), "")}"'


def numbers(cell: str) -> tuple[list[str], list[str]]:
    """The phone numbers in a cell, empty where one is none that can be called; and those that are none, as written."""
    parts = BETWEEN_NUMBERS.split(cell) if cell else []
    mobiles = cell.split()
    if len(parts) == 1 and len(mobiles) > 1 and all(phones.mobile(part) for part in mobiles):
        parts = mobiles
    called = [phones.reachable(part) for part in parts]
    return called, [part for part, number in zip(parts, called, strict=True) if part and not number]


def kind_of(name: str) -> PersonKind:
    """A company is known by how its name ends."""
    return PersonKind.COMPANY if COMPANY.search(name) else PersonKind.NATURAL


def same_twice(names: list[str]) -> bool:
    """Whether somebody is named twice, however it is written."""
    return len({compared(name) for name in names}) < len(names)


def _apart(cell: str) -> Iterator[str]:
    """Each name between the signs. Loose signs, such as / and the comma, stand in names of companies too."""
    cell = cell.strip()
    parts = BETWEEN.sub("\n", cell).split("\n")
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    loose = any(found["loose"] for found in BETWEEN.finditer(cell))
    kinds = {kind_of(part) for part in parts}
    cut = PersonKind.COMPANY in kinds and (len(kinds) > 1 or any(map(BRANCH.search, parts[1:])))
    if len(parts) > 1 and loose and cut:
        raise _unsure(cell)
    for part in parts:
        if len(parts) > 1 and (len(part) == 1 or part.count("(") != part.count(")")):
            raise _unsure(cell)
        yield from _joined(part)


def _joined(text: str) -> list[str]:
    """One name, or several with a word between them."""
    if kind_of(text) == PersonKind.COMPANY:
        if any(
            len(names) > 1 and {*map(kind_of, names)} == {PersonKind.COMPANY} for names in _readings(text)
        ):
            raise _unsure(text)
        return [text]
    if AND_OTHERS.fullmatch(text) and (len(text) > LONGEST_CHINESE or not text.endswith("等")):
        raise ValueError(_("“%(text)s” leaves owners out; please name each of them") % {"text": text[:30]})
    tight = AROUND_DOT.sub(r"\1", text)
    bare = _bare(tight)
    found = [names for names in _readings(bare) if all(map(_is_name, names))]
    if len(found) > 1 or (not found and AND.search(bare)):
        raise _unsure(text)
    return found[0] if found and len(found[0]) > 1 else [tight]


def _bare(text: str) -> str:
    """A Chinese name without the spaces in it. Raises ValueError where they may stand between two names."""
    parts = text.split()
    if len(parts) < 2 or not re.search(HAN, text):
        return text
    words = [AND.fullmatch(part) for part in parts]
    if any(words) and not words[0] and not words[-1]:
        return "".join(parts)
    joined = "".join(parts)
    lone = min(len(part) for part in parts) == 1 and (len(parts) == 2 or len(joined) == len(parts))
    if not CHINESE.fullmatch(joined) or not lone or len(joined) > LONGEST_CHINESE - (len(parts) > 2):
        raise _unsure(text)
    return joined


def _readings(text: str) -> Iterator[list[str]]:
    """All ways to read a text as names with words between them, the whole as one name first."""
    places = [found.span() for found in AND.finditer(text)][:6]
    for number in range(len(places) + 1):
        for chosen in combinations(places, number):
            edges = [0, *(edge for span in chosen for edge in span), len(text)]
            yield [text[edges[place] : edges[place + 1]] for place in range(0, len(edges), 2)]


def _is_name(text: str) -> bool:
    chinese = CHINESE.fullmatch(text) and 2 <= len(text) <= LONGEST_CHINESE
    dotted = compared(text)
    return bool(chinese or (DOTTED.fullmatch(dotted) and not AND_WITHIN.search(dotted)))


def _unsure(cell: str) -> ValueError:
    return ValueError(
        _(
            "it is not sure who the owners “%(text)s” are: please write 、 between two, and no space within a name"
        )
        % {"text": " ".join(cell.split())[:30]}
    )
