"""The fixed vocabularies of voting."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Electorate(models.TextChoices):
    """Who is asked. Every vote names exactly one electorate."""

    OWNERS = "owners", _("owners")
    RESIDENTS = "residents", _("residents of 18 and over")
    HOUSEHOLDS = "households", _("households, one delegate each")
    DELEGATES = "delegates", _("residents' delegates")
    BUILDING = "building", _("households of one building")
    PANEL = "panel", _("a named panel")


class Method(models.TextChoices):
    """What is asked for: agreement to a motion, or a choice between options."""

    MOTION = "motion", _("agree or disagree")
    CHOICE = "choice", _("one of several")
    APPROVAL = "approval", _("several of many")
    RANKED = "ranked", _("options in order of preference")
    SCORE = "score", _("points for each option")
    ELECTION = "election", _("election of persons")


class Choice(models.TextChoices):
    """What can be said to a motion. The first one agrees."""

    FOR = "for", _("Agree")
    AGAINST = "against", _("Disagree")
    ABSTAIN = "abstain", _("Abstain")


# A paper ballot that cannot be read, or an envelope without a choice: it took part, and agreed to nothing.
INVALID = "invalid"
# The matter of a vote that a meeting takes in the hall, open for minutes.
HALL = "hall"
# The longest choice as methods.py writes it: 150 options by points.
CHOICE_LENGTH = 1200


class LegalEffect(models.TextChoices):
    BINDING = "binding", _("binding under the estate's rules of procedure")
    CONSULTATIVE = "consultative", _("consultative: an opinion, not an owners' assembly decision")


class Outcome(models.TextChoices):
    PASSED = "passed", _("passed")
    FAILED = "failed", _("not passed")
    NO_QUORUM = "no_quorum", _("too few took part")


class Channel(models.TextChoices):
    ONLINE = "online", _("online")
    PAPER = "paper", _("paper")
    PHONE = "phone", _("telephone")
    COUNTER = "counter", _("at the counter")
    HALL = "hall", _("by raised hand")


class Duplicates(models.TextChoices):
    """Which ballot stands where one line of the roll voted online and on paper. Fixed when the vote is called."""

    FIRST = "first", _("the first valid ballot stands")
    PAPER = "paper", _("the paper ballot stands")
    LAST = "last", _("the last ballot before the end stands")


class HallRoll(models.TextChoices):
    """Who stands on the roll of a vote in the hall: rule `hall.roll`."""

    BODY = "body", _("all members of the body")
    PRESENT = "present", _("those present when the vote is opened")


class Custody(models.TextChoices):
    """Who keeps the key of the sealed envelopes."""

    SERVER = "server", _("a file on the server, outside the database")
    CUSTODIANS = "custodians", _("three custodians, two of whom open together")


class SetAside(models.TextChoices):
    """Why a ballot that was received does not stand."""

    CHANGED = "changed", _("changed by the voter")
    PRINCIPAL = "principal", _("the owner voted in person")
    DUPLICATE = "duplicate", _("the same line voted twice")
    REVOKED = "revoked", _("the mandate was withdrawn")
    STRUCK = "struck", _("the line was taken off the roll")
    WITHDRAWN = "withdrawn", _("the paper was withdrawn by two people")


class Fault(models.TextChoices):
    """Why a paper should not be there. The public record says this much and no more."""

    MISSING = "missing", _("there is no such paper")
    FOREIGN = "foreign", _("it belongs to another vote")
    MISTYPED = "mistyped", _("it was typed wrongly")
    EMPTY = "empty", _("nothing was in the envelope, or no envelope belongs to it")
    DENIED = "denied", _("the voter says that it is not theirs")


class MandateKind(models.TextChoices):
    """In what quality somebody casts another's ballot."""

    PROXY = "proxy", _("proxy with a written mandate")
    REPRESENTATIVE = "representative", _("representative of a company")
    CO_OWNER = "co_owner", _("voter named by the co-owners")
    HOUSEHOLD = "household", _("delegate named by the household")
    MEETING = "meeting", _("proxy at a meeting")


class Served(models.TextChoices):
    """How a ballot reached a voter."""

    HAND = "hand", _("handed over")
    DOOR = "door", _("left at the door, with a witness")
    POST = "post", _("registered letter")
    MESSAGE = "message", _("text message or e-mail")
    NOTICE = "notice", _("notice to the account")
