"""The lives of a round, of a suggestion and of an edition, as data. Track and diagrams are drawn from here."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.actions.lifecycles import LifeCycle


class State(TextChoices):
    """Where a round stands (domain 13.11)."""

    DRAFTING = "drafting", _("draft")
    COMMENTING = "commenting", _("open for comment")
    ANSWERING = "answering", _("suggestions are being answered")
    CHECKING = "checking", _("with the subdistrict for checking")
    TABLED = "tabled", _("ready for the vote")
    VOTING = "voting", _("vote")
    SIGNING = "signing", _("households sign")
    ADOPTED = "adopted", _("adopted, to be filed")
    FILED = "filed", _("adopted, not yet in force")
    IN_FORCE = "in_force", _("in force")
    NOT_ADOPTED = "not_adopted", _("not adopted")
    WITHDRAWN = "withdrawn", _("withdrawn")


NEXT: dict[State, frozenset[State]] = {
    State.DRAFTING: frozenset({State.COMMENTING, State.WITHDRAWN}),
    State.COMMENTING: frozenset({State.ANSWERING, State.WITHDRAWN}),
    # A text that became another one is put to comment again; a building's goes from door to door, the owners' covenant
    # is tabled without a check.
    State.ANSWERING: frozenset(
        {State.COMMENTING, State.CHECKING, State.TABLED, State.SIGNING, State.WITHDRAWN}
    ),
    State.CHECKING: frozenset({State.TABLED, State.ANSWERING, State.WITHDRAWN}),
    State.TABLED: frozenset({State.VOTING, State.ANSWERING, State.WITHDRAWN}),
    State.VOTING: frozenset({State.ADOPTED, State.NOT_ADOPTED, State.TABLED}),
    State.SIGNING: frozenset({State.FILED, State.ANSWERING, State.WITHDRAWN}),
    State.ADOPTED: frozenset({State.FILED}),
    State.FILED: frozenset({State.IN_FORCE}),
    State.IN_FORCE: frozenset(),
    State.NOT_ADOPTED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
LIFE = LifeCycle("convention", NEXT, State.DRAFTING)
ENDED = frozenset({State.IN_FORCE, State.NOT_ADOPTED, State.WITHDRAWN})
OPEN = frozenset(State) - ENDED
# In which states somebody may speak about articles, and the text of the page may be written.
TALKED = frozenset({State.COMMENTING})
WRITTEN = frozenset({State.DRAFTING, State.COMMENTING, State.ANSWERING})

TRACK: tuple[tuple[str, frozenset[State]], ...] = (
    ("draft", frozenset({State.DRAFTING})),
    ("comment", frozenset({State.COMMENTING})),
    ("answer", frozenset({State.ANSWERING})),
    ("check", frozenset({State.CHECKING, State.TABLED})),
    ("vote", frozenset({State.VOTING, State.SIGNING, State.NOT_ADOPTED})),
    ("file", frozenset({State.ADOPTED, State.FILED})),
    ("in_force", frozenset({State.IN_FORCE})),
)
STATIONS = {
    "draft": _("Draft"),
    "comment": _("Comments"),
    "answer": _("Answers"),
    "check": _("Check"),
    "vote": _("Vote"),
    "file": _("Filing"),
    "in_force": _("Takes effect"),
}


class SuggestionState(TextChoices):
    """Where a suggestion stands."""

    OPEN = "open", _("waits for an answer")
    ADOPTED = "adopted", pgettext_lazy("suggestion", "adopted")
    PARTLY = "partly", _("adopted in part")
    DECLINED = "declined", pgettext_lazy("suggestion", "not adopted")
    WITHDRAWN = "withdrawn", _("withdrawn")


ANSWERED = frozenset({SuggestionState.ADOPTED, SuggestionState.PARTLY, SuggestionState.DECLINED})
# An answer may be given anew, with a new reason, as long as its round is not past the answers.
SUGGESTION_NEXT: dict[SuggestionState, frozenset[SuggestionState]] = {
    SuggestionState.OPEN: ANSWERED | {SuggestionState.WITHDRAWN},
    SuggestionState.ADOPTED: ANSWERED,
    SuggestionState.PARTLY: ANSWERED,
    SuggestionState.DECLINED: ANSWERED,
    SuggestionState.WITHDRAWN: frozenset(),
}
SUGGESTION_LIFE = LifeCycle("suggestion", SUGGESTION_NEXT, SuggestionState.OPEN)


class EditionState(TextChoices):
    """Where an edition stands; it follows from its days and from the editions after it."""

    TO_COME = "to_come", _("not yet in force")
    IN_FORCE = "in_force", _("in force")
    SUPERSEDED = "superseded", _("superseded")


EDITION_NEXT: dict[EditionState, frozenset[EditionState]] = {
    EditionState.TO_COME: frozenset({EditionState.IN_FORCE, EditionState.SUPERSEDED}),
    EditionState.IN_FORCE: frozenset({EditionState.SUPERSEDED}),
    EditionState.SUPERSEDED: frozenset(),
}
EDITION_LIFE = LifeCycle("edition", EDITION_NEXT, EditionState.TO_COME)


class SigningState(TextChoices):
    """Whether households can sign a text; it follows from its round, or from the edition it became."""

    OPEN = "open", _("open for signatures")
    CLOSED = "closed", _("closed for signatures")


SIGNING_NEXT: dict[SigningState, frozenset[SigningState]] = {
    SigningState.CLOSED: frozenset({SigningState.OPEN}),
    SigningState.OPEN: frozenset({SigningState.CLOSED}),
}
SIGNING_LIFE = LifeCycle("signing", SIGNING_NEXT, SigningState.CLOSED, attribute="signing")
