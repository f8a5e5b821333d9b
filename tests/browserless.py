"""Somebody at a browser without JavaScript: opens pages, fills in the form that is there, follows the answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client

MOST_REDIRECTS = 10
FIELDS = ["input", "textarea", "select"]
TICKED = {"checkbox", "radio"}


class Person:
    """A browser of its own: `at` is the address it shows, `page` what stands there."""

    def __init__(self) -> None:
        self.client = Client(headers={"Accept-Language": "zh-CN,zh;q=0.9"})
        self.at, self.page = "/", BeautifulSoup()

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return " ".join(self.page.get_text(" ").split())

    def open(self, path: str) -> str:
        """Go to a page, and on to where it leads. What is not there or not allowed fails."""
        self.at = urljoin(self.at, path)
        return self._arrive(self.client.get(self.at))

    def press(self, words: str) -> str:
        """Follow the link that says this."""
        found = [link for link in self.page.find_all("a", href=True) if words in link.get_text(" ")]
        assert found, (words, self.at, [link.get_text(" ", strip=True) for link in self.page.find_all("a")])
        return self.open(str(found[0]["href"]))

    def send(self, **typed: Any) -> str:
        """Fill in the first form that has all these fields, and send it; what stood in it stays.

        A choice is made by its words or its value.
        """
        forms = [form for form in self.page.select("form[method=post]") if set(typed) <= set(_fields(form))]
        # Language and type size stand on every page.
        own = [form for form in forms if form.find_parent(["header", "footer", "nav"]) is None]
        assert own, (self.at, sorted(typed), [sorted(_fields(one)) for one in forms])
        self.at = urljoin(self.at, str(own[0].get("action") or ""))
        return self._arrive(self.client.post(self.at, _filled(own[0]) | _chosen(own[0], typed)))

    def _arrive(self, answer: HttpResponse) -> str:
        for _redirect in range(MOST_REDIRECTS):
            if answer.status_code != 302:
                break
            self.at = urljoin(self.at, answer["Location"])
            answer = self.client.get(self.at)
        self.page = BeautifulSoup(answer.content, "html.parser")
        assert answer.status_code == 200, (self.at, answer.status_code, self.text[:2000])
        return self.text


def _fields(form: Tag) -> dict[str, Tag]:
    return {str(field["name"]): field for field in form.find_all(FIELDS) if field.get("name")}


def _filled(form: Tag) -> dict[str, list[str]]:
    """What the form would send as it stands."""
    sent: dict[str, list[str]] = {}
    for field in form.find_all(FIELDS):
        name = str(field.get("name") or "")
        off = field.get("type") in TICKED and not field.has_attr("checked")
        if name and not off and field.get("type") != "file":
            sent.setdefault(name, []).extend(_values(field))
    return sent


def _values(field: Tag) -> list[str]:
    if field.name == "select":
        return [str(option.get("value", "")) for option in field.select("option[selected]")]
    if field.name == "textarea":
        return [field.get_text().removeprefix("\n")]
    return [str(field.get("value", "on" if field.get("type") in TICKED else ""))]


def _chosen(form: Tag, typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed; of a choice named by its words, the value."""
    fields = _fields(form)
    words = {
        name: {
            option.get_text(strip=True): str(option.get("value", ""))
            for option in fields[name].find_all("option")
        }
        for name in typed
    }
    return {
        name: words[name].get(value, value) if isinstance(value, str) else value
        for name, value in typed.items()
    }
