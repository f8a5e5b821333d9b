"""Two editors of one thing: whoever saves second reads both texts, instead of writing over the first unawares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from portal.kit.errors import NotPossible


class Versioned(models.Model):
    """A thing that is edited: `version` counts how often it was."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


def change_fields(thing: Any, fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set those fields of a thing that differ, without saving it; returns what they said before and say now.

    Raises NotPossible where nothing differs.
    """
    was = {name: held for name in fields if (held := getattr(thing, name)) != fields[name]}
    if not was:
        raise NotPossible(_("Nothing has changed: everything is as it was."))
    now = {name: fields[name] for name in was}
    for name, value in now.items():
        setattr(thing, name, value)
    return was, now


MISSING = object()


class Overtaken(NotPossible):
    """Somebody else saved the thing after this editor had opened it. `present`: the thing as it is now."""

    def __init__(self, present: Any) -> None:
        self.present = present
        super().__init__(
            _(
                "Somebody else changed this while you were writing, so nothing was saved yet. Your text stands in the "
                "form, the other one beside it. If you send the form again, yours takes its place."
            )
        )


def require_version(thing: Any, version: int) -> None:
    """Raise Overtaken where a thing that was just read is not the one its editor had opened."""
    if thing.version != version:
        raise Overtaken(thing)


def save_version(thing: Any, version: int, fields: Iterable[str]) -> None:
    """Save fields of a thing that still has the version its editor read; it then has the next one.

    The version stands in the UPDATE's WHERE, so of two editors at the same moment one is refused, with or without
    a lock. Call it before anything else is written. Raises Overtaken.
    """
    rows = type(thing)._base_manager.filter(pk=thing.pk)
    values = {name: getattr(thing, name) for name in fields}
    if not rows.filter(version=version).update(**values, version=version + 1):
        raise Overtaken(rows.get())
    thing.version = version + 1


class VersionForm(forms.Form):
    """A form that remembers which version of the thing was opened, as `version`. Mixed into the form of an action."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def open_version(self, thing: Any) -> None:
        """Begin with the thing's present version, unless an older one was waiting behind a sign-in."""
        self.initial.setdefault("version", thing.version)

    def held(self, present: Any, name: str) -> Any:
        """What the thing holds by now where this field was filled in; MISSING where it holds nothing of the kind."""
        return getattr(present, name, MISSING)


@dataclass(frozen=True)
class OtherText:
    """What a field holds by now, where that is not what was typed."""

    label: str
    text: str


def other_texts(form: Any, refusal: NotPossible) -> list[OtherText]:
    """What the other editor wrote, where it differs from what was typed; nothing for any other refusal.

    `form`: a VersionForm, where it is that refusal. It takes over the present version: whoever has read both texts may
    send it again.
    """
    if not isinstance(refusal, Overtaken):
        return []
    form.data = form.data.copy()
    form.data["version"] = str(refusal.present.version)
    return [
        OtherText(str(field.label), _shown(field.field, form.held(refusal.present, field.name)))
        for field in form.visible_fields()
        if _differs(form, field.name, refusal.present)
    ]


def _differs(form: Any, name: str, present: Any) -> bool:
    held = form.held(present, name)
    unknown = held is MISSING or isinstance(held, models.Manager)
    return not unknown and name in form.cleaned_data and form.cleaned_data[name] != held


def _shown(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = dict(getattr(field, "choices", ()))
    return str(choices.get(value, value if value not in (None, "") else "–"))
