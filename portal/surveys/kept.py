"""What counts or shows single answers asks first whether they are still kept."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.kit import wording
from portal.kit.errors import NotPossible
from portal.surveys.models import Survey


def require_kept(survey: Survey) -> None:
    """Raises NotPossible where the single answers were deleted, as it had been announced."""
    if survey.erased_at is not None:
        raise NotPossible(
            _("The single answers were deleted on %(day)s. What was published of them stays.")
            % {"day": wording.day(survey.erased_at)}
        )
