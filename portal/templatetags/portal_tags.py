"""What templates may say about times, sizes and shares, and the small things every page draws."""

from __future__ import annotations

import uuid
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

import segno
from django import template
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal import tabs as doors
from portal.actions.actions import Offer
from portal.community import kept
from portal.community.models import Area
from portal.community.requests import visitor
from portal.deliberation.permissions import shown_proposing
from portal.duties import steps
from portal.duties.counted import counted as counted_of
from portal.duties.models import Duty
from portal.duties.next_step import NextStep
from portal.kit import phones, trial, wording
from portal.kit.icons import ICONS
from portal.notifications import mails

register = template.Library()
Need = tuple[int, int] | list[int]


def _given(value: object) -> bool:
    return value is not None and value != ""


@register.simple_tag
def mail_is_away() -> bool:
    """Whether the mail server takes nothing at the moment, so that a page promises nothing within minutes."""
    return mails.server_is_away()


@register.filter
def colon(name: object) -> str:
    """What stands between a name and what is said of it."""
    return wording.colon(str(name))


@register.filter
def mistakes(form: BaseForm) -> list[tuple[BoundField | None, str]]:
    """What a form was sent back for, line by line: what the summary counts is what it lists.

    First what belongs to no field, then field by field in the order of the page.
    """
    whole: list[tuple[BoundField | None, str]] = [(None, str(error)) for error in form.non_field_errors()]
    return whole + [(field, str(error)) for field in form for error in field.errors]


@register.filter
def day(value: datetime | date | None) -> str:
    """11月28日（周六）; nothing for nothing."""
    return wording.day(value) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """11月28日（周六）14:00."""
    return wording.moment(value) if value else ""


@register.filter
def deadline(value: datetime | None) -> str:
    """As moment, but midnight is 24:00 of the day that ends."""
    return wording.deadline(value) if value else ""


@register.filter
def hm(value: datetime | None) -> str:
    """14:00."""
    return wording.hour(value) if value else ""


@register.filter
def left(value: datetime | date | None) -> str:
    """还剩 3 天."""
    return wording.left(value) if value else ""


@register.filter
def ago(value: datetime | None) -> str:
    """3 小时前."""
    return wording.ago(value) if value else ""


@register.filter
def area(value: int | None) -> str:
    """Hundredths of a square metre as 86.42 ㎡."""
    return wording.area(value) if isinstance(value, int) else ""


@register.filter
def in_columns(value: int | None) -> str:
    """Fen as books write amounts below each other: 1,293.00."""
    return "" if value is None else wording.in_columns(value)


@register.filter
def yuan(value: int | Fraction | None) -> str:
    """Fen as 48,000 元; an exact share is rounded to the fen."""
    return wording.yuan(wording.half_up(value)) if isinstance(value, int | Fraction) else ""


@register.filter
def unbroken(amount: str) -> str:
    """An amount whose number and unit stay in one line."""
    return wording.unbroken(amount)


@register.filter
def hours(value: int | None) -> str:
    """Minutes as 37.5 小时."""
    return wording.hours(value) if isinstance(value, int) else ""


@register.filter
def num(value: int | None) -> str:
    """1143 as 1,143 (Django's own grouping would cut Chinese numbers into fours)."""
    return f"{value:,}" if isinstance(value, int) else ""


@register.filter
def percent(numerator: int, denominator: int) -> str:
    """{{ yes|percent:all }}: 76.4%."""
    return wording.percent(numerator or 0, denominator or 0)


@register.filter
def fraction(need: Need, inclusive: bool) -> str:
    """{{ need|fraction:inclusive }}: 不少于三分之二."""
    return wording.fraction(need, inclusive)


@register.filter
def filesize_words(value: int | None) -> str:
    """Bytes as 320 KB."""
    return wording.file_size(value) if isinstance(value, int) else ""


@register.filter
def dialled(number: object) -> str:
    """A telephone number as a link dials it: no spaces, no extension."""
    return phones.dialled(str(number))


@register.simple_tag
def pictures_and_papers(files: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    """Files in two lists: what can be seen in a page, and the rest."""
    every = list(files or ())
    return [file for file in every if file.is_image], [file for file in every if not file.is_image]


@register.filter
def month(value: datetime | date | None) -> str:
    """11月."""
    return wording.month(value) if value else ""


@register.simple_tag
def leaf_left(end: datetime) -> tuple[int, str, bool, bool]:
    """A number, its unit, whether little is left until a moment, and whether it is over: for a calendar leaf."""
    return wording.leaf_left(end)


@register.filter
def tied(title: object) -> SafeString:
    """A title whose last four characters stay in one line, so that none of them stands there alone."""
    text = str(title)
    if len(text) <= 8 or text[-4:].isascii():
        return format_html("{}", text)
    return format_html('{}<span class="nowrap">{}</span>', text[:-4], text[-4:])


@register.filter
def held(title: object) -> SafeString:
    """A title within a sentence whose first and last four characters stay together; a short one does as a whole."""
    text = str(title)
    if text.isascii():
        return format_html("{}", text)
    if len(text) < 8:
        return format_html('<span class="nowrap">{}</span>', text)
    return format_html(
        '<span class="nowrap">{}</span>{}<span class="nowrap">{}</span>', text[:4], text[4:-4], text[-4:]
    )


@register.filter
def initial(name: object) -> str:
    """The letter in somebody's face."""
    return str(name).strip()[:1] or "·"


@register.filter
def in_fours(key: str) -> str:
    """ABCD EFGH IJ: a key that somebody types, in groups of four."""
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


@register.simple_tag
def span(start: datetime, end: datetime | None = None) -> str:
    """11月28日（周六）14:00–16:00."""
    return wording.span(start, end) if end else wording.moment(start)


@register.simple_tag(takes_context=True)
def owed_here(context: Context) -> list[steps.Owed]:
    """What the reader owes about the things of the page; on the page of a form nothing: it is done there.

    Asked once a page: in its head, whose buttons have to know, and where what is owed stands.
    """
    request, page = context.get("request"), context.dicts[0]
    if request is None or context.get("action") is not None:
        return []
    if "owed_here" not in page:
        owed = page["owed_here"] = steps.owed_on(request)
        # So that the same button does not stand twice, but beside a part of what is owed.
        page["owed_urls"] = {one.way.url for one in owed if not (one.way.why_not or one.way.beside)}
    known: list[steps.Owed] = page["owed_here"]
    return known


@register.simple_tag(takes_context=True)
def not_owed(context: Context, offers: Iterable[Offer], parts: bool = False) -> list[Offer]:
    """Offers of a page without those that stand on top of it as what the reader owes (after `owed_here`).

    `parts`: without those that are done to a part of what is owed either, where these stand apart from it.
    """
    owed: Container[str] = context.get("owed_urls") or ()
    if parts:
        owed = {one.way.url for one in owed_here(context) if not one.way.why_not}
    return [offer for offer in offers if offer.url not in owed]


@register.inclusion_tag("duties/_counted.html", takes_context=True)
def counted(context: Context, duty: Duty) -> dict[str, Any]:
    """{% counted duty %}: the small calendar beside the date of a promise. One query, where a rule counted it."""
    here = context.get("here")
    return {"duty": duty, "count": counted_of(duty, here), "place": here}


@register.simple_tag(takes_context=True)
def propose_url(context: Context, here: Area) -> str:
    """Where this reader raises a topic; empty for who cannot, so that no page offers what would be refused."""
    shown = shown_proposing(visitor(context["request"]), here)
    return reverse("deliberation:propose", args=[here.slug]) if shown else ""


@register.simple_tag(takes_context=True)
def not_yours(context: Context, step: NextStep | None) -> NextStep | None:
    """Who owes the next step, for a line in the head; None where it is the reader: then it stands on top, as theirs."""
    yours = {one.duty.what for one in owed_here(context)}
    return None if step is None or str(step.what) in yours else step


@register.simple_tag
def countdown(value: datetime) -> SafeString:
    """What is left, in an element that countdown.js keeps fresh."""
    return format_html('<time datetime="{}" data-left>{}</time>', value.isoformat(), wording.left(value))


@register.simple_tag(takes_context=True)
def server_time(context: Context) -> str:
    """The server's present moment, for clocks on the page."""
    return kept.TIME if context.get("marked") else kept.server_time(context["request"])


@register.simple_tag
def script_words() -> dict[str, str]:
    """The words of the page's scripts (base only)."""
    return wording.script_words()


@register.simple_tag
def second_factor_asked() -> bool:
    """Whether staff need a second factor here; the demo says that it asks for none."""
    return trial.second_factor_asked()


@register.simple_tag(takes_context=True)
def once(context: Context) -> SafeString:
    """The hidden key that lets a form count once, and the page it stands on (web.once, web.signed_in).

    Always a fresh key: a refused form was not sent, and two forms of one page must never share a key.
    """
    request, marked = context.get("request"), context.get("marked")
    page = request.get_full_path() if isinstance(request, HttpRequest) else ""
    return format_html(
        '<input type="hidden" name="once" value="{}"><input type="hidden" name="page" value="{}">',
        kept.ONCE if marked else uuid.uuid4().hex,
        kept.PATH if marked else page,
    )


class PieceNode(template.Node):
    """What stands between {% piece name depends on … %} and {% endpiece %}, drawn once for all (kept.piece).

    Blocks that a page fills in stand outside of pieces, so nobody needs to look for one inside.
    """

    child_nodelists = ()

    def __init__(self, inside: NodeList, names: list[FilterExpression]) -> None:
        self.nodelist, self._names = inside, names

    def render(self, context: Context) -> SafeString:
        request = context.get("request")
        if not isinstance(request, HttpRequest):
            return self.nodelist.render(context)
        name = "|".join([str(part.resolve(context)) for part in self._names])
        # What was drawn is already escaped.
        return mark_safe(kept.piece(request, name, lambda: self._draw(context)))  # noqa: S308

    def _draw(self, context: Context) -> str:
        marks = {"csrf_token": kept.TOKEN, "page_path": kept.PATH, "page_next": kept.NEXT}
        with context.push(marked=True, **marks):
            return str(self.nodelist.render(context))


@register.tag
def piece(parser: Parser, token: Token) -> PieceNode:
    """{% piece "name" what it depends on %}: one text for every reader in whose page these say the same."""
    names = [parser.compile_filter(part) for part in token.split_contents()[1:]]
    inside = parser.parse(("endpiece",))
    parser.delete_first_token()
    return PieceNode(inside, names)


@register.simple_tag(takes_context=True)
def qr(context: Context, url: str, label: str = "") -> SafeString:
    """A QR code of an address as inline SVG; a path becomes a full address of this site."""
    request = context.get("request")
    full = request.build_absolute_uri(url) if isinstance(request, HttpRequest) else url
    return _qr(full, label or _("QR code of %(url)s") % {"url": full})


@register.simple_tag
def qr_text(text: str, label: str) -> SafeString:
    """A QR code of a text as it is, such as an entry of an address book: coarse, so that a phone reads much of it."""
    return _qr(text, label, "l")


@lru_cache(maxsize=500)
def _qr(text: str, title: str, error: str = "m") -> SafeString:
    """Drawing one takes longer than the rest of many a page."""
    drawn = segno.make(text, error=error, micro=False).svg_inline(
        border=4, omitsize=True, svgclass="qr", lineclass=None, title=title
    )
    # segno draws numbers and escapes the title: nothing of the address reaches the markup.
    return mark_safe(drawn.replace("<svg ", '<svg role="img" ', 1))  # noqa: S308


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line icon that says nothing to a screen reader; the words stand beside it."""
    return format_html(
        '<svg class="icon" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        ICONS[name],
    )


@register.simple_tag(takes_context=True)
def query(context: Context, param: str = "", changed: object = "", **changes: object) -> str:
    """The page's query with changes: {% query page=2 %}, {% query param 2 %}. An empty value drops its name."""
    params = context["request"].GET.copy()
    for name, value in ({param: changed} if param else changes).items():
        params.pop(name, None)
        if _given(value):
            params[name] = str(value)
    return f"?{params.urlencode()}"


@register.simple_tag(takes_context=True)
def tabs(context: Context) -> list[doors.Tab]:
    """The five doors for this reader; a view may name the current one as `tab`."""
    request = context.get("request")
    if not isinstance(request, HttpRequest):
        return []
    user = context.get("user")
    return doors.tabs(
        request, context.get("here"), bool(user and user.is_authenticated), context.get("tab") or ""
    )


@register.simple_tag(takes_context=True)
def door(context: Context) -> str:
    """The name of the door the page is behind, as `tabs` marks it."""
    request = context.get("request")
    return context.get("tab") or (doors.behind(request) if isinstance(request, HttpRequest) else "")


@dataclass(frozen=True)
class Measure:
    """What a meter draws: lengths in percent for the drawing, words for the reader."""

    share: str
    length: str
    line: str
    anchor: str
    need: str
    reached: bool | None


@register.simple_tag
def measure(numerator: int, denominator: int, need: Any = None, inclusive: bool = False) -> Measure:
    """The lengths and words of a threshold meter; `need` [n, d] may be missing."""
    length = min(wording.per_mille(numerator, denominator), 1000)
    share = wording.percent(numerator, denominator)
    if not need:
        return Measure(share, _svg(length), "", "", "", None)
    line = 1000 * need[0] // need[1]
    anchor = "end" if line > 800 else "start" if line < 200 else "middle"
    held = denominator > 0 and wording.reached(numerator, denominator, need, inclusive)
    return Measure(share, _svg(length), _svg(line), anchor, wording.fraction(need, inclusive), held)


def _svg(per_mille: int) -> str:
    return f"{per_mille // 10}.{per_mille % 10}%"
