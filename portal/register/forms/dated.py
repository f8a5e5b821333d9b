"""From which day a change counts; where a roll was drawn meanwhile it is said, and asked for a tick."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Dwelling, Person, Shown
from portal.community.rolls import Drawn, drawn_since
from portal.kit import clock
from portal.kit.fields import YEAR, DayField
from portal.register.services.joining import Whom
from portal.register.services.voters import FARTHEST

ANOTHER = "another"
# Of which rolls the page tells before a day is typed.
LATELY = timedelta(days=90)


def day_field(**kwargs: Any) -> DayField:
    """The day from which something counts: today unless said otherwise, far back, not far ahead."""
    asked = {"label": gettext_lazy("Counts from"), "required": False, "back": 50 * YEAR, "ahead": FARTHEST}
    return DayField(**{**asked, "initial": clock.today, **kwargs})


def shown_field(**kwargs: Any) -> forms.ChoiceField:
    """Which paper staff looked at: of a dwelling, unless said otherwise, where somebody may be known without one."""
    of_dwelling = [("", gettext_lazy("none, the person is known")), *Shown.choices]
    asked = {
        "label": gettext_lazy("Paper that was shown"),
        "help_text": gettext_lazy("Kept: which paper, who saw it and when. No copy, no number."),
        "choices": of_dwelling,
        "required": False,
    }
    return forms.ChoiceField(**{**asked, **kwargs})


def aware_field() -> forms.BooleanField:
    """The tick that somebody has read which rolls a change does not reach."""
    return forms.BooleanField(
        label=gettext_lazy(
            "I have read which rolls do not change by this, and correct them where they are wrong"
        ),
        required=False,
    )


def typed_day(form: forms.BaseForm, name: str) -> date | None:
    """The day as it was sent; None where none was, or none can be read."""
    try:
        day = form.fields[name].clean(form.data.get(form.add_prefix(name), ""))
    except forms.ValidationError:
        return None
    return day if isinstance(day, date) else None


def watch_rolls(form: Any, dwellings: list[Dwelling], name: str = "on") -> None:
    """Find the rolls that were drawn since the day, as `form.rolls`; `aware` is asked only where there are some."""
    today = clock.today()
    day = typed_day(form, name) if form.is_bound else None
    since = day or today - LATELY
    form.rolls = drawn_since(dwellings, since)
    if day is None or day >= today or not form.rolls:
        form.fields.pop("aware", None)


def require_aware(form: Any, cleaned: Mapping[str, Any]) -> None:
    """Ask for the tick, naming the votes."""
    if "aware" in form.fields and not cleaned.get("aware"):
        rolls: list[Drawn] = form.rolls
        titles = "、".join(f"“{drawn.title}”" for drawn in rolls)
        form.add_error(
            "aware",
            _("Rolls were drawn since that day and do not change by themselves: %(votes)s.")
            % {"votes": titles},
        )


def ask_whom(form: forms.BaseForm, people: list[Person], *, required: bool) -> None:
    """Ask which of the people known under a name is meant, or none of them; by name, account and since when."""
    if not people:
        form.fields.pop("same", None)
        return
    rows = [(str(person.pk), _as_known(person)) for person in people]
    form.fields["same"] = forms.ChoiceField(
        label=_("Somebody of this name is known already. Who is it?"),
        choices=[*rows, (ANOTHER, _("Another person who has the same name"))],
        widget=forms.RadioSelect,
        required=required,
    )


def whom(people: list[Person], chosen: str | None) -> Whom:
    """What was chosen among the people known under a name."""
    if chosen == ANOTHER:
        return Whom(another=True)
    return Whom(known=next((person for person in people if str(person.pk) == chosen), None))


def _as_known(person: Person) -> str:
    has_account = _("has an account") if getattr(person, "user", None) is not None else _("has no account")
    parts = [person.real_name, person.display_name, has_account, person.masked_phone]
    return _("The same person: %(who)s") % {"who": " · ".join(filter(None, parts))}
