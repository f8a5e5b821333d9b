"""One small form for each thing that can be done to a round, a suggestion or an edition."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import PersonField, find_in
from portal.actions.forms import ActionForm
from portal.community.models import Appointment, Area, Kind, Post, User
from portal.community.permissions import COMMITTEE, roles_in
from portal.community.places import inside
from portal.community.rules import rule
from portal.conventions.models import (
    AgreementKind,
    AgreementPage,
    Choice,
    ConventionRound,
    Edition,
    Suggestion,
)
from portal.conventions.models.pages import LONGEST
from portal.conventions.permissions import PAGES
from portal.conventions.services.deciding import electorates
from portal.conventions.services.writing import LEVELS
from portal.conventions.states import ANSWERED, SuggestionState
from portal.conventions.text import Article
from portal.kit import clock
from portal.kit.fields import YEAR, CharField, DayField, longest, offer, offer_rows, reason_field
from portal.voting.matters import MATTERS
from portal.voting.models import Electorate


class FoundForm(forms.Form):
    """A new text: what kind, for which place, why."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of text"),
        choices=AgreementKind,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "A convention says how neighbours behave towards each other, a charter how the neighbourhood decides its"
            " affairs and keeps its accounts. A building's convention is adopted by its households' signatures."
        ),
    )
    title = CharField(label=gettext_lazy("Title"), max_length=100)
    area = forms.ModelChoiceField(label=gettext_lazy("Of which place"), queryset=Area.objects.none())
    purpose = CharField(
        label=gettext_lazy("Why is it needed"),
        max_length=longest(ConventionRound, "purpose"),
        rows=4,
        help_text=gettext_lazy("Everybody reads it beside the draft."),
    )

    def __init__(self, *args: Any, here: Area, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        places = _written(inside(here, Kind.NEIGHBOURHOOD, Kind.ESTATE, Kind.BUILDING), user, here)
        offer_rows(self, "area", places, empty_label=None)
        levels = set(places.values_list("kind", flat=True))
        kinds = [(kind.value, kind.label) for kind in AgreementKind if LEVELS[kind] in levels]
        offer(self, "kind", kinds)
        if len(kinds) == 1:
            self.initial.setdefault("kind", kinds[0][0])

    def clean(self) -> dict[str, Any]:
        """Each kind is agreed on at its level, and written by who writes it there."""
        data = super().clean() or {}
        kind, area = data.get("kind"), data.get("area")
        if kind and area and area.kind != LEVELS[AgreementKind(kind)]:
            level = Kind(LEVELS[AgreementKind(kind)]).label
            self.add_error(
                "area", _("Such a text is adopted in a place of this kind: %(kind)s.") % {"kind": level}
            )
        elif kind and area and not PAGES.entitled(self.user, "edit", AgreementPage(kind=kind, area=area)):
            self.add_error("area", _("Such a text of this place is written by others."))
        return data


def _written(places: QuerySet[Area], user: User, here: Area) -> QuerySet[Area]:
    """The places for which somebody may write a text of any kind: a building's head writes her building's."""
    places = places.filter(retired_on=None)
    if not COMMITTEE.isdisjoint(roles_in(user, here)):
        return places
    held = Appointment.objects.acted_in_by(user).filter(
        Q(post=Post.BUILDING_HEAD, area__kind=Kind.BUILDING)
        | Q(post=Post.OWNERS_COMMITTEE, area__kind=Kind.ESTATE)
    )
    return places.filter(pk__in=held.values("area"))


class BeginForm(ActionForm[AgreementPage]):
    """Why the text is to be changed."""

    purpose = CharField(
        label=gettext_lazy("Why is it to be changed"),
        max_length=longest(ConventionRound, "purpose"),
        rows=4,
        help_text=gettext_lazy("Everybody reads it beside the draft."),
    )


class ReasonForm(ActionForm[Any]):
    """A reason that will be published."""

    reason = reason_field()


class CheckForm(ActionForm[ConventionRound]):
    """What the subdistrict found."""

    passed = forms.TypedChoiceField(
        label=gettext_lazy("Result of the check"),
        choices=[
            ("1", gettext_lazy("No objection: it can be put to the vote")),
            ("0", gettext_lazy("It goes back to its writers")),
        ],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    reason = reason_field()


class VoteForm(ActionForm[ConventionRound]):
    """Who votes, and when. The question follows from the text: its edition and hash."""

    electorate = forms.ChoiceField(label=gettext_lazy("Who votes"), widget=forms.RadioSelect)
    opens_on = DayField(label=gettext_lazy("First day of voting"))
    closes_on = DayField(
        label=gettext_lazy("Last day of voting"),
        help_text=gettext_lazy("Votes are taken until 24:00 of this day."),
    )

    def prepare(self) -> None:
        """The days of notice are whole days between today and the first day of voting."""
        asked = electorates(self.thing)
        offer(self, "electorate", [(one.value, Electorate(one).label) for one in asked])
        matter = MATTERS[next(iter(asked.values()))]
        opens = clock.today() + timedelta(days=rule(matter.notice, self.thing.page.area) + 1)
        self.begin(
            {
                "electorate": next(iter(asked)).value,
                "opens_on": opens,
                "closes_on": opens + timedelta(days=7),
            }
        )

    def clean(self) -> dict[str, Any]:
        """The days must follow each other."""
        data = super().clean() or {}
        if data.get("opens_on") and data.get("closes_on") and data["closes_on"] < data["opens_on"]:
            self.add_error("closes_on", _("The last day is before the first day."))
        return data

    def values(self) -> dict[str, Any]:
        """Moments as the service takes them."""
        data = self.cleaned_data
        return {
            "electorate": data["electorate"],
            "opens_at": clock.at_time(data["opens_on"], 0),
            "closes_at": clock.end_of(data["closes_on"]),
        }


class FilingForm(ActionForm[ConventionRound]):
    """Under which number and when it was filed, and from when on it holds."""

    number = CharField(
        label=gettext_lazy("Filing number"),
        max_length=60,
        help_text=gettext_lazy("As the subdistrict wrote it, such as 红街备〔2024〕17号."),
    )
    filed_on = DayField(label=gettext_lazy("Filed on"), back=20 * YEAR)
    in_force_from = DayField(label=gettext_lazy("In force from"), back=20 * YEAR)

    def prepare(self) -> None:
        """Today, unless something else was typed."""
        self.begin({"filed_on": clock.today(), "in_force_from": clock.today()})


class InForceForm(ActionForm[ConventionRound]):
    """From when on a building's convention holds."""

    in_force_from = DayField(label=gettext_lazy("In force from"), back=20 * YEAR)

    def prepare(self) -> None:
        """Today, unless something else was typed."""
        self.begin({"in_force_from": clock.today()})


class CorrectFilingForm(ActionForm[Edition]):
    """The filing as it should read."""

    number = CharField(label=gettext_lazy("Filing number"), max_length=60)
    filed_on = DayField(label=gettext_lazy("Filed on"), back=20 * YEAR)
    reason = reason_field()

    def prepare(self) -> None:
        """As it reads now."""
        filing = self.thing.filing
        if filing is not None:
            self.begin({"number": filing.number, "filed_on": filing.filed_on})


class SupportForm(ActionForm[Suggestion]):
    """What one's household thinks."""

    choice = forms.ChoiceField(
        label=gettext_lazy("What does your household think"), choices=Choice, widget=forms.RadioSelect
    )


class AnswerForm(ActionForm[Suggestion]):
    """The answer that the author gets."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        choices=[(one.value, one.label) for one in SuggestionState if one in ANSWERED],
        widget=forms.RadioSelect,
    )
    text = CharField(
        label=gettext_lazy("How the article is to read"),
        max_length=LONGEST,
        required=False,
        rows=5,
        help_text=gettext_lazy(
            "Needed where it is adopted in part, or where another adopted change touches the same words."
        ),
    )
    reason = reason_field()


class SuggestForm(forms.Form):
    """Another wording for one article."""

    new_text = CharField(label=gettext_lazy("How the article should read"), max_length=LONGEST, rows=6)
    reason = CharField(
        label=gettext_lazy("Why"),
        max_length=longest(Suggestion, "reason"),
        rows=3,
        help_text=gettext_lazy("Everybody can read it. Please name no private persons."),
    )

    def __init__(self, *args: Any, article: Article, **kwargs: Any) -> None:
        kwargs["initial"] = {"new_text": article["text"], **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class PaperForm(SuggestForm):
    """What somebody handed in on paper."""

    person = PersonField()
    field_order = ["person", "new_text", "reason"]

    def __init__(self, *args: Any, here: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        find_in(self, "person", here)
