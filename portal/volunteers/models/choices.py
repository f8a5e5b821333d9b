"""The fixed vocabularies of volunteering."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TeamRole(models.TextChoices):
    """What somebody is in a team. A leader may do what a recorder may."""

    LEADER = "leader", _("team leader")
    RECORDER = "recorder", _("recorder")
    MEMBER = "member", _("member")


class ActivityKind(models.TextChoices):
    """What an activity is, for lists and figures."""

    PATROL = "patrol", _("patrol")
    NEIGHBOUR_HELP = "neighbour_help", _("help among neighbours")
    ELDER_HELP = "elder_help", _("help for older neighbours")
    ENVIRONMENT = "environment", _("clean-up and greening")
    CULTURE = "culture", _("culture and sports")
    EVENT = "event", _("help at events")
    TRAINING = "training", _("training")
    OTHER = "other", _("other")


class Visibility(models.TextChoices):
    """Who reads that an activity is held."""

    EVERYONE = "everyone", _("everyone")
    NEIGHBOURS = "neighbours", _("those who live, own or work here")
    TEAM = "team", _("the team only")


class How(models.TextChoices):
    """How somebody was marked as come or gone."""

    QR = "qr", _("QR code at the place")
    CODE = "code", _("code said aloud")
    LIST = "list", _("ticked on the list")
    GROUP = "group", _("ticked with a group")
    OFFLINE = "offline", _("list kept without network")


class Source(models.TextChoices):
    """Where an hour record comes from."""

    ATTENDANCE = "attendance", _("attendance list")
    CLAIM = "claim", _("claimed by the volunteer")
    LEDGER = "ledger", _("entered by a recorder")
    IMPORT = "import", _("from a table")
    CORRECTION = "correction", _("correction")


class Finding(models.TextChoices):
    """What two recorders find about a disputed record."""

    STANDS = "stands", _("the record stands")
    CORRECTED = "corrected", _("the record is corrected")
    REJECTED = "rejected", _("the record is struck out")
