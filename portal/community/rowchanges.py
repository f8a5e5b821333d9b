"""What one act did to rows of any table, kept as plain JSON, so that it can be taken back exactly or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import F, ForeignObjectRel
from django.utils.translation import gettext as _

from portal.kit.errors import NotPossible

Step = dict[str, Any]


def ties(thing: models.Model) -> list[tuple[type[models.Model], str]]:
    """Every table, of any app, that points at a thing, with the name of the field that does."""
    return [
        (tie.related_model, tie.field.name)
        for tie in thing._meta.get_fields(include_hidden=True)
        if isinstance(tie, ForeignObjectRel) and not tie.many_to_many
    ]


class RowChanges:
    """Rows that are changed, moved, made and removed, step by step. `steps` is what is kept.

    Nothing is taken back over somebody's later change: `undo` compares each row with what was left behind.
    """

    def __init__(self, steps: list[Step] | None = None) -> None:
        self.steps: list[Step] = steps or []

    def change(self, row: models.Model, **values: Any) -> None:
        """Write some fields of a row."""
        before = {name: _kept(row, name) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        after = {name: _kept(row, name) for name in values}
        self.steps.append({"changed": _label(row), "pk": _key(row), "before": before, "after": after})

    def noticed(self, before: models.Model) -> None:
        """What others changed of a row since it was read, for the way back."""
        row = type(before)._base_manager.get(pk=before.pk)
        was, now = _whole(before), _whole(row)
        names = [name for name in was if was[name] != now[name]]
        if names:
            kept = {
                "before": {name: was[name] for name in names},
                "after": {name: now[name] for name in names},
            }
            self.steps.append({"changed": _label(row), "pk": _key(row), **kept})

    def add(self, row: models.Model, name: str, number: int) -> None:
        """Add to a sum that others add to as well: taken back by what was added, whatever it is by then."""
        model = type(row)
        model._base_manager.filter(pk=row.pk).update(**{name: F(name) + number})
        row.refresh_from_db(fields=[name])
        self.steps.append({"added": _label(row), "pk": _key(row), "field": name, "number": number})

    def make(self, row: models.Model) -> None:
        """Write a new row."""
        row.save(force_insert=True)
        self.steps.append({"made": _label(row), "pk": _key(row), "row": _whole(row)})

    def remove(self, row: models.Model) -> None:
        """Take a row away on which nothing rests. Raises ValueError where something does."""
        if any(model._base_manager.filter(**{field: row}).exists() for model, field in ties(row)):
            raise ValueError(f"something rests on {row._meta.label} {row.pk}")
        self.steps.append({"removed": _label(row), "pk": _key(row), "row": _whole(row)})
        row.delete()

    def move(
        self,
        model: type[models.Model],
        field: str,
        old: models.Model,
        new: models.Model,
        *,
        but: Sequence[Any] = (),
    ) -> int:
        """Let all rows (`but` some) that point at `old` by a field point at `new`. Returns how many did."""
        rows = model._base_manager.filter(**{field: old}).exclude(pk__in=but).order_by("pk")
        keys = [str(pk) for pk in rows.values_list("pk", flat=True)]
        if keys:
            rows.update(**{field: new})
            step = {"moved": model._meta.label_lower, "field": field, "rows": keys}
            self.steps.append({**step, "from": old.pk, "to": new.pk})
        return len(keys)

    def undo(self) -> None:
        """Put everything back, the last step first. Raises NotPossible where a row is not as it was left."""
        try:
            with transaction.atomic():
                for step in reversed(self.steps):
                    _undo(step)
        except IntegrityError as error:
            raise _changed() from error


def _undo(step: Step) -> None:
    kind = next(kind for kind in UNDO if kind in step)
    UNDO[kind](apps.get_model(step[kind]), step)


def _unchange(model: type[models.Model], step: Step) -> None:
    row = _as_left(model, step["pk"], step["after"])
    for name, kept in step["before"].items():
        field: Any = model._meta.get_field(name)
        setattr(row, field.attname, _value(field, kept))
    row.save(update_fields=list(step["before"]))


def _unmake(model: type[models.Model], step: Step) -> None:
    row = _as_left(model, step["pk"], step["row"])
    if any(other._base_manager.filter(**{field: row}).exists() for other, field in ties(row)):
        raise _changed()
    row.delete()


def _put_back(model: type[models.Model], step: Step) -> None:
    row = model()
    for name, kept in step["row"].items():
        field: Any = model._meta.get_field(name)
        setattr(row, field.attname, _value(field, kept))
    row.save(force_insert=True)


def _move_back(model: type[models.Model], step: Step) -> None:
    field, keys = step["field"], step["rows"]
    rows = model._base_manager.filter(pk__in=keys, **{field: step["to"]})
    if rows.update(**{field: step["from"]}) != len(keys):
        raise _changed()


def _take_off(model: type[models.Model], step: Step) -> None:
    rows = model._base_manager.filter(pk=step["pk"])
    if not rows.update(**{step["field"]: F(step["field"]) - step["number"]}):
        raise _changed()


UNDO = {
    "changed": _unchange,
    "added": _take_off,
    "made": _unmake,
    "removed": _put_back,
    "moved": _move_back,
}


def _as_left(model: type[models.Model], pk: str, left: dict[str, Any]) -> models.Model:
    row = model._base_manager.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None or any(_kept(row, name) != kept for name, kept in left.items()):
        raise _changed()
    return row


def _changed() -> NotPossible:
    return NotPossible(
        _(
            "Something that this act had changed was changed again since. Please take the later change back first."
        )
    )


def _label(row: models.Model) -> str:
    return row._meta.label_lower


def _key(row: models.Model) -> str:
    return str(row.pk)


def _whole(row: models.Model) -> dict[str, Any]:
    return {field.name: _kept(row, field.name) for field in row._meta.concrete_fields}


def _kept(row: models.Model, name: str) -> Any:
    """A value as JSON that leads back to exactly it: to the microsecond, and to the byte."""
    field: Any = row._meta.get_field(name)
    return None if field.value_from_object(row) is None else field.value_to_string(row)


def _value(field: Any, kept: Any) -> Any:
    return None if kept is None else field.to_python(kept)
