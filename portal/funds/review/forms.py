"""What is typed in a review: reasons, who reviews, ties, points with their reasons, the shortlist, answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import PersonField, find_in
from portal.actions.forms import ActionForm
from portal.funds.models import MOST_POINTS, Application, Call, Criterion, Objection, Review, Reviewer, Score
from portal.funds.review import ranking, selectors
from portal.funds.review.services.choosing import CANDIDATES
from portal.funds.review.services.scoring import Given
from portal.kit.fields import CharField, longest, offer, offer_rows, reason_field, say_optional
from portal.kit.wording import yuan

_APPLICANTS_READ = gettext_lazy("Whoever applied and the office read it.")


class CheckForm(ActionForm[Application]):
    """Why, or what is missing."""

    reason = reason_field(500, rows=4, help_text=_APPLICANTS_READ)


class MissingForm(CheckForm):
    """What is missing."""

    reason = reason_field(
        500,
        rows=4,
        label=gettext_lazy("What is missing"),
        help_text=gettext_lazy("One thing a line. Whoever applied reads it above the form."),
    )


class NeedForm(ActionForm[Application]):
    """How the office knows."""

    note = CharField(
        label=gettext_lazy("How you know"),
        max_length=500,
        rows=3,
        help_text=gettext_lazy("The survey, the topic, whom you asked, what you saw. The reviewers read it."),
    )


class ReviewerForm(ActionForm[Call]):
    """Who reviews, and in what quality."""

    person = PersonField()
    delegate = forms.BooleanField(label=gettext_lazy("As a delegate of the residents"), required=False)
    quality = CharField(
        label=gettext_lazy("In what quality"),
        max_length=longest(Reviewer, "quality"),
        required=False,
        help_text=gettext_lazy("Such as accountant or head of a building. Everybody reads it, not the name."),
    )

    def prepare(self) -> None:
        """People of this neighbourhood."""
        find_in(self, "person", self.thing.neighbourhood)


def named(application: Application) -> str:
    """What somebody has to know to say whether there is a tie: the project, and who stands behind it."""
    together: Any = application.co_applicants.all()
    agreed = [one.person.public_name for one in together if one.agreed_at]
    people = "、".join([application.lead.public_name, *agreed])
    return f"{application.number} {application.title} · {application.group} · {people}"


def to_declare(reviewer: Reviewer) -> QuerySet[Application]:
    """What a reviewer was given to score, without what there is a tie to."""
    given = Review.objects.filter(reviewer=reviewer, set_aside="").values("application")
    found = Application.objects.filter(pk__in=given).order_by("number")
    return found.select_related("lead").prefetch_related("co_applicants__person")


class DeclareForm(ActionForm[Reviewer]):
    """To which applications there are ties."""

    tied = forms.ModelMultipleChoiceField(
        label=gettext_lazy("I have a tie to"),
        queryset=Application.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "You applied with them, are family, work together, or would gain. None: leave empty."
        ),
    )
    why = CharField(label=gettext_lazy("What the tie is"), max_length=200, required=False)
    named = forms.BooleanField(
        label=gettext_lazy("My name may be shown with my scores"),
        required=False,
        help_text=gettext_lazy("Else everybody reads only in what quality you scored."),
    )

    def prepare(self) -> None:
        """What is to be scored."""
        offer_rows(self, "tied", to_declare(self.thing), label_from_instance=named)

    def clean(self) -> dict[str, Any]:
        """A tie is said with what it is."""
        data = super().clean() or {}
        if data.get("tied") and not data.get("why"):
            self.add_error("why", forms.ValidationError(_("Please say what the tie is.")))
        return data


class TieForm(ActionForm[Reviewer]):
    """A tie to one application."""

    application = forms.ModelChoiceField(
        label=gettext_lazy("Application"), queryset=Application.objects.none()
    )
    why = CharField(
        label=gettext_lazy("What the tie is"),
        max_length=200,
        help_text=gettext_lazy("The office reads it. The record says only that there is one."),
    )

    def prepare(self) -> None:
        """What the reviewer scores; for the office, all of the round that it may know of."""
        offer_rows(self, "application", self._rows(), label_from_instance=named)

    def _rows(self) -> QuerySet[Application]:
        if self.user.person_id == self.thing.person_id:
            return to_declare(self.thing)
        seen = Application.objects.visible_to(self.user).order_by().values("pk")
        tied = self.thing.conflicts.values("application")
        there = selectors.handed_in(self.thing.call).filter(pk__in=seen).exclude(pk__in=tied)
        return there.select_related("lead").prefetch_related("co_applicants__person")


class EndForm(ActionForm[Reviewer]):
    """Why."""

    reason = reason_field(200, rows=2, help_text=gettext_lazy("The reviewer and the office read it."))


class ScoreForm(ActionForm[Application]):
    """Points for each criterion, and why; begins with what was handed in before."""

    comment = CharField(
        label=gettext_lazy("In short"),
        max_length=1000,
        rows=3,
        required=False,
        help_text=gettext_lazy(
            "What speaks for it, what against. Public with the notice, as the reasons are."
        ),
    )

    def prepare(self) -> None:
        """Two fields a criterion, with its weight and what to look at."""
        self.criteria = list(self.thing.call.criteria.all())
        own = self._own()
        begins: dict[str, Any] = {"comment": own.comment if own else ""}
        before = {one.criterion_id: one for one in own.scores.all()} if own else {}
        for criterion in self.criteria:
            self._ask(criterion)
            if one := before.get(criterion.pk):
                begins |= {f"points_{criterion.key}": one.points, f"why_{criterion.key}": one.why}
        self.order_fields([*(name for name in self.fields if name != "comment"), "comment"])
        self.begin(begins)

    def values(self) -> dict[str, Any]:
        """By the keys of the criteria."""
        data = self.cleaned_data
        given = {
            one.key: Given(int(data[f"points_{one.key}"]), data[f"why_{one.key}"]) for one in self.criteria
        }
        return {"given": given, "comment": data["comment"]}

    def _ask(self, criterion: Criterion) -> None:
        label = f"{criterion.label} · {criterion.weight} %"
        none = ("", _("0 to 10 points"))
        self.fields[f"points_{criterion.key}"] = forms.ChoiceField(
            label=label,
            choices=[none, *((str(n), str(n)) for n in range(MOST_POINTS + 1))],
            help_text=criterion.help,
        )
        self.fields[f"why_{criterion.key}"] = CharField(
            label=_("Why so many for “%(label)s”") % {"label": criterion.label},
            max_length=longest(Score, "why"),
            rows=2,
        )

    def _own(self) -> Review | None:
        own = Review.objects.standing().filter(
            application=self.thing, reviewer__person=self.user.person_id, handed_in_at__isnull=False
        )
        return own.prefetch_related("scores").first()


class ShortlistForm(ActionForm[Call]):
    """Which projects, in the order of the ranking."""

    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("On the shortlist"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = reason_field(
        300,
        rows=3,
        required=False,
        label=gettext_lazy("Why it leaves the ranking"),
        help_text=gettext_lazy(
            "Only where a project with a higher score is left out. Everybody can read it."
        ),
    )

    def prepare(self) -> None:
        """All that were scored; what is chosen already is ticked, at first everything."""
        say_optional(self, _("(ticked: on the shortlist)"), "chosen")
        rows = [row for row in ranking.of(self.thing) if row.application.state in CANDIDATES]
        offer(self, "chosen", [(str(row.application.pk), _line(row)) for row in rows])
        fresh = self.thing.shortlisted_at is None
        ticked = [row for row in rows if fresh or row.application.state in ("shortlisted", "on_notice")]
        self.begin(
            {"chosen": [str(row.application.pk) for row in ticked], "reason": self.thing.shortlist_why}
        )

    def values(self) -> dict[str, Any]:
        """Keys."""
        return {
            "chosen": [int(pk) for pk in self.cleaned_data["chosen"]],
            "reason": self.cleaned_data["reason"],
        }


def _line(row: ranking.Ranked) -> str:
    application = row.application
    return f"{row.place}. {application.title} · {row.score} · {yuan(application.asked)}"


class ObjectForm(ActionForm[Application]):
    """What is wrong."""

    text = CharField(
        label=gettext_lazy("What you object to"),
        max_length=longest(Objection, "text"),
        rows=5,
        help_text=gettext_lazy("Everybody can read it, without your name. The answer stands below it."),
    )


class AnswerForm(ActionForm[Objection]):
    """The answer, and whether the objection is right."""

    upheld = forms.TypedChoiceField(
        label=gettext_lazy("Is the objection right?"),
        choices=[
            ("no", gettext_lazy("No: the notice goes on")),
            ("yes", gettext_lazy("Yes: the project goes back to the review, and is scored anew")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = CharField(
        label=gettext_lazy("Answer"),
        max_length=longest(Objection, "answer"),
        rows=5,
        help_text=gettext_lazy("Everybody can read it."),
    )
