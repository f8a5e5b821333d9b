"""What people wrote: read and grouped by the committee, shown to everybody once names are covered."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from portal.actions.events import log
from portal.community.models import User
from portal.surveys.models import OpenAnswer, Survey
from portal.surveys.results import events
from portal.surveys.results.permissions import RESULTS
from portal.surveys.states import ResponseState


def token(pk: int) -> str:
    """What names a text on a page: its key would tell in which order texts came, and which two are of one person."""
    return salted_hmac("surveys.open_answer", str(pk)).hexdigest()[:16]


def readable(survey: Survey) -> QuerySet[OpenAnswer]:
    """The texts of answers that count, in the order of their words: not as they came."""
    counted = OpenAnswer.objects.filter(survey=survey, response__state=ResponseState.HANDED_IN)
    return counted.select_related("question").order_by("question__number", "group", "text", "pk")


def named(survey: Survey, tokens: Iterable[str]) -> list[OpenAnswer]:
    """The texts that tokens name; unknown ones are left out."""
    wanted = set(tokens)
    keys = readable(survey).order_by().values_list("pk", flat=True)
    found = [pk for pk in keys if token(pk) in wanted]
    return list(readable(survey).filter(pk__in=found))


def shown(survey: Survey) -> list[dict[str, str]]:
    """The texts that everybody may read, by question and group, without a time and in the order of their words."""
    rows = readable(survey).exclude(shown="").order_by("question__number", "group", "shown")
    found = rows.values_list("question__key", "question__text", "group", "shown")
    return [
        {"key": key, "question": question, "group": group, "text": text}
        for key, question, group, text in found
    ]


@transaction.atomic
def group(user: User, pk: int, texts: list[str], group: str) -> int:
    """Put texts, named by their tokens, under a heading; returns how many. An empty heading takes them out."""
    survey = RESULTS.take(user, pk, "group")
    found = named(survey, texts)
    return OpenAnswer.objects.filter(pk__in=[one.pk for one in found]).update(group=group.strip())


@transaction.atomic
def release(user: User, pk: int, texts: dict[str, str]) -> int:
    """Show texts, by token, in the words given, which somebody looked at; returns how many."""
    survey = RESULTS.take(user, pk, "release")
    found = [one for one in named(survey, texts) if texts[token(one.pk)].strip()]
    for one in found:
        one.shown, one.shown_by = texts[token(one.pk)].strip(), user
    OpenAnswer.objects.bulk_update(found, ["shown", "shown_by"], batch_size=100)
    if found:
        log(events.RELEASED, survey, by=user, data={"count": len(found)})
    return len(found)


@transaction.atomic
def hide(user: User, pk: int, texts: list[str]) -> int:
    """Take texts, by their tokens, from what everybody reads; returns how many."""
    survey = RESULTS.take(user, pk, "hide")
    found = [one.pk for one in named(survey, texts)]
    hidden = OpenAnswer.objects.filter(pk__in=found).exclude(shown="").update(shown="", shown_by=None)
    if hidden:
        log(events.HIDDEN, survey, by=user, data={"count": hidden})
    return hidden
