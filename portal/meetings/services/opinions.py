"""What a hearing leads to: its opinion, the decision-maker's answer item by item, and the published file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.community.selectors import post_users
from portal.duties import services as duties
from portal.kit.errors import NotPossible
from portal.meetings import news, rules
from portal.meetings.models import Hearing, ItemKind, OpinionItem, Stance, Verdict
from portal.meetings.services.audience import affected, taking_part, tell
from portal.meetings.services.transitions import (
    ANSWER_DUTY,
    after_hearing,
    in_working_days,
    iso,
    owe,
    step,
    take,
)
from portal.meetings.states import HearingState as H


@transaction.atomic
def issue_opinion(user: User, pk: int, *, text: str, items: Sequence[tuple[ItemKind | str, str]]) -> Hearing:
    """Write the hearing opinion: `items` are (kind, text), numbered as given. A hearing does not decide.

    The counts come from the delegates' views in the minutes. Who was against, or for with conditions,
    finds the reason among the items.
    """
    hearing = take(user, pk, "issue_opinion")
    if not items:
        raise NotPossible(_("An opinion needs at least one item that can be answered."))
    counts = counts_of(hearing)
    if missing := rules.missing_voices(counts, {str(kind) for kind, _text in items}):
        raise NotPossible(
            _("Some delegates were “%(stance)s”. The opinion must say why, in an item of its own.")
            % {"stance": missing[0].label}
        )
    hearing.opinion = text
    OpinionItem.objects.bulk_create(
        OpinionItem(hearing=hearing, number=number, kind=ItemKind(kind), text=item)
        for number, (kind, item) in enumerate(items, start=1)
    )
    told = {stance.value: count for stance, count in counts.items()}
    return step(hearing, H.OPINION_ISSUED, by=user, data={**told, "items": len(items)})


@transaction.atomic
def send_opinion(user: User, pk: int) -> Hearing:
    """Send the opinion to the decision-maker, who owes the answer within the rule's working days."""
    hearing = take(user, pk, "send_opinion")
    due = in_working_days(hearing, "hearing.answer_working_days")
    hearing.answer_due_at = due.at
    step(hearing, H.ANSWER_DUE, by=user, data={"due": iso(due.at), "decision_maker": hearing.decision_maker})
    owe(hearing, ANSWER_DUTY, due=due, post=hearing.decision_maker)
    tell(hearing, news.OPINION, post_users(hearing.decision_maker, hearing.neighbourhood))
    return hearing


@transaction.atomic
def answer(user: User, pk: int, *, answers: Mapping[int, tuple[Verdict | str, str]]) -> Hearing:
    """Answer every item of the opinion, by its number: (verdict, reason). To decline needs a reason."""
    hearing = take(user, pk, "answer")
    items = list(hearing.items.all())
    if set(answers) != {item.number for item in items}:
        raise NotPossible(_("Please answer every item of the opinion."))
    for item in items:
        item.verdict, item.answer = answers[item.number]
        if Verdict(item.verdict) in rules.DECLINES and not item.answer.strip():
            raise NotPossible(_("Item %(n)d: say why it is not taken up in full.") % {"n": item.number})
    OpinionItem.objects.bulk_update(items, ["verdict", "answer"])
    told = {verdict.value: sum(item.verdict == verdict for item in items) for verdict in Verdict}
    step(hearing, H.ANSWERED, by=user, data=told)
    duties.close(ANSWER_DUTY, hearing, by=user)
    tell(hearing, news.ANSWERED, taking_part(hearing))
    return hearing


@transaction.atomic
def publish(user: User, pk: int) -> Hearing:
    """Publish the result to all it affects and file the hearing."""
    hearing = take(user, pk, "publish")
    step(hearing, H.PUBLISHED, by=user)
    duties.drop(hearing)
    after_hearing(hearing)
    tell(hearing, news.PUBLISHED, affected(hearing) | taking_part(hearing))
    return hearing


def counts_of(hearing: Hearing) -> dict[Stance, int]:
    """How many delegates were for, for with conditions, and against, by the minutes."""
    return rules.tally(hearing.panel.exclude(stance="").values_list("stance", flat=True))
