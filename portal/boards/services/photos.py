"""The gallery: photos proposed by neighbours, shown by the head, taken down again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from portal.actions.events import announce
from portal.actions.lifecycles import advance
from portal.boards import selectors
from portal.boards.events import PHOTO_PROPOSED, PHOTO_REFUSED, PHOTO_REMOVED, PHOTO_SHOWN
from portal.boards.models import Photo
from portal.boards.permissions import BOARDS, PHOTOS
from portal.boards.services.boards import picture
from portal.boards.states import PhotoState
from portal.community import uploads
from portal.community.models import Post, User
from portal.community.selectors import post_users
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock

DECIDE = "board.photo"
# Working days within which the head decides; practice, not law.
TO_DECIDE = 5


@transaction.atomic
def put_photo(user: User, pk: int, photo: Any, caption: str, taken_on: date) -> Photo:
    """Propose a photo for the gallery. Whoever looks after the board shows theirs at once."""
    board = BOARDS.take(user, pk, "put_photo")
    kept = picture(user, board, photo, caption)
    put = Photo.objects.create(
        board=board, picture=kept, caption=caption, taken_on=taken_on, proposed_by=user
    )
    if BOARDS.may(user, "look_after", board):
        return _show(put, user)
    _owe(put)
    return put


@transaction.atomic
def approve(user: User, pk: int) -> Photo:
    """Show a photo to everybody; also one that was taken down."""
    return _show(PHOTOS.take(user, pk, "approve"), user)


@transaction.atomic
def refuse(user: User, pk: int, reason: str) -> Photo:
    """Do not take a photo; whoever proposed it reads why."""
    photo = PHOTOS.take(user, pk, "refuse")
    advance(photo, PhotoState.REFUSED, refused_at=clock.now(), reason=reason)
    duties.close(DECIDE, photo, by=user)
    announce(PHOTO_REFUSED, photo, to=[photo.proposed_by], reason=reason)
    return photo


@transaction.atomic
def remove(user: User, pk: int, reason: str) -> Photo:
    """Take a photo down, as when somebody on it asks for that."""
    photo = PHOTOS.take(user, pk, "remove")
    advance(photo, PhotoState.REMOVED, removed_at=clock.now(), reason=reason)
    uploads.withdraw([photo.picture])
    announce(PHOTO_REMOVED, photo, by=user, to=_teller(photo, user), reason=reason)
    return photo


def _show(photo: Photo, user: User) -> Photo:
    advance(photo, PhotoState.SHOWN, shown_at=clock.now(), removed_at=None)
    uploads.publish([photo.picture])
    duties.close(DECIDE, photo, by=user)
    announce(PHOTO_SHOWN, photo, by=user, to=_teller(photo, user))
    return photo


def _teller(photo: Photo, user: User) -> list[User]:
    return [photo.proposed_by] if photo.proposed_by_id != user.pk else []


def _owe(photo: Photo) -> None:
    """The head owes a decision; where a building has none, the committee does."""
    board, due = photo.board, add_working_days(clock.now(), TO_DECIDE)
    heads = list(selectors.head_accounts(board))
    if selectors.heads(board).exists():
        duties.open_duty(DECIDE, photo, due=due, post=Post.BUILDING_HEAD, area=board.building)
    else:
        heads = post_users(Post.WORKER, board.neighbourhood)
        duties.open_duty(DECIDE, photo, due=due, post=Post.WORKER)
    announce(PHOTO_PROPOSED, photo, to=heads, due_at=due.at.isoformat())
