"""What results look like, made from a payload as it was published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kit import charts
from portal.surveys.models import Channel, Disposition
from portal.surveys.showing.needs import beside, kept, wish_table, wishes, years
from portal.surveys.showing.questions import compared, counted, number, people, picture
from portal.surveys.showing.reading import Published, Result
from portal.surveys.showing.shapes import Page, Picture, Table, WavePage

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What became of those who were asked, in the order of AAPOR's Standard Definitions.
HANDLED: dict[str, StrOrPromise] = {
    "complete": gettext_lazy("complete"),
    **{value: label for value, label in Disposition.choices if value},
}


def page_of(result: Result) -> Page:
    """Everything at once, from one result."""
    payload = result.here.payload
    pictures = [picture(payload, one, compared(result, one)) for one in payload["questions"]]
    wanted = result.here.demands
    by_key = {one.payload["key"]: one for one in pictures}
    shown = (by_key[key] for key in wanted if key in by_key)
    return Page(
        result,
        wishes(result),
        wish_table(result) if wanted else None,
        kept(result),
        next((one for one in shown if one.bands), None),
        years(result),
        beside(result),
        _sections(pictures),
        _facts(result),
    )


def wave_page(published: Published) -> WavePage:
    """The questions of a whole wave, and its needs."""
    payload = published.payload
    needs = published.demands.values()
    rows = tuple((one["text"], number(one["needed"]), f"{one['percent']}%") for one in needs)
    return WavePage(
        payload,
        people(payload["n"], payload),
        Table(_("How many need it"), (_("Need"), counted(payload), _("Percent")), rows) if rows else None,
        tuple((one["text"], number(one["needed"]), charts.bar(one["percent"])) for one in needs),
        _sections([picture(payload, question) for question in payload["questions"]]),
    )


def _sections(pictures: Sequence[Picture]) -> tuple[tuple[str, tuple[Picture, ...]], ...]:
    found: dict[str, list[Picture]] = {}
    for one in pictures:
        found.setdefault(one.payload.get("section") or "", []).append(one)
    return tuple((title, tuple(of)) for title, of in found.items())


def _facts(result: Result) -> dict[str, Any]:
    """The figures at the top, and how they came to be."""
    payload = result.here.payload
    part, whole = payload.get("rr1") or (0, 0)
    need = result.survey.threshold
    over = [one for one in payload.get("demands", []) if need and one["percent"] >= need]
    return {
        "rate": charts.share(part, whole),
        "rr1": (part, whole),
        "over": len(over),
        "need": need,
        "dispositions": [
            (words, number(count))
            for key, words in HANDLED.items()
            if (count := payload["dispositions"].get(key))
        ],
        "channels": [
            (Channel(key).label, number(count)) for key, count in payload.get("channels", {}).items() if count
        ],
        "people": people(payload["n"], payload),
        "frame": people(payload["frame"], payload),
    }
