"""Random walks: whatever people try in whatever order, a round's state, texts, editions and promises agree."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.conventions import jobs, services
from portal.conventions.models import ConventionRound, Edition, Proposal, Suggestion
from portal.conventions.services.transitions import OWED
from portal.conventions.states import ENDED, State, SuggestionState
from portal.conventions.text import count, fingerprint
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.voting.models import Choice
from tests.conventions import factories as f
from tests.conventions.factories import BLOCKS, PARKING
from tests.examples import examples


class Walk:
    """One text, and everything that people and the clock may try with it."""

    def __init__(self, seed: int) -> None:
        self.luck = random.Random(seed)
        begins: list[Callable[[], f.World]] = [f.make_world, f.commenting, f.answering, f.checking, f.tabled]
        begins += [lambda: f.commenting("building"), f.voting_round, f.adopted]
        self.world = self.luck.choice(begins)()
        self.now = max(one.state_since for one in ConventionRound.objects.all())

    def tries(self) -> dict[str, Callable[[], object]]:
        """Each step, by somebody sensible."""
        world, pk, worker = self.world, self.world.round.pk, self.world.worker
        user = self.luck.choice([world.tang, world.wu, world.head_resident])
        made = Suggestion.objects.order_by("?").first()
        suggestion = made.pk if made else 0
        word = self.luck.choice("甲乙丙丁")
        verdict = self.luck.choice(["adopted", "partly", "declined"])
        return {
            "save": lambda: world.save([*BLOCKS, article(word)]),
            "comment": lambda: services.put_to_comment(worker, pk),
            "suggest": lambda: world.suggest(user, text=PARKING + word),
            "support": lambda: services.support(user, suggestion, self.luck.choice(["agree", "no"])),
            "answer": lambda: services.answer(worker, suggestion, verdict, "理由", PARKING + word),
            "take_back": lambda: services.take_back(user, suggestion),
            "close": lambda: services.close_comments(worker, pk),
            "hand_in": lambda: services.hand_in(worker, pk),
            "check": lambda: services.check(world.officer, pk, self.luck.random() < 0.6, "看过"),
            "take_check_back": lambda: services.withdraw_check(worker, pk, "再改"),
            "collect": lambda: services.collect_signatures(worker, pk),
            "stop": lambda: services.stop_signing(worker, pk, "再改"),
            "adopt": lambda: services.adopt_signed(worker, pk, clock.today()),
            "vote": lambda: f.call(world),
            "cast": lambda: f.cast_all(world, self.luck.choice([Choice.FOR, Choice.AGAINST])),
            "file": lambda: services.file(
                worker, pk, "1号", clock.today(), clock.today() + timedelta(days=2)
            ),
            "begin": lambda: services.begin(worker, world.page.pk, "再来"),
            "withdraw": lambda: services.withdraw(worker, pk, "算了"),
        }

    def step(self) -> None:
        """Somebody tries something, or days pass."""
        with clock.at(self.now):
            if self.luck.random() < 0.3:
                self.now += timedelta(days=self.luck.choice([1, 8, 20]))
                with clock.at(self.now):
                    jobs.end_comments()
                    jobs.settle_convention_votes()
                    jobs.bring_into_force()
                return
            tries = self.tries()
            try:
                tries[self.luck.choice(sorted(tries))]()
            except (NotPossible, PermissionDenied, f.Http404, AssertionError):
                return


def article(word: str) -> dict:
    """One more article."""
    return {"type": "article", "value": {"title": "", "text": f"爱护公物{word}。"}, "id": "extra"}


def hold_together(walk: Walk) -> None:
    """What is true of every text at every moment."""
    rounds = ConventionRound.objects.filter(page=walk.world.page)
    assert rounds.open().count() <= 1
    for text in Proposal.objects.all():
        assert text.sha256 == fingerprint(text.chapters)
        assert count(text.chapters) > 0
    editions = list(Edition.objects.filter(page=walk.world.page))
    assert [one.number for one in editions] == list(range(1, len(editions) + 1))
    for edition in editions:
        assert edition.sha256 == edition.proposal.sha256
        assert edition.proposal.round.state in {State.FILED, State.IN_FORCE}
    for round_ in rounds:
        owed = set(Duty.objects.active().filter(subject=key(round_)).values_list("kind", flat=True))
        assert owed == ({OWED[State(round_.state)]} if round_.state in OWED else set())
        waiting = round_.suggestions.filter(state=SuggestionState.OPEN)
        promised = Duty.objects.active().filter(subject__in=[key(one) for one in waiting])
        assert promised.count() == (0 if round_.state in ENDED else waiting.count())
        if round_.state in {State.CHECKING, State.TABLED, State.VOTING, State.ADOPTED}:
            assert not waiting.exists()


@pytest.mark.django_db
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6))
def test_whatever_is_tried_state_texts_and_promises_agree(seed: int) -> None:
    with f.undone():
        walk = Walk(seed)
        for _ in range(14):
            walk.step()
            hold_together(walk)
