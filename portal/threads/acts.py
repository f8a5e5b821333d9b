"""What can be done to a post, as its page offers it: the form, the words, the service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.community.models import User
from portal.threads import services
from portal.threads.forms import AnswerForm, AppealForm, AskForm, ConfirmForm, ReasonForm


class Act(NamedTuple):
    """One act of permissions.NEEDS with its form and its words."""

    form: type[forms.Form]
    do: Callable[[User, int, dict[str, Any]], object]
    title: str | Promise
    button: str | Promise
    text: str | Promise = ""
    tone: str = ""


ACTS: dict[str, Act] = {
    "answer": Act(
        AnswerForm,
        lambda user, pk, data: services.answer(user, pk, body=data["body"], key=data["once"]),
        _("Answer officially"),
        _("Publish the answer"),
    ),
    "acknowledge": Act(
        ConfirmForm,
        lambda user, pk, data: services.acknowledge(user, pk),
        _("Confirm that you have received it"),
        _("We are preparing the answer"),
        _("Neighbours see that somebody is on it. The time for the answer goes on running."),
        "quiet",
    ),
    "ask": Act(
        AskForm,
        lambda user, pk, data: services.ask(user, pk, asks=data["asks"]),
        _("Ask for an official answer"),
        _("Ask"),
        _("Whoever is asked has to answer within the promised working days, in public."),
    ),
    "keep": Act(
        ConfirmForm,
        lambda user, pk, data: services.keep(user, pk),
        _("Leave the post as it is"),
        _("It stays"),
        _("Those who reported it are told."),
    ),
    "hide": Act(
        ReasonForm,
        lambda user, pk, data: services.hide(user, pk, data["reason"]),
        _("Hide this post"),
        _("Hide"),
        _("A placeholder with the reason stays, the public record notes it, and the author can appeal."),
        "danger",
    ),
    "restore": Act(
        ConfirmForm,
        lambda user, pk, data: services.restore(user, pk),
        _("Show this post again"),
        _("Show again"),
    ),
    "uphold": Act(
        ConfirmForm,
        lambda user, pk, data: services.uphold(user, pk),
        _("Decide the appeal: it stays hidden"),
        _("It stays hidden"),
        _("This is final. The public record notes it."),
        "danger",
    ),
    "appeal": Act(
        AppealForm,
        lambda user, pk, data: services.appeal(user, pk, text=data["text"]),
        _("Appeal"),
        _("Send the appeal"),
        _("It is decided by the oversight committee, or by the subdistrict, not by those who hid the post."),
    ),
    "flag": Act(
        ReasonForm,
        lambda user, pk, data: services.flag(user, pk, reason=data["reason"]),
        _("Report this post"),
        _("Report to the committee"),
        _("Another opinion is no reason. The committee looks at it and tells you what it decided."),
        "quiet",
    ),
}
