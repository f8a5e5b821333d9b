"""What can be done with the single answers of a survey, as its page offers it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action
from portal.surveys.exchange import forms, services
from portal.surveys.exchange.reading import shown

ACTIONS: dict[str, Action] = {
    "export": Action(
        _("Take the answers away as a file"),
        services.ask,
        forms.TakeForm,
        text=_(
            "A row for each answer, in an order by lot: no name, no home, no moment, no key leading back to anybody."
            " Texts stand apart. Still, few people share every age, household and answer: keep the file to yourselves,"
            " and publish from the results only."
        ),
        submit=_("Make the file"),
        done=_("It was written down who asked for the file and what for."),
        tone="quiet",
        then=lambda survey, file: file.get_absolute_url(),
        template="surveys/exchange/export.html",
        shows=shown,
        effect=None,
    ),
}
