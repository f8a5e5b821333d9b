"""Statements written by hand for what is asked at every page: Django takes ten times as long to build them anew."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


class Columns(Generic[M]):
    """The columns of a model under the name its table has in a statement, and instances made from their values."""

    def __init__(self, model: type[M], table: str) -> None:
        self.model, self.table = model, table

    def __str__(self) -> str:
        return ", ".join(f'{self.table}."{field.column}"' for field in self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def make(self, values: Sequence[Any]) -> M | None:
        """An instance from the values of a row, as Django reads them; None where an outer join found nothing."""
        if values[self._key] is None:
            return None
        read = list(values)
        for at, converters, column in self._converters:
            for convert in converters:
                read[at] = convert(read[at], column, connection)
        return self.model.from_db(connection.alias, self._names, read)

    @cached_property
    def _fields(self) -> list[Any]:
        return list(self.model._meta.concrete_fields)

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self._fields]

    @cached_property
    def _key(self) -> int:
        return self._fields.index(self.model._meta.pk)

    @cached_property
    def _converters(self) -> list[tuple[int, list[Any], Any]]:
        """What turns a value of the database into one of Python, where they differ."""
        found = []
        for at, field in enumerate(self._fields):
            column = field.cached_col
            own = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
            if own:
                found.append((at, own, column))
        return found
