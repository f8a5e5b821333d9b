"""What a phone may keep to be read without a network: pages for reading, each under a mark of its reader.

The service worker (static/js/sw.js) keeps what carries the header `Kept-For`, and nothing that says no-store. A ballot,
a receipt, an account, a desk or a list of people is none of these pages.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

HEADER, STRANGER = "Kept-For", "0"
READING = {
    "": "home",
    "pages:": "neighbourhood take_part notices page contacts card disclosure publication resources accessibility "
    "privacy",
    "deliberation:": "topics topic",
    "threads:": "thread",
    "voting:": "votes",
    "meetings:": "calendar meetings hearing gathering minutes decision opinion_map",
    "volunteers:": "activities activity calendar teams team",
    "conventions:": "conventions page edition versions round article",
    "boards:": "boards board",
    "duties:": "promises public_notice",
    "funds:": "funds fund call project result",
    "surveys:": "surveys demands services profile",
    "record:": "record entry",
}
# What says on the page how somebody voted or whether: kept for those only who are not signed in.
READ_BY_STRANGERS = {"voting:vote"}
KEPT = frozenset(prefix + name for prefix, names in READING.items() for name in names.split())


def mark(request: HttpRequest, response: HttpResponse) -> None:
    """Let the reader's phone keep a page for reading; of somebody signed in, under a mark that says nothing of them."""
    match = request.resolver_match
    if response.status_code != 200 or match is None or request.method != "GET":
        return
    if request.user.is_authenticated:
        if match.view_name in KEPT and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
            response[HEADER] = salted_hmac("portal.offline", str(request.user.pk)).hexdigest()[:16]
    elif match.view_name in KEPT | READ_BY_STRANGERS:
        response[HEADER] = STRANGER
