"""What the fields of allauth's forms are called here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# In the place of Django's list, whose translation calls people 你.
PASSWORD_HELP = gettext_lazy("At least eight characters, and not only digits.")


NAMES: dict[str, StrOrPromise] = {
    "login": gettext_lazy("Phone number, name or e-mail"),
    "password": gettext_lazy("Password"),
    "remember": gettext_lazy("Stay signed in on this phone or computer"),
    "oldpassword": gettext_lazy("Password until now"),
    "password1": gettext_lazy("New password"),
    "password2": gettext_lazy("New password once more"),
    "email": gettext_lazy("E-mail address"),
    "code": gettext_lazy("The code we sent"),
}


class Ours(forms.Form):
    """One name for each field on every page, and none inside it, where it goes away as soon as somebody types."""

    names: ClassVar[dict[str, StrOrPromise]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = NAMES | self.names
        for name, field in self.fields.items():
            field.label = names.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
        if "password1" in self.fields:
            self.fields["password1"].help_text = PASSWORD_HELP
        if "code" in self.fields:
            self.fields["code"].widget.attrs["inputmode"] = "numeric"
