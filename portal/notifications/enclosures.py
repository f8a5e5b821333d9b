"""What the app behind a kind of news says when a mail's turn comes: whether it still holds, and what goes with it.

Asked then and not before, so that a mail that waited says and encloses what is so when it goes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.mime.text import MIMEText

from portal.notifications.models import Notice


@dataclass(frozen=True)
class Enclosure:
    """A calendar file that goes with a mail. `method`: what the reader's calendar does with it (RFC 5546)."""

    name: str
    text: bytes
    method: str

    def part(self) -> MIMEText:
        """As a part of the mail, which calendars know by its type, and readers by its name."""
        part = MIMEText(self.text.decode(), "calendar", "utf-8")
        part.set_param("method", self.method)
        part.add_header("Content-Disposition", "attachment", filename=self.name)
        return part


Holds = Callable[[Notice], bool]
Encloses = Callable[[Notice], Enclosure | None]
_HOLDS: dict[str, Holds] = {}
_ENCLOSES: dict[str, Encloses] = {}


def register_holds(kind: str, holds: Holds) -> None:
    """Let news of a kind be mailed only while it holds."""
    _HOLDS[kind] = holds


def register_enclosure(kinds: Iterable[str], encloses: Encloses) -> None:
    """Let mails of these kinds of news bring something along."""
    _ENCLOSES.update(dict.fromkeys(kinds, encloses))


def holds(notice: Notice) -> bool:
    """Whether a notice still says something true, as its app sees it."""
    return notice.kind not in _HOLDS or _HOLDS[notice.kind](notice)


def enclosed(notice: Notice) -> Enclosure | None:
    """What goes with the mail of a notice, in the language now spoken."""
    return _ENCLOSES[notice.kind](notice) if notice.kind in _ENCLOSES else None
