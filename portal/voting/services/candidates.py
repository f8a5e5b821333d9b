"""Candidates of an election: who stands for an option, and how they introduce themselves until voting opens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce, each_time, log, notify
from portal.community import uploads
from portal.community.models import Person, PersonKind, Post, Upload, User
from portal.community.selectors import accounts_of
from portal.duties import services as duties
from portal.duties.calendar import Deadline, working_day_before
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.voting.events import (
    CANDIDATE_ENTERED,
    CANDIDATE_INTRODUCED,
    CANDIDATE_NAMED,
    CANDIDATE_UNNAMED,
)
from portal.voting.models import Candidate, Method, Vote
from portal.voting.permissions import CANDIDATES, NOT_OPEN_YET, VOTES

DUTY = "vote.introduce"


def unnamed(vote: Vote) -> list[str]:
    """The options of an election for which nobody was named yet, in the ballot's order, without the withdrawn."""
    if vote.method is not Method.ELECTION:
        return []
    named = set(vote.candidates.values_list("option", flat=True)) | set(vote.rule.get("withdrawn", []))
    return [option for option in vote.options if option not in named]


@transaction.atomic
def name_candidate(user: User, vote_pk: int, option: str, person: Person) -> Vote:
    """Say who of the register stands for an option; who has an account is told and owes the introduction.

    Raises PermissionDenied for others than those who run the vote; NotPossible for another kind of vote, once it
    opens, for an option or a person that is taken, and for a company.
    """
    vote = VOTES.take(user, vote_pk, "name_candidate")
    _require_free(vote, option, person)
    candidate = Candidate.objects.create(
        vote=vote, option=option, person=person, named_by=user, fixed_from=vote.opens_at
    )
    _promise(candidate)
    opens = vote.opens_at.isoformat()
    announce(CANDIDATE_NAMED, candidate, by=user, to=accounts_of(person.pk), opens_at=opens)
    return vote


@transaction.atomic
def introduce(
    user: User,
    pk: int,
    words: str,
    statement: str,
    photo: UploadedFile[Any] | None = None,
    remove: bool = False,
) -> Candidate:
    """Publish how a candidate introduces themselves: the own words, or from paper. A photo stays without a new one.

    Raises PermissionDenied for anybody else; NotPossible once voting opens, and for a PDF in place of a photo.
    """
    candidate = CANDIDATES.take(user, pk, "introduce")
    _require_before(candidate.vote)
    own, old = user.person_id == candidate.person_id, candidate.photo
    if photo:
        candidate.photo = _picture(user, candidate, photo)
    elif remove:
        candidate.photo = None
    candidate.words, candidate.statement = words, statement
    candidate.entered_by = None if own else user
    # The database takes a change only with a moment of its own, also of two in one moment.
    candidate.changed_at = max(clock.now(), candidate.changed_at + timedelta.resolution)
    candidate.introduced_at = candidate.changed_at
    candidate.save()
    if old is not None and old != candidate.photo:
        uploads.forget(old)
    duties.close(DUTY, candidate, by=user)
    _tell(user, candidate, own)
    return candidate


@transaction.atomic
def unname(user: User, pk: int, reason: str) -> Vote:
    """Take back who stands for an option, before voting opens; the introduction goes, the option stays.

    Raises PermissionDenied for others than those who run the vote; NotPossible once voting opens.
    """
    candidate = CANDIDATES.take(user, pk, "unname")
    _require_before(candidate.vote)
    duties.drop(candidate)
    told, why = accounts_of(candidate.person_id), reason.strip()
    announce(CANDIDATE_UNNAMED, candidate, by=user, to=told, data={"reason": why}, reason=why)
    photo = candidate.photo
    candidate.delete()
    if photo is not None:
        uploads.forget(photo)
    return candidate.vote


def promise_introductions(vote: Vote) -> None:
    """Let the introductions that were not handed in be owed again, when a vote takes place after all."""
    gone = vote.rule.get("withdrawn", [])
    for candidate in vote.candidates.filter(introduced_at=None).exclude(option__in=gone).order_by("pk"):
        _promise(candidate)


def drop_introductions(vote: Vote) -> None:
    """Nobody owes an introduction to a vote that was called off."""
    for candidate in vote.candidates.filter(introduced_at=None):
        duties.drop(candidate)


def withdraw_introduction(vote: Vote, option: str) -> None:
    """Nobody owes the introduction of an option that was withdrawn."""
    for candidate in vote.candidates.filter(option=option):
        duties.drop(candidate)


def _require_before(vote: Vote) -> None:
    """A secret vote whose keys were not tried has not opened, and yet its time has begun."""
    if clock.now() >= vote.opens_at:
        raise NotPossible(str(NOT_OPEN_YET))


def _require_free(vote: Vote, option: str, person: Person) -> None:
    _require_before(vote)
    if vote.method is not Method.ELECTION:
        raise NotPossible(_("Only in an election of persons somebody stands for an option."))
    if option not in unnamed(vote):
        raise NotPossible(_("Please choose an option for which nobody was named yet."))
    if person.kind != PersonKind.NATURAL:
        raise NotPossible(_("A company cannot be elected: please name a person."))
    if vote.candidates.filter(person=person).exists():
        raise NotPossible(_("This person stands for another option of this vote already."))


def _promise(candidate: Candidate) -> None:
    """Owed by the candidate, or by the committee for one without an account; a working day before the opening."""
    opens, has_account = candidate.vote.opens_at, accounts_of(candidate.person_id).exists()
    before = working_day_before(opens)
    duties.open_duty(
        DUTY,
        candidate,
        due=Deadline(before if before > clock.now() else opens),
        person=candidate.person if has_account else None,
        post="" if has_account else Post.DIRECTOR,
    )


def _picture(user: User, candidate: Candidate, file: UploadedFile[Any]) -> Upload:
    if uploads.check(file) == uploads.PDF:
        raise NotPossible(_("Please choose a photo here, not a PDF."))
    photo = uploads.accept(user, candidate.neighbourhood, file, alt=candidate.name)
    uploads.publish([photo])
    return photo


def _tell(user: User, candidate: Candidate, own: bool) -> None:
    """The record names a candidate as the ballot does; who was written down from paper reads it where they can."""
    log(CANDIDATE_INTRODUCED, candidate, by=candidate.name if own else user)
    if not own:
        told, opens = accounts_of(candidate.person_id), candidate.vote.opens_at.isoformat()
        notify(CANDIDATE_ENTERED, candidate, told, once_per=each_time(candidate), opens_at=opens)
