"""A round from its draft to its edition: each step with its refusals, its entry, its promises."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from portal.conventions import services
from portal.conventions.models import (
    AgreementPage,
    ConventionRound,
    Edition,
    FixedError,
    Proposal,
    Signature,
    Suggestion,
)
from portal.conventions.permissions import PAGES
from portal.conventions.states import EditionState, State, SuggestionState
from portal.conventions.text import article_of, fingerprint
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from portal.threads import services as threads
from portal.threads.models import Thread
from portal.voting.models import Choice
from tests.conventions import factories as f
from tests.conventions.factories import AFTER_COMMENTS, BEGIN, BLOCKS, PARKING

pytestmark = pytest.mark.django_db


def owed(world: f.World) -> set[tuple[str, str]]:
    """What is owed about the round, and by which post."""
    duties = Duty.objects.active().filter(subject=key(world.round))
    return set(duties.values_list("kind", "post"))


def test_a_convention_goes_from_draft_to_edition() -> None:
    world = f.in_force()

    edition, round_ = f.edition_of(world), world.round
    assert (round_.state, edition.number, edition.filing_number) == (State.IN_FORCE, 1, "红街备〔2027〕3号")
    assert edition.sha256 == fingerprint(edition.chapters) == world.text.sha256
    published = Entry.objects.get(action="convention.published")
    assert published.data["sha256"] == edition.sha256
    with clock.at(f.vote_over(world)):
        assert edition.state is EditionState.IN_FORCE
    assert owed(world) == set()
