"""What was done to an application, as whoever applied and the office read it: more than the public record says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.community.models import User
from portal.community.selectors import signature
from portal.funds.models import Application, ApplicationTrace
from portal.kit import wording

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WORDS: dict[str, StrOrPromise] = {}


def register_traces(words: Mapping[str, StrOrPromise]) -> None:
    """Let a room say what its acts are called here, by the key that it writes."""
    WORDS.update(words)


def trace(application: Application, what: str, *, by: User | None = None, why: str = "") -> ApplicationTrace:
    """Write down what was done, by whom and why. It is never changed."""
    signed = signature(by, application.neighbourhood).name if by else ""
    return ApplicationTrace.objects.create(
        application=application, what=what, why=why.strip()[:500], by=by, signed=signed[:80]
    )


@translation.override(settings.LANGUAGE_CODE)
def in_words(fen: int, order: int = 0) -> str:
    """An amount as it is kept with a trace, in the portal's own language; `order`: of which instalment."""
    said = wording.yuan(fen)
    return gettext("instalment %(n)d, %(amount)s") % {"n": order, "amount": said} if order else said


@dataclass(frozen=True)
class Shown:
    """One of them, as components/_timeline.html shows it."""

    when: datetime
    text: str
    who: str


def shown(application: Application) -> list[Shown]:
    """All of them in their order, in the reader's language."""
    return lines_of(application.traces.all())


def lines_of(traces: Iterable[ApplicationTrace]) -> list[Shown]:
    """Some of them."""
    return [Shown(one.at, _said(one), one.signed) for one in traces]


def _said(one: ApplicationTrace) -> str:
    what = str(WORDS.get(one.what, one.what))
    return f"{what}：{one.why}" if one.why else what


register_traces(
    {
        "begun": _("The application was begun"),
        "taken_in": _("The desk wrote it down from a sheet of paper"),
        "asked": _("A neighbour was asked to apply together"),
        "agreed": _("A neighbour applies together"),
        "declined": _("A neighbour does not apply together"),
        "asking_ended": _("A neighbour is not asked any more"),
        "handed_in": _("It was handed in"),
        "handed_in_again": _("It was completed and handed in again"),
        "changed": _("It was changed after it was given back"),
        "withdrawn": _("It was withdrawn"),
        "called_off": _("It was withdrawn: the round was called off"),
        "lead_changed": _("Somebody else of the group leads it now"),
    }
)
