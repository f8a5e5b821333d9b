"""The keys of secret votes: the server's own, or three parts on paper of which two open the box."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from portal.actions.events import log
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.community.selectors import signature
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.voting import keys, papers, sealing
from portal.voting.events import KEYS_TRIED
from portal.voting.models import Custodian, Custody, Vote
from portal.voting.permissions import VOTES
from portal.voting.services import opening
from portal.voting.services.counting import count
from portal.voting.states import Phase


@dataclass(frozen=True)
class Drawn:
    """A key that was drawn for sheets to be printed: its parts in order, and the `token` that says which it is."""

    parts: list[str]
    token: str


def may_name_custodians(vote: Vote) -> bool:
    """Whether who keeps the key of a vote can still be said: until its parts were tried."""
    return vote.custody == Custody.CUSTODIANS and vote.phase is Phase.COMING and vote.key_ready_at is None


def may_make_key(vote: Vote) -> bool:
    """Whether a key can be made for the custodians who were named."""
    return may_name_custodians(vote) and vote.custodians.exists()


@transaction.atomic
def name_custodians(user: User, vote_pk: int, custodians: Sequence[User]) -> Vote:
    """Say which three people keep the key of a vote; a key made for others before is worthless.

    Raises PermissionDenied for others than the body that called the vote; NotPossible for a vote of another
    custody, and once the key was tried.
    """
    vote = VOTES.take(user, vote_pk, "name_custodians")
    if not may_name_custodians(vote):
        raise NotPossible(_("The key of this vote cannot be made (again)."))
    if len({custodian.pk for custodian in custodians}) != sealing.SHARES:
        raise NotPossible(_("Please name three different people who keep a part of the key."))
    vote.public_key = ""
    vote.save(update_fields=["public_key"])
    vote.custodians.all().delete()
    Custodian.objects.bulk_create(
        Custodian(vote=vote, number=number, user=custodian) for number, custodian in enumerate(custodians, 1)
    )
    return vote


@sensitive_variables("private", "parts")
def draw_key(vote: Vote) -> Drawn:
    """Draw a key for the custodians of a vote. Nothing is stored: it becomes the vote's by `make_keys` only."""
    private = sealing.make_key()
    parts, public = sealing.split(private, vote.public_id), sealing.public_text(private)
    _prove(vote, parts, public)
    return Drawn(parts, signing.dumps([_custodians(vote), public], salt=_salt(vote)))


@transaction.atomic
def make_keys(user: User, vote_pk: int, drawn: str) -> Vote:
    """Let a key whose sheets were printed be the vote's; `drawn` is its token. Only its public half is stored.

    Until two parts were tried the vote does not open; until then it can be made anew, and the earlier parts are
    worthless. Raises PermissionDenied and NotPossible as `name_custodians`; NotPossible for sheets of another vote
    or of other custodians.
    """
    vote = VOTES.take(user, vote_pk, "make_keys")
    if not may_make_key(vote):
        raise NotPossible(_("The key of this vote cannot be made (again)."))
    try:
        custodians, public = signing.loads(drawn, salt=_salt(vote))
    except signing.BadSignature:
        custodians, public = [], ""
    if custodians != _custodians(vote):
        raise NotPossible(_("These sheets are out of date. Please print the ones below."))
    vote.public_key = public
    vote.save(update_fields=["public_key"])
    return vote


@sensitive_variables("shares")
@transaction.atomic
def rehearse(user: User, vote_pk: int, shares: Sequence[str]) -> Vote:
    """Prove from what stands on paper that two parts (or all three) open the box; then the vote may open.

    Raises PermissionDenied for others than the body that called the vote and the custodians; NotPossible for
    parts that do not fit, and once it is done.
    """
    vote = VOTES.take(user, vote_pk, "try_keys")
    if not may_name_custodians(vote):
        raise NotPossible(_("The parts of this key were tried already."))
    _prove(vote, shares)
    tried = {sealing.read_share(vote.public_id, share)[0] for share in shares}
    vote.custodians.filter(number__in=tried).update(rehearsed_at=clock.now())
    vote.key_ready_at = clock.now()
    vote.save(update_fields=["key_ready_at"])
    duties.close("vote.keys", vote, by=user)
    log(KEYS_TRIED, vote, by=user, data={"public_key": vote.public_key, "parts": sorted(tried)})
    return vote


@sensitive_variables("shares", "private")
def open_with(user: User, vote_pk: int, shares: Sequence[str]) -> Vote:
    """Open the box of a closed vote with two parts of its key, and count.

    Raises PermissionDenied as `rehearse`; NotPossible for parts that do not fit, and as `open_box`. Where the count
    still waits for something, the vote comes back open and uncounted.
    """
    vote = VOTES.get(user, vote_pk, "open_box")
    private = _prove(vote, shares)
    with transaction.atomic():
        opened = opening.open_box(vote_pk, private, signature(user, vote.neighbourhood).name)
        duties.close("vote.open_box", vote, by=user)
    try:
        return count(vote_pk)
    except NotPossible:
        # The box is open, whatever the count still waits for, such as a lot; it follows by itself.
        return opened


def prepare_box(vote: Vote) -> None:
    """Give a vote just called its key, if it is secret; where three custodians keep it, the committee owes it."""
    promise_key(vote)
    if vote.secret and vote.custody != Custody.CUSTODIANS:
        private = sealing.make_key()
        # The file comes first: a key without a vote harms nobody, a vote without its key is lost.
        keys.keep(vote.public_id, private)
        vote.public_key, vote.key_ready_at = sealing.public_text(private), clock.now()
        vote.save(update_fields=["public_key", "key_ready_at"])


def promise_key(vote: Vote) -> None:
    """Let the committee owe the key of a box that custodians keep, until it is tried."""
    if vote.custody == Custody.CUSTODIANS and vote.key_ready_at is None:
        _open_duty("vote.keys", vote, Deadline(vote.opens_at), "voting:keys")


@transaction.atomic
def ask_to_open(vote_pk: int) -> None:
    """Let the committee owe the opening of a closed box that two custodians keep."""
    vote = Vote.objects.locked(vote_pk)
    if opening.waits_for_custodians(vote):
        _open_duty("vote.open_box", vote, papers.due(vote), "voting:open_box")


def destroy_old_keys() -> int:
    """Remove the server's keys of votes called off for good or counted `voting.key_days` ago. Returns how many."""
    gone = outlived(keys.held())
    for vote_id in gone:
        keys.destroy(vote_id)
    return len(gone)


def outlived(vote_ids: Iterable[UUID]) -> list[UUID]:
    """Those of these votes whose key nobody needs any more, on the server or in a copy."""
    votes = Vote.objects.filter(public_id__in=list(vote_ids)).select_related("scope")
    return [vote.public_id for vote in votes if _is_over(vote)]


def _is_over(vote: Vote) -> bool:
    if vote.aborted_at is not None:
        return vote.opens_at <= clock.now()  # until then it may take place after all
    kept = timedelta(days=rule("voting.key_days", vote.scope))
    return vote.counted_at is not None and vote.counted_at + kept <= clock.now()


def _salt(vote: Vote) -> str:
    return f"voting.keys:{vote.public_id}"


def _custodians(vote: Vote) -> list[int]:
    return list(vote.custodians.order_by("number").values_list("user", flat=True))


def _prove(vote: Vote, shares: Sequence[str], public: str = "") -> sealing.PrivateKey:
    """The key that these parts give, if it is the vote's, or the one just drawn."""
    try:
        private = sealing.join(vote.public_id, shares)
    except sealing.BadShare as error:
        raise NotPossible(
            _("These parts do not open the box. Please compare each letter with the paper; two are needed.")
        ) from error
    if sealing.public_text(private) != (public or vote.public_key):
        raise NotPossible(
            _("These parts belong to an earlier key of this vote. Please use the newest sheets.")
        )
    return private


def _open_duty(kind: str, vote: Vote, due: Deadline, page: str) -> None:
    duties.open_duty(
        kind,
        vote,
        url=reverse(page, args=[vote.pk]),
        due=due,
        post=Post.DIRECTOR,
    )
