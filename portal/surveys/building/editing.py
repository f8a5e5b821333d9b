"""Changes of a questionnaire as pure functions over its data: each takes the data to pieces in place."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portal.kit.errors import NotPossible
from portal.surveys.building.data import Data, full, questions_in
from portal.surveys.conditions import keys_in, mapped
from portal.surveys.definition import PIPE, piped

UP, DOWN = "up", "down"


def find(data: Data, key: str) -> Data:
    """The question of a key. NotPossible: it is there no more."""
    for question in questions_in(data):
        if question["key"] == key:
            return question
    raise NotPossible(_("This question is there no more."))


def section_of(data: Data, pk: int) -> Data:
    """The section with a key of the database. NotPossible: it is there no more."""
    for section in data["sections"]:
        if section.get("pk") == pk:
            found: Data = section
            return found
    raise NotPossible(_("This section is there no more."))


def add_question(data: Data, section: int, question: Data) -> None:
    """Put a question at the end of a section."""
    section_of(data, section)["questions"].append(full(question))


def remove_question(data: Data, key: str) -> None:
    """Take a question out. NotPossible, with the lines, where others rest on it."""
    find(data, key)
    require_unused(data, [key])
    for section in data["sections"]:
        section["questions"] = [one for one in section["questions"] if one["key"] != key]


def require_unused(data: Data, keys: list[str]) -> None:
    """Refuse where other questions depend on these or repeat their answers: NotPossible with their lines."""
    said = [
        _("Question %(number)s “%(text)s” depends on it.") % {"number": at, "text": question["text"]}
        for at, question in enumerate(questions_in(data), 1)
        if question["key"] not in keys and set(keys) & set(named_in(question))
    ]
    if said:
        raise NotPossible("\n".join([*said, _("Please change the condition or the text there first.")]))


def named_in(question: Data) -> list[str]:
    """The keys of the questions that a question rests on."""
    return [*keys_in(question["condition"]), *piped_in(question)]


def piped_in(question: Data) -> list[str]:
    """The keys of the questions whose answers a question repeats."""
    return [*piped(question["text"]), *piped(question["help"])]


def remove_section(data: Data, pk: int) -> None:
    """Take a section out with its questions. NotPossible where others rest on one of them."""
    section = section_of(data, pk)
    require_unused(data, [question["key"] for question in section["questions"]])
    data["sections"].remove(section)


def move_question(data: Data, key: str, way: str) -> None:
    """Put a question one place up or down; at the end of its section into the next one. NotPossible at the edge."""
    sections = data["sections"]
    at = next(place for place, section in enumerate(sections) if find(data, key) in section["questions"])
    questions = sections[at]["questions"]
    question = find(data, key)
    place = questions.index(question)
    target = place + (1 if way == DOWN else -1)
    questions.remove(question)
    if 0 <= target <= len(questions):
        questions.insert(target, question)
    elif way == UP and at > 0:
        sections[at - 1]["questions"].append(question)
    elif way == DOWN and at + 1 < len(sections):
        sections[at + 1]["questions"].insert(0, question)
    else:
        raise NotPossible(_("It stands at the edge already."))


def move_section(data: Data, pk: int, way: str) -> None:
    """Put a section one place up or down. NotPossible at the edge."""
    move(data["sections"], data["sections"].index(section_of(data, pk)), way)


def move(things: list[Any], place: int, way: str) -> None:
    """Put one of a list one place up or down. NotPossible at the edge."""
    target = place + (1 if way == DOWN else -1)
    if not 0 <= target < len(things):
        raise NotPossible(_("It stands at the edge already."))
    things.insert(target, things.pop(place))


def rename(data: Data, old: str, new: str) -> None:
    """Give a question another key, wherever it is named. NotPossible where the key is taken here."""
    if any(question["key"] == new for question in questions_in(data)):
        raise NotPossible(_("The key %(key)s is that of another question.") % {"key": new})
    find(data, old)["key"] = new
    for question in questions_in(data):
        question["condition"] = _renamed(question["condition"], old, new)
        for name in ("text", "help"):
            question[name] = piped_to(question[name], old, new)


def piped_to(text: str, old: str, new: str) -> str:
    """A text that repeats the answer of a question under its new key."""
    return PIPE.sub(lambda found: f"{{{{{new}}}}}" if found[1] == old else found[0], text)


def _renamed(tree: Any, old: str, new: str) -> Any:
    def leaf(word: str, rest: Any) -> Any:
        if word == "answered":
            return new if rest == old else rest
        return [new if rest[0] == old else rest[0], rest[1]]

    return mapped(tree, leaf) if tree else tree
