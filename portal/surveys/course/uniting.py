"""What of a survey one adult can be asked only once, when two records of one human become one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double, Union
from portal.surveys.models import Disposition, FrameUnit


def _settle(union: Union, earlier: FrameUnit, later: FrameUnit) -> None:
    """One of the two is asked. The other stays under the record that goes, noted as nobody; what came is not lost."""
    kept, gone = (earlier, later) if earlier.person_id == union.kept.pk else (later, earlier)
    union.stays(gone)
    if gone.handed_in_on is None:
        union.changes.change(gone, disposition=Disposition.EMPTY)
    elif kept.handed_in_on is None:
        union.changes.change(kept, handed_in_on=gone.handed_in_on)
        union.changes.change(gone, handed_in_on=None, disposition=Disposition.EMPTY)


uniting.register(
    "survey units",
    Double(
        FrameUnit,
        ("survey_id",),
        ("number",),
        lambda unit: (
            _("Both are asked in the survey “%(title)s”. One answer counts.") % {"title": unit.survey.title}
        ),
        _settle,
    ),
)
