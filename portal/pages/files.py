"""Files that a form of a page takes: each judged at its own field, and asked for again where the form was refused."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.actions.fields import FilesInput
from portal.community import uploads
from portal.kit.errors import NotPossible
from portal.kit.fields import CharField, say_optional


class FileField(forms.FileField):
    """A file, judged by its content at once, so that a refusal stands at its field."""

    input: type[forms.FileInput] = forms.FileInput

    def __init__(self, *, pictures: bool, **kwargs: Any) -> None:
        self.pictures = pictures
        most = (settings.PICTURE_MAX_BYTES if pictures else settings.PDF_MAX_BYTES) // 1024**2
        accept = "image/*" if pictures else uploads.PDF
        edge = {"data-edge": settings.PICTURE_EDGE} if pictures else {}
        widget = self.input(attrs={"accept": accept, "data-max-mb": most, **edge})
        limits = uploads.picture_limits if pictures else uploads.pdf_limits
        super().__init__(widget=widget, help_text=lazy(limits, str)(), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuse what cannot be taken, in the reader's words."""
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            kind = uploads.check(file)
        except NotPossible as refusal:
            raise ValidationError(str(refusal)) from refusal
        if self.pictures == (kind == uploads.PDF):
            raise ValidationError(_("Please choose a photo.") if self.pictures else _("Please choose a PDF."))
        return file


class PicturesField(FileField):
    """Up to `most` pictures at once, each judged. Cleans to a list."""

    input = FilesInput
    widget: FilesInput

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(pictures=True, **kwargs)
        words = _("Several can be chosen at once; after saving there is room to say what each shows.")
        self.help_text = f"{self.help_text} {words}"

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Refuse too many; a refusal names each that is refused, and the others wait."""
        given = data if isinstance(data, list) else [data] if data else []
        if len(given) > self.most:
            raise ValidationError(
                ngettext("At most %(most)d more picture.", "At most %(most)d more pictures.", self.most)
                % {"most": self.most}
            )
        good: list[Any] = []
        reasons: list[ValidationError] = []
        for file in given:
            try:
                good.append(super().clean(file, initial))
            except ValidationError as refusal:
                reasons.append(refusal)
        self.widget.good = good
        if reasons:
            raise ValidationError(reasons)
        return good


def choose_again(form: forms.Form, name: str) -> None:
    """Say at a file's field that a refused form has lost it: no browser sends a file twice by itself."""
    file = form.files.get(name)
    if file and form.errors and name not in form.errors:
        form.add_error(name, _("Please choose “%(name)s” once more.") % {"name": file.name})


class OptionalPictureForm(forms.Form):
    """A picture with what it shows, or none."""

    photo = FileField(pictures=True, label=gettext_lazy("Picture"), required=False)
    alt = CharField(
        label=gettext_lazy("What the picture shows"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Read aloud to those who cannot see it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_optional(self, gettext_lazy("(needed with a picture)"), "alt")

    def full_clean(self) -> None:
        """A refused form has lost its picture."""
        super().full_clean()
        choose_again(self, "photo")

    def clean(self) -> dict[str, Any]:
        """A picture needs its description."""
        data = super().clean() or {}
        if data.get("photo") and not data.get("alt"):
            self.add_error("alt", _("Please say in a few words what the picture shows."))
        return data
