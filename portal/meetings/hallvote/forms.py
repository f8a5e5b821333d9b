"""The forms of votes in the hall: the motion, and who votes for whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.kit.fields import CharField, confirm_field, longest, offer
from portal.meetings.hallvote.services import body, votes_of
from portal.meetings.models import Meeting
from portal.voting.models import Vote


class MotionForm(ActionForm[Meeting]):
    """What is put to the vote; and of which earlier vote it is the repeat, where there was one."""

    title = CharField(
        label=gettext_lazy("What is put to the vote"),
        max_length=longest(Vote, "title"),
        help_text=gettext_lazy("One sentence that can be agreed to or not."),
    )
    explanation = CharField(
        label=gettext_lazy("What follows if it passes"), max_length=1000, rows=4, required=False
    )
    repeats = forms.TypedChoiceField(
        label=gettext_lazy("Is an earlier vote held once more?"), coerce=int, empty_value=None, required=False
    )

    def prepare(self) -> None:
        """The votes that were closed; nothing is asked where there was none."""
        held = [(vote.pk, vote.title) for vote in votes_of(self.thing)]
        if held:
            offer(self, "repeats", [("", _("No, it is a new motion")), *held])
        else:
            del self.fields["repeats"]


class ProxyForm(ActionForm[Meeting]):
    """Who is absent, who votes instead, and that the paper was seen."""

    principal = forms.TypedChoiceField(label=gettext_lazy("Who is absent"), coerce=int)
    holder = forms.TypedChoiceField(label=gettext_lazy("Who votes instead"), coerce=int)
    seen = confirm_field(gettext_lazy("I have read the written mandate; both signed it."))

    def prepare(self) -> None:
        """The seats that vote."""
        seats = [(seat.pk, f"{seat.real_name} · {seat.group}") for seat in body(self.thing)]
        for name in ("principal", "holder"):
            offer(self, name, [("", _("Please choose")), *seats])

    def values(self) -> dict[str, Any]:
        """The two seats; that it was seen is said by whoever sends it."""
        return {name: self.cleaned_data[name] for name in ("principal", "holder")}


class EndProxyForm(ActionForm[Meeting]):
    """Which mandate ends."""

    proxy = forms.TypedChoiceField(label=gettext_lazy("Which mandate"), coerce=int, widget=forms.RadioSelect)

    def prepare(self) -> None:
        """Those that stand."""
        standing = self.thing.proxies.standing().select_related("principal__person", "holder__person")
        said = _("%(holder)s votes for %(principal)s")
        offer(
            self,
            "proxy",
            [
                (one.pk, said % {"holder": one.holder.real_name, "principal": one.principal.real_name})
                for one in standing
            ],
        )
