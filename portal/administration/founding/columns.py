"""What is asked about a neighbourhood: one column of the file, one question of the guided command."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Area, Contact, Person, Post
from portal.kit import phones
from portal.kit.fields import longest
from portal.kit.names import blank, compared
from portal.kit.sheets import is_spoilt

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ADDRESS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
BETWEEN = re.compile(r"[;；\n]+")
LIST = re.compile(r"[、,，;；\s]+")
# 1-38, 1号楼-38号楼, 1至38幢; the word behind the numbers is kept.
RANGE = re.compile(r"(\d{1,4})(\D{0,4}?)(?:[-–—~～至到]+)(\d{1,4})(\D{0,4})")
NUMBER = re.compile(r"\d{1,4}")
BUILDING = "号楼"
MOST_BUILDINGS = 500
# The posts given with the foundation, for an area of which level, and how they are signed where nobody says.
TITLES = {Post.DIRECTOR: "居委会主任", Post.OFFICER: "街道办事处", Post.OPERATOR: "平台管理员"}


@dataclass(frozen=True)
class Column:
    """`heads`: what stands above it in a file, the first one in the template. `check` returns what is kept of a text.

    `check` raises ValueError with the reason.
    """

    key: str
    heads: tuple[str, str]
    question: StrOrPromise
    check: Callable[[str], Any]
    example: str = ""
    needed: bool = False

    def read(self, text: str) -> Any:
        """What a cell or an answer says. Raises ValueError for one that is needed and empty, or not right."""
        text = "" if blank(text) else text.strip()
        if not text and self.needed:
            raise ValueError(_("%(column)s is empty") % {"column": self.heads[0]})
        return self.check(text)


def name(text: str) -> str:
    """What an area or a person is called."""
    return _short(" ".join(text.split()), longest(Area, "name"))


def person(text: str) -> str:
    """The name of somebody, which is read in public beside the post."""
    return _short(" ".join(text.split()), longest(Person, "display_name"))


def address(text: str) -> str:
    """What stands in the web address: caihong, mou-2."""
    if text and (not ADDRESS.fullmatch(text) or len(text) > longest(Area, "slug")):
        raise ValueError(
            _("“%(text)s” cannot stand in a web address: small letters a to z, digits, single hyphens")
            % {"text": text[:20]}
        )
    return text


def mobile(text: str) -> str:
    """The eleven digits of a mobile number."""
    number = phones.mobile(text)
    if text and not number:
        raise ValueError(_("“%(text)s” is no mobile number of eleven digits") % {"text": text[:20]})
    return number


def estates(text: str) -> list[str]:
    """Names of estates, between them a semicolon."""
    return [name(part) for part in BETWEEN.split(text) if not blank(part)]


def buildings(text: str) -> list[list[str]]:
    """Names of buildings, for each estate: 1-38；1、2、5-9 becomes 1号楼 … 38号楼, and for the second 1号楼, 2号楼 …"""
    return [_buildings(part) for part in BETWEEN.split(text) if not blank(part)]


def _buildings(text: str) -> list[str]:
    parts = [part for part in LIST.split(text.strip()) if part]
    if len(parts) == 1 and NUMBER.fullmatch(parts[0]) and int(parts[0]) > 1:
        raise ValueError(
            _(
                "“%(number)s” can be a number of buildings, or one building: write 1-%(number)s or %(number)s号楼"
            )
            % {"number": parts[0]}
        )
    found = [building for part in parts for building in _range(part)]
    if len(found) > MOST_BUILDINGS:
        raise ValueError(_("more than %(most)d buildings in one estate") % {"most": MOST_BUILDINGS})
    twice = {building for building in found if found.count(building) > 1}
    if twice:
        raise ValueError(_("the building %(name)s stands there twice") % {"name": min(twice)})
    return found


def _range(part: str) -> list[str]:
    if NUMBER.fullmatch(part):
        return [f"{int(part)}{BUILDING}"]
    ends = RANGE.fullmatch(part)
    if ends is None:
        return [name(part)]
    first, last = int(ends[1]), int(ends[3])
    if not first <= last < first + MOST_BUILDINGS:
        raise ValueError(_("“%(text)s” is no row of buildings") % {"text": part[:20]})
    return [f"{number}{ends[4] or ends[2] or BUILDING}" for number in range(first, last + 1)]


def _within(field: str) -> Callable[[str], str]:
    return lambda text: _short(" ".join(text.split()), longest(Contact, field))


def _telephone(field: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text and not phones.is_written(text):
            raise ValueError(_("“%(text)s” is no telephone number") % {"text": text[:20]})
        return _within(field)(text)

    return check


def _title(text: str) -> str:
    return _short(text, 40)


def _short(text: str, most: int) -> str:
    if is_spoilt(text):
        raise ValueError(_("“%(text)s” was spoilt by the spreadsheet") % {"text": text[:20]})
    if len(text) > most:
        raise ValueError(_("“%(text)s…” is longer than %(most)d signs") % {"text": text[:20], "most": most})
    return text


PLACES = (
    Column("district", ("区", "district"), gettext_lazy("District"), name, "静安区", needed=True),
    Column(
        "subdistrict",
        ("街道", "subdistrict"),
        gettext_lazy("Subdistrict or town"),
        name,
        "某街道",
        needed=True,
    ),
    Column(
        "subdistrict_slug",
        ("街道网址名", "subdistrict slug"),
        gettext_lazy("How the subdistrict stands in web addresses, such as mou"),
        address,
        "mou",
    ),
    Column(
        "neighbourhood",
        ("居民区", "neighbourhood"),
        gettext_lazy("Neighbourhood"),
        name,
        "彩虹居民区",
        needed=True,
    ),
    Column(
        "slug",
        ("网址名", "slug"),
        gettext_lazy("How it stands in its web address, best in pinyin, such as caihong"),
        address,
        "caihong",
    ),
    Column(
        "estates",
        ("小区", "estate"),
        gettext_lazy("Estate (several: 彩虹苑；新苑)"),
        estates,
        "彩虹苑；新苑",
    ),
    Column(
        "buildings",
        ("楼号", "buildings"),
        gettext_lazy("Buildings, such as 1-38 or 1、2、5-9 (of several estates: 1-38；1-9)"),
        buildings,
        "1-38；1、2、5-9",
    ),
)


def _way(field: str, *heads: str, example: str) -> Column:
    """How the office is reached: the question is what its page calls it."""
    return Column(
        field,
        (heads[0], heads[1]),
        cast(models.CharField[str, str], Contact._meta.get_field(field)).verbose_name,
        _telephone(field) if field.endswith("telephone") else _within(field),
        example,
    )


CONTACTS = (
    _way("office", "居委会地址", "office", example="彩虹路 1 号"),
    _way("hours", "办公时间", "hours", example="周一至周五 9:00–17:00"),
    _way("telephone", "居委会电话", "telephone", example="021-55550101"),
    _way("property_telephone", "物业电话", "property telephone", example="021-55550102"),
)


def _somebody(post: Post, head: str, question: StrOrPromise, *example: str) -> tuple[Column, ...]:
    """Name, number and title of who is given a post."""
    return (
        Column(post.value, (head, post.value), question, person, example[0]),
        Column(
            f"{post.value}_phone",
            (f"{head}手机", f"{post.value} phone"),
            gettext_lazy("Their mobile number"),
            mobile,
            example[1],
        ),
        Column(
            f"{post.value}_title",
            (f"{head}职务", f"{post.value} title"),
            gettext_lazy("How they sign in public"),
            _title,
            TITLES[post],
        ),
    )


PEOPLE = (
    *_somebody(
        Post.DIRECTOR, "主任", gettext_lazy("Name of the committee's director"), "王芳", "13900000001"
    ),
    *_somebody(
        Post.OFFICER, "街道干部", gettext_lazy("Name of the subdistrict's officer"), "李明", "13900000002"
    ),
    *_somebody(
        Post.OPERATOR,
        "平台管理员",
        gettext_lazy("Name of who looks after the portal for the district"),
        "赵强",
        "13900000003",
    ),
)
COLUMNS = (*PLACES, *CONTACTS, *PEOPLE)
BY_HEAD = {compared(head): column for column in COLUMNS for head in column.heads}
# In these a spreadsheet makes a date of 1-2.
NO_DAYS = frozenset({"buildings", "telephone", "property_telephone"})
