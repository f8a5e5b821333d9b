"""The code on the letter to a household or adult: it follows from the survey's salt and the unit (portal.kit.codes)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import Area
from portal.kit.codes import Codes, new_salt
from portal.kit.errors import NotPossible
from portal.surveys.models import FrameUnit, Survey
from portal.surveys.states import RUNNING, SurveyState

_CODES = Codes("survey")
TRIES_OF_SALT = 5
# While a survey stands so, its codes lead to it; afterwards a code is no better than a wrong one.
KNOWN = RUNNING | {SurveyState.CLOSED}


def code_of(unit: FrameUnit) -> str:
    """The code of a unit as it is printed, K7QM-3XRT; empty where it has none, or the secret key is another one now.

    `unit` comes with its survey.
    """
    return _CODES.found_again(unit.survey.salt, unit.pk, unit.code_hash) if unit.code_hash else ""


def unit_of(code: str, neighbourhood: Area | None = None) -> FrameUnit | None:
    """Whose code was typed; None for a wrong one and for one of a survey that takes no answers any more."""
    found = FrameUnit.objects.filter(code_hash__in=_CODES.hashes(code), survey__state__in=KNOWN)
    if neighbourhood is not None:
        found = found.filter(survey__neighbourhood=neighbourhood)
    return found.select_related("survey__neighbourhood", "dwelling__building", "person").first()


@transaction.atomic
def mint(survey: Survey) -> int:
    """Give every unit a code that has none; returns how many got one. Codes that stand are never changed.

    Raises NotPossible where no salt brings codes that nobody has yet.
    """
    held = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    units = list(FrameUnit.objects.filter(survey=held, code_hash="").order_by("pk"))
    fresh = not FrameUnit.objects.filter(survey=held).exclude(code_hash="").exists()
    if not units:
        survey.salt = held.salt
        return 0
    for _try in range(TRIES_OF_SALT):
        salt = new_salt() if fresh else held.salt
        for unit in units:
            unit.code_hash = _CODES.hashes(_CODES.made_of(salt, unit.pk))[0]
        if _are_new(units):
            break
    else:
        raise NotPossible(_("The codes could not be made. Please try again."))
    Survey.objects.filter(pk=held.pk).update(salt=salt)
    survey.salt = salt
    FrameUnit.objects.bulk_update(units, ["code_hash"], batch_size=500)
    return len(units)


def _are_new(units: list[FrameUnit]) -> bool:
    """Whether no two codes are alike, here or in the whole portal: of a million one pair would be."""
    hashes = [unit.code_hash for unit in units]
    if len(set(hashes)) < len(hashes):
        return False
    return not any(
        FrameUnit.objects.filter(code_hash__in=hashes[begun : begun + 500]).exists()
        for begun in range(0, len(hashes), 500)
    )
