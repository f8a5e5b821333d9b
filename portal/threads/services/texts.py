"""The texts a body keeps for its answers: written, changed, put away and brought back by whoever holds its post."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.community.selectors import signature
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.threads.models import BODIES, AnswerText
from portal.threads.permissions import PLACE, TEXTS, answers_for
from portal.threads.services.transitions import checked

# More than these nobody finds anything in.
MOST = 30


@transaction.atomic
def keep_text(user: User, slug: str, *, title: str, text: str) -> AnswerText:
    """Keep a text for the answers of one's body. Raises NotPossible for a title that stands, and beyond MOST."""
    here = PLACE.take(user, slug, "answer")
    body = next(body for body in BODIES if body in answers_for(user, here))
    kept = AnswerText(neighbourhood=here, body=body)
    if AnswerText.objects.in_use().filter(neighbourhood=here, body=body).count() >= MOST:
        raise NotPossible(_("There are %(most)d texts already. Please put one away first.") % {"most": MOST})
    return _written(user, kept, title, text)


@transaction.atomic
def change_text(user: User, pk: int, *, title: str, text: str) -> AnswerText:
    """Write it otherwise; answers that were given with it stay as they are."""
    return _written(user, TEXTS.take(user, pk, "change"), title, text)


@transaction.atomic
def put_away(user: User, pk: int) -> AnswerText:
    """Offer it no more. It can be brought back."""
    return _moved(TEXTS.take(user, pk, "put_away"), away=True)


@transaction.atomic
def bring_back(user: User, pk: int) -> AnswerText:
    """Offer it again. Raises NotPossible where another bears its title meanwhile."""
    kept = TEXTS.take(user, pk, "bring_back")
    _require_title(kept, kept.title)
    return _moved(kept, away=False)


def _written(user: User, kept: AnswerText, title: str, text: str) -> AnswerText:
    kept.title, kept.text = title.strip(), checked(text)
    _require_title(kept, kept.title)
    kept.by_name = signature(user, kept.neighbourhood).name[:80]
    kept.changed_at = clock.now()
    kept.save()
    return kept


def _require_title(kept: AnswerText, title: str) -> None:
    others = AnswerText.objects.in_use().filter(neighbourhood=kept.neighbourhood, body=kept.body, title=title)
    if others.exclude(pk=kept.pk).exists():
        raise NotPossible(_("A text with this title stands already.")).at("title")


def _moved(kept: AnswerText, *, away: bool) -> AnswerText:
    if away is not (kept.away_at is None):
        raise NotPossible(_("Somebody else did this already."))
    kept.away_at = clock.now() if away else None
    kept.save(update_fields=["away_at"])
    return kept
