"""Fields that forms of several apps share: files with their limits said beforehand, days, reasons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.community import uploads
from portal.kit.errors import NotPossible


class FilesInput(forms.ClearableFileInput):
    """A chooser for several files; the page's script warns before too large ones are sent."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Up to `most` photos and PDFs, with the limits said beforehand. Cleans to checked files for `uploads.accept`."""

    def __init__(self, *, most: int = 6, **kwargs: Any) -> None:
        self.most = most
        biggest = max(settings.PICTURE_MAX_BYTES, settings.PDF_MAX_BYTES) // 1024**2
        kwargs.setdefault("label", gettext_lazy("Photos and papers"))
        kwargs.setdefault("widget", FilesInput(attrs={"accept": uploads.ACCEPT, "data-max-mb": biggest}))
        kwargs.setdefault("help_text", lazy(self._limits, str)())
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Each file, checked by its content; a refusal names the file and the reason."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            return [super().clean(None, initial)] if self.required else []
        if len(given) > self.most:
            raise forms.ValidationError(self._limits())
        files = [super(FilesField, self).clean(file, initial) for file in given]
        reasons = [reason for file in files if (reason := _objection(file))]
        if reasons:
            raise forms.ValidationError(reasons)
        return files

    def _limits(self) -> str:
        count = ngettext("At most %(most)d file.", "At most %(most)d files.", self.most) % {"most": self.most}
        return _("%(count)s %(limits)s") % {"count": count, "limits": uploads.limits()}


def _objection(file: UploadedFile[Any]) -> str:
    try:
        uploads.check(file)
    except NotPossible as refusal:
        return str(refusal)
    return ""


class DayField(forms.DateField):
    """A day, chosen in the browser's calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)


def text_area(rows: int) -> forms.Textarea:
    """A field of several lines."""
    return forms.Textarea(attrs={"rows": rows})


def reason_field(*, required: bool = True) -> forms.CharField:
    """A reason that is published."""
    return forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        required=required,
        widget=text_area(4),
        help_text=gettext_lazy("Everybody can read it."),
    )
