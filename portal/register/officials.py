"""Names that neighbours would take for somebody who speaks for a body, however they are written."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from portal.community.models import OFFICES, Appointment, AppointmentQuerySet, Area, Person
from portal.community.places import touching
from portal.kit import clock
from portal.kit.names import compared

WORDS = (
    "居委",
    "业委",
    "委会",
    "委员会",
    "物业",
    "街道",
    "党支部",
    "党总支",
    "管理员",
    "客服",
    "官方",
    "楼组长",
    "社区工作",
    "主任",
    "书记",
)
LATIN = ("juweihui", "yeweihui", "dangzhibu", "jiedaoban", "guanliyuan", "official", "admin")
# Traditional characters of the words above.
SIMPLE = str.maketrans("業會員黨總組長區務樓", "业会员党总组长区务楼")
# The characters of the words, for names that write some of them in letters: Ju委会.
SOUNDS = str.maketrans(
    {
        "居": "ju",
        "委": "wei",
        "会": "hui",
        "业": "ye",
        "物": "wu",
        "街": "jie",
        "道": "dao",
        "党": "dang",
        "支": "zhi",
        "部": "bu",
        "总": "zong",
        "管": "guan",
        "理": "li",
        "员": "yuan",
        "客": "ke",
        "服": "fu",
        "官": "guan",
        "方": "fang",
        "楼": "lou",
        "组": "zu",
        "长": "zhang",
        "社": "she",
        "区": "qu",
        "工": "gong",
        "作": "zuo",
    }
)
# 长 of a title alone says nothing yet.
SHORTEST_TITLE = 2


def plain(name: str) -> str:
    """A name as it is compared here: as everywhere, in simple characters, and without what stands between letters."""
    return "".join(filter(str.isalnum, compared(name))).translate(SIMPLE)


def speaks_for_a_body(name: str) -> bool:
    """Whether a name holds the word for a body or a post: 居委会, 居 委 会, Ｊｕ委会, 業委會, juweihui."""
    text = plain(name)
    if any(word in text for word in (*WORDS, *LATIN)):
        return True
    return any(ord(sign) in SOUNDS for sign in text) and _sounds_like_one(text)


def imitates_staff(name: str, here: Area | None) -> bool:
    """Whether a name is that of somebody who holds a post in a neighbourhood (None: anywhere), or holds its title."""
    text = plain(name)
    held = _held(here)
    titles = held.values_list("title", flat=True).distinct()
    if any(len(plain(title)) >= SHORTEST_TITLE and plain(title) in text for title in titles):
        return True
    of_staff = Person.objects.filter(Exists(held.filter(person=OuterRef("pk")))).exclude(display_name="")
    return any(plain(shown) == text for shown in of_staff.values_list("display_name", flat=True))


def _held(here: Area | None) -> AppointmentQuerySet:
    held = Appointment.objects.on(clock.today()).filter(post__in=OFFICES)
    if here is None:
        return held
    return held.filter(touching(here.path))


def _sounds_like_one(text: str) -> bool:
    spoken = text.translate(SOUNDS)
    return any(word.translate(SOUNDS) in spoken for word in WORDS)
