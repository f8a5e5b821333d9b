"""The only writers of opinion maps: putting, taking down, reacting, reckoning anew."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.actions.events import announce
from portal.actions.lifecycles import advance
from portal.community.models import Person, Post, User
from portal.community.permissions import COMMITTEE, roles_in
from portal.community.rules import rule
from portal.community.selectors import accounts_of, person_of
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.meetings.models.opinions import LONGEST, OpinionMap, Reaction, Statement
from portal.meetings.opinions import subjects
from portal.meetings.opinions.events import RESTORED, TAKEN_DOWN
from portal.meetings.opinions.permissions import MAPS, STATEMENTS
from portal.meetings.states.statement import State
from portal.record.fragments import stir
from portal.threads import services as threads
from portal.threads.models import HideReason, View
from portal.threads.stances import Tally

SCREEN = "opinions.screen"
# What one map can hold (bench/_meetings_opinions.py).
MOST_STATEMENTS = 500


@transaction.atomic
def begin(user: User, subject: str, *, text: str) -> Statement:
    """Put the first statement about a thing, by its key; where a map was begun meanwhile it becomes one of it.

    Raises Http404 for what is not public, PermissionDenied, and NotPossible as `put` does.
    """
    about = subjects.about(subject)
    made, _new = OpinionMap.objects.get_or_create(
        subject=subject, defaults={"neighbourhood": about.neighbourhood, "title": about.title[:200]}
    )
    return put(user, made.pk, text=text)


@transaction.atomic
def put(user: User, map_pk: int, *, text: str) -> Statement:
    """Put a statement, without its author's name. The committee owes a look at what a neighbour puts.

    Raises Http404, PermissionDenied, NotPossible out of season, for an empty or long text, or one too many.
    """
    map_ = MAPS.take(user, map_pk, "put")
    subjects.require_open(map_.subject)
    said = checked(text)
    _check_room(user, map_, said)
    by_staff = not COMMITTEE.isdisjoint(roles_in(user, map_.neighbourhood))
    statement = Statement.objects.create(
        map=map_,
        number=number_of(map_),
        text=said,
        person=person_of(user),
        screened_at=clock.now() if by_staff else None,
    )
    if not by_staff:
        _owe_look(map_)
    return statement


@transaction.atomic
def screen(user: User, map_pk: int) -> int:
    """Say that the new statements were looked at and stay; returns how many. NotPossible where there are none."""
    map_ = MAPS.take(user, map_pk, "screen")
    looked_at = map_.statements.unscreened().update(screened_at=clock.now())
    if not looked_at:
        raise NotPossible(_("There are no new statements. Somebody else was faster."))
    duties.close(SCREEN, map_, by=user)
    stir(map_.neighbourhood.slug)
    return looked_at


@transaction.atomic
def take_down(user: User, pk: int, reason: str) -> Statement:
    """Put a stub with the reason in a statement's place; its reactions no longer count, and its author is told.

    Raises NotPossible for a reason outside the list: nobody is silenced for disagreeing.
    """
    if reason not in HideReason.values:
        raise NotPossible(_("Please choose one of the reasons. Disagreeing is none."))
    statement = STATEMENTS.take(user, pk, "take_down")
    now = clock.now()
    advance(
        statement,
        State.TAKEN_DOWN,
        taken_down_at=now,
        reason=reason,
        taken_down_by=person_of(user),
        screened_at=statement.screened_at or now,
    )
    renewed(statement.map)
    if not statement.map.statements.unscreened().exists():
        duties.close(SCREEN, statement.map, by=user)
    told = {"statement": statement.number, "reason": reason}
    announce(
        TAKEN_DOWN, statement, by=user, to=_author(statement), data=told, reason=reason, text=statement.text
    )
    return statement


@transaction.atomic
def restore(user: User, pk: int) -> Statement:
    """Show a statement again; the reactions it had count again."""
    statement = STATEMENTS.take(user, pk, "restore")
    if statement.post is not None and statement.post.is_away:
        raise NotPossible(_("Its post in the discussion is hidden. When that is shown again, so is this."))
    advance(statement, State.SHOWN, taken_down_at=None, reason="", taken_down_by=None)
    renewed(statement.map)
    announce(RESTORED, statement, by=user, to=_author(statement), data={"statement": statement.number})
    return statement


@transaction.atomic
def react(user: User, pk: int, *, value: int) -> Reaction:
    """Agree, disagree, or be not sure; the last counts. Takes no lock of the map: a hall answers at once.

    Raises Http404, PermissionDenied, NotPossible for a statement taken down or a thing no longer discussed.
    """
    statement = STATEMENTS.get(user, pk, "react")
    STATEMENTS.require("react", statement)
    subjects.require_open(statement.map.subject)
    reaction = said_by(person_of(user), statement, value)
    if statement.post_id is not None:
        threads.show_stances(statement.post_id, tally(statement))
    return reaction


def tally(statement: Statement) -> Tally:
    """How many agree with a statement, of all who reacted: counted anew each time."""
    agrees = Count("pk", filter=Q(value=View.AGREE))
    return Tally(**statement.reactions.aggregate(agreeing=agrees, reacting=Count("pk")))


def said_by(person: Person, statement: Statement, value: int) -> Reaction:
    """Keep what somebody says to a statement; the last counts."""
    said = {"value": View(value), "at": clock.now()}
    return Reaction.objects.update_or_create(statement=statement, person=person, defaults=said)[0]


def number_of(map_: OpinionMap) -> int:
    """The number of a locked map's next statement; NotPossible where it is full."""
    if map_.length >= MOST_STATEMENTS:
        raise NotPossible(_("There are very many statements already. Please react to those there are."))
    map_.length += 1
    renewed(map_, "length")
    return map_.length


@transaction.atomic
def reckon(map_pk: int) -> OpinionMap:
    """Reckon a map anew from what stands now. Done again it comes to the same; the page is renewed only by news."""
    # Arithmetic that pages never need is read in when it is done.
    from portal.meetings.opinions.snapshots import snapshot  # noqa: PLC0415

    map_ = (
        OpinionMap.objects.select_for_update(of=("self",), no_key=True)
        .select_related("neighbourhood")
        .get(pk=map_pk)
    )
    begun = clock.now()
    shown = list(map_.statements.shown().values_list("pk", flat=True))
    found = snapshot(shown, _reactions(shown), removed=map_.length - len(shown))
    news = found != map_.snapshot
    map_.snapshot, map_.people, map_.computed_at = found, found["people"], begun
    map_.save(update_fields=["snapshot", "people", "computed_at"])
    if news:
        stir(map_.neighbourhood.slug)
    return map_


def _reactions(shown: Sequence[int]) -> list[tuple[int, int, int]]:
    found = Reaction.objects.filter(statement__in=shown).order_by("pk")
    return list(found.values_list("person_id", "statement_id", "value"))


def checked(text: str) -> str:
    """A statement as it is kept; NotPossible where there is none or it is too long."""
    said = " ".join(text.split())
    if blank(said):
        raise NotPossible(_("Please write something first."))
    if len(said) > LONGEST:
        raise NotPossible(
            _("A statement is one short sentence of at most %(most)s characters.") % {"most": LONGEST}
        )
    return said


def _check_room(user: User, map_: OpinionMap, text: str) -> None:
    if map_.statements.filter(text=text).exists():
        raise NotPossible(_("This has been put already. You can agree with it in the list."))
    most = rule("opinions.statements_a_person", map_.neighbourhood)
    own = map_.statements.filter(person=user.person_id, post=None).count()
    if COMMITTEE.isdisjoint(roles_in(user, map_.neighbourhood)) and own >= most:
        raise NotPossible(
            ngettext(
                "Everybody can put %(most)d statement here, so that all are heard. Please react to those of others.",
                "Everybody can put %(most)d statements here, so that all are heard. Please react to those of others.",
                most,
            )
            % {"most": most}
        )


def renewed(map_: OpinionMap, *also: str) -> None:
    """Statements changed: the map is reckoned anew, and pages that name them are drawn anew."""
    map_.changed_at = clock.now()
    map_.save(update_fields=["changed_at", *also])
    stir(map_.neighbourhood.slug)


def _owe_look(map_: OpinionMap) -> None:
    due = add_working_days(clock.now(), rule("thread.acknowledge_working_days", map_.neighbourhood))
    duties.open_duty(SCREEN, map_, due=due, post=Post.WORKER)


def _author(statement: Statement) -> QuerySet[User]:
    return accounts_of(statement.person_id)
