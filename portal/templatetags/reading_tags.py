"""How templates show what people wrote, and what a page says of itself where its address is passed on."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from portal.kit import links

register = template.Library()
# What the programs that draw a preview show at most of a text.
SHOWN = 120


@register.filter
def paragraphs(text: object) -> SafeString:
    """What somebody wrote, in paragraphs; addresses in it are links."""
    return links.in_paragraphs(links.linked(text))


@register.filter
def lines(text: object) -> SafeString:
    """What somebody wrote, in lines within a paragraph; addresses in it are links."""
    return linebreaksbr(links.linked(text))


@register.filter(name="links")
def links_in(text: object) -> SafeString:
    """What somebody wrote, in one line or where the style keeps its lines; addresses in it are links."""
    return links.linked(text)


@register.simple_tag(takes_context=True)
def preview(context: Context, thing: Any, text: object = "", picture: object = None) -> SafeString:
    """The tags from which a messenger draws a thing's address: title, text, picture.

    Only for readers who are not signed in, as those programs are: it can hold nothing that not everybody may read.
    """
    request: HttpRequest | None = context.get("request")
    if request is None or request.user.is_authenticated:
        return SafeString("")
    image = getattr(picture, "url", "")
    said = {
        "type": "article",
        "site_name": _("Neighbours Together"),
        "title": thing.title,
        "description": _short(text) or getattr(context.get("here"), "name", ""),
        "url": request.build_absolute_uri(request.path),
        "image": request.build_absolute_uri(image) if image else "",
    }
    rows = ((name, value) for name, value in said.items() if value)
    return format_html_join("\n  ", '<meta property="og:{}" content="{}">', rows)


def _short(text: object) -> str:
    return Truncator(" ".join(str(text or "").split())).chars(SHOWN)
