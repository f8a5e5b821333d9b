"""What the keepers of a ballot box type: who keeps a part of the key, and the parts themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.actions.forms import ActionForm
from portal.community.models import Appointment, Area, User
from portal.community.selectors import signature
from portal.kit import clock
from portal.kit.fields import CharField, text_area
from portal.voting import sealing
from portal.voting.models import Vote


class KeeperField(forms.ModelChoiceField[User]):
    """An account, under the name and post it signs with in a neighbourhood."""

    neighbourhood: Area

    def label_from_instance(self, obj: User) -> str:
        """The public signature, such as "居委会 沈老师"."""
        return signature(obj, self.neighbourhood).name


class KeepersForm(ActionForm[Vote]):
    """Three different holders of posts in the neighbourhood, each of whom keeps one part of the key."""

    def prepare(self) -> None:
        """One field for each part."""
        here = self.thing.neighbourhood
        held = Appointment.objects.on(clock.today()).filter(area__path__startswith=here.path)
        keepers = User.objects.filter(is_active=True, person__in=held.values("person")).order_by("pk")
        for number in range(1, sealing.SHARES + 1):
            field = KeeperField(keepers, label=_("Custodian %(number)d") % {"number": number})
            field.neighbourhood = here
            self.fields[f"keeper_{number}"] = field

    def clean(self) -> dict[str, Any]:
        """Three different people."""
        chosen = [keeper for name in self.fields if (keeper := self.cleaned_data.get(name))]
        if len(chosen) == len(self.fields) and len(set(chosen)) < len(chosen):
            raise forms.ValidationError(_("Please name three different people who keep a part of the key."))
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """Who was chosen, in order."""
        return {"custodians": [self.cleaned_data[name] for name in self.fields]}


class PrintedForm(ActionForm[Vote]):
    """That the sheets on the page were printed: which key they belong to, signed by the page that drew it."""

    drawn = CharField(widget=forms.HiddenInput)


def _share(label: Any, *, required: bool) -> CharField:
    box = text_area(3, autocomplete="off", autocapitalize="characters", spellcheck="false")
    return CharField(label=label, max_length=200, required=required, widget=box)


class SharesForm(ActionForm[Vote]):
    """Two parts of a key, or all three, as they stand on paper."""

    share_1 = _share(_("First part"), required=True)
    share_2 = _share(_("Second part"), required=True)
    share_3 = _share(_("Third part"), required=False)

    def values(self) -> dict[str, Any]:
        """The parts that were typed."""
        return {"shares": [share for share in self.cleaned_data.values() if share]}
