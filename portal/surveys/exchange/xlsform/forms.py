"""The file that is brought."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.kit.errors import NotPossible
from portal.surveys.exchange.xlsform import reading
from portal.surveys.exchange.xlsform.reading import Form, Problem
from portal.surveys.models import Survey

# More lines than these help nobody.
LISTED = 40


class BringForm(ActionForm[Survey]):
    """An XLSX file whose every row lies inside the subset."""

    file = forms.FileField(
        label=gettext_lazy("XLSForm file (.xlsx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        help_text=gettext_lazy("As Kobo and ODK use it. At most 5 MB."),
    )
    found: Form

    def clean_file(self) -> UploadedFile[Any]:
        """The file, once it was read; each row that cannot be taken over is said with its line."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        try:
            self.found = reading.read(file.read())
        except NotPossible as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if self.found.problems:
            raise forms.ValidationError([_line(problem) for problem in self.found.problems[:LISTED]])
        return file

    def values(self) -> dict[str, Any]:
        """What was read of it."""
        return {"form": self.found}


def _line(problem: Problem) -> str:
    return _("Sheet “%(sheet)s”, row %(line)d: %(why)s lies outside what can be taken over.") % {
        "sheet": problem.sheet,
        "line": problem.line,
        "why": problem.why,
    }
