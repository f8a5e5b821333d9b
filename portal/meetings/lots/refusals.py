"""Why the seats cannot be filled, in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.meetings.lots.space import Change, Impossible
from portal.meetings.models import AgeBand, Sex, Tenure

FEATURES = {
    "group": gettext_lazy("affected group"),
    "building": gettext_lazy("building"),
    "age": gettext_lazy("age"),
    "sex": gettext_lazy("sex"),
    "tenure": gettext_lazy("lives here as"),
}
VALUES = {"age": AgeBand, "sex": Sex, "tenure": Tenure}


def value_said(feature: str, value: str) -> str:
    """A value of a feature as people read it; names of groups and buildings as they are, nothing as not said."""
    known = VALUES.get(feature)
    if not value:
        return _("not said")
    return str(known(value).label) if known and value in known.values else value


def change_said(change: Change) -> str:
    """The smallest change of one quota, as a sentence."""
    quota = change.quota
    words = {
        "feature": str(FEATURES.get(quota.feature, quota.feature)),
        "value": value_said(quota.feature, quota.value),
        "least": change.least,
        "most": change.most,
        "was_least": quota.least,
        "was_most": quota.most,
    }
    return (
        _("%(feature)s “%(value)s”: %(least)d to %(most)d seats instead of %(was_least)d to %(was_most)d")
        % words
    )


def why_impossible(impossible: Impossible) -> str:
    """What somebody reads whose quotas cannot be met, with the smallest change that would do."""
    if not impossible.changes:
        return _(
            "Too few neighbours of different flats signed up: they can fill %(most)d of %(size)d seats."
        ) % {
            "most": impossible.most,
            "size": impossible.size,
        }
    said = "；".join(change_said(one) for one in impossible.changes)
    return _("These seats cannot be filled. The smallest change that would do: %(changes)s.") % {
        "changes": said
    }
