"""What is owed, in words. Each app registers the kinds of its duties (in its module `wording`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.functional import Promise

KIND_TITLES: dict[str, str | Promise] = {}
# To which post a duty of a person falls when that person leaves; without one it is dropped.
FALLS_TO: dict[str, str] = {}
# Duties of people that they owe as holders of a post: they end with the post, and a deputy sees them too.
OFFICIAL: set[str] = set()
# Duties of people that go with them wherever they live, such as what they promised by an agreement.
LASTING: set[str] = set()
# Who may open the page of a kind besides those who owe it, where not all who watch over promises may.
READERS: dict[str, frozenset[str]] = {}


def register_kinds(
    titles: Mapping[str, str | Promise], *, falls_to: str = "", official: bool = False, lasting: bool = False
) -> None:
    """Add an app's kinds of duties, such as {"topic.screen": _("screen the topic")}.

    Of those owed by a person: `falls_to` the post that owes them once the person has left, `official` where the
    person owes them by a post; `lasting` where they end only with the account, as somebody moves away who is bound.
    """
    KIND_TITLES.update(titles)
    FALLS_TO.update(dict.fromkeys(titles, falls_to) if falls_to else {})
    OFFICIAL.update(titles if official else ())
    LASTING.update(titles if lasting else ())


def title_of(kind: str) -> str:
    """What a kind of duty asks for, in the reader's language; the bare kind where nobody registered it."""
    return str(KIND_TITLES.get(kind, kind))


def register_readers(roles: Collection[str], *kinds: str) -> None:
    """Say who besides those who owe them may open the page of such duties; without it all who watch over promises may.

    Lists of what others owe leave out what their reader cannot open, and say how many they are.
    """
    READERS.update(dict.fromkeys(kinds, frozenset(roles)))


def closed_to(roles: Collection[str]) -> list[str]:
    """The kinds of duties whose page somebody with these roles cannot open unless they owe them."""
    return [kind for kind, readers in READERS.items() if readers.isdisjoint(roles)]
