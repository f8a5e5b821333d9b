"""The parts of an application: what each asks, whether it is done, and why the whole cannot be handed in yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.rules import rule
from portal.funds.models import Application, BudgetLine, Call, CostClass
from portal.kit import clock
from portal.kit.wording import yuan

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CHECK = "check"


@dataclass(frozen=True)
class Step:
    """A part of the form: its fields of the model, and which of them have to be filled in."""

    key: str
    label: StrOrPromise
    question: StrOrPromise
    fields: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


STEPS = (
    Step(
        "who",
        gettext_lazy("Who"),
        gettext_lazy("Who applies, and for which project?"),
        ("title", "summary", "kind", "group", "scope"),
        ("title", "summary", "kind", "group"),
    ),
    Step(
        "need",
        gettext_lazy("Need"),
        gettext_lazy("Why is it needed, and how do you know?"),
        ("topic", "demand", "need", "evidence", "households", "people"),
        ("need", "evidence"),
    ),
    Step(
        "plan",
        gettext_lazy("Plan"),
        gettext_lazy("What will be done, and what will be different?"),
        ("outcomes",),
        ("outcomes",),
    ),
    Step("budget", gettext_lazy("Budget"), gettext_lazy("What does it cost, and who pays it?")),
    Step(
        "later",
        gettext_lazy("Later"),
        gettext_lazy("What could go wrong, and who looks after it later?"),
        ("risks", "upkeep"),
        ("risks", "upkeep"),
    ),
    Step(
        "payee",
        gettext_lazy("Payee"),
        gettext_lazy("To whose account does the money go, and what ties do you have?"),
        ("payee_kind", "payee", "conflict", "conflict_declared"),
        ("payee_kind", "payee"),
    ),
)
BY_KEY = {step.key: step for step in STEPS}


@dataclass(frozen=True)
class Lack:
    """What is missing or not allowed, and in which part it is put right."""

    step: str
    text: str


def after(key: str) -> str:
    """The part that follows, or the check."""
    keys = [*BY_KEY, CHECK]
    return keys[keys.index(key) + 1]


def before(key: str) -> str:
    """The part before, or nothing."""
    keys = [*BY_KEY, CHECK]
    at = keys.index(key)
    return keys[at - 1] if at else ""


def lacking(application: Application) -> list[Lack]:
    """Everything that keeps an application from being handed in, part by part."""
    return [
        *(
            Lack(step.key, _("Missing: %(field)s") % {"field": label})
            for step in STEPS
            for label in _empty(application, step)
        ),
        *_of_people(application),
        *_of_plan(application),
        *_of_budget(application),
        *_of_ties(application),
    ]


def co_applicants_least(call: Call) -> int:
    """How many have to apply together with the lead, as it stood when the round opened."""
    day = clock.day_of(call.opened_at) if call.opened_at else None
    return int(rule("funds.co_applicants", call.neighbourhood, day))


def above_share(application: Application, lines: Iterable[BudgetLine]) -> list[str]:
    """Which kinds of cost come to more than their share, in words; `lines`: all of its budget, with their kinds."""
    spent: Counter[CostClass] = Counter()
    for line in lines:
        spent[line.cost_class] += line.amount
    kinds = sorted(spent, key=lambda kind: (kind.forbidden, kind.pk))
    return [
        _above(kind, spent[kind], kind.most_percent * application.costs // 100)
        for kind in kinds
        if kind.most_percent and spent[kind] * 100 > kind.most_percent * application.costs
    ]


def _above(kind: CostClass, spent: int, most: int) -> str:
    return _("“%(kind)s” comes to %(sum)s: at most %(percent)d %% of the costs, %(most)s.") % {
        "kind": kind.label,
        "sum": yuan(spent),
        "percent": kind.most_percent,
        "most": yuan(most),
    }


def _empty(application: Application, step: Step) -> list[str]:
    meta: Any = Application._meta
    return [
        str(meta.get_field(name).verbose_name)
        for name in step.needed
        if getattr(application, name) in ("", None)
    ]


def _of_people(application: Application) -> list[Lack]:
    call = application.call
    found = []
    if application.kind not in call.applicants:
        found.append(
            Lack("who", _("This round is not for: %(kind)s") % {"kind": application.get_kind_display()})
        )
    least = co_applicants_least(call)
    agreed = application.co_applicants.filter(agreed_at__isnull=False).count()
    if agreed < least:
        found.append(
            Lack(
                "who",
                _("Neighbours who said yes to apply together: %(agreed)d. At least %(least)d are needed.")
                % {"agreed": agreed, "least": least},
            )
        )
    if not application.households and not application.people:
        found.append(Lack("need", _("Please say how many households or people gain from it.")))
    return found


def _of_plan(application: Application) -> list[Lack]:
    if application.activities.exists():
        return []
    return [Lack("plan", _("Please say at least one thing that will be done, with its days."))]


def _of_budget(application: Application) -> list[Lack]:
    call, texts = application.call, []
    lines = list(application.lines.select_related("cost_class"))
    if not lines:
        texts.append(_("The budget has no line yet."))
    texts += [refusal(line.cost_class) + f" {line.item}" for line in lines if line.cost_class.forbidden]
    if lines and application.asked == 0:
        texts.append(_("Everything is paid by others: there is nothing to ask the fund for."))
    if application.asked > call.cap:
        texts.append(
            _("You ask for %(asked)s; a project can ask for %(cap)s at most.")
            % {"asked": yuan(application.asked), "cap": yuan(call.cap)}
        )
    texts += above_share(application, lines)
    return [Lack("budget", text) for text in texts]


def _of_ties(application: Application) -> list[Lack]:
    found = []
    if not application.conflict_declared:
        found.append(
            Lack("payee", _("Please declare your ties to those who decide, or that there are none."))
        )
    if application.entered_by_id is not None and application.paper_id is None:
        found.append(Lack("who", _("The signed sheet is missing.")))
    return found


def quantity_words(hundredths: int) -> str:
    """12, or 2.5: how many of a unit, without needless digits."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole:,}.{rest:02d}".rstrip("0") if rest else f"{whole:,}"


def refusal(kind: CostClass) -> str:
    """Why a kind of cost is not paid, in words."""
    said = _("“%(kind)s” is not paid from this fund.") % {"kind": kind.label}
    return f"{said} {kind.why}" if kind.why else said
