"""Which posts of a discussion a page shows: the newest, or a portion further up."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from portal.kit.fields import visible
from portal.threads import fragments
from portal.threads.fragments import Name
from portal.threads.models import PORTION, Post, Thread

FARTHEST, DIGITS = 2**31 - 1, 20
# So many stand at once on a phone, where there are more than a few beyond them; the others are one press away.
FEW, BEYOND = 5, 3
# So many characters are looked for, in any number of words.
LONGEST_WORDS = 60


def number(text: str | None, default: int = 0) -> int:
    """A number that stands in an address; `default` for anything else."""
    sound = text and text.isascii() and text.isdigit() and len(text) < DIGITS
    return min(int(text), FARTHEST) if text and sound else default


class Found:
    """The posts of a discussion with these words, the newest first; or the questions that wait, the most urgent first.

    It is drawn in the place of a portion, and stands still.
    """

    before = 0
    earlier = later = None
    folded = 0
    below = SafeString("")
    still = True

    def __init__(self, thread: Thread, words: str, *, waiting: bool = False) -> None:
        self.thread, self.words, self.waiting = thread, words, waiting
        self.last = thread.length
        self.name = f"{'waiting' if waiting else 'find'} {words}"

    @property
    def above(self) -> SafeString:
        """The posts, at most PORTION."""
        return _joined(fragments.texts(self._found, get_language() or fragments.LANGUAGES[0]))

    @property
    def nothing(self) -> bool:
        """Whether there are none."""
        return not self._found

    @cached_property
    def _found(self) -> list[Name]:
        posts = Post.objects.filter(thread=self.thread).standing()
        posts = posts.waiting() if self.waiting else posts.order_by("-sequence")
        for word in self.words.split():
            posts = posts.filter(body__icontains=word)
        rows = posts.values_list("pk", "revision", "sequence")[:PORTION]
        return [Name(pk, revision, n, n) for pk, revision, n in rows]


def portion_of(thread: Thread, asked: Mapping[str, str]) -> Portion | Found:
    """What an address asks of a discussion: words (`find`), what waits (`show`), or a portion."""
    words = visible(asked.get("find", ""))[:LONGEST_WORDS].strip()
    waiting = asked.get("show") == "waiting"
    return Found(thread, words, waiting=waiting) if words or waiting else Portion(thread, asked)


class Portion:
    """A page of a thread's posts, read when it is drawn: the newest ones, those before a number, or those around one.

    Posts are numbered without gaps, so a portion is a range of numbers: from `first` to `last`, `before` is 0 for the
    newest. Answers stand under what they answer where both are in it.
    """

    words = ""
    waiting = nothing = False

    def __init__(self, thread: Thread, asked: Mapping[str, str]) -> None:
        self.thread = thread
        before = number(asked.get("before"))
        if at := number(asked.get("at")):
            before = ((at - 1) // PORTION + 1) * PORTION + 1
        self.before = before if before <= thread.length else 0
        self.last = self.before - 1 if self.before else thread.length
        self.first = max(self.last - PORTION + 1, 1)
        self.name, self.still = str(self.before), bool(self.before)

    @property
    def earlier(self) -> int | None:
        """Before which number there are more, if there are."""
        return self.first if self.first > 1 else None

    @property
    def later(self) -> int | None:
        """Before which number the next portion is; None where that is the newest, or there is none."""
        after = self.before + PORTION
        return after if self.before and after <= self.thread.length else None

    @property
    def above(self) -> SafeString:
        """The posts that a phone shows when asked for them, each drawn once for all its readers."""
        return _joined(self._texts[: self.folded])

    @property
    def below(self) -> SafeString:
        """The last few."""
        return _joined(self._texts[self.folded :])

    @cached_property
    def folded(self) -> int:
        """How many stand above: never a post without its answers."""
        starts = [at for at, name in enumerate(self._found) if name.group == name.sequence]
        at = max((start for start in starts if start <= len(self._found) - FEW), default=0)
        return at if at >= BEYOND and not self.before else 0

    @cached_property
    def _found(self) -> list[Name]:
        posts = Post.objects.filter(thread=self.thread, sequence__range=(self.first, self.last))
        rows = posts.values_list("pk", "revision", "sequence", "under__sequence")
        # What a post stands under comes before it, so it is here from `first` on.
        names = [
            Name(pk, revision, n, under if under and under >= self.first else n)
            for pk, revision, n, under in rows
        ]
        return sorted(names, key=lambda name: (name.group, name.sequence))

    @cached_property
    def _texts(self) -> list[str]:
        return fragments.texts(self._found, get_language() or fragments.LANGUAGES[0])


def _joined(texts: list[str]) -> SafeString:
    return mark_safe("".join(texts))  # noqa: S308 - templates wrote them
