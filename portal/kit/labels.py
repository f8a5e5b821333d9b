"""What the house's forms call their fields, asked where only the names are known: by a page that could not take one."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.forms import BaseForm, Field

Fields = dict[str, Field]


def label_of(name: str, sent: Collection[str], module: str) -> str:
    """What a field is called, in the language now spoken; empty where no form is it for sure, or they differ.

    The form itself was not made, so it is looked for among those of the view's app: what it requires was `sent`.
    """
    app = ".".join([*module.split(".")[:2], ""])
    fitting = [fields for fields in _forms_of(app) if name in fields and _fits(fields, sent)]
    labels = {str(fields[name].label or "") for fields in fitting}
    return labels.pop() if len(labels) == 1 else ""


def _fits(fields: Fields, sent: Collection[str]) -> bool:
    return all(name in sent for name, field in fields.items() if field.required)


def _forms_of(app: str) -> Iterator[Fields]:
    """The fields of each form that is known by now."""
    waiting = BaseForm.__subclasses__()
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if f"{form.__module__}.".startswith(app):
            yield getattr(form, "base_fields", {})
