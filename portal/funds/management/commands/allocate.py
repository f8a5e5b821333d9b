"""manage.py allocate FILE.pb --rule equal-shares|greedy [--completion none|greedy|add1-greedy] [--explain]"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.funds.allocating import pabulib
from portal.funds.allocating.elections import Amount, Election, Rules
from portal.funds.allocating.explaining import explain
from portal.funds.allocating.rules import outcome_of
from portal.funds.models import Completion, Rule, Tie


class Command(BaseCommand):
    help = "Allocate the pot of a Pabulib file of approval ballots, exactly. A broken file exits 1 and says which line."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--rule", choices=Rule.values, help="unless given, the one that the file names")
        parser.add_argument(
            "--completion", choices=Completion.values, help="of equal shares; add1-greedy unless given"
        )
        parser.add_argument("--tie", choices=Tie.values, help="which of two equal projects goes first")
        parser.add_argument("--minimum-votes", type=int, metavar="N", help="fewest ticks a project needs")
        parser.add_argument(
            "--dear-floor",
            action="store_true",
            default=None,
            help="out where the share of voters is below cost ÷ (3 × pot)",
        )
        parser.add_argument(
            "--comparison",
            action="store_true",
            default=None,
            help="the result that more voters prefer stands",
        )
        parser.add_argument(
            "--explain", action="store_true", help="with what each project was paid, what it lacked, and why"
        )

    def handle(self, *args: Any, file: Path, explain: bool, **options: Any) -> None:
        election = self._read(file)
        rules = _rules(election, options)
        self.stdout.write(json.dumps(_said(election, rules, whole=explain), ensure_ascii=False))

    def _read(self, file: Path) -> Election:
        try:
            return pabulib.read_bytes(file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except pabulib.Broken as broken:
            self.stderr.write(str(broken))
            sys.exit(1)


def _rules(election: Election, options: dict[str, Any]) -> Rules:
    """What was given on the command line; else what the file of a call says; else the contract's defaults."""
    names = ("rule", "completion", "tie", "minimum_votes", "dear_floor", "comparison")
    given = {name: options[name] for name in names if options[name] is not None}
    return replace(pabulib.rules_of(election.meta) or Rules(), **given)


def _said(election: Election, rules: Rules, *, whole: bool) -> dict[str, Any]:
    outcome = outcome_of(election, rules)
    if whole:
        return explain(election, outcome)
    return {
        "rule": rules.rule,
        "completion": rules.completion if rules.rule == Rule.EQUAL_SHARES else Completion.NONE.value,
        "winners": outcome.winners,
        "cost": _number(outcome.cost),
        "budget": _number(election.budget),
    }


def _number(amount: Amount) -> int | float:
    exact = Fraction(amount)
    return int(exact) if exact.denominator == 1 else float(exact)
