"""An XLSForm workbook as questions of a survey, or the list of its rows that lie outside the subset."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.kit import sheets
from portal.kit.errors import NotPossible
from portal.surveys.conditions import mapped
from portal.surveys.exchange.xlsform import expressions
from portal.surveys.exchange.xlsform.expressions import Outside

MOST_QUESTIONS = 200
LONGEST = {"label": 200, "hint": 300}
# Columns that change what a form asks; others (such as media or notes of the writer) are named and left out.
KNOWN = ("type", "name", "label", "hint", "required", "relevant", "constraint", "appearance", "parameters")
IGNORED = re.compile(r"note|notes|comment|comments|description|disabled|label::.*|hint::.*")
DEMAND = {"needed", "not", "no_view"}
KINDS = {"text": "short_text", "integer": "number", "date": "date", "range": "scale"}
LISTS = {"select_one": "single", "select_multiple": "multiple", "rank": "ranking"}
AT_LEAST = re.compile(r"(count-selected\(\.\)|\.)\s*>=\s*(-?\d+)")
AT_MOST = re.compile(r"(count-selected\(\.\)|\.)\s*<=\s*(-?\d+)")
EXCLUSIVE = re.compile(
    r"not\(\s*selected\(\s*\.\s*,\s*['\"]([^'\"]+)['\"]\s*\)\s+and\s+count-selected\(\.\)\s*>\s*1\s*\)"
)
PIPE = re.compile(r"\$\{([A-Za-z_][\w.-]*)\}")
YES = {"yes", "true", "true()", "1"}


@dataclass(frozen=True)
class Problem:
    """A row that lies outside the subset; `sheet` and `line` as a spreadsheet counts them."""

    sheet: str
    line: int
    why: str


@dataclass
class Form:
    """What was read: sections with questions as building.asjson takes them, and what could not be."""

    title: str = ""
    sections: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def questions(self) -> list[dict[str, Any]]:
        """All questions in order."""
        return [question for section in self.sections for question in section["questions"]]


@dataclass(frozen=True)
class Line:
    """One row by the names of its columns."""

    sheet: str
    number: int
    cells: dict[str, str]

    def get(self, name: str) -> str:
        """A cell; empty where there is none."""
        return self.cells.get(name, "")


def read(content: bytes) -> Form:
    """Read a workbook. Raises NotPossible where it is no XLSX file or has no sheet `survey`."""
    book = sheets.read_sheets(content, ("survey", "choices", "settings"))
    if not book.get("survey"):
        raise NotPossible(_("The file has no sheet “survey”: it is no XLSForm."))
    form = Form()
    settings = list(_lines("settings", book.get("settings", [])))
    form.title = settings[0].get("form_title")[:80] if settings else ""
    form.ignored = _ignored(book["survey"][0].cells, form)
    _Reader(form, _choices(_lines("choices", book.get("choices", [])))).read(_lines("survey", book["survey"]))
    return form


def _lines(sheet: str, rows: list[sheets.Row]) -> Iterator[Line]:
    if not rows:
        return
    names = [_column(cell) for cell in rows[0].cells]
    for row in rows[1:]:
        yield Line(sheet, row.line, dict(zip(names, row.cells, strict=False)))


def _column(name: str) -> str:
    """A heading without language: of several languages the first column that comes is read."""
    plain = name.strip().lower().replace(" ", "_")
    return re.sub(r"^(label|hint)::?.*$", r"\1", plain)


def _ignored(heads: list[str], form: Form) -> list[str]:
    unknown = [head for head in heads if head and _column(head) not in KNOWN]
    for head in unknown:
        if not IGNORED.fullmatch(head.strip().lower()):
            form.problems.append(Problem("survey", 1, _("the column “%(name)s”") % {"name": head[:40]}))
    return [head for head in unknown if IGNORED.fullmatch(head.strip().lower())]


def _choices(lines: Iterator[Line]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for line in lines:
        name = line.get("list_name") or line.get("list")
        if name and line.get("name"):
            found.setdefault(name, []).append((line.get("name"), line.get("label") or line.get("name")))
    return found


class _Reader:
    """Goes through the rows once; what it cannot take goes to `form.problems`."""

    def __init__(self, form: Form, choices: dict[str, list[tuple[str, str]]]) -> None:
        self.form, self.choices = form, choices
        self.table: dict[str, Any] | None = None
        self.depth = 0
        self.seen: set[str] = set()
        self.conditions: list[dict[str, Any] | None] = []

    def read(self, lines: Iterator[Line]) -> None:
        """Every row of the sheet `survey`."""
        for line in lines:
            try:
                self._row(line)
            except Outside as outside:
                self.form.problems.append(Problem(line.sheet, line.number, str(outside)))
        self.form.sections = [section for section in self.form.sections if section["questions"]]
        if len(self.form.questions) > MOST_QUESTIONS:
            self.form.problems.append(
                Problem("survey", 1, _("more than %(most)d questions") % {"most": MOST_QUESTIONS})
            )
        if not self.form.questions and not self.form.problems:
            self.form.problems.append(Problem("survey", 1, _("there is no question in it")))

    def _row(self, line: Line) -> None:
        kind, _blank, rest = line.get("type").strip().partition(" ")
        kind = f"{kind}_{rest}" if kind in ("begin", "end") else kind
        if kind == "begin_group":
            return self._begin(line)
        if kind == "end_group":
            return self._end()
        if kind == "note":
            return self._note(line)
        return self._question(line, kind, rest.strip())

    def _begin(self, line: Line) -> None:
        if self.table is not None:
            raise Outside(_("a group inside a table"))
        self.conditions.append(self._condition(line))
        if line.get("appearance") == "table-list":
            self.table = self._named(line, {"kind": "matrix", "options": [], "rows": []})
            self._section()["questions"].append(self.table)
            return
        self.depth += 1
        if self.depth > 1:
            raise Outside(_("a group inside a group"))
        self.form.sections.append({"title": line.get("label")[:30], "intro": "", "questions": []})

    def _end(self) -> None:
        if self.conditions:
            self.conditions.pop()
        if self.table is not None:
            table, self.table = self.table, None
            if not table["rows"]:
                self._section()["questions"].remove(table)
            return
        self.depth = max(0, self.depth - 1)
        if self.depth == 0:
            # What comes after a group stands in a section of its own.
            self.form.sections.append({"title": "", "intro": "", "questions": []})

    def _note(self, line: Line) -> None:
        section = self._section()
        if section["questions"] or section["intro"] or line.get("relevant"):
            raise Outside(_("a note that does not stand at the beginning of a group, or has a condition"))
        section["intro"] = line.get("label")[:300]

    def _question(self, line: Line, kind: str, rest: str) -> None:
        if self.table is not None:
            return self._table_row(line, kind, rest)
        found = KINDS.get(kind) or LISTS.get(kind)
        if found is None:
            raise Outside(_("the type “%(type)s”") % {"type": line.get("type")[:40]})
        question = self._named(line, {"kind": found})
        if kind in LISTS:
            question["options"] = self._options(rest)
        self._appearance(line, question)
        self._parameters(line, question)
        self._constraint(line, question)
        if found == "single" and {option["key"] for option in question["options"]} == DEMAND:
            question["kind"] = "demand"
        self._section()["questions"].append(question)
        return None

    def _table_row(self, line: Line, kind: str, rest: str) -> None:
        table = self.table or {}
        if kind != "select_one":
            raise Outside(_("the type “%(type)s” in a table") % {"type": line.get("type")[:40]})
        options = self._options(rest)
        if table["options"] and table["options"] != options:
            raise Outside(_("another list of choices in the same table"))
        if line.get("relevant"):
            raise Outside(_("a condition on one row of a table"))
        table["options"] = options
        table["required"] = table.get("required", False) or _yes(line)
        key = line.get("name").removeprefix(f"{expressions.xml_name(table['key'])}__")
        table["rows"].append({"key": _key(key), "text": _fits(line, "label", 80)})

    def _named(self, line: Line, question: dict[str, Any]) -> dict[str, Any]:
        key = _key(line.get("name"))
        if key in self.seen:
            raise Outside(_("the name “%(name)s” a second time") % {"name": key})
        # Groups hand their condition down to what is inside.
        above = [tree for tree in self.conditions if tree]
        own = self._condition(line) if question["kind"] != "matrix" else None
        trees = [*above, *([own] if own else [])]
        self.seen.add(key)
        text = _fits(line, "label", LONGEST["label"])
        if not text:
            raise Outside(_("no label"))
        return {
            **question,
            "key": key,
            "text": _piped(text),
            "help": _piped(_fits(line, "hint", LONGEST["hint"])),
            "required": _yes(line),
            "condition": trees[0] if len(trees) == 1 else {"all": trees} if trees else None,
        }

    def _condition(self, line: Line) -> dict[str, Any] | None:
        text = line.get("relevant")
        if not text:
            return None
        try:
            tree = expressions.read(text)
        except Outside as outside:
            raise Outside(_("the condition “%(text)s”") % {"text": str(outside)[:60]}) from outside
        return _keyed(tree, self.seen)

    def _options(self, name: str) -> list[dict[str, Any]]:
        found = self.choices.get(name.removesuffix(" or_other"), [])
        if not found or name.endswith("or_other"):
            raise Outside(_("the list of choices “%(name)s”") % {"name": name[:40]})
        options = [{"key": _key(key), "text": text[:80]} for key, text in found]
        if len({option["key"] for option in options}) < len(options):
            raise Outside(
                _("the list of choices “%(name)s”, in which a name stands twice") % {"name": name[:40]}
            )
        return options

    def _appearance(self, line: Line, question: dict[str, Any]) -> None:
        appearance = line.get("appearance")
        if appearance == "multiline" and question["kind"] == "short_text":
            question["kind"] = "long_text"
        elif appearance:
            raise Outside(_("the appearance “%(name)s”") % {"name": appearance[:40]})

    def _parameters(self, line: Line, question: dict[str, Any]) -> None:
        given = dict(part.partition("=")[::2] for part in line.get("parameters").replace(",", " ").split())
        if question["kind"] == "scale":
            if given.pop("step", "1") != "1" or not all(value.isdecimal() for value in given.values()):
                raise Outside(_("a scale with other steps than whole ones"))
            question |= {"least": int(given.pop("start", 1)), "most": int(given.pop("end", 10))}
        elif given.pop("randomize", "").lower() == "true":
            question["shuffled"] = True
        if given:
            raise Outside(_("the parameters “%(text)s”") % {"text": line.get("parameters")[:40]})

    def _constraint(self, line: Line, question: dict[str, Any]) -> None:
        left = line.get("constraint")
        for pattern, name in ((AT_LEAST, "least"), (AT_MOST, "most")):
            if hit := pattern.search(left):
                question[name] = int(hit.group(2))
                left = left.replace(hit.group(), "", 1)
        for hit in EXCLUSIVE.finditer(left):
            for option in question.get("options", []):
                option["exclusive"] = option["key"] == _key(hit.group(1)) or option.get("exclusive", False)
        left = EXCLUSIVE.sub("", left)
        if re.sub(r"\band\b", "", left).strip():
            raise Outside(_("the constraint “%(text)s”") % {"text": line.get("constraint")[:60]})

    def _section(self) -> dict[str, Any]:
        if not self.form.sections:
            self.form.sections.append({"title": "", "intro": "", "questions": []})
        return self.form.sections[-1]


def _key(name: str) -> str:
    """A name as a permanent key: without the sign that XML wants before a digit."""
    plain = re.sub(r"^_(?=[\d-])", "", name.strip())
    if not re.fullmatch(r"[\w-]{1,40}", plain, re.ASCII):
        raise Outside(_("the name “%(name)s”") % {"name": name[:40]})
    return plain


def _keyed(tree: dict[str, Any], seen: set[str]) -> dict[str, Any]:
    """A tree with keys as they are kept; only of questions that came before."""

    def leaf(word: str, rest: Any) -> Any:
        key = _key(rest if word == "answered" else rest[0])
        if key not in seen:
            raise Outside(_("a condition on “%(name)s”, which does not come before") % {"name": key})
        return key if word == "answered" else [key, _option(rest[1])]

    return mapped(tree, leaf)


def _option(value: Any) -> Any:
    return _key(value) if isinstance(value, str) else value


def _piped(text: str) -> str:
    return PIPE.sub(lambda hit: "{{" + _key(hit.group(1)) + "}}", text)


def _fits(line: Line, name: str, longest: int) -> str:
    text = line.get(name)
    if len(text) > longest:
        raise Outside(
            _("“%(column)s” is longer than %(most)d characters") % {"column": name, "most": longest}
        )
    return text


def _yes(line: Line) -> bool:
    return line.get("required").lower() in YES
