"""Who owes the next step of a topic, what, and by when: the one line under every topic."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.community.models import Post
from portal.deliberation.models import Step, Topic
from portal.deliberation.states import State
from portal.duties.kinds import title_of
from portal.duties.models import Duty
from portal.duties.next_step import COMMITTEE, NextStep, body_of, step_of_duty
from portal.kit import clock
from portal.meetings.cards import in_short
from portal.meetings.models import Hearing
from portal.meetings.selectors import running_about
from portal.record.services import key
from portal.voting.models import Electorate

NEIGHBOURS = gettext_lazy("neighbours")
# A committee owes something in these states from the start, in the second ones when the period is over.
OWING = frozenset({State.SCREENING, State.IN_FORUM, State.ADOPTED, State.REJECTED, State.REDIRECTED})
OWING_AFTER = frozenset({State.DISCUSSING, State.EVALUATING})


@dataclass
class Facts:
    """What is known about topics beside their own rows, read in a constant number of queries."""

    duties: dict[str, Duty] = field(default_factory=dict)
    hearings: dict[str, Hearing] = field(default_factory=dict)
    steps: dict[int, Step] = field(default_factory=dict)


def next_steps(topics: Iterable[Topic]) -> dict[int, NextStep]:
    """The next step of each topic that waits for something, by the topic's key, in at most three queries.

    The topics carry `seconders` (TopicQuerySet.for_list) and their vote.
    """
    topics = list(topics)
    facts = gather(topics)
    steps = ((topic.pk, STEPS.get(State(topic.state), _nothing)(topic, facts)) for topic in topics)
    return {pk: step for pk, step in steps if step is not None}


def gather(topics: list[Topic]) -> Facts:
    """Read the hearings under way, the open steps and the standing duties of these topics."""
    facts = Facts()
    heard = [key(topic) for topic in topics if topic.state == State.IN_FORUM]
    if heard:
        facts.hearings = {hearing.subject: hearing for hearing in running_about(*heard)}
    carried = [topic.pk for topic in topics if topic.state == State.EXECUTING]
    if carried:
        undone = Step.objects.filter(topic__in=carried, done_at=None).order_by("-due_on", "-number")
        facts.steps = {step.topic_id: step for step in undone}
    subjects = [key(topic) for topic in topics if not _speaks_for_itself(topic)]
    subjects += [key(one) for one in (*facts.hearings.values(), *facts.steps.values())]
    if subjects:
        standing = Duty.objects.active().filter(subject__in=subjects, person=None).order_by("-due_at")
        facts.duties = {duty.subject: duty for duty in standing if duty.kind != "topic.withdrawal"}
    return facts


def _is_running(topic: Topic) -> bool:
    return topic.state_until is not None and not clock.passed(topic.state_until)


def _speaks_for_itself(topic: Topic) -> bool:
    """Whether the topic's own row says what it waits for, so that no duty needs to be read."""
    return topic.state not in OWING and (topic.state not in OWING_AFTER or _is_running(topic))


def _nothing(topic: Topic, facts: Facts) -> NextStep | None:
    return None


def _draft(topic: Topic, facts: Facts) -> NextStep:
    return NextStep(_("you"), _("finish the draft and send it"))


def _seconding(topic: Topic, facts: Facts) -> NextStep:
    seconders = getattr(topic, "seconders", None)
    count = topic.secondings.count() if seconders is None else seconders
    missing = max(int(topic.needs.get("number", 0)) - count, 0)
    words = ngettext("%(n)d more household to second it", "%(n)d more households to second it", missing)
    return NextStep(NEIGHBOURS, words % {"n": missing}, topic.state_until)


def _announced(topic: Topic, facts: Facts) -> NextStep:
    if _is_running(topic):
        return NextStep(NEIGHBOURS, _("object during the public notice, or wait for it"), topic.state_until)
    return NextStep(COMMITTEE, _("open the discussion"), topic.state_until)


def _returned(topic: Topic, facts: Facts) -> NextStep:
    return NextStep(_("the proposer"), title_of("topic.complete"), topic.state_until)


def _discussing(topic: Topic, facts: Facts) -> NextStep:
    if _is_running(topic):
        return NextStep(NEIGHBOURS, _("say what you think"), topic.state_until)
    return _owed("topic.forum")(topic, facts)


def _in_forum(topic: Topic, facts: Facts) -> NextStep:
    hearing = facts.hearings.get(key(topic))
    if hearing is None:
        return _owed("topic.decide")(topic, facts)
    return in_short(hearing, facts.duties.get(key(hearing)))


def _voting(topic: Topic, facts: Facts) -> NextStep:
    who = (
        _("all owners")
        if topic.vote and topic.vote.electorate == Electorate.OWNERS
        else _("residents of 18 and over")
    )
    if topic.state_until and clock.passed(topic.state_until):
        return NextStep(_("the portal"), _("count the votes"), topic.state_until)
    return NextStep(who, _("vote"), topic.state_until)


def _executing(topic: Topic, facts: Facts) -> NextStep:
    who = topic.responsible_name or body_of(topic.responsible_post)
    step = facts.steps.get(topic.pk)
    if step is None:
        return NextStep(who, _("report the whole as done"), topic.state_until)
    duty = facts.duties.get(key(step))
    return NextStep(who, step.text, clock.end_of(step.due_on), duty.excused_until if duty else None, duty)


def _evaluating(topic: Topic, facts: Facts) -> NextStep:
    if _is_running(topic):
        return NextStep(NEIGHBOURS, _("judge the result"), topic.state_until)
    return _owed("topic.evaluate")(topic, facts)


def _rejected(topic: Topic, facts: Facts) -> NextStep | None:
    if topic.appealed_at is None or topic.appeal_decided_at:
        return None
    return _owed("topic.appeal", Post.OFFICER)(topic, facts)


def _redirected(topic: Topic, facts: Facts) -> NextStep | None:
    duty = facts.duties.get(key(topic))
    if duty is None:
        return None
    return step_of_duty(duty, body_of(duty.post))


def _suspended(topic: Topic, facts: Facts) -> NextStep:
    return NextStep(COMMITTEE, _("take the topic up again when the reason is gone"))


def _owed(kind: str, post: str = Post.WORKER) -> Callable[[Topic, Facts], NextStep]:
    def step(topic: Topic, facts: Facts) -> NextStep:
        duty = facts.duties.get(key(topic))
        if duty and duty.kind == kind:
            return step_of_duty(duty, body_of(post))
        return NextStep(body_of(post), title_of(kind), topic.state_until)

    return step


STEPS: dict[State, Callable[[Topic, Facts], NextStep | None]] = {
    State.DRAFT: _draft,
    State.SECONDING: _seconding,
    State.SCREENING: _owed("topic.screen"),
    State.RETURNED: _returned,
    State.ANNOUNCED: _announced,
    State.DISCUSSING: _discussing,
    State.IN_FORUM: _in_forum,
    State.VOTING: _voting,
    State.ADOPTED: _owed("topic.execute"),
    State.EXECUTING: _executing,
    State.EVALUATING: _evaluating,
    State.REJECTED: _rejected,
    State.REDIRECTED: _redirected,
    State.SUSPENDED: _suspended,
}
