"""How somebody comes to belong to a dwelling, and how long a post is held. The rows lie in portal.community."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle


class State(TextChoices):
    """How far it has come that somebody lives in or owns a dwelling; follows from its status and last day."""

    REQUESTED = "requested", _("waiting for verification")
    VERIFIED = "verified", _("verified")
    REFUSED = "refused", _("refused")
    ENDED = "ended", _("ended")


class PostState(TextChoices):
    """Whether a post is held, now or from its first day on."""

    HELD = "held", _("held")
    ENDED = "ended", _("ended")


class PersonState(TextChoices):
    """What a record of a person is; follows from its moments."""

    LIVING = "living", _("in force")
    DEAD = "dead", _("deceased")
    UNITED = "united", _("united into another record")


class ChangeState(TextChoices):
    """Whether a change of a person's record stands."""

    STANDS = "stands", _("stands")
    TAKEN_BACK = "taken_back", _("taken back")


class DwellingState(TextChoices):
    """Whether there is such a dwelling; follows from the day it was retired."""

    IN_USE = "in_use", _("in use")
    RETIRED = "retired", _("retired")


class WishState(TextChoices):
    """What became of what somebody asked of the desk."""

    WAITING = "waiting", _("waits for the committee")
    DONE = "done", _("done")
    DECLINED = "declined", _("cannot be done")


class ImportState(TextChoices):
    """What became of a roster that was handed in."""

    WAITING = "waiting", _("waits for a second person")
    DONE = "done", _("brought in")
    TURNED_DOWN = "turned_down", _("turned down")
    EXPIRED = "expired", _("not confirmed in time")
    TAKEN_BACK = "taken_back", _("taken back")
    PARTLY_BACK = "partly_back", _("taken back in part")


# A request that is taken back is gone, with what was owed for it: nothing is kept of what nobody decided.
LIFE = LifeCycle(
    "relation",
    {
        State.REQUESTED: frozenset({State.VERIFIED, State.REFUSED}),
        # Taken back within some days: an approval, a refusal, an end at the desk.
        State.VERIFIED: frozenset({State.ENDED, State.REQUESTED}),
        State.REFUSED: frozenset({State.REQUESTED}),
        State.ENDED: frozenset({State.VERIFIED}),
    },
    State.REQUESTED,
    # By the roster, at the counter, or with a code.
    also_first=(State.VERIFIED,),
)
POST_LIFE = LifeCycle(
    "appointment",
    {PostState.HELD: frozenset({PostState.ENDED}), PostState.ENDED: frozenset({PostState.HELD})},
    PostState.HELD,
    refusals={PostState.ENDED: _("This post has ended already.")},
)
PERSON_LIFE = LifeCycle(
    "person",
    {
        PersonState.LIVING: frozenset({PersonState.DEAD, PersonState.UNITED}),
        PersonState.DEAD: frozenset({PersonState.LIVING, PersonState.UNITED}),
        PersonState.UNITED: frozenset({PersonState.LIVING, PersonState.DEAD}),
    },
    PersonState.LIVING,
)
CHANGE_LIFE = LifeCycle(
    "person_change",
    {ChangeState.STANDS: frozenset({ChangeState.TAKEN_BACK}), ChangeState.TAKEN_BACK: frozenset()},
    ChangeState.STANDS,
)
DWELLING_LIFE = LifeCycle(
    "dwelling",
    {
        DwellingState.IN_USE: frozenset({DwellingState.RETIRED}),
        DwellingState.RETIRED: frozenset({DwellingState.IN_USE}),
    },
    DwellingState.IN_USE,
    refusals={DwellingState.RETIRED: _("This dwelling is retired. Please bring it back first.")},
)
IMPORT_LIFE = LifeCycle(
    "import",
    {
        ImportState.WAITING: frozenset({ImportState.DONE, ImportState.TURNED_DOWN, ImportState.EXPIRED}),
        ImportState.DONE: frozenset({ImportState.TAKEN_BACK, ImportState.PARTLY_BACK}),
        ImportState.TURNED_DOWN: frozenset(),
        ImportState.EXPIRED: frozenset(),
        ImportState.TAKEN_BACK: frozenset(),
        ImportState.PARTLY_BACK: frozenset(),
    },
    ImportState.WAITING,
    # Where nothing asks for a second person.
    also_first=(ImportState.DONE,),
)
WISH_LIFE = LifeCycle(
    "wish",
    {
        WishState.WAITING: frozenset({WishState.DONE, WishState.DECLINED}),
        WishState.DONE: frozenset(),
        WishState.DECLINED: frozenset(),
    },
    WishState.WAITING,
)
