"""Reading the demand list and the service list: the newest wave, what became of it, and what was promised before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.community.models import Area, Visitor
from portal.deliberation.models import Topic
from portal.duties.models import Duty
from portal.kit import clock
from portal.record.services import key
from portal.record.wording import subject_url
from portal.surveys.models import Demand, DemandItem, Match, Reply, Service, Survey
from portal.surveys.models.lists import ServiceQuerySet
from portal.surveys.states import DemandState, SurveyState
from portal.volunteers.models import Activity, Visibility

HAVE_LISTS = (SurveyState.LISTS_UPDATED, SurveyState.RESPONDED, SurveyState.ARCHIVED)
TONES = {
    DemandState.OWED: "red",
    DemandState.IN_HAND: "amber",
    DemandState.BELOW: "grey",
    DemandState.NOT_POSSIBLE: "grey",
    DemandState.DONE: "",
}
MARKS = {
    DemandState.DONE: "✓",
    DemandState.IN_HAND: "◔",
    DemandState.NOT_POSSIBLE: "✕",
    DemandState.OWED: "!",
}
MOST = 12


@dataclass(frozen=True)
class Kept:
    """Of what a survey obliged to: how much is done, in hand, not possible."""

    survey: Survey
    total: int
    done: int
    in_hand: int
    refused: int


@dataclass(frozen=True)
class Row:
    """A demand as the list shows it."""

    demand: Demand
    tone: str
    mark: str
    url: str

    @property
    def change(self) -> str:
        """Against the wave before: ▲ 8, ▼ 1, =; empty where it was not asked."""
        points = self.demand.change
        if points is None:
            return ""
        return f"{'▲' if points > 0 else '▼'} {abs(points)}" if points else "="

    @property
    def reply(self) -> str:
        """What answers it."""
        return str(Reply(self.demand.reply).label) if self.demand.reply else ""

    @property
    def reply_words(self) -> str:
        """The same before its words; that it is not possible says the state already."""
        return "" if self.demand.reply == Reply.NOT_POSSIBLE else self.reply

    @property
    def said(self) -> str:
        """What was done, else what becomes of it."""
        return self.demand.done or self.demand.answer


class DemandFilter(django_filters.FilterSet):
    """By group and by what became of it."""

    group = django_filters.ChoiceFilter(label=_("Group"), empty_label=_("all"))
    state = django_filters.ChoiceFilter(
        label=_("What became of it"), choices=DemandState.choices, empty_label=_("all")
    )

    class Meta:
        model = Demand
        fields = ("group", "state")

    def __init__(self, *args: Any, groups: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["group"].extra["choices"] = [(group, group) for group in groups]


class ServiceFilter(django_filters.FilterSet):
    """By words; what is offered today, or what is over."""

    words = django_filters.CharFilter(label=_("Words"), method="with_words")
    over = django_filters.ChoiceFilter(
        label=_("Offered"),
        choices=[("over", _("no more"))],
        empty_label=pgettext_lazy("services", "now"),
        method="only_over",
    )

    class Meta:
        model = Service
        fields: tuple[str, ...] = ()

    def with_words(self, rows: QuerySet[Service], _name: str, value: str) -> QuerySet[Service]:
        """In its name, what it is, who offers it."""
        value = value.strip()[:60]
        return rows.filter(
            Q(title__icontains=value) | Q(about__icontains=value) | Q(provider__icontains=value)
        )

    def only_over(self, rows: QuerySet[Service], _name: str, _value: str) -> QuerySet[Service]:
        """What is offered no more."""
        return rows.filter(until__lte=clock.today())

    def filter_queryset(self, queryset: QuerySet[Service]) -> QuerySet[Service]:
        """What is offered today, unless the other was asked for."""
        rows: ServiceQuerySet = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data["over"] else rows.offered()


def surveys_with_lists(here: Area) -> QuerySet[Survey]:
    """The surveys of a place whose demands were listed, the newest first; those that asked for none have no list."""
    needs = DemandItem.objects.filter(survey=OuterRef("pk"))
    found = Survey.objects.filter(Exists(needs), neighbourhood=here, state__in=HAVE_LISTS)
    return found.order_by("-opened_at", "-pk")


def rows_of(demands: Iterable[Demand]) -> list[Row]:
    """As the list shows them."""
    return [
        Row(one, TONES[DemandState(one.state)], MARKS.get(DemandState(one.state), ""), one.get_absolute_url())
        for one in demands
    ]


def demands_of(survey: Survey) -> QuerySet[Demand]:
    """Ranked, each with the one before it."""
    return survey.demands.select_related("previous").order_by("rank", "pk")


def still_promised(here: Area, newest: Survey | None) -> QuerySet[Demand]:
    """What was promised after earlier surveys and is not done yet, the oldest day first."""
    open_ones = Demand.objects.filter(
        survey__neighbourhood=here, state__in=[DemandState.OWED, DemandState.IN_HAND]
    )
    if newest is not None:
        open_ones = open_ones.exclude(survey=newest)
    return open_ones.select_related("previous", "survey").order_by("promised_on", "pk")


def kept(survey: Survey) -> Kept:
    """The figures of what a survey obliged to. One query."""
    states = dict(survey.demands.filter(over=True).values_list("state").annotate(Count("pk")).order_by())
    return Kept(
        survey,
        sum(states.values()),
        states.get(DemandState.DONE, 0),
        states.get(DemandState.IN_HAND, 0) + states.get(DemandState.OWED, 0),
        states.get(DemandState.NOT_POSSIBLE, 0),
    )


def duty_of(demand: Demand) -> Duty | None:
    """What is owed about it now, the nearest first."""
    return Duty.objects.active().about(key(demand)).order_by("due_at").first()


def subject_of(demand: Demand, user: Visitor) -> tuple[str, str] | None:
    """Title and address of what takes it up, where this reader may open it."""
    kind, _colon, number = demand.subject.partition(":")
    found: Any = {
        "topic": Topic.objects.visible_to(user),
        "activity": Activity.objects.visible_to(user),
        "service": Service.objects.all(),
    }.get(kind)
    thing = found.filter(pk=number).first() if found is not None and number.isdecimal() else None
    return (thing.title, subject_url(demand.subject) or thing.get_absolute_url()) if thing else None


def activities_for(demand: Demand) -> list[Activity]:
    """The posted activities that say they are about it."""
    posted = Activity.objects.posted().filter(about=key(demand), visibility=Visibility.EVERYONE)
    return list(posted.order_by("-approved_at")[:MOST])


def there_is(demand: Demand) -> list[Match]:
    """What on the resource map is named for it, as far as everybody reads it."""
    shown = Match.objects.filter(demand=demand).select_related("resource__person")
    return [one for one in shown.order_by("pk") if one.resource.state == "shown"]
