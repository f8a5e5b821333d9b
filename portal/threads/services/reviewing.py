"""Posts that wait to be looked at before they are shown, and the words and switches that make them wait."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from portal.actions.events import announce, notify
from portal.community.models import Area, User
from portal.community.models import Post as Office
from portal.community.permissions import ROLE_OF, roles_in
from portal.community.rules import rule
from portal.community.selectors import accounts_of, person_of, post_users, signature
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.record.services import key as subject_key
from portal.threads import live
from portal.threads.events import AT_ONCE, HELD, READ_FIRST, RELEASED
from portal.threads.models import LONGEST_REASON, Post, Thread
from portal.threads.moderating import LONGEST_WORD, Hold, WatchedWord, Why, folded
from portal.threads.permissions import MODERATION, POSTS, READING, WORDS, runs_it_all
from portal.threads.services.answering import due_for, promise
from portal.threads.services.telling import tell
from portal.threads.services.transitions import add, change
from portal.threads.states import State

REVIEW = "thread.review"
STAFF_ROLES = frozenset(ROLE_OF.values())
# Of a shorter word every other post would hold it.
SHORTEST = 2
MOST_WORDS = 200


def why_held(user: User, thread: Thread, text: str) -> Why | None:
    """Why a post would wait; None where it is shown at once. Posts of staff are not held: they are signed by office."""
    here = thread.neighbourhood
    if is_staff(user, here):
        return None
    whole = folded(text)
    listed = WatchedWord.objects.holding_in(here).values_list("folded", flat=True)
    if any(word in whole for word in listed):
        return Why.WORD
    return Why.FIRST if thread.read_first_at or rule("thread.read_first", here) else None


def is_staff(user: User, here: Area) -> bool:
    """Whether somebody holds a post here."""
    return not STAFF_ROLES.isdisjoint(roles_in(user, here))


def hold(said: Post, why: Why, asks: str) -> Post:
    """Keep a new post back: its place is shown, its words only to its author and the committee, which owes a look.

    The author is told at once until when somebody looks. Whom it asks is asked when it is shown.
    """
    said.held_at = clock.now()
    due = add_working_days(clock.now(), rule("thread.review_working_days", said.neighbourhood))
    before = add(said)
    owed = duties.open_duty(REVIEW, said, due=due, post=Office.WORKER)
    said.hold = Hold.objects.create(post=said, why=why, asks=asks, at=clock.now(), due_at=owed.due_at)
    told = accounts_of(said.author_id)
    notify(HELD, said, told, once_per=subject_key(said), why=why, due_at=owed.due_at.isoformat())
    live.send(said.thread, before, [said])
    return said


@transaction.atomic
def release(user: User, post_pk: int) -> Post:
    """Show a post that waited; whom it asks owes the answer from now on. Its author is told."""
    post = POSTS.take(user, post_pk, "release")
    asks = post.hold.asks if post_users(post.hold.asks, post.neighbourhood) else ""
    if asks:
        due = due_for(post, asks)
        asked = {"asks": asks, "asked_at": clock.now(), "due_at": due.at}
        change(post, State.ASKED, held_at=None, **asked)
        promise(post, due)
    else:
        change(post, State.VISIBLE, held_at=None)
    decided(user, post, released=True)
    notify(RELEASED, post, accounts_of(post.author_id), once_per=subject_key(post))
    tell(post)
    return post


def decided(user: User, post: Post, *, released: bool) -> None:
    """Somebody looked at a post that waited; nothing where it did not."""
    standing = Hold.objects.filter(post=post, decided_at=None)
    if standing.update(decided_at=clock.now(), released=released):
        duties.close(REVIEW, post, by=user)


@transaction.atomic
def read_first(user: User, thread_pk: int, *, reason: str) -> Thread:
    """From now on every post of a discussion waits to be looked at; everybody reads why."""
    thread = READING.take(user, thread_pk, "read_first")
    if thread.read_first_at:
        raise NotPossible(_("Posts of this discussion are read first already."))
    if blank(reason):
        raise NotPossible(_("Please say why: everybody reads it.")).at("reason")
    thread.read_first_at, thread.read_first_reason = clock.now(), reason.strip()[:LONGEST_REASON]
    thread.save(update_fields=["read_first_at", "read_first_reason"])
    announce(READ_FIRST, thread, by=user, data={"reason": thread.read_first_reason})
    return thread


@transaction.atomic
def read_at_once(user: User, thread_pk: int) -> Thread:
    """Posts of a discussion are shown at once again. Those that wait are still looked at."""
    thread = READING.take(user, thread_pk, "read_at_once")
    if not thread.read_first_at:
        raise NotPossible(_("Posts of this discussion are shown at once already."))
    thread.read_first_at, thread.read_first_reason = None, ""
    thread.save(update_fields=["read_first_at", "read_first_reason"])
    announce(AT_ONCE, thread, by=user)
    return thread


@transaction.atomic
def add_word(user: User, slug: str, *, word: str) -> WatchedWord:
    """Put a word on the list of a neighbourhood. Raises NotPossible where it stands, is short, or the list is full."""
    return _added(user, MODERATION.take(user, slug, "moderate"), word)


@transaction.atomic
def add_word_for_all(user: User, *, word: str) -> WatchedWord:
    """Put a word on the list for all neighbourhoods; Http404 for all but the operator of the whole portal."""
    if not runs_it_all(user):
        raise Http404("words for all")
    return _added(user, None, word)


def _added(user: User, here: Area | None, word: str) -> WatchedWord:
    kept = WatchedWord(neighbourhood=here, word=word.strip()[:LONGEST_WORD])
    kept.folded = folded(kept.word)
    if len(kept.folded) < SHORTEST:
        raise NotPossible(_("Please write a word of at least two letters or signs.")).at("word")
    _require_new(here, kept.folded)
    if WatchedWord.objects.of(here).in_use().count() >= MOST_WORDS:
        raise NotPossible(_("The list is full. Please put a word away first."))
    kept.by_name, kept.at = _name(user, here)[:80], clock.now()
    kept.save()
    return kept


@transaction.atomic
def put_word_away(user: User, pk: int) -> WatchedWord:
    """Posts that hold the word are shown at once from now on."""
    kept = WORDS.take(user, pk, "put_away")
    if kept.away_at:
        raise NotPossible(_("Somebody else did this already."))
    return _moved(kept, away=True)


@transaction.atomic
def bring_word_back(user: User, pk: int) -> WatchedWord:
    """Posts that hold the word wait again."""
    kept = WORDS.take(user, pk, "bring_back")
    if not kept.away_at:
        raise NotPossible(_("Somebody else did this already."))
    _require_new(kept.neighbourhood, kept.folded)
    return _moved(kept, away=False)


def _name(user: User, here: Area | None) -> str:
    return signature(user, here).name if here else person_of(user).public_name


def _require_new(here: Area | None, word: str) -> None:
    if WatchedWord.objects.of(here).in_use().filter(folded=word).exists():
        raise NotPossible(_("This word stands on the list already.")).at("word")


def _moved(kept: WatchedWord, *, away: bool) -> WatchedWord:
    kept.away_at = clock.now() if away else None
    kept.save(update_fields=["away_at"])
    return kept
