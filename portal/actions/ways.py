"""Why an act has no way back, where several have none for the same reason."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

STAYS = _(
    "There is no way back: it stays in the public record. A mistake is put right by what is published next."
)
