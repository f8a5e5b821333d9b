"""What may be put to whom: each kind of matter names its electorate and the rules it is decided by."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.record.errors import NotPossible
from portal.voting.models import Electorate, LegalEffect


@dataclass(frozen=True)
class Matter:
    """A kind of matter. `rule` and `notice` are keys of the RuleSet: the majority, the days of notice."""

    key: str
    label: str | Promise
    electorate: Electorate
    rule: str
    notice: str


MATTERS = {
    matter.key: matter
    for matter in (
        Matter(
            "ordinary",
            gettext_lazy("Owners decide: rules, property firm, use of the repair fund, other joint matters"),
            Electorate.OWNERS,
            "owners.ordinary",
            "owners.notice_days",
        ),
        Matter(
            "special",
            gettext_lazy("Owners decide: raising the repair fund, rebuilding, other use of what is shared"),
            Electorate.OWNERS,
            "owners.special",
            "owners.notice_days",
        ),
        Matter(
            "assembly",
            gettext_lazy("Residents decide: residents' assembly"),
            Electorate.RESIDENTS,
            "residents.assembly",
            "residents.notice_days",
        ),
        Matter(
            "sounding",
            gettext_lazy("Residents are asked for their opinion"),
            Electorate.RESIDENTS,
            "residents.sounding",
            "residents.notice_days",
        ),
    )
}


def matter_for(key: str, electorate: Electorate, legal_effect: LegalEffect) -> Matter:
    """The matter of a key such as "special" or "owners.special", if this electorate may decide it so.

    Raises NotPossible: what the Civil Code gives to the owners is never settled by a residents' vote.
    """
    matter = MATTERS.get(key.rpartition(".")[2])
    if matter is None:
        raise NotPossible(_("Please choose what kind of matter it is."))
    if matter.electorate is Electorate.OWNERS and electorate is not Electorate.OWNERS:
        raise NotPossible(
            _(
                "Article 278 of the Civil Code (《民法典》第278条) leaves this matter to the owners. "
                "Residents cannot decide it: please call an owners' vote."
            )
        )
    if matter.electorate is not electorate:
        raise NotPossible(
            _("Owners decide by article 278 of the Civil Code: please choose ordinary or special.")
        )
    if matter.key == "sounding" and legal_effect is LegalEffect.BINDING:
        raise NotPossible(_("Asking for opinions binds nobody: please choose “consultative”."))
    return matter
