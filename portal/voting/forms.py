"""What voters type, a choice; and what staff look for in a roll."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.kit.errors import NotPossible
from portal.kit.fields import CharField
from portal.record import numbers
from portal.voting import methods
from portal.voting.models import Method, Vote

CHOOSE = _("Please choose one of the options.")


class BallotForm(forms.Form):
    """What a vote asks for: `choice` to tick, or a `rank_<option>` or `score_<option>` for each option.

    `cleaned_data["choice"]` is the line of the choice (methods.py). Options that were withdrawn are not offered.
    `checked`: the line as it was chosen, hidden on the page where the voter checks it.
    """

    def __init__(self, vote: Vote, *args: Any, checked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vote, self.checked = vote, checked
        self.use_required_attribute = vote.method in {Method.MOTION, Method.CHOICE}
        gone = vote.rule.get("withdrawn", [])
        offered = [(option, vote.label_of(option)) for option in vote.options if option not in gone]
        self.fields.update(_hidden() if checked else _asked(vote, offered))

    def clean(self) -> dict[str, Any]:
        """The choice as one line; an error where the vote does not allow it."""
        if not self.errors:
            try:
                self.cleaned_data["choice"] = methods.normal(self.vote, self._line())
            except NotPossible as error:
                self.add_error("choice" if "choice" in self.fields else None, str(error))
        return self.cleaned_data

    def _line(self) -> str:
        if self.checked or self.vote.method in {Method.MOTION, Method.CHOICE}:
            return str(self.cleaned_data["choice"])
        if self.vote.method in methods.SEVERAL:
            return methods.write(self.vote.method, self.vote.options, self.cleaned_data["choice"])
        places = {name.partition("_")[2]: given for name, given in self.cleaned_data.items() if "_" in name}
        filled = {option: int(given) for option, given in places.items() if given}
        if self.vote.method == Method.SCORE:
            return methods.write(Method.SCORE, self.vote.options, filled)
        if len(set(filled.values())) < len(filled):
            raise NotPossible(_("Two options have the same place. Please give each place once."))
        return methods.write(Method.RANKED, self.vote.options, sorted(filled, key=filled.__getitem__))


class SealedForm(BallotForm):
    """The ballot of a secret vote on a page without scripts: the choice, its check code, and that both were looked at.

    All of it stands in one form, because nothing of it may wait on the server. `code` stands on the page before the
    ballot is cast, is sealed with it and told nobody again; a form that brings none gets a new one and is not cast.
    """

    def __init__(self, vote: Vote, *args: Any, **kwargs: Any) -> None:
        super().__init__(vote, *args, **kwargs)
        sent = numbers.meant(str(self.data.get("code", "")))
        self.code, self.knows_code = sent or numbers.draw(), bool(sent)
        # The script casts without it: see static/js/seal.js.
        self.fields["confirm"] = forms.BooleanField(
            label=_("I have checked my choice and written down the check code."),
            required=False,
            widget=forms.CheckboxInput(attrs={"required": True}),
        )

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields of the choice."""
        return [field for field in self if field.name != "confirm"]

    @property
    def words(self) -> str:
        """What was chosen, in words, as long as it is not cast."""
        chosen = getattr(self, "cleaned_data", {}).get("choice")
        return "" if chosen is None or self.errors.get("choice") else methods.words(self.vote, chosen)

    def clean(self) -> dict[str, Any]:
        """A choice is cast once it was looked at again, and under a code that the voter has."""
        data = super().clean()
        if self.errors:
            return data
        if not self.knows_code:
            self.add_error(None, _("Please write down the check code of this ballot first."))
        elif not data["confirm"]:
            again = _("Please check your choice once more, then tick that you have checked it.")
            self.add_error("confirm", again)
        return data


Options = Sequence[tuple[str, str]]


def _hidden() -> dict[str, forms.Field]:
    return {"choice": _Sent(required=False, widget=forms.HiddenInput)}


class _Sent(CharField):
    """A line that has to be sent, though it may be empty: an abstention."""

    def clean(self, value: Any) -> Any:
        if value is None:
            raise forms.ValidationError(CHOOSE)
        return super().clean(value)


class _One(forms.ChoiceField):
    """One of the options, among which the empty one may be an abstention."""

    def clean(self, value: Any) -> Any:
        return "" if value == "" and self.valid_value("") else super().clean(value)


class _Open(forms.ChoiceField):
    """One of several fields that all belong to the ballot; it may be left open."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class _Several(forms.MultipleChoiceField):
    """Some of the options, or none: an abstention."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


def _asked(vote: Vote, offered: Options) -> dict[str, forms.Field]:
    """The fields of a ballot, by what is asked."""
    if vote.method in {Method.MOTION, Method.CHOICE}:
        abstain = [] if vote.method == Method.MOTION else [("", gettext("Abstain"))]
        return {"choice": _one([*offered, *abstain])}
    if vote.method in methods.SEVERAL:
        return {"choice": _several(vote, offered)}
    if vote.method == Method.RANKED:
        places = [(str(n), gettext("Place %(number)d") % {"number": n}) for n in range(1, len(offered) + 1)]
        return {f"rank_{option}": _select(name, places) for option, name in offered}
    points = [(str(n), str(n)) for n in range(vote.rule["points"] + 1)]
    return {f"score_{option}": _select(name, points) for option, name in offered}


def _one(choices: Options) -> forms.Field:
    return _One(
        label=_("Your vote"),
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )


def _several(vote: Vote, offered: Options) -> forms.Field:
    most = min(vote.rule["choose"], len(offered))
    return _Several(
        label=_("Your vote"),
        choices=offered,
        widget=forms.CheckboxSelectMultiple,
        help_text=_how_many(vote, most),
        error_messages={"invalid_choice": CHOOSE},
    )


def _how_many(vote: Vote, most: int) -> str:
    if methods.no_maximum(vote):
        return gettext("Please tick as many as you like. Whoever ticks nothing abstains.")
    say = ngettext(
        "Please tick at most %(number)d. Whoever ticks nothing abstains.",
        "Please tick at most %(number)d. Whoever ticks nothing abstains.",
        most,
    )
    return say % {"number": most}


def _select(name: str, choices: Options) -> forms.Field:
    return _Open(label=name, choices=[("", "—"), *choices], error_messages={"invalid_choice": CHOOSE})


class RollFilter(forms.Form):
    """Looking for a line of the roll."""

    q = CharField(label=_("Name, flat or code"), max_length=60, required=False)
