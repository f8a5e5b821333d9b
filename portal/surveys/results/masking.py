"""Names, telephone numbers and flats in what people wrote, covered as a proposal; a human looks before it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from portal.community.finding import tied_to
from portal.community.models import Area

# 身份证 before telephone: eighteen digits hold eleven.
ID_NUMBER = re.compile(r"(?<![\dXx])\d{17}[\dXx](?![\dXx])")
PHONE = re.compile(
    r"(?<!\d)(?:(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|(?:0\d{2,3}[- ]?)?[2-9]\d{6,7})(?!\d)"
)
FLAT = re.compile(
    r"(?:\d{1,4}\s*弄\s*)?(?:\d{1,4}\s*(?:号楼|号|幢|栋|座|单元)\s*){1,2}(?:\d{1,2}\s*单元\s*)?\d{3,4}\s*(?:室|房)?"
    r"|(?<!\d)\d{3,4}\s*室|\d{1,4}\s*弄\s*\d{1,4}\s*号"
)
SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚"
    "方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛顾赖武康贺严尹钱施牛洪龚"
)
FORMAL = "先生|女士|小姐|老师|师傅|医生|主任|书记|经理"
FAMILIAR = "阿姨|叔叔|伯伯|大爷|大妈|大叔|大姐|大哥|奶奶|爷爷|阿婆|阿公|爷叔|老伯|妈妈|爸爸|家"
CALLED = re.compile(rf"[{SURNAMES}][一-龥]{{0,2}}?(?={FORMAL}|{FAMILIAR})")
SHORT = re.compile(rf"(?<![一-龥])[老小阿][{SURNAMES}](?![一-龥]{{0,1}}区)")
SHORTEST_NAME = 2


def names_of(here: Area) -> list[str]:
    """The names of those who live, own or hold a post here, the longest first."""
    rows = tied_to(here).values_list("real_name", "display_name")
    names = {name.strip() for row in rows for name in row if len(name.strip()) >= SHORTEST_NAME}
    return sorted(names, key=lambda name: (-len(name), name))


def masked(text: str, names: Iterable[str] = ()) -> str:
    """A text with what tells of somebody covered by a word in brackets."""
    found = ID_NUMBER.sub(_("(number)"), text)
    found = PHONE.sub(_("(telephone)"), found)
    found = FLAT.sub(_("(flat)"), found)
    for name in names:
        found = found.replace(name, _("(name)"))
    return SHORT.sub(_("(name)"), CALLED.sub(_("(name)"), found))
