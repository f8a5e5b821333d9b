"""The portal as an app on a phone, without a network, and on paper for the notice board."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.sheets import sheet_of

# The bar and the ground of static/css/portal.css.
BAR, GROUND = "#084a40", "#f4f6f5"
ICONS = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any")) + (
    ("icon-maskable.png", "512x512", "maskable"),
)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """How the portal is called and drawn on a phone's home screen, in the reader's language."""
    said = {
        "id": "/",
        "name": _("Neighbours Together"),
        "short_name": _("Neighbours"),
        "description": _("Raise, discuss, decide, do and judge what a neighbourhood shares."),
        "lang": "zh-Hans" if get_language() == "zh-hans" else get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": BAR,
        "background_color": GROUND,
        "icons": [
            {"src": static(f"img/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    }
    return JsonResponse(said, content_type="application/manifest+json", headers={"Cache-Control": "no-cache"})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page without a network, the same for everybody: the service worker keeps it beforehand."""
    response = render(request, "pages/offline.html")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def sheet(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A topic, a vote, a survey or a round of a fund on one sheet for the notice board."""
    try:
        thing, said = sheet_of(request, kind, pk)
    except KeyError as unknown:
        raise Http404(kind) from unknown
    return render(request, "pages/sheet.html", {"thing": thing, "sheet": said})
