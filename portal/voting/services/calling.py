"""Putting a question to the vote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import Area, Kind, Person, RuleSet, Upload, User
from portal.community.places import inside
from portal.community.rules import rule, rule_set
from portal.duties import services as duties
from portal.duties.calendar import calendar_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import moment, span
from portal.search import services as search
from portal.voting import rolls
from portal.voting.events import CALLED
from portal.voting.matters import MOTION, Question, matter_for
from portal.voting.models import Choice, Custody, Electorate, LegalEffect, Method, Vote
from portal.voting.outcome import NONE
from portal.voting.permissions import may_call
from portal.voting.selectors import voters
from portal.voting.sentences import notice_sentences
from portal.voting.services.keys import prepare_box


@transaction.atomic
def call_vote(  # noqa: PLR0913 - a vote has these parts, each named by the caller
    user: User,
    *,
    neighbourhood: Area,
    scope: Area,
    subject: str,
    subject_url: str,
    title: str,
    explanation: str,
    electorate: str,
    matter: str,
    opens_at: datetime,
    closes_at: datetime,
    legal_effect: str = LegalEffect.CONSULTATIVE,
    question: Question = MOTION,
    custody: str = Custody.SERVER,
    may_extend_to: datetime | None = None,
    people: Sequence[Person] = (),
    rules_document: Upload | None = None,
) -> Vote:
    """Put one question to one electorate: copy its rule, draw and post its roll, tell the voters.

    `matter` is a key of MATTERS; times are aware moments; `may_extend_to` is how far the end may be moved
    once; `people` are the members of a named panel; `rules_document` the adopted rules a rule of silence rests
    on; `custody` matters to secret votes alone. The roll stands open to objections for `voting.roll_days`.
    Raises PermissionDenied for others than the bodies that call such votes; NotPossible for a matter that is
    not this electorate's, a scope with several estates, too short a notice, or an empty roll.
    """
    if not may_call(user, neighbourhood, electorate):
        raise PermissionDenied("call")
    kind = matter_for(matter, Electorate(electorate), LegalEffect(legal_effect), question)
    _check_scope(neighbourhood, scope, Electorate(electorate))
    _check_times(rule(kind.notice, scope), opens_at, closes_at, may_extend_to)
    vote = Vote.objects.create(
        neighbourhood=neighbourhood,
        scope=scope,
        subject=subject,
        subject_url=subject_url,
        title=title,
        explanation=explanation,
        electorate=electorate,
        matter=kind.key,
        rule=copied(rule_set(kind.rules[question.method], scope), question, rules_document),
        options=_options(question),
        labels=dict(zip(_options(question), question.options, strict=False)),
        secret=question.secret,
        custody=custody if question.secret else "",
        legal_effect=legal_effect,
        duplicates=rule("voting.duplicates", scope),
        rules_document=rules_document,
        called_at=clock.now(),
        frozen_at=min(calendar_days(clock.now(), rule("voting.roll_days", scope)).at, opens_at),
        opens_at=opens_at,
        closes_at=closes_at,
        may_extend_to=may_extend_to,
        created_by=user,
    )
    if not rolls.draw(vote, people):
        raise NotPossible(_("Nobody would be asked: the register of this place has no such people yet."))
    search.index(vote)
    prepare_box(vote)
    _publish_call(user, vote)
    return vote


def _check_scope(neighbourhood: Area, scope: Area, electorate: Electorate) -> None:
    if not scope.within(neighbourhood):
        raise NotPossible(_("Please choose a place inside the neighbourhood."))
    if scope.retired_on is not None:
        raise NotPossible(_("This place is no more. Please choose another one."))
    if electorate is Electorate.OWNERS and inside(scope, Kind.ESTATE).count() > 1:
        raise NotPossible(_("The owners of each estate decide for themselves: please choose one estate."))
    if electorate is Electorate.BUILDING and scope.kind != Kind.BUILDING:
        raise NotPossible(_("Please choose the building whose households are asked."))


def _check_times(
    notice_days: int, opens_at: datetime, closes_at: datetime, may_extend_to: datetime | None
) -> None:
    earliest = calendar_days(clock.now(), notice_days).at
    # Where no notice is asked for (on the spot, at a meeting that was announced) voting opens at once.
    if notice_days and opens_at < earliest:
        raise NotPossible(
            _("Voters need %(days)d full days' notice: voting can open %(day)s at the earliest.")
            % {"days": notice_days, "day": moment(earliest)}
        )
    if closes_at <= opens_at:
        raise NotPossible(_("Voting must end after it opens."))
    if may_extend_to is not None and may_extend_to <= closes_at:
        raise NotPossible(_("An extension must end after the vote does."))


def copied(row: RuleSet, question: Question, rules_document: Upload | None) -> dict[str, Any]:
    """The rule with its source, and what the question adds to it.

    Silence may count only where a place has adopted that rule for itself and shows it (domain: courts differ).
    """
    if row.value["silence"] != NONE and (row.area is None or rules_document is None):
        raise NotPossible(
            _("Silence counts only under the estate's own adopted rules of procedure; please attach them.")
        )
    copied = {**row.value, "source": row.source, "status": row.status}
    if question.method is Method.MOTION:
        return copied
    copied |= {"method": question.method.value, "seats": question.seats}
    if question.method in {Method.APPROVAL, Method.ELECTION}:
        copied["choose"] = question.choose
    if question.method is Method.SCORE:
        copied["points"] = question.points
    return copied


def _options(question: Question) -> list[str]:
    if question.method is Method.MOTION:
        return list(Choice.values)
    return [f"o{number}" for number, _name in enumerate(question.options, 1)]


def _publish_call(user: User, vote: Vote) -> None:
    # What is posted is kept as it is read, in the portal's own language.
    with translation.override(settings.LANGUAGE_CODE):
        paragraphs = (vote.explanation, span(vote.opens_at, vote.closes_at), *notice_sentences(vote))
        duties.post_notice(
            vote,
            "vote",
            neighbourhood=vote.neighbourhood,
            title=_("Vote: %(title)s") % {"title": vote.title},
            body="\n\n".join(filter(None, paragraphs)),
            url=vote.get_absolute_url(),
            # On the spot there is no time before it opens: it is posted while it runs.
            ends_at=vote.opens_at if vote.opens_at > clock.now() else vote.closes_at,
        )
    announce(
        CALLED,
        vote,
        by=user,
        to=voters(vote),
        data={
            "electorate": vote.electorate,
            "rule": vote.rule,
            "options": vote.labels or vote.options,
            "secret": vote.secret,
            **({"custody": vote.custody, "public_key": vote.public_key} if vote.secret else {}),
            "duplicates": vote.duplicates,
            "opens_at": vote.opens_at.isoformat(),
            "closes_at": vote.closes_at.isoformat(),
            "heads": vote.heads,
            "area": vote.area,
            "roll_sha256": rolls.fingerprint(vote),
        },
        opens=vote.opens_at.isoformat(),
        closes_at=vote.closes_at.isoformat(),
    )
