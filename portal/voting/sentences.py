"""The rule and the outcome of a vote in words that anybody understands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal.community.models import LegalStatus
from portal.kit.wording import deadline, fraction, percent
from portal.voting import methods
from portal.voting.contests import LOT, LOWER, RUNOFF, Contest
from portal.voting.matters import is_counted_only
from portal.voting.models import Duplicates, Electorate, Method, Vote
from portal.voting.outcome import HEADS, NO_QUORUM, NONE, PASSED, Measure, Verdict, outcome, without_silence
from portal.voting.tally import contest_of, totals


def rule_sentence(vote: Vote) -> str:
    """What it takes, in one or two sentences, from the vote's own copy of the rule."""
    if vote.method is not Method.MOTION:
        agreeing = [_of_voters(need) for need in vote.rule["approval"]]
        return _run_on([_valid(vote.rule, vote.electorate), *_method_sentences(vote, agreeing)])
    abstaining = _("Whoever abstains has taken part, but has not agreed.")
    return _run_on([motion_sentence(vote.rule, vote.electorate), abstaining])


def motion_sentence(rule: Mapping[str, Any], electorate: str) -> str:
    """What it takes to adopt a motion under a rule, whoever calls a vote under it."""
    agreeing = [_of_voters(need) for need in rule["approval"]]
    passed = _("It passes if, of those who take part, %(shares)s agree.") % {"shares": _all(agreeing)}
    return _run_on([_valid(rule, electorate), passed])


def _valid(rule: Mapping[str, Any], electorate: str) -> str:
    whole = [_of_roll(need, electorate) for need in rule["participation"]]
    return _("The vote counts if %(shares)s take part.") % {"shares": _all(whole)} if whole else ""


def _method_sentences(vote: Vote, agreeing: list[str]) -> list[str]:
    """How a choice between options is made and counted, for somebody who never voted so before."""
    if is_counted_only(vote.matter):
        return [
            _("Each voter may tick as many as they like, or none."),
            _("What is paid is worked out from all ballots together, by the rule that was fixed before."),
        ]
    values = {
        "seats": vote.rule["seats"],
        "choose": vote.rule.get("choose"),
        "points": vote.rule.get("points"),
    }
    single = values["seats"] == 1
    best = _("The one with most is chosen.") if single else _("The %(seats)d with most are chosen.")
    rounds = _(
        "In each round the weakest drops out and its ballots pass to the next option on them, "
        "until as many are left as are sought or one alone has more than half."
    )
    texts = {
        Method.CHOICE: [_("Each voter chooses one."), best],
        Method.APPROVAL: [_may_tick(vote), best],
        Method.ELECTION: [
            _("Each voter may tick up to %(choose)d persons."),
            _("The one with most is elected.") if single else _("Up to %(seats)d with most are elected."),
        ],
        Method.RANKED: [_("Each voter puts the options in an order."), rounds],
        Method.SCORE: [_("Each voter gives each option from 0 to %(points)d points."), best],
    }
    needed = _(
        "Whoever is chosen needs, of those who take part, the ticks of %(shares)s; else the place stays empty."
    )
    tie = {
        RUNOFF: _("Those who are equal at the last place are put to a run-off vote."),
        LOT: _(
            "Between those who are equal at the last place an event decides that is announced beforehand."
        ),
        LOWER: _("Of those that are equal the lower one is the result."),
    }
    return [
        *(text % values for text in texts[vote.method]),
        needed % {"shares": _all(agreeing)} if agreeing else "",
        tie.get(vote.rule.get("tie", ""), ""),
    ]


def _may_tick(vote: Vote) -> str:
    several = _("Each voter may tick as many as they like, or none.")
    return several if methods.no_maximum(vote) else _("Each voter may tick up to %(choose)d.")


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
        return _("The ballots are secret: each is sealed, and all are opened together after the end.")
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
    if vote.in_hall and vote.rule["silence"] != NONE:
        return _("Whoever is present and does not vote has taken part, without having agreed.")
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
    """The outcome of a counted vote with every measure of the whole vote, from its kept totals."""
    if vote.method is Method.MOTION:
        return outcome(vote.rule, totals(vote))
    found = contest_of(vote)
    return Verdict(found.result, found.measures)


def why(vote: Vote) -> str:
    """Why a counted vote came out as it did: each line that was missed, or who is chosen and who is equal."""
    found = verdict(vote)
    if found.result != NO_QUORUM and vote.method is not Method.MOTION:
        return _run_on(_chosen(vote, contest_of(vote)))
    if found.result == PASSED:
        return _("Passed: enough took part, and enough of them agreed.")
    step = "participation" if found.result == NO_QUORUM else "approval"
    missed = [_missed(measure) for measure in found.measures if measure.step == step and not measure.reached]
    head = _("Nothing is decided: too few took part.") if found.result == NO_QUORUM else _("Not passed.")
    return _run_on([head, *missed])


def _chosen(vote: Vote, found: Contest) -> list[str]:
    if is_counted_only(vote.matter):
        return [
            _("All ballots are counted. What is paid is worked out from them and stands on its own page.")
        ]
    persons = vote.method is Method.ELECTION
    winners, tied = names(vote, found.winners), names(vote, found.tied)
    if tied and vote.rule.get("tie") == LOWER:
        return [_("Equal: %(names)s. The lower one is the result.") % {"names": tied}]
    sure = _("Elected: %(names)s.") if persons else _("Chosen: %(names)s.")
    none = _("Nobody is elected.") if persons else _("Nothing is chosen.")
    lines = [sure % {"names": winners} if winners else none]
    if tied and vote.lot:
        text = _("At the last place %(names)s were equal; the lot decided: “%(lot)s”.")
        lines.append(text % {"names": tied, "lot": vote.lot})
    elif tied:
        lines.append(_("At the last place %(names)s are equal: a run-off vote is needed.") % {"names": tied})
    empty = vote.rule["seats"] - len(found.winners)
    if empty and not (tied and not vote.lot) and vote.rule["approval"]:
        text = ngettext(
            "%(number)d place stays empty: nobody else reached the line.",
            "%(number)d places stay empty: nobody else reached the line.",
            empty,
        )
        lines.append(text % {"number": empty})
    return lines


def seal(vote: Vote) -> str:
    """The one word on the seal of a counted vote."""
    if vote.method is Method.MOTION or vote.outcome == NO_QUORUM:
        return str(vote.get_outcome_display())
    if is_counted_only(vote.matter):
        return pgettext("a vote", "counted")
    if vote.outcome == PASSED:
        return _("elected") if vote.method is Method.ELECTION else _("chosen")
    if vote.rule.get("tie") == LOWER:
        return pgettext("a vote", "counted")
    return _("run-off needed") if contest_of(vote).tied else _("nobody chosen")


def names(vote: Vote, options: Iterable[str]) -> str:
    """Options by their names, one after the other."""
    return _(", ").join(vote.label_of(option) for option in options)


def withdrawn_sentence(vote: Vote) -> str:
    """Who is no longer to be chosen; nothing where nobody withdrew."""
    gone = vote.rule.get("withdrawn", [])
    return (
        _("Withdrawn, and no longer to be chosen: %(names)s.") % {"names": names(vote, gone)} if gone else ""
    )


def without(vote: Vote) -> str:
    """What the outcome had been without the rule of silence; nothing where there is none, nor in the hall."""
    if vote.rule["silence"] == NONE or vote.in_hall:
        return ""
    plain = without_silence(vote.rule, totals(vote)).result
    texts = {
        PASSED: _("Without counting those who stayed silent, the vote had passed."),
        NO_QUORUM: _("Without counting those who stayed silent, too few had taken part."),
    }
    return texts.get(plain) or _("Without counting those who stayed silent, the vote had not passed.")


def _of_roll(need: Mapping[str, Any], electorate: str) -> str:
    share = _share(need)
    if need["measure"] != HEADS:
        return _("%(share)s of the floor area") % {"share": share}
    if electorate == Electorate.OWNERS:
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
