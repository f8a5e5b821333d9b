"""What the portal's words are in Chinese: tests name them as the sources do."""

from __future__ import annotations

from django.utils import translation

# Titles of the matters that are there when the tests begin (tests/browser/seeds.py).
DISCUSSED = "楼道转角放歇脚凳"
ANNOUNCED = "修剪中心花园的大树"
SCREENED = "地库口加排水沟"
EARLIER = "开通红林路小门去菜场"


def zh(source: str, **values: object) -> str:
    """The Chinese for a message, as pages show it, with its placeholders filled in."""
    with translation.override("zh-hans"):
        said = translation.gettext(source)
    return said % values if values else said
