"""What staff fill in at the desk."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import PersonField, find_in
from portal.actions.forms import ActionForm
from portal.community import places
from portal.community.models import Appointment, Area, Kind, Ownership, Person, Post, Residency, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.fields import NOTHING, YEAR, CharField, DayField, longest, offer, offer_rows
from portal.kit.sheets import MAX_BYTES
from portal.register import roster as rosters
from portal.register.differences import Choices
from portal.register.forms.dated import (
    ask_whom,
    aware_field,
    day_field,
    require_aware,
    shown_field,
    watch_rolls,
    whom,
)
from portal.register.models import Import
from portal.register.permissions import PLACES, Tie
from portal.register.preview import Preview, of_waiting
from portal.register.services import identity, joining, posts
from portal.register.services.posts import Term
from portal.register.states import ImportState


class DatedForm(ActionForm[Tie]):
    """From which day a change of a home or a title counts."""

    on = day_field()
    aware = aware_field()

    def prepare(self) -> None:
        """The rolls that were drawn since."""
        watch_rolls(self, [self.thing.dwelling])

    def clean(self) -> dict[str, Any]:
        """With the tick, where rolls were drawn since."""
        cleaned = super().clean() or {}
        require_aware(self, cleaned)
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "aware"}


class ApproveForm(DatedForm):
    """Approving a request, for a title that may have changed hands, of somebody who may be known."""

    replaces = forms.BooleanField(
        label=gettext_lazy(
            "The dwelling was sold or inherited: the titles of the owners until now end that day"
        ),
        required=False,
    )
    shown = shown_field()
    field_order = ["same", "shown", "replaces", "on", "aware"]

    def prepare(self) -> None:
        """A title changes hands where others own, whoever asks; of namesakes one who has an account is asked about."""
        super().prepare()
        asked = self.thing
        self.people = joining.known_for(asked)
        several = len(self.people) > 1
        if several or any(identity.has_account(person) for person in self.people):
            ask_whom(self, self.people, required=True)
            self.order_fields(self.field_order)
        owned = Ownership.objects.on(clock.today()).filter(dwelling=asked.dwelling)
        others = owned.exclude(person=asked.person_id)
        own = owned.filter(person__in=self.people).exists()
        names = [] if own else list(others.values_list("person__real_name", flat=True))
        if isinstance(asked, Ownership) and names:
            self.fields["replaces"].help_text = _("It ends, and these people are told: %(names)s") % {
                "names": "、".join(names)
            }
        else:
            del self.fields["replaces"]

    def values(self) -> dict[str, Any]:
        """With who is meant."""
        found = super().values()
        chosen = found.pop("same", None)
        return {**found, "whom": whom(self.people, chosen)}


class EndForm(DatedForm):
    """Why a home or a title ends, and from which day."""

    reason = CharField(label=gettext_lazy("Reason"), max_length=longest(Residency, "reason"), rows=2)
    field_order = ["reason", "on", "aware"]


class VoterForm(DatedForm):
    """From which day an owner votes for the dwelling."""

    on = day_field(ahead=NOTHING)


class ReasonForm(ActionForm[Any]):
    """Why something is refused, ended, or looked at."""

    reason = CharField(label=gettext_lazy("Reason"), max_length=longest(Residency, "reason"), rows=2)


class SearchForm(forms.Form):
    """Finding a dwelling by building, room, or the name of somebody there."""

    building = forms.ModelChoiceField(
        label=gettext_lazy("Building"),
        queryset=Area.objects.none(),
        required=False,
        empty_label=gettext_lazy("All buildings"),
    )
    q = CharField(label=gettext_lazy("Room or name"), required=False, max_length=40)
    retired = forms.BooleanField(label=gettext_lazy("Those that are retired"), required=False)

    def __init__(self, *args: Any, neighbourhood: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "building", _places(neighbourhood, Kind.BUILDING))


class RosterForm(forms.Form):
    """The file of a roster, and whose state it shows."""

    file = forms.FileField(
        label=gettext_lazy("Roster file"),
        help_text=gettext_lazy(
            "CSV (UTF-8 or GB18030) or XLSX, up to 5 MB and 20,000 rows. Nothing is changed yet."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx", "data-max-mb": 5}),
    )

    as_of = DayField(
        label=gettext_lazy("State of"),
        help_text=gettext_lazy(
            "The day whose state the roster shows. What the desk has verified since is not undone unasked."
        ),
        back=50 * YEAR,
        ahead=NOTHING,
        initial=clock.today,
        # Where nobody knows, whatever the desk has verified may be newer.
        required=False,
    )

    name = ""

    def clean_file(self) -> bytes:
        """The content. It is read at once, so that what cannot be read is said here."""
        file = self.cleaned_data["file"]
        self.name, content = str(file.name), file.read(MAX_BYTES + 1)
        try:
            rosters.parse(content)
        except NotPossible as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return bytes(content)


class ConfirmForm(forms.Form):
    """What was shown, so that nothing else is imported; and what the roster alone does not know."""

    digest = CharField(widget=forms.HiddenInput)
    again = forms.MultipleChoiceField(
        label=gettext_lazy("The roster counts in these rows"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    one = forms.MultipleChoiceField(
        label=gettext_lazy("These are one person"), required=False, widget=forms.CheckboxSelectMultiple
    )
    skip_bad = forms.BooleanField(
        label=gettext_lazy("Leave out the rows that cannot be read, and import the others"), required=False
    )

    def __init__(self, *args: Any, preview: Preview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "again", preview.questions)
        offer(self, "one", preview.namesakes)

    @property
    def choices(self) -> Choices:
        """What was ticked."""
        data = self.cleaned_data
        return Choices(frozenset(map(int, data["again"])), frozenset(data["one"]))


class SecondForm(ActionForm[Import]):
    """A second person confirms what this page shows, and nothing else."""

    digest = CharField(widget=forms.HiddenInput)

    def prepare(self) -> None:
        """What is shown now, which may be another state than whoever handed it in was shown."""
        self.preview = of_waiting(self.thing) if self.thing.state == ImportState.WAITING else None
        if self.preview is not None:
            self.begin({"digest": self.preview.digest})


class AppointForm(forms.Form):
    """Giving a post."""

    who = PersonField(
        label=gettext_lazy("Who"),
        help_text=gettext_lazy(
            "Mobile number, e-mail or account name; or the full name of somebody who lives here."
        ),
        max_length=longest(User, "email"),
        error_messages={
            "nobody": gettext_lazy(
                "Nobody is known under this. Ask the person to open an account, or enter them at the counter first."
            )
        },
    )
    post = forms.ChoiceField(label=gettext_lazy("Post"))
    area = forms.ModelChoiceField(label=gettext_lazy("For"), queryset=Area.objects.none(), empty_label=None)
    title = CharField(
        label=gettext_lazy("Signs as"),
        help_text=gettext_lazy("Stands before the name in public, such as: Property management."),
        max_length=longest(Appointment, "title"),
    )
    since = DayField(label=gettext_lazy("From"), back=50 * YEAR, initial=clock.today)
    until = DayField(label=gettext_lazy("Last day"), back=50 * YEAR, ahead=10 * YEAR, required=False)

    def __init__(self, *args: Any, neighbourhood: Area, offered: list[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        find_in(self, "who", neighbourhood, partial(posts.people_for_post, neighbourhood))
        offer(self, "post", [(post.value, post.label) for post in offered])
        offer_rows(self, "area", _places(neighbourhood, *PLACES))

    @property
    def term(self) -> Term:
        """The post with its days; the last day belongs to it."""
        data = self.cleaned_data
        until = data["until"] and data["until"] + timedelta(days=1)
        return Term(Post(data["post"]), data["area"], data["title"].strip(), data["since"], until)


class DismissForm(ActionForm[Appointment]):
    """Ending a post: who takes over what hangs on it."""

    successor = forms.TypedChoiceField(
        label=gettext_lazy("Who takes over"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=gettext_lazy(
            "The list above says what goes to them. Promises of the post itself stay with the post, whoever holds it."
        ),
    )

    def prepare(self) -> None:
        """Whoever holds a post of the same body; with nobody there is nothing to ask."""
        found = posts.colleagues(self.thing)
        self.people, named = {person.pk: person for person in found}, _by_post(found)
        offer(self, "successor", [("", _("Nobody yet")), *named])
        if not named or self.thing.deputy_for_id is not None:
            del self.fields["successor"]

    def values(self) -> dict[str, Any]:
        """The person behind the key."""
        return {"successor": self.people.get(self.cleaned_data.get("successor") or 0)}


class DeputyForm(ActionForm[Appointment]):
    """Who stands in during a leave, and on which days."""

    deputy = forms.TypedChoiceField(label=gettext_lazy("Who stands in"), coerce=int)
    since = DayField(label=gettext_lazy("From"), back=timedelta(), initial=clock.today)
    last = DayField(label=gettext_lazy("Last day"), back=timedelta())

    def prepare(self) -> None:
        """Those who can."""
        found = posts.who_can_stand_in(self.user, self.thing)
        self.people = {person.pk: person for person in found}
        offer(self, "deputy", _by_post(found))
        if not self.people:
            self.fields["deputy"].help_text = _(
                "Nobody here can stand in yet. Whoever gives this post can name somebody, or give it a second time."
            )

    def values(self) -> dict[str, Any]:
        """The person behind the key, and the first day without; the last day belongs to the leave."""
        data = self.cleaned_data
        until = data["last"] + timedelta(days=1)
        return {"deputy": self.people[data["deputy"]], "since": data["since"], "until": until}


def _by_post(found: dict[Person, Appointment]) -> list[tuple[int, str]]:
    """Each with the post by which they are offered."""
    return [(person.pk, f"{person.real_name} · {held.title}") for person, held in found.items()]


def _places(neighbourhood: Area, *kinds: Kind) -> QuerySet[Area]:
    return places.inside(neighbourhood, *kinds)
