"""Forms that bring a Word file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from portal.conventions import word
from portal.conventions.word import Recognised
from portal.kit.errors import NotPossible
from portal.kit.fields import CharField, confirm_field

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class WordForm(forms.Form):
    """A .docx file, judged by what is in it."""

    file = forms.FileField(
        label=gettext_lazy("Word file (.docx)"),
        widget=forms.ClearableFileInput(attrs={"accept": f".docx,{DOCX}"}),
        help_text=gettext_lazy(
            "Headings become chapters; paragraphs that begin with “第一条”, “第二条” … become articles. At most 5 MB."
        ),
    )

    def clean_file(self) -> UploadedFile[Any]:
        """The file, once it was read: what was recognised is in `found`."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > word.MAX_BYTES:
            raise forms.ValidationError(str(word.too_large()))
        try:
            self.found: Recognised = word.read(file.read())
        except NotPossible as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return file


class ConfirmForm(forms.Form):
    """Take what was recognised into the draft. `version`: the draft it was compared with.

    `loses`: an open suggestion would lose its article, which is asked about.
    """

    version = CharField(widget=forms.HiddenInput, max_length=40)
    confirm = confirm_field(gettext_lazy("Take it although these suggestions lose their article"))

    def __init__(self, *args: Any, loses: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not loses:
            del self.fields["confirm"]
