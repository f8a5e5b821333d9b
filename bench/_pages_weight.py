"""What a page weighs as a browser loads it, and which hosts it would ask: all pages that links lead to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from bench._http import HOST, Answer, fetch

MOST = 80
# Left out: the editors' admin, which residents never load, and what signs the reader out or is no page.
NOT_FOLLOWED = re.compile(r"^/(cms|static|files|documents|accounts/logout)|\.(ics|json|jsonl|pdf|py|csv)$")
# Numbers, codes and names in an address make no other kind of page.
VARIABLE = re.compile(r"(?<=/)(\d+|[0-9a-f]{8,}(-[0-9a-f]+)*|[A-Z0-9]{6,})(?=/|$)")
IN_STYLE = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")
IN_SCRIPT = re.compile(
    r"(?:\bfrom|\bimport)\s*\(?\s*['\"]([^'\"]+)['\"]|['\"`]((?:https?|wss?)://[^'\"`\s]+)"
)
PHOTOS = {"img", "source", "video"}


@dataclass
class Weight:
    """The compressed bytes of a page and all it loads but photos, and every address it loads or would ask."""

    bytes: int = 0
    asked: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """What a page loads at once, and where its links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: set[str] = set()
        self.photos: set[str] = set()
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses of an element."""
        given = {name: value for name, value in attrs if value}
        if tag == "a" and "href" in given:
            self.links.add(given["href"])
        elif tag in PHOTOS and "src" in given:
            self.photos.add(given["src"])
        elif tag == "link" and "href" in given:
            self.loads.add(given["href"])
        elif "src" in given:
            self.loads.add(given["src"])


def weights(port: int, cookies: list[str], only: str = "") -> dict[str, Weight]:
    """The weight of one page of each kind for each reader, by path; or of one page only."""
    loaded: dict[str, tuple[int, str]] = {}
    found: dict[str, Weight] = {}
    for cookie in cookies:
        kinds: set[str] = set()
        waiting = [only or "/"]
        while waiting and len(kinds) < MOST:
            path = waiting.pop(0)
            kind = VARIABLE.sub("*", urlsplit(path).path)
            if kind in kinds:
                continue
            kinds.add(kind)
            answer = fetch(path, port, cookie, packed=True)
            if answer.status == 302:
                waiting.append(urljoin(path, answer.headers["location"]))
            if answer.status != 200 or not answer.headers["content-type"].startswith("text/html"):
                continue
            weight = weigh(path, answer, port, loaded)
            if path not in found or found[path].bytes < weight.bytes:
                found[path] = weight
            waiting += [] if only else followed(path, Page(answer.text).links)
    return found


def weigh(path: str, answer: Answer, port: int, loaded: dict[str, tuple[int, str]]) -> Weight:
    """A page with its styles and scripts, and what those load in turn."""
    page = Page(answer.text)
    weight = Weight(len(answer.body), {urljoin(path, photo) for photo in page.photos})
    waiting = [urljoin(path, address) for address in page.loads]
    while waiting:
        address = waiting.pop()
        if address in weight.asked or address.startswith("data:"):
            continue
        weight.asked.add(address)
        if is_foreign(address):
            continue
        if address not in loaded:
            part = fetch(address, port, packed=True)
            loaded[address] = len(part.body), part.text if part.status == 200 else ""
        size, text = loaded[address]
        weight.bytes += size
        waiting += inner(address, text)
    return weight


def inner(address: str, text: str) -> list[str]:
    """What a style or a script loads or could ask."""
    pattern = IN_STYLE if address.endswith(".css") else IN_SCRIPT if address.endswith(".js") else None
    groups = pattern.findall(text) if pattern else []
    return [urljoin(address, found) for pair in groups for found in pair if found]


def followed(path: str, links: set[str]) -> list[str]:
    """The pages of the portal that links lead to, in a steady order."""
    paths = sorted(urljoin(path, link).partition("#")[0] for link in links)
    return [
        there for there in paths if there.startswith("/") and not NOT_FOLLOWED.search(urlsplit(there).path)
    ]


def foreign(weight: Weight) -> set[str]:
    """The addresses of other hosts that a page would ask."""
    return {address for address in weight.asked if is_foreign(address)}


def is_foreign(address: str) -> bool:
    """Whether an address leads to another host."""
    return urlsplit(address).hostname not in {None, HOST}
