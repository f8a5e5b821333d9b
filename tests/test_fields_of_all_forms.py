"""Every form of the portal, whatever app it belongs to: its days have a range, and text that nobody sees is none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.conf import settings

from portal.kit.fields import YEAR, ClockField, DayField, MomentField

ROOT: Path = settings.BASE_DIR
SOURCES = sorted(path for path in (ROOT / "portal").rglob("*.py") if "migrations" not in path.parts)
UNSEEN = ["\u200b", "\u2800", "\u3164", "\u00ad", "\ufeff\u200d", "\u202e", " \u200b\u3000\n"]
# What signing in compares with what is kept: never kept itself.
COMPARED = {"username", "login", "code", "oldpassword", "password", "password1", "password2"}
EMPTY = ("", None, [], "refused")
Named = tuple[str, forms.Field]


@cache
def every_field() -> list[Named]:
    """The fields of all forms with where they stand, found by reading whatever module may hold one."""
    for path in SOURCES:
        own = path.relative_to(ROOT).with_suffix("")
        if "forms" in own.as_posix() or own.name in {"blocks", "streams", "views", "editing"}:
            import_module(".".join(own.parts).removesuffix(".__init__"))
    here = {form for form in _below(forms.BaseForm) if form.__module__.startswith("portal.")}
    return [
        (f"{form.__module__}.{form.__qualname__}.{name}", field)
        for form in sorted(here, key=lambda form: (form.__module__, form.__qualname__))
        for name, field in getattr(form, "base_fields", {}).items()
    ]


def _below(kind: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def test_every_day_and_moment_states_its_range_and_every_hour_is_asked_about() -> None:
    kinds = (forms.DateField, forms.DateTimeField, forms.TimeField, forms.SplitDateTimeField)
    found = [(name, field) for name, field in every_field() if isinstance(field, kinds)]
    ours = DayField | MomentField | ClockField

    assert len(found) > 80
    assert [name for name, field in found if not isinstance(field, ours)] == []
    days = [(name, field) for name, field in found if isinstance(field, DayField | MomentField)]
    # A life back, a long post ahead: nobody types 2206 unasked.
    assert [name for name, field in days if field.back > 150 * YEAR or field.ahead > 50 * YEAR] == []
    assert [name for name, field in days if isinstance(field, MomentField) and field.ahead > 5 * YEAR] == []


@pytest.mark.parametrize("text", UNSEEN)
def test_text_that_nobody_sees_is_empty_in_every_form(text: str) -> None:
    """Case: a zero-width space was taken for a title, a place and a published reason."""
    texts = [(name, field) for name, field in every_field() if isinstance(field, forms.CharField)]
    kept = [(name, field) for name, field in texts if name.rpartition(".")[2] not in COMPARED]

    assert len(kept) > 300
    assert [name for name, field in kept if field.required and _cleaned(field, text) != "refused"] == []
    assert [name for name, field in kept if not field.required and _cleaned(field, text) not in EMPTY] == []


def _cleaned(field: forms.Field, text: str) -> object:
    try:
        return field.clean(text)
    except forms.ValidationError:
        return "refused"
