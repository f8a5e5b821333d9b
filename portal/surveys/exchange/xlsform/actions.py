"""Bringing an XLSForm, as people meet it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect
from portal.surveys.exchange.xlsform import services
from portal.surveys.exchange.xlsform.forms import BringForm

ACTIONS = {
    "bring": Action(
        _("Bring questions from Kobo or ODK (XLSForm)"),
        services.bring,
        BringForm,
        text=_(
            "They take the place of the questions that stand there now. A file with a row that cannot be taken over is"
            " refused as a whole, with every such row; nothing is taken over by half."
        ),
        done=_("The questions are taken over. Please read through them once."),
        submit=_("Take the questions over"),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=_("The builder takes it back with “Undo”."),
        then=lambda survey, result: reverse("surveys:build", args=[survey.pk]),
    ),
}
