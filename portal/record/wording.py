"""What each action is called in the record. Each app registers the wording of its own actions."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise

WORDING: dict[str, str | Promise] = {}


def register(wording: Mapping[str, str | Promise]) -> None:
    """Add an app's actions; raises ValueError if one is registered twice with another text."""
    for action, text in wording.items():
        if WORDING.setdefault(action, text) is not text and str(WORDING[action]) != str(text):
            raise ValueError(f"{action} is registered twice")


def word(action: str) -> str:
    """The reader's words for an action, with the bare action where nobody registered one."""
    return str(WORDING.get(action, action))
