"""Giving a post of a wider area, or the first one of a neighbourhood."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.administration.founding.columns import TITLES
from portal.administration.services.officers import Newcomer
from portal.community.models import Appointment, Area, Person, Post, User
from portal.kit import clock, phones
from portal.kit.fields import YEAR, CharField, DayField, longest, offer, say_optional
from portal.register.services import accounts
from portal.register.services.posts import Term


class GiveForm(forms.Form):
    """Who, which post, signed how, from when. Nobody of the register is found here, only accounts by their sign-in."""

    login = CharField(
        label=gettext_lazy("Mobile number, e-mail or account name"),
        help_text=gettext_lazy("Of somebody without an account the mobile number: one is opened under it."),
        max_length=longest(User, "email"),
    )
    real_name = CharField(
        label=gettext_lazy("Full name"),
        help_text=gettext_lazy("Only for somebody without an account. Neighbours do not read it."),
        max_length=longest(Person, "real_name"),
        required=False,
    )
    shown = CharField(
        label=gettext_lazy("Name shown to neighbours"),
        help_text=gettext_lazy(
            "Only for somebody without an account. It stands behind how the post is signed."
        ),
        max_length=longest(Person, "display_name"),
        required=False,
    )
    post = forms.ChoiceField(label=gettext_lazy("Post"))
    title = CharField(
        label=gettext_lazy("Signs as"),
        help_text=gettext_lazy("Stands before the name in public, such as: Property management."),
        max_length=longest(Appointment, "title"),
    )
    since = DayField(label=gettext_lazy("From"), back=50 * YEAR, initial=clock.today)
    until = DayField(label=gettext_lazy("Last day"), back=50 * YEAR, ahead=10 * YEAR, required=False)

    def __init__(self, *args: Any, area: Area, offered: list[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area = area
        offer(self, "post", [(post.value, post.label) for post in offered])
        say_optional(self, _("(needed for a new account)"), "real_name", "shown")
        usual = [TITLES[post] for post in offered if post in TITLES]
        if usual:
            self.fields["title"].required = False
            say_optional(self, _("(left empty: %(usual)s)") % {"usual": _(", ").join(usual)}, "title")

    def clean(self) -> dict[str, Any]:
        """With who is meant, as `who`: the person of an account, or somebody new with a number and a name."""
        data = super().clean() or {}
        data["title"] = data.get("title") or TITLES.get(Post(data["post"]), "") if data.get("post") else ""
        if not data["title"] and "title" not in self.errors:
            self.add_error("title", self.fields["title"].error_messages["required"])
        login = data.get("login", "")
        account = accounts.surely_named(login) if login else None
        if account is not None:
            data["who"] = account.person
            if account.person is None:
                self.add_error(
                    "login", _("This account is not linked to a person. Please ask its holder to sign in.")
                )
        elif login and not phones.mobile(login):
            self.add_error("login", _("Nobody is known under this. Please enter a mobile number."))
        elif login and not (data.get("real_name") and data.get("shown")):
            self.add_error(
                "real_name", _("There is no account under this number. Please give both names to open one.")
            )
        elif login:
            data["who"] = Newcomer(data["real_name"].strip(), data["shown"].strip(), login)
        return data

    @property
    def term(self) -> Term:
        """The post with its days; the last day belongs to it."""
        data = self.cleaned_data
        until = data["until"] and data["until"] + timedelta(days=1)
        return Term(Post(data["post"]), self.area, data["title"].strip(), data["since"], until)
