"""What a hearing leads to: its opinion, the decision-maker's answer item by item, and the published file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import User
from portal.community.selectors import post_users
from portal.duties import services as duties
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.meetings import events, rules
from portal.meetings.models import Hearing, ItemKind, OpinionItem, Stance, Verdict
from portal.meetings.permissions import HEARINGS
from portal.meetings.selectors import affected, taking_part
from portal.meetings.services.transitions import ANSWER_DUTY, after_meeting, in_working_days, iso, step
from portal.meetings.states.hearing import HearingState as H


@transaction.atomic
def issue_opinion(user: User, pk: int, *, text: str, items: Sequence[tuple[ItemKind | str, str]]) -> Hearing:
    """Write the hearing opinion: `items` are (kind, text), numbered as given. A hearing does not decide.

    The counts come from the delegates' views in the minutes. Who was against, or for with conditions,
    finds the reason among the items.
    """
    hearing = HEARINGS.take(user, pk, "issue_opinion")
    if not items:
        raise NotPossible(_("An opinion needs at least one item that can be answered."))
    counts = counts_of(hearing)
    if missing := rules.missing_voices(counts, {str(kind) for kind, _text in items}):
        raise NotPossible(
            _("Some delegates were “%(stance)s”. The opinion must say why, in an item of its own.")
            % {"stance": missing[0].label}
        )
    OpinionItem.objects.bulk_create(
        OpinionItem(hearing=hearing, number=number, kind=ItemKind(kind), text=item)
        for number, (kind, item) in enumerate(items, start=1)
    )
    step(hearing, H.OPINION_ISSUED, by=user, opinion=text)
    told = {stance.value: count for stance, count in counts.items()}
    announce(events.OPINION_ISSUED, hearing, by=user, data={**told, "items": len(items)})
    return hearing


@transaction.atomic
def send_opinion(user: User, pk: int) -> Hearing:
    """Send the opinion to the decision-maker, who owes the answer within the rule's working days."""
    hearing = HEARINGS.take(user, pk, "send_opinion")
    due = in_working_days(hearing, "hearing.answer_working_days")
    step(hearing, H.ANSWER_DUE, by=user, answer_due_at=due.at)
    duties.open_duty(ANSWER_DUTY, hearing, due=due, post=hearing.decision_maker)
    told = post_users(hearing.decision_maker, hearing.neighbourhood)
    data = {"due": iso(due.at), "decision_maker": hearing.decision_maker}
    announce(events.ANSWER_DUE, hearing, by=user, to=told, data=data)
    return hearing


@transaction.atomic
def answer(user: User, pk: int, *, answers: Mapping[int, tuple[Verdict | str, str]]) -> Hearing:
    """Answer every item of the opinion, by its number: (verdict, reason). To decline needs a reason."""
    hearing = HEARINGS.take(user, pk, "answer")
    items = list(hearing.items.all())
    if set(answers) != {item.number for item in items}:
        raise NotPossible(_("Please answer every item of the opinion."))
    for item in items:
        item.verdict, item.answer = answers[item.number]
        if Verdict(item.verdict) in rules.DECLINES and blank(item.answer):
            raise NotPossible(_("Item %(n)d: say why it is not taken up in full.") % {"n": item.number})
    OpinionItem.objects.bulk_update(items, ["verdict", "answer"])
    told = {verdict.value: sum(item.verdict == verdict for item in items) for verdict in Verdict}
    step(hearing, H.ANSWERED, by=user)
    duties.close(ANSWER_DUTY, hearing, by=user)
    announce(events.ANSWERED, hearing, by=user, to=taking_part(hearing), data=told)
    return hearing


@transaction.atomic
def publish(user: User, pk: int) -> Hearing:
    """Publish the result to all it affects and file the hearing."""
    hearing = HEARINGS.take(user, pk, "publish")
    step(hearing, H.PUBLISHED, by=user)
    duties.drop(hearing)
    after_meeting(hearing)
    announce(events.PUBLISHED, hearing, by=user, to=affected(hearing) | taking_part(hearing))
    return hearing


def counts_of(hearing: Hearing) -> dict[Stance, int]:
    """How many delegates were for, for with conditions, and against, by the minutes."""
    return rules.tally(hearing.participants.exclude(stance="").values_list("stance", flat=True))
