"""Households sign a text, and take their signature back. One text, never the next one; one household, once."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.community.models import Dwelling, User
from portal.community.selectors import person_of
from portal.conventions.events import SIGNATURES_ENTERED, SIGNATURES_STRUCK
from portal.conventions.models import Channel, Proposal, Signature
from portal.conventions.permissions import TEXTS
from portal.conventions.signatures import Household
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.fragments import stir


@transaction.atomic
def sign(user: User, pk: int, dwelling: int | None = None, *, agrees: bool = True) -> Signature:
    """Sign for one's household; `agrees` False is its dissent, which only a building counts.

    `dwelling`: for which of one's homes, the first that has not signed by default. Raises Http404, PermissionDenied,
    NotPossible (not an adult, no home here that has not signed, the text is closed).
    """
    text, person = TEXTS.take(user, pk, "sign"), person_of(user)
    if not person.is_adult(clock.today()):
        raise NotPossible(_("Only adults sign for a household."))
    homes = [home for home in Household(user, text).to_sign if dwelling in {None, home.pk}]
    if not homes:
        raise NotPossible(_("Your household has signed this text, or you do not live here."))
    if not agrees and text.round.page.is_building is False:
        raise NotPossible(_("Signing is voluntary here: who does not agree need not sign."))
    _give_way(text, homes[0])
    signature = Signature.objects.create(proposal=text, dwelling=homes[0], person=person, agrees=agrees)
    stir(text.neighbourhood.slug)
    return signature


@transaction.atomic
def take_back(user: User, pk: int) -> Proposal:
    """Take the signature of one's household back, whoever of it gave it. It can be signed again.

    Raises Http404, PermissionDenied, NotPossible (there is none, not an adult, the text is closed).
    """
    text, person = TEXTS.take(user, pk, "take_back"), person_of(user)
    own = Household(user, text).own
    if not own or not person.is_adult(clock.today()):
        raise NotPossible(_("There is no signature of your household that you could take back."))
    _end(own)
    stir(text.neighbourhood.slug)
    return text


@transaction.atomic
def enter(user: User, pk: int, dwellings: Sequence[Dwelling], *, agrees: bool = True) -> int:
    """Enter signatures given on paper; returns how many. Households that had signed already are left as they are.

    Raises Http404, PermissionDenied, NotPossible (a home is not in the place that agrees, the text is closed).
    """
    text = TEXTS.take(user, pk, "enter")
    _inside(text, dwellings)
    signed = set(text.signatures.standing().values_list("dwelling_id", flat=True))
    fresh = [home for home in dwellings if home.pk not in signed]
    Signature.objects.bulk_create(
        Signature(proposal=text, dwelling=home, agrees=agrees, channel=Channel.PAPER, entered_by=user)
        for home in fresh
    )
    if fresh:
        log(SIGNATURES_ENTERED, text, by=user, data={"n": len(fresh), "sha256": text.sha256})
    return len(fresh)


@transaction.atomic
def strike(user: User, pk: int, dwellings: Sequence[Dwelling], reason: str) -> int:
    """Strike signatures that were entered from paper by mistake; returns how many. Those given online stay.

    Raises Http404, PermissionDenied, NotPossible (none of these was entered from paper, the text is closed).
    """
    text = TEXTS.take(user, pk, "strike")
    _inside(text, dwellings)
    wrong = list(text.signatures.standing().filter(dwelling__in=dwellings, channel=Channel.PAPER))
    if not wrong:
        raise NotPossible(_("None of these households has a signature that was entered from paper."))
    _end(wrong)
    data = {"n": len(wrong), "sha256": text.sha256, "reason": reason}
    log(SIGNATURES_STRUCK, text, by=user, data=data)
    return len(wrong)


def _give_way(text: Proposal, home: Dwelling) -> None:
    """The signature of a household that has moved away gives way to that of who lives there now."""
    _end(list(text.signatures.standing().filter(dwelling=home)))


def _end(signatures: Sequence[Signature]) -> None:
    Signature.objects.filter(pk__in=[one.pk for one in signatures]).update(withdrawn_at=clock.now())


def _inside(text: Proposal, dwellings: Sequence[Dwelling]) -> None:
    area = text.round.page.area
    known = Dwelling.objects.in_use().filter(building__path__startswith=area.path)
    if known.filter(pk__in=[home.pk for home in dwellings]).count() < len({home.pk for home in dwellings}):
        raise NotPossible(_("One of these homes is not in %(place)s.") % {"place": area.name})
