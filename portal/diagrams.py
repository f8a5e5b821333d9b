"""The diagrams in docs/: lives of things drawn from their tables, models from their classes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Any

from django.apps import AppConfig, apps
from django.db.models import ForeignKey, ManyToManyField, Model

from portal.actions.lifecycles import LIFE_CYCLES, LifeCycle

MARK = re.compile(r"<!-- (?P<kind>states|models):(?P<name>\w+) -->.*?<!-- /(?P=kind) -->", re.DOTALL)


def drawn(text: str) -> str:
    """A document with the diagrams between their marks drawn anew. KeyError, LookupError: nothing has that name."""
    return MARK.sub(_drawn, text)


def names(text: str, kind: str) -> set[str]:
    """Which diagrams of a kind (`states`, `models`) a document has."""
    return {found["name"] for found in MARK.finditer(text) if found["kind"] == kind}


def life_diagram(life: LifeCycle[Any]) -> str:
    """A state diagram of a life cycle; states that lead nowhere lead to the end."""
    lines = ["stateDiagram-v2", *(f"    [*] --> {first.value}" for first in (life.first, *life.also_first))]
    for state, following in life.next.items():
        ends = [str(to.value) for to in sorted(following, key=_place)] or ["[*]"]
        lines += [f"    {state.value} --> {end}" for end in ends]
    return _block(lines)


def model_diagram(app: AppConfig) -> str:
    """The models of an app and what they refer to; what belongs to other apps is named only."""
    lines = ["classDiagram", "    direction LR"]
    for model in app.get_models():
        lines.append(f"    class {model.__name__}")
        lines += [f"    {model.__name__} <|-- {child}" for child in _children(model)]
        lines += _references(model)
    return _block(lines)


def _references(model: type[Model]) -> Iterable[str]:
    for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
        if field.is_relation and not getattr(field.remote_field, "parent_link", False):
            yield f"    {model.__name__} {_arrow(field)} {_target(field)} : {field.name}"


def _arrow(field: Any) -> str:
    if isinstance(field, ManyToManyField):
        return '"*" -- "*"'
    many = "*" if isinstance(field, ForeignKey) and not field.unique else "0..1"
    return f'"{many}" --> "{"0..1" if field.null else "1"}"'


def _target(field: Any) -> str:
    return str(field.related_model.__name__)


def _children(model: type[Model]) -> list[str]:
    return sorted(child.__name__ for child in model.__subclasses__() if not child._meta.abstract)


def _drawn(found: re.Match[str]) -> str:
    kind, name = found["kind"], found["name"]
    diagram = (
        life_diagram(LIFE_CYCLES[name]) if kind == "states" else model_diagram(apps.get_app_config(name))
    )
    return f"<!-- {kind}:{name} -->\n{diagram}\n<!-- /{kind} -->"


def _block(lines: list[str]) -> str:
    return "\n".join(["```mermaid", *lines, "```"])


def _place(state: Enum) -> int:
    return list(type(state)).index(state)
