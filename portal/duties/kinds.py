"""What is owed, in words. Each app registers the kinds of its duties (in its module `wording`)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise

KIND_TITLES: dict[str, str | Promise] = {}


def register_kinds(titles: Mapping[str, str | Promise]) -> None:
    """Add an app's kinds of duties, such as {"topic.screen": _("screen the topic")}."""
    KIND_TITLES.update(titles)


def title_of(kind: str) -> str:
    """What a kind of duty asks for, in the reader's language; the bare kind where nobody registered it."""
    return str(KIND_TITLES.get(kind, kind))
