"""Rules of a place of its own, beside those that ship: from a day, until a day, with source and reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import Event, log_in
from portal.actions.lifecycles import advance
from portal.administration import rule_values
from portal.administration.events import RULE_ENDED, RULE_SET, RULE_STAYS
from portal.administration.permissions import AREAS, RULES, WITH_RULES, place_of
from portal.administration.rule_words import GROUPS, WORDS, Words
from portal.administration.states import RULE_LIFE, RuleState
from portal.community.models import Area, Kind, LegalStatus, RuleSet, User
from portal.community.places import ancestors, inside, neighbourhood_of
from portal.community.rules import rule_set
from portal.duties.calendar import DAY
from portal.kit import clock
from portal.kit.errors import NotPossible


@dataclass(frozen=True)
class Own:
    """A rule of a place of its own: what it sets, from when, and how binding it says it is."""

    key: str
    value: Any
    since: date
    source: str
    status: LegalStatus
    reason: str


@dataclass
class InForce:
    """A rule as it holds in a place today: the row that counts, the one that ships, and what is to come."""

    key: str
    words: Words
    row: RuleSet
    shipped: RuleSet
    ahead: list[RuleSet]

    @property
    def said(self) -> str:
        """What holds, in the reader's words."""
        return rule_values.said(self.key, self.row.value)

    @property
    def shipped_said(self) -> str:
        """What ships, in the reader's words."""
        return rule_values.said(self.key, self.shipped.value)

    @property
    def fixed(self) -> str:
        """Why no place can have its own; empty where it can."""
        return rule_values.fixed(self.key, self.shipped.status, self.shipped.value)

    @property
    def coming(self) -> list[tuple[RuleSet, str]]:
        """What will hold, in the reader's words."""
        return [(row, rule_values.said(self.key, row.value)) for row in self.ahead]


def in_force(area: Area) -> list[tuple[Any, list[InForce]]]:
    """All rules as they hold in a place today, by group; one query."""
    today = clock.today()
    around = [*ancestors(area.path), area.path]
    wanted = Q(area=None) | Q(area__path__in=around)
    rows = RuleSet.objects.filter(wanted, Q(valid_to=None) | Q(valid_to__gt=today))
    known: dict[str, list[RuleSet]] = {}
    for row in rows.select_related("area", "set_by__person").order_by("valid_from", "pk"):
        known.setdefault(row.key, []).append(row)
    found = {key: _held(key, words, known.get(key, []), today) for key, words in WORDS.items()}
    return [
        (label, [held for key in keys if (held := found[key]) is not None]) for label, keys in GROUPS.items()
    ]


@transaction.atomic
def set_own(user: User, pk: int, own: Own) -> RuleSet:
    """Let a place have a rule of its own from a day on; what was called, promised or counted before keeps its copy.

    It holds before that of a wider place. Raises NotPossible for a rule that is law or the same everywhere, a value of
    another shape, a day that is over, one from which another one of its own begins, and where nothing differs.
    """
    area = AREAS.take(user, pk, "set_rule")
    shipped = _shipped(own.key)
    if area.kind not in WITH_RULES or (why := rule_values.fixed(own.key, shipped.status, shipped.value)):
        raise NotPossible(why if area.kind in WITH_RULES else _("This place has no rules of its own."))
    rule_values.check(own.key, shipped.value, own.value)
    if own.since < clock.today():
        raise NotPossible(
            _("A rule begins today or later: what was done before was done by the rule of its day.")
        )
    if rule_set(own.key, area, own.since).value == own.value:
        raise NotPossible(_("Nothing has changed: everything is as it was."))
    made = _kept(area, own, user)
    _tell(RULE_SET, made, user, since=own.since.isoformat(), reason=own.reason)
    return made


@transaction.atomic
def end(user: User, pk: int, until: date) -> RuleSet:
    """Let a rule of a place end: on `until` what held before holds again. Raises NotPossible for a day that is over."""
    row = RULES.take(user, pk, "end")
    if until < clock.today():
        raise NotPossible(_("This day is over."))
    advance(row, RuleState.ENDED, life=RULE_LIFE, valid_to=max(until, row.valid_from))
    _tell(RULE_ENDED, row, user, last=(max(until, row.valid_from) - DAY).isoformat())
    return row


@transaction.atomic
def hold_on(user: User, pk: int) -> RuleSet:
    """Take back that a rule of a place ends. Raises NotPossible where its end is past."""
    row = RULES.take(user, pk, "hold_on")
    until = open_until(row)
    if until is not None and clock.passed(until):
        raise NotPossible(_("The days in which this could be taken back are over."))
    advance(row, RuleState.OPEN, life=RULE_LIFE, valid_to=None)
    _tell(RULE_STAYS, row, user)
    return row


def open_until(row: RuleSet) -> Any:
    """Until when the end of a rule can be taken back: the end of its first day without; None while it has none."""
    return clock.end_of(row.valid_to) if row.valid_to else None


def own_rules(area: Area) -> list[tuple[RuleSet, str, str]]:
    """The rules a place has or had of its own, the latest first, at most fifty: the row, its name and its value."""
    rows = RuleSet.objects.filter(area=area).select_related("area", "set_by__person")
    return [
        (
            row,
            str(WORDS[row.key].label) if row.key in WORDS else row.key,
            rule_values.said(row.key, row.value),
        )
        for row in rows.order_by("-valid_from", "-pk")[:50]
    ]


def _held(key: str, words: Words, rows: Iterable[RuleSet], today: date) -> InForce | None:
    holding = [row for row in rows if row.valid_from <= today]
    shipped = [row for row in holding if row.area is None]
    if not shipped:
        return None
    best = max(holding, key=lambda row: (len(row.area.path) if row.area else 0, row.valid_from))
    return InForce(key, words, best, shipped[-1], [row for row in rows if row.valid_from > today])


def _shipped(key: str) -> RuleSet:
    if key not in WORDS:
        raise NotPossible(_("There is no such rule."))
    return rule_set(key)


def _kept(area: Area, own: Own, user: User) -> RuleSet:
    """The row; one that was taken back before it ever held gives way."""
    named: dict[str, Any] = {"area": area, "key": own.key, "valid_from": own.since}
    rest = {
        "value": own.value,
        "source": own.source,
        "status": own.status,
        "reason": own.reason,
        "set_by": user,
        "set_at": clock.now(),
        "valid_to": None,
    }
    before = RuleSet.objects.filter(**named).first()
    if before is not None and not before.never_held:
        raise NotPossible(_("Another rule of this place begins that day already. Please end that one first."))
    return RuleSet.objects.update_or_create(**named, defaults=rest)[0]


def _tell(event: Event, row: RuleSet, user: User, **said: str) -> None:
    """In the record of the neighbourhood, or of all that a wider place holds; in the portal's own language."""
    area = place_of(row)
    here = neighbourhood_of(area)
    places = list(inside(area, Kind.NEIGHBOURHOOD)) if here is None else [here]
    with translation.override(settings.LANGUAGE_CODE):
        label, value = str(WORDS[row.key].label), rule_values.said(row.key, row.value)
    data = {"rule": label, "value": value, "place": area.name, "key": row.key, **said}
    log_in(places, event, row, by=user, data=data, title=label)
