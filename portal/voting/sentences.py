"""The rule and the outcome of a vote in words that anybody understands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

from django.utils.translation import gettext as _

from portal.community.models import LegalStatus
from portal.community.wording import deadline, fraction, percent
from portal.voting.models import Duplicates, Electorate, Vote
from portal.voting.outcome import HEADS, NO_QUORUM, NONE, PASSED, Measure, Verdict, outcome, without_silence
from portal.voting.tally import totals


def rule_sentence(vote: Vote) -> str:
    """What it takes, in one or two sentences, from the vote's own copy of the rule."""
    whole = [_of_roll(need, vote) for need in vote.rule["participation"]]
    agreeing = [_of_voters(need) for need in vote.rule["approval"]]
    valid = _("The vote counts if %(shares)s take part.") % {"shares": _all(whole)} if whole else ""
    passed = _("It passes if, of those who take part, %(shares)s agree.") % {"shares": _all(agreeing)}
    abstaining = _("Whoever abstains has taken part, but has not agreed.")
    return _run_on([valid, passed, abstaining])


def notice_sentences(vote: Vote) -> list[str]:
    """What the notice of a vote has to say: the rule, silence, the extension it allows, secrecy, two ballots."""
    return [
        rule_sentence(vote),
        silence_sentence(vote),
        extension_sentence(vote),
        secrecy_sentence(vote),
        duplicates_sentence(vote),
    ]


def extension_sentence(vote: Vote) -> str:
    """Whether the end may be moved; nothing where it may not."""
    if vote.may_extend_to is None:
        return ""
    return _("The end may be moved once, until %(when)s at the latest.") % {
        "when": deadline(vote.may_extend_to)
    }


def secrecy_sentence(vote: Vote) -> str:
    """Whether the ballots are signed or sealed, in one sentence."""
    if vote.secret:
        return _("The ballots are secret: nobody can see who chose what.")
    return _("The ballots are signed: after the count each is published under its code, without a name.")


def duplicates_sentence(vote: Vote) -> str:
    """Which ballot stands where somebody votes online and on paper."""
    texts = {
        Duplicates.FIRST: _("Whoever votes online and on paper: the ballot received first stands."),
        Duplicates.PAPER: _("Whoever votes online and on paper: the paper ballot stands."),
        Duplicates.LAST: _("Whoever votes online and on paper: the ballot received last stands."),
    }
    return texts[Duplicates(vote.duplicates)]


def silence_sentence(vote: Vote) -> str:
    """What becomes of those who are asked and stay silent; nothing where silence counts for nothing."""
    texts = {
        NONE: "",
        "counts_as_participating": _(
            "Whoever was served a ballot and does not vote has taken part, without having agreed."
        ),
        "follows_majority": _(
            "Whoever was served a ballot and does not vote is counted with the choice most voters made."
        ),
    }
    return texts[vote.rule["silence"]]


def source(vote: Vote) -> str:
    """Where the rule comes from and how binding it is."""
    status = vote.rule.get("status", "")
    label = str(LegalStatus(status).label) if status in LegalStatus.values else ""
    return _("Rule: %(source)s (%(status)s)") % {"source": vote.rule.get("source", ""), "status": label}


def verdict(vote: Vote) -> Verdict:
    """The outcome of a counted vote with every measure, from its kept totals."""
    return outcome(vote.rule, totals(vote))


def why(vote: Vote) -> str:
    """Why a counted vote came out as it did, naming each line that was missed."""
    found = verdict(vote)
    if found.result == PASSED:
        return _("Passed: enough took part, and enough of them agreed.")
    step = "participation" if found.result == NO_QUORUM else "approval"
    missed = [_missed(measure) for measure in found.measures if measure.step == step and not measure.reached]
    head = _("Nothing is decided: too few took part.") if found.result == NO_QUORUM else _("Not passed.")
    return _run_on([head, *missed])


def without(vote: Vote) -> str:
    """What the outcome had been without the rule of silence; nothing where there is none."""
    if vote.rule["silence"] == NONE:
        return ""
    plain = without_silence(vote.rule, totals(vote)).result
    texts = {
        PASSED: _("Without counting those who stayed silent, the vote had passed."),
        NO_QUORUM: _("Without counting those who stayed silent, too few had taken part."),
    }
    return texts.get(plain) or _("Without counting those who stayed silent, the vote had not passed.")


def _of_roll(need: Mapping[str, Any], vote: Vote) -> str:
    share = _share(need)
    if need["measure"] != HEADS:
        return _("%(share)s of the floor area") % {"share": share}
    if vote.electorate == Electorate.OWNERS:
        return _("%(share)s of the owners") % {"share": share}
    return _("%(share)s of the residents on the roll") % {"share": share}


def _of_voters(need: Mapping[str, Any]) -> str:
    if need["measure"] != HEADS:
        return _("%(share)s of their floor area") % {"share": _share(need)}
    return _("%(share)s of the people") % {"share": _share(need)}


def _share(need: Mapping[str, Any]) -> str:
    inclusive = "at_least" in need
    return fraction(need["at_least"] if inclusive else need["more_than"], inclusive)


def _run_on(sentences: list[str]) -> str:
    """Sentences one after the other: English puts a space between them, Chinese does not."""
    # Translators: two sentences of one paragraph. Chinese: no space
    joined = _("%(before)s %(after)s")
    return reduce(lambda before, after: joined % {"before": before, "after": after}, filter(None, sentences))


def _all(shares: list[str]) -> str:
    return _(" and ").join(shares)


def _missed(measure: Measure) -> str:
    if measure.denominator <= 0:
        return _("Nobody took part.")
    values = {
        "share": percent(measure.numerator, measure.denominator),
        "need": fraction(measure.need, measure.inclusive),
    }
    texts = {
        ("participation", True): _("By people %(share)s took part; %(need)s is needed."),
        ("participation", False): _("By floor area %(share)s took part; %(need)s is needed."),
        ("approval", True): _("By people %(share)s of those who took part agreed; %(need)s is needed."),
        ("approval", False): _("By floor area %(share)s of those who took part agreed; %(need)s is needed."),
    }
    return texts[measure.step, measure.measure == HEADS] % values
